"""Drawn portraits of invented persons."""

from __future__ import annotations

import numpy as np
import pytest

from clerk_app.demo.portraits import View, draw_portrait, features_of
from scanners.faces.detector import find_faces

VIEWS = [View(), View(tilt=6, light=0.8, brightness=0.8, smile=8), View(tilt=-9, light=-1, background=(180, 160, 130))]


@pytest.mark.many_cases
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_of_each_person_has_one_face_that_is_found(view: View) -> None:
    for number in range(8):
        assert len(find_faces(np.asarray(draw_portrait(features_of(f"person-{number}"), view)))) == 1


def test_a_person_looks_the_same_always_and_persons_differ() -> None:
    assert features_of("zhang") == features_of("zhang")
    assert len({features_of(name) for name in ("zhang", "wang", "li", "zhao")}) == 4

"""Snapshots of the screens. After an intended change look at `snapshot_report.html`, then run this folder with
`--snapshot-update` and look at the new pictures before they are committed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from textual.pilot import Pilot

from clerk_app.locales import set_language
from tests.screens.stage import press, wait_until_idle
from tests.snapshots.states import STATES

READ_LATER_SECONDS = 0.8  # until a preview has followed the cursor, and the sign-in has read the machine
SMALL, LARGE, HUGE = (80, 24), (140, 40), (200, 60)
WAYS = ((SMALL, "en"), (LARGE, "zh_CN"), (SMALL, "zh_CN"), (LARGE, "en"))  # in turn: a picture a state is enough,
IN_WIDE_SUITE = (
    ("birth", (LARGE, "en")),
    ("task", (SMALL, "en")),
    ("admin", (LARGE, "zh_CN")),
    ("supervisor", (LARGE, "en")),
    ("queue", (SMALL, "en")),
    ("queue", (HUGE, "en")),
    ("task", (HUGE, "zh_CN")),
    ("decision", (LARGE, "en")),
)  # but for what is looked at all day
PICTURES = [
    pytest.param(state, size, language, id=f"{state}-{size[0]}x{size[1]}-{language}", marks=marks)
    for pictures, marks in (
        (zip(STATES, cycle(WAYS), strict=False), ()),
        (IN_WIDE_SUITE, (pytest.mark.wide,)),
    )
    for state, (size, language) in pictures
]


@pytest.mark.parametrize(("state", "size", "language"), PICTURES)
def test_a_screen_looks_as_it_did(
    snap_compare: Callable[..., bool], state: str, size: tuple[int, int], language: str
) -> None:
    set_language(language)
    shown = STATES[state]
    app = shown.app()
    app.animation_level = "none"

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_until_idle(pilot)
        await press(pilot, *shown.keys)
        await pilot.pause(READ_LATER_SECONDS)
        await wait_until_idle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=lead_there)

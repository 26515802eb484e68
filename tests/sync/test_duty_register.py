"""The register of duty at another machine than the center."""

from __future__ import annotations

import pytest

from clerk_app.cli import main
from tests.sync.city import SampleWindow


def test_the_register_of_duty_at_a_window_is_refused_with_the_place_where_it_is_kept(
    counter: SampleWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(counter.office.folder)
    assert main(["--language", "en", "--office", folder, "hall", "duty"]) != 0
    assert "kept at the center" in capsys.readouterr().err

"""Snapshots of the reception: ready, with a chosen category, with the printer off, and with many categories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from clerk_app.locales import set_language
from clerk_app.views.reception import ReceptionService
from screens.reception.screen import ReceptionScreen
from tests.screens.sample_data import localized
from tests.screens.sample_reception import SampleReception
from tests.screens.stage import ScreenApp, press, wait_until_idle

READ_LATER_SECONDS = 0.8  # until the preview has followed the cursor
STATES: dict[str, tuple[str, ...]] = {"ready": (), "chosen": ("+", "2"), "trouble": (), "many": ("0",)}
SIZES, LANGUAGES = ((80, 24), (140, 40)), ("zh_CN", "en")
PICTURES = [
    pytest.param(
        state,
        size,
        language,
        id=f"{state}-{size[0]}x{size[1]}-{language}",
        marks=() if (state, size, language) == ("ready", (80, 24), "en") else pytest.mark.wide,
    )
    for state in STATES
    for size in SIZES
    for language in LANGUAGES
]


@pytest.mark.parametrize(("state", "size", "language"), PICTURES)
def test_the_reception_looks_as_it_did(
    snap_compare: Callable[..., bool], state: str, size: tuple[int, int], language: str
) -> None:
    set_language(language)
    out_of_paper = localized(
        "The printer is out of paper. Put in a new roll, then print again.", "打印机缺纸。请装入新纸卷后重新打印。"
    )
    service = SampleReception(
        trouble=out_of_paper if state == "trouble" else "",
        further_categories=7 if state == "many" else 0,
        expected=2 if state == "chosen" else 0,
    )
    app = ScreenApp(ReceptionScreen(cast(ReceptionService, service)))
    app.animation_level = "none"

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_until_idle(pilot)
        await press(pilot, *STATES[state])
        await pilot.pause(READ_LATER_SECONDS)
        await wait_until_idle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=lead_there)

"""Snapshots of the board, in its sizes and languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from clerk_app.locales import set_language
from screens.board.app import BoardApp
from tests.screens.sample_board import SampleBoardWorkstation, call
from tests.screens.sample_kiosk import Clock
from tests.screens.stage import screen_text, wait_for, wait_until_idle

CALLS = tuple(call(f"A{number:03}", number) for number in range(31, 38))
PICTURES = [
    pytest.param((80, 24), "zh_CN", id="80x24-zh_CN"),
    pytest.param((80, 24), "en", id="80x24-en", marks=pytest.mark.wide),
    pytest.param((140, 40), "zh_CN", id="140x40-zh_CN", marks=pytest.mark.wide),
    pytest.param((140, 40), "en", id="140x40-en", marks=pytest.mark.wide),
]


@pytest.mark.parametrize(("size", "language"), PICTURES)
def test_the_board_looks_as_it_did(snap_compare: Callable[..., bool], size: tuple[int, int], language: str) -> None:
    set_language(language)
    app = BoardApp(lambda: SampleBoardWorkstation(*CALLS), clock=Clock())
    app.animation_level = "none"

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_for(pilot, lambda: "12" in screen_text(app))
        await wait_until_idle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=lead_there)

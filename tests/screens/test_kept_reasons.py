"""Reasons that were entered at the department screen are there again after a restart."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from clerk_app.views.workstation import StoredReasons
from tests.screens.officer_stage import signed_in_officer
from tests.screens.stage import press, scan, screen_text, wait_until_idle


class SampleReasons:
    """Keeps the reasons in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, StoredReasons] = {}

    def read(self) -> Mapping[str, StoredReasons]:
        return self.kept

    def save(self, kept: Mapping[str, StoredReasons]) -> None:
        self.kept = dict(kept)


async def test_reasons_of_a_task_are_kept_over_a_restart_until_it_is_decided() -> None:
    store = SampleReasons()
    async with signed_in_officer() as (app, pilot):
        app.department.kept_reasons.store = store
        await press(pilot, "f2", "f9", "r")
        await scan(pilot, "缺照片")
        await press(pilot, "enter", "and more", "escape")
        await wait_until_idle(pilot)
    async with signed_in_officer() as (app, pilot):
        app.department.kept_reasons.store = store
        await press(pilot, "f2", "f9", "r")
        await wait_until_idle(pilot)
        assert "+ 缺照片" in screen_text(app)
        assert "and more" in screen_text(app)
        await press(pilot, "escape", "f9", "a")
        await wait_until_idle(pilot)
        assert app.service.asked[-1].strip() == "approve"
        assert store.kept == {}


@pytest.mark.wide
async def test_a_reason_that_is_being_typed_is_stored_without_leaving_the_dialog() -> None:
    store = SampleReasons()
    async with signed_in_officer() as (app, pilot):
        app.department.kept_reasons.store = store
        await press(pilot, "f2", "f9", "r", "the photo")
        while not store.kept:
            await pilot.pause(0.05)
        (kept,) = store.kept.values()
        assert kept.text == "the photo"

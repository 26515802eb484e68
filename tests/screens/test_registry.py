"""The registry in the administrator's mode: found for a purpose, opened, shown in full, corrected by two persons."""

from __future__ import annotations

import pytest

from screens.admin.screen import AdminScreen
from tests.screens.sample_admin import SampleAdminService
from tests.screens.stage import ScreenApp, press, screen_text

pytestmark = pytest.mark.usefixtures("english")


async def test_a_person_is_found_for_a_purpose_and_opened_masked_then_in_full() -> None:
    service = SampleAdminService()
    app = ScreenApp(AdminScreen(service))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5", "f5", "690105198607210285", "enter", "1", "enter")
        assert "690***********0285" in screen_text(app)
        await press(pilot, "enter")
        assert "W***" in screen_text(app)
        await press(pilot, "f8", "1", "enter", "2", "enter")
        assert "Wang Fang" in screen_text(app)
        await press(pilot, "2", "enter")
        assert "Police" in screen_text(app)
        await press(pilot, "escape", "r")
        assert "Identity card" in screen_text(app)
    assert service.asked == [
        "read",
        "find 690105198607210285 complaint",
        "open P1 complaint",
        "unmask P1 own_data",
        "again P1",
    ]


@pytest.mark.wide
async def test_the_registry_opens_with_what_needs_attention_and_what_the_feeds_have_sent() -> None:
    service = SampleAdminService()
    app = ScreenApp(AdminScreen(service))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5")
        lines = screen_text(app)
        assert all(text in lines for text in ("To do", "overdue", "Decision", "Arrived", "05-29 07:30"))
        await press(pilot, "r", "down", "enter")
        assert "Sample Road 8" in screen_text(app)
    assert service.asked == ["read", "read r1", "open P1 k1"]


async def test_a_correction_is_asked_for_with_a_reason_and_what_was_typed_stays() -> None:
    service = SampleAdminService()
    app = ScreenApp(AdminScreen(service))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5", "f5", "L1", "enter", "1", "enter", "enter")
        await press(pilot, "f8", "2", "enter", "1", "enter", "Sample Road 8", "escape")
        await press(pilot, "f8", "2", "enter", "1", "enter")
        assert "Sample Road 8" in screen_text(app)
        await press(pilot, "enter", "passport shown", "enter", "enter")
        assert "The correction was asked for." in screen_text(app)
    assert "correct person|P1|address Sample Road 8 passport shown" in service.asked


async def test_a_correction_is_decided_with_its_value_in_view() -> None:
    service = SampleAdminService()
    app = ScreenApp(AdminScreen(service))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5", "2", "enter")
        assert "Sample Road 8" in screen_text(app)
        await press(pilot, "f8", "3", "enter", "enter")
        assert "The record was corrected." in screen_text(app)
        await press(pilot, "2", "enter", "f8", "4", "enter", "forged", "enter", "enter")
    assert [act for act in service.asked if not act.startswith("read")] == [
        "open P1 k1",
        "approve k1",
        "open P1 k1",
        "end k1 forged",
    ]


async def test_the_feeds_are_listed_with_what_was_refused_and_sorted_and_filtered() -> None:
    app = ScreenApp(AdminScreen(SampleAdminService()))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5", "3")
        lines = screen_text(app).partition("Arrived")[0]
        assert lines.index("population") < lines.index("civil-affairs")
        await press(pilot, "s")
        lines = screen_text(app).partition("Arrived")[0]
        assert lines.index("civil-affairs") < lines.index("population")
        await press(pilot, "down", "enter")
        assert "This is not a date." in screen_text(app)
        await press(pilot, "escape", "/", "civil", "enter")
        assert "population" not in screen_text(app).partition("Arrived")[0]

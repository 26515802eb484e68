"""F8 64, 66 and 67 by keys, with the real services: receive a draft, promise in writing, and go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.locales import _, set_language
from clerk_app.views.counter import CounterService
from screens.counter.screen import CounterScreen
from tests.roles.conftest import NoCamera
from tests.roles.test_promises_at_the_window import prepare
from tests.screens.stage import ScreenApp, flowing_text, press, screen_text, wait_until_idle

pytestmark = pytest.mark.wide  # services and screens have a quick test each
Code = Callable[[str], str]
both_ways = pytest.mark.parametrize(("size", "language"), [((80, 24), "zh_CN"), ((140, 40), "en")])


@both_ways
async def test_an_incomplete_draft_is_received_with_its_notice_and_opened_again_from_the_list(
    counter: CounterService, code: Code, office: Office, size: tuple[int, int], language: str
) -> None:
    set_language(language)
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    counter.begin_draft("birth")
    counter.fill_field("register_with", "mother")
    app = ScreenApp(CounterScreen(counter, NoCamera()))
    async with app.run_test(size=size) as pilot:
        await wait_until_idle(pilot)
        await press(pilot, "f8", "64", "enter")
        assert _("receives and prints") in screen_text(app)
        await press(pilot, "enter")
        with office.store.read() as tx:
            (case,) = tx.select("cases")
            (notice,) = tx.select("prints", paper=f"{case['number']}-one_time")
        assert (case["state"], notice["outcome"]) == ("received", "written")
        assert case["number"] in screen_text(app)
        await press(pilot, "escape", "f8", "65", "enter")
        row = _("{count} missing").format(count=9)
        assert f"{case['number']}" in screen_text(app)
        assert row in flowing_text(app)
        await press(pilot, "1", "enter")
        assert _("Open it as a draft") in screen_text(app)
        await press(pilot, "1", "enter", "安安", "enter")
        assert "安安" in screen_text(app)
    view = counter.read_view()
    assert view.intake is not None
    assert view.intake.gaps  # it continues where it was
    with office.store.read() as tx:
        assert [row["state"] for row in tx.select("cases")] == ["received"]


@pytest.mark.parametrize(("number", "housing"), [("67", "rented"), ("66", "relatives")])
@both_ways
async def test_a_promise_is_chosen_printed_signed_and_accepted(
    counter: CounterService,
    code: Code,
    office: Office,
    number: str,
    housing: str,
    size: tuple[int, int],
    language: str,
) -> None:
    prepare(counter, code, housing)
    set_language(language)
    gap = number == "67"
    app = ScreenApp(CounterScreen(counter, NoCamera()))
    async with app.run_test(size=size) as pilot:
        await wait_until_idle(pilot)
        await press(pilot, "f8", number, "enter")
        name = office.catalogue().material("lease" if gap else "kinship-commitment").name
        words = _("Bring later: {name}") if gap else _("Commitment instead of: {name}")
        assert words.format(name=name.zh if language == "zh_CN" else name.en) in screen_text(app)
        await press(pilot, "1" if gap else "2", "enter", "1", "enter", "1", "enter")
        assert _("it is signed") in screen_text(app)
        await press(pilot, "enter")
        assert _("accepts the case") in screen_text(app)
        await press(pilot, "f9")
        with office.store.read() as tx:
            (case,) = tx.select("cases")
            promises = tx.select("promises", case_number=case["number"])
        assert case["state"] == "accepted"
        assert [row["kind"] for row in promises if row["subject"] in ("lease", "kinship-commitment")] == [
            "gap" if gap else "material"
        ]
        assert case["number"] in screen_text(app)

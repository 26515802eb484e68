"""A message about an entry that the center rejects afterwards is replaced by the rejection."""

from __future__ import annotations

import pytest

from clerk_app.roles.counter.undo import UndoableCounter
from clerk_app.roles.department.undo import UndoableDepartment
from screens.counter.screen import CounterScreen
from screens.department.screen import DepartmentScreen
from tests.roles.conftest import NoCamera
from tests.screens.stage import ScreenApp, press, screen_text, wait_until_idle
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")


async def test_the_decision_of_a_task_that_was_given_to_another_officer(city: City) -> None:
    window = city.join("n7", window="w2", organs=("health",))
    city.center.accept_birth()
    city.exchange_all()
    screen = DepartmentScreen(UndoableDepartment(window.office, window.select("staff", id="health-1")[0]))
    app = ScreenApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f2")
        task = window.select("tasks", owner="health-1")[0]["id"]
        window.transport.down = True
        await press(pilot, "f9", "a", "f9")  # the fields of the result may stay empty
        assert "Recorded." in screen_text(app)
        city.center.clock.advance(hours=1)
        city.center.claim("health", task, "health-2")
        window.transport.down = False
        city.exchange_all()
        screen.refresh_in_background()
        await wait_until_idle(pilot)
        assert "Recorded." not in screen_text(app)
        assert "Rejected by the center" in screen_text(app)
        assert f"{task[:12]}-{task[12:]}" in screen_text(app)


@pytest.mark.wide
async def test_a_paper_about_which_the_center_rejects_the_act_is_no_longer_shown(
    city: City, counter: SampleWindow
) -> None:
    service = UndoableCounter(counter.office, counter.select("staff", id="clerk-1")[0])
    counter.prepare_birth()
    screen = CounterScreen(service, NoCamera())
    app = ScreenApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until_idle(pilot)
        await app.ask(lambda: service.decline_case("the child is registered elsewhere"))
        screen.refresh_in_background()
        await wait_until_idle(pilot)
        assert "Notice of n" in screen_text(app)
        with city.center.store.write() as tx:
            tx.update("staff", {"id": "clerk-1"}, organ="police")
        city.exchange_all()
        screen.refresh_in_background()
        await wait_until_idle(pilot)
        assert "Rejected by the center" in screen_text(app)
        assert "Notice of n" not in screen_text(app)

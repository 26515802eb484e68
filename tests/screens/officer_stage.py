"""The department screen with a queue in memory, and helpers for its tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from clerk_app.locales import current_language, set_language
from screens.department.screen import DepartmentScreen
from screens.widgets.task_list import TaskList
from tests.screens.sample_department import SampleDepartmentService
from tests.screens.stage import ScreenApp, wait_until_idle


class OfficerApp(ScreenApp):
    """An app that shows the department screen."""

    def __init__(self, service: SampleDepartmentService) -> None:
        self.service = service
        self.department = DepartmentScreen(service)
        super().__init__(self.department)


@asynccontextmanager
async def signed_in_officer(
    size: tuple[int, int] = (80, 24), language: str = "en"
) -> AsyncIterator[tuple[OfficerApp, Pilot[None]]]:
    """Run the department screen with a queue of 450 tasks."""
    before = current_language()
    set_language(language)
    app = OfficerApp(SampleDepartmentService())
    try:
        async with app.run_test(size=size) as pilot:
            await wait_until_idle(pilot)
            yield app, pilot
    finally:
        set_language(before)


def current_task_id(app: OfficerApp) -> str:
    """Return the id of the task under the cursor."""
    row = app.department.query_one(TaskList).current_task
    return row.id if row is not None else ""

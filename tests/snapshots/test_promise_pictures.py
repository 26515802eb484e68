"""Snapshots of received cases, promises and their follow-up: each dialog whole at both sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from clerk_app.locales import set_language
from clerk_app.views.received import ReceivedRow
from screens.app import ClerkApp
from screens.counter.screen import CounterScreen
from screens.department.screen import DepartmentScreen
from tests.screens.sample_camera import SampleCamera
from tests.screens.sample_data import CODE, localized
from tests.screens.sample_department import SampleDepartmentService
from tests.screens.sample_follow_ups import sample_follow_up
from tests.screens.sample_workstation import SampleCounterService
from tests.screens.stage import ScreenApp, press, wait_until_idle

READ_LATER_SECONDS = 0.8  # until a preview has followed the cursor


def received() -> ReceivedRow:
    """Return a received case that lacks four things."""
    missing = (
        localized("To be answered: Name of the child", "请填写：新生儿姓名"),
        localized("To be answered: Bank account", "请填写：银行账号"),
        localized("Held by the city, consent is needed: Mother's card", "本市已有，须本人同意调用：母亲身份证"),
        localized("Held by the city, consent is needed: Parents' register", "本市已有，须本人同意调用：父母户口簿"),
    )
    term = localized("bring until 2026-12-22 (21 days left)", "2026-12-22前补齐（剩21天）")
    return ReceivedRow(
        "260000000014", localized("A child is born", "小孩出生"), "林**", term, "good", missing, "", True
    )


def counter() -> ClerkApp:
    """Return the app of a window with a draft, where promises may be made and one received case waits."""
    service = SampleCounterService()
    service.offers_promises, service.received = True, (received(),)
    service.call_next()
    service.process_scan(CODE)
    service.begin_draft("birth")
    return ScreenApp(CounterScreen(service, SampleCamera()))


def department(*, is_reported: bool = False) -> ClerkApp:
    """Return the app of a department with a promise, which a colleague reports as false if `is_reported`."""
    service, row = SampleDepartmentService(), sample_follow_up()
    reason = localized("The trench is deeper than the applicant stated.", "现场挖掘深度超过申请人承诺的深度。")
    evidence = localized("measured on site on 2026-12-01", "2026年12月1日现场测量记录")
    if is_reported:
        row = replace(row, reported_by=localized("Sun Hao", "孙浩"), reason=reason, evidence=evidence)
    service.follow_ups, service.is_second = (row,), is_reported
    return ScreenApp(DepartmentScreen(service))


STATES: dict[str, tuple[Callable[[], ClerkApp], tuple[str, ...]]] = {
    "receive": (counter, ("f8", "64", "enter")),
    "received": (counter, ("f8", "65", "enter")),
    "received-acts": (counter, ("f8", "65", "enter", "1", "enter")),
    "commitment": (counter, ("f8", "66", "enter", "1", "enter")),
    "gap": (counter, ("f8", "67", "enter", "1", "enter", "1", "enter")),
    "sheet": (counter, ("f8", "67", "enter", "1", "enter", "1", "enter", "1", "enter")),
    "signed": (counter, ("f8", "67", "enter", "1", "enter", "1", "enter", "1", "enter", "enter")),
    "follow-up": (department, ("f8", "3", "enter", "1", "enter")),
    "report": (lambda: department(is_reported=True), ("f8", "3", "enter", "1", "enter")),
}


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("state", "size", "language"),
    [
        pytest.param(state, size, language, id=f"{state}-{size[0]}x{size[1]}-{language}")
        for state in STATES
        for size, language in (((80, 24), "zh_CN"), ((140, 40), "en"))
    ],
)
def test_a_dialog_of_promises_and_received_cases_looks_as_it_did(
    snap_compare: Callable[..., bool], state: str, size: tuple[int, int], language: str
) -> None:
    set_language(language)
    make, keys = STATES[state]
    app = make()
    app.animation_level = "none"

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_until_idle(pilot)
        await press(pilot, *keys)
        await pilot.pause(READ_LATER_SECONDS)
        await wait_until_idle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=lead_there)

"""The departments of the driven day: officers who decide, refer, wait for other offices, and answer messages."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from random import Random

from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.promises.offers import GAP
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.roles.department.service import OfficeDepartment
from clerk_app.views.department import TaskView
from db.engines import Row
from tests.hall.day_intake import IntakeLog

GOVERNMENT, CITY = "district-government", "city-government"
ORGANS = ("police", "community", "hr", "health", "planning", "transport", "street-office", GOVERNMENT, CITY)
OFFICERS = {f"20{at:02d}": organ for at, organ in enumerate(ORGANS, 1)}
WAYS = ("approve",) * 8 + ("refuse", "refer", "wait")
_MOST = 500  # rows of a list
_ARRIVES, _ANSWERS = 0.5, 0.7  # shares of the documents that arrive on the same day, and of messages that are answered


class Officers:
    """The officers of all departments, at one machine; each works on the most urgent task that need not wait."""

    def __init__(self, office: Office, staff: Mapping[str, Row], log: IntakeLog, rng: Random) -> None:
        self._office, self._log, self._rng = office, log, rng
        self._desks = {OFFICERS[number]: OfficeDepartment(office, row) for number, row in staff.items()}
        self._put_back: dict[str, str] = {}  # case by task that waits for a promised paper

    def work(self, closed: threading.Event) -> None:
        """Work until the windows are closed and no task is left that an officer can claim."""
        pause = threading.Event()
        while True:
            is_last = closed.is_set()
            worked = [self._work_on_next(organ) for organ in self._desks]
            if not any(worked):
                if is_last:
                    return
                pause.wait(0.05)

    def _work_on_next(self, organ: str) -> bool:
        desk = self._desks[organ]
        ready = [row.id for row in desk.list_tasks("open", 0, _MOST).rows if self._is_ready(row.id)]
        if not ready:
            return False
        try:
            task = desk.open_task(ready[0]).task
        except Refused as refused:
            if refused.reason not in ("not_open", "taken"):  # the list was older than the task
                raise
            return False
        assert task is not None
        self._answer(desk)
        way = self._rng.choice(WAYS)
        if way == "refer" and not task.superior:
            way = "approve"
        self._act(desk, task, way)
        with self._log.lock:
            self._log.acts[way] += 1
        return True

    def _answer(self, desk: OfficeDepartment) -> None:
        """Read the messages on the open task, and answer some to the window or the citizen."""
        for row in desk.read_messages().rows:
            if row.is_new and self._rng.random() < _ANSWERS:
                desk.send_case_message(self._rng.choice(("window", "citizen")), self._log.write_message())

    def _act(self, desk: OfficeDepartment, task: TaskView, way: str) -> None:
        if way == "refer":
            desk.refer_task("同意，请上级机关决定")
        elif way == "wait":
            desk.begin_wait("外省档案馆", "人事档案", 5, "需要核对档案")
            if self._rng.random() < _ARRIVES:
                desk.end_wait(desk.read_wait(task.row.id).id, "arrived")
        elif way == "refuse":
            desk.refuse("材料与登记信息不一致")
        else:
            self._approve(desk, task)

    def _approve(self, desk: OfficeDepartment, task: TaskView) -> None:
        """Approve the open task; put it back if it waits for a paper that the applicant has promised to bring."""
        try:
            desk.approve("")
        except Refused as refused:
            if refused.reason != "promised_paper":
                raise
            desk.release_task()
            self._put_back[task.row.id] = case_number_of(task.row.id)

    def _is_ready(self, task: str) -> bool:
        with self._office.store.read() as tx:
            return not tx.select("promises", case_number=self._put_back.get(task, ""), kind=GAP, state="open")

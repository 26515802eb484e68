"""The work of a city after random input, brought to its end with the services that the screens use.

Every draft is accepted or discarded, every task decided or returned, every case delivered or withdrawn. What cannot be
brought to an end is a finding.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from clerk_app.composition.office import STORE_FILE, open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import ClerkError, Refused
from clerk_app.people import SYSTEM
from clerk_app.people.sign_in import EndLockout, list_lockouts
from clerk_app.roles.camera import ScannerCamera
from clerk_app.roles.workstation import open_workstation
from clerk_app.sync.connection import WindowConnection
from clerk_app.views.case import IntakeView, Receiver
from clerk_app.views.counter import CounterService, DraftRow, Leaving
from clerk_app.views.department import DepartmentService, TaskView
from clerk_app.views.workstation import StaffSession, Workstation
from tests.monkey.city import PIN, STATIONS, City, StationPlan
from tests.monkey.station import Finding

ENDED_CASES = ("delivered", "withdrawn", "not_accepted", "archived")
ROUNDS = 12  # of departments and counters; a case has at most so many tasks one after the other
END_OF_PAPERS = "2035-12-31"  # last valid day of papers that expire
TRIES = 60  # changes of a form until it has to be complete
COUNTED = ("AcceptCase", "ClaimTask", "DecideTask", "ReturnTask", "SaveDraft")
SIGN_IN_SECONDS = 90.0  # a machine may ask for so many sign-ins in a minute
SIGNER = "林晓雯"
REASON = "材料与申请不符"
_SAMPLE_VALUES = {
    "text": "示范路1号",
    "date": "2026-12-15",
    "birth_date": "2026-11-20",
    "number": "120",
    "money": "100",
    "id_number": "690102199403120267",
    "document_number": "690102199403120267",
    "credit_code": "91690100MA0000001K",
    "phone": "13800138000",
    "bank_account": "6222020200112233445",
}


@dataclass
class Completion:
    """Counts what was brought to an end, by kind; `run` does the work."""

    city: City
    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)  # why drafts were discarded and not accepted
    by_keys: Counter[str] = field(default_factory=Counter)  # entries that random input made, by kind
    _done_before: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Bring everything to its end; raises Finding for what has no way on."""
        self._count_done_by_keys()
        self._end_lockouts()
        counters = [plan for plan in STATIONS if plan.role == "counter"]
        departments = [plan for plan in STATIONS if plan.role == "department"]
        for plan in counters:
            self._at_each_person(plan, _release_window)
        for plan in counters:
            self._at_each_person(plan, self._end_drafts)
        for _ in range(ROUNDS):
            if not self._open_cases():
                break
            for plan in departments:
                self._at_each_person(plan, self._decide_tasks)
            for plan in counters:
                self._at_each_person(plan, self._end_cases)
        self._done_before = self._count_entries()
        if not self._open_cases():
            return
        left = ", ".join(f"{number} ({state})" for number, state in self._open_cases().items())
        raise Finding(f"cases that could not be brought to an end: {left}")

    def summary(self) -> str:
        """Return the counts as lines."""
        lines = [f"by keys: {_list(self.by_keys)}", f"brought to an end afterwards: {_list(self.counts)}"]
        return "\n".join(lines + [f"not accepted ({count}): {why}" for why, count in self.refusals.most_common()])

    def _end_lockouts(self) -> None:
        """Let everybody sign in again who was locked out after random PINs, as `clerk staff unlock` does."""
        office = open_office(self.city.center_folder)
        try:
            with office.store.read() as tx:
                locked = [row["id"] for row, _end in list_lockouts(tx, office.now)]
            for person in locked:
                office.door.perform(EndLockout(staff=person), SYSTEM)
            self.counts["lock-outs ended"] += len(locked)
        finally:
            office.store.close()

    def _count_done_by_keys(self) -> None:
        """Add the entries of the stations since the last run; those of an offline station are still in its store."""
        for plan in STATIONS:
            with self._workstation(plan):
                pass
        self.by_keys += self._count_entries() - self._done_before

    def _count_entries(self) -> Counter[str]:
        """Return how many entries of the kinds of interest the center has accepted."""
        with closing(sqlite3.connect(f"file:{self.city.center_folder / STORE_FILE}?mode=ro", uri=True)) as store:
            rows = store.execute("SELECT kind, count(*) FROM ledger_entries WHERE outcome = 'done' GROUP BY kind")
            return Counter({kind: count for kind, count in rows if kind in COUNTED})

    def _open_cases(self) -> dict[str, str]:
        """Return the cases that are not ended, with their states, as the center has them."""
        with closing(sqlite3.connect(f"file:{self.city.center_folder / STORE_FILE}?mode=ro", uri=True)) as store:
            rows = store.execute("SELECT number, state FROM cases ORDER BY number").fetchall()
        return {number: state for number, state in rows if state not in ENDED_CASES}

    def _at_each_person(self, plan: StationPlan, work: Callable[[Workstation, str], None]) -> None:
        with self._workstation(plan) as (workstation, synchronise):
            for number in plan.staff:
                work(workstation, number)
                synchronise()

    @contextmanager
    def _workstation(self, plan: StationPlan) -> Iterator[tuple[Workstation, Callable[[], None]]]:
        """Open the workstation of a station without a screen; yield it with a function that exchanges everything."""
        folder = self.city.station_folder(plan)
        office = open_office(folder)
        connection = WindowConnection(folder, office.door, all_rules(), all_document_types(), office.attachments)
        connection.sync_now(lambda: None)
        office = replace(office, connection=connection)
        workstation = open_workstation(office, ScannerCamera("", folder / "camera.log"))
        try:
            yield workstation, lambda: connection.sync_now(lambda: None)
        finally:
            connection.transport.close()
            office.store.close()

    # drafts

    def _end_drafts(self, workstation: Workstation, number: str) -> None:
        counter = _sign_in(workstation, number).counter
        assert counter is not None
        for work in counter.read_connection().rejected:
            counter.settle_rejected(work.id, REASON)
            self.counts["rejected entries settled"] += 1
        for draft in counter.list_drafts():
            self._end_draft(counter, draft)
        if counter.list_drafts():
            raise Finding(f"{number}: drafts that can be neither accepted nor discarded: {counter.list_drafts()}")
        _end_visit(counter)
        workstation.sign_out()

    def _end_draft(self, counter: CounterService, draft: DraftRow) -> None:
        """Accept a draft; discard it if that is refused."""
        _end_visit(counter)
        try:
            counter.serve_walk_in()
            counter.reopen_draft(draft.id)
            self._complete_form(counter)
            shown = [case.id for case in counter.find_duplicates().cases]
            reason = counter.list_duplicate_reasons()[0].id if shown else ""
            counter.accept_case(shown, reason)
            self.counts["drafts accepted"] += 1
        except ClerkError as refused:
            self.refusals[f"{draft.one_thing}: {refused}"] += 1
            try:
                counter.discard_draft(REASON, draft.id)
            except ClerkError as error:
                raise Finding(f"draft {draft} can be neither accepted ({refused}) nor discarded ({error})") from error
            self.counts["drafts discarded"] += 1

    def _complete_form(self, counter: CounterService) -> None:
        """Identify the parties, consent to what the city holds, take in the rest on paper, and fill every field."""
        changed: set[str] = set()
        for _ in range(TRIES):
            intake = counter.read_view().intake
            if intake is None or not intake.gaps or not self._change_form(counter, intake, changed):
                return

    def _change_form(self, counter: CounterService, intake: IntakeView, changed: set[str]) -> bool:
        """Do the next thing that a draft lacks and that was not tried yet; return whether there was one."""
        for row in intake.fields:
            if ((row.required and not row.value) or row.error) and row.id not in changed:
                changed.add(row.id)
                counter.fill_field(row.id, row.options[0].id if row.options else _value(row.kind))
                return True
        asked = [row.id for row in intake.materials if row.consent == "asked"]
        if asked and "consent" not in changed:
            changed.add("consent")
            agreed = counter.record_consent(asked).intake
            if agreed is not None and agreed.has_unreleased:  # a printed code: the papers are taken in instead
                for name in asked:
                    counter.toggle_paper(name, "unavailable")
            return True
        for material in intake.materials:
            if material.state in ("missing", "expired", "not_shared") and material.id not in changed:
                changed.add(material.id)
                counter.toggle_paper(material.id)
                rows = counter.list_paper_fields([material.id])
                counter.describe_paper(material.id, {row.id: END_OF_PAPERS for row in rows if row.required})
                return True
        for party in intake.parties:
            if not party.identified and party.role not in changed:
                changed.add(party.role)
                counter.identify_by_document(party.role, "", "")
                return True
        return False

    # tasks

    def _decide_tasks(self, workstation: Workstation, number: str) -> None:
        department = _sign_in(workstation, number).department
        assert department is not None
        for which in ("mine", "open"):
            seen: set[str] = set()
            while rows := [row for row in department.list_tasks(which, 0, 50).rows if row.id not in seen]:
                seen.add(rows[0].id)
                self._decide(department, rows[0].id, is_held=bool(rows[0].holder) and which == "open")
        workstation.sign_out()

    def _decide(self, department: DepartmentService, task_id: str, *, is_held: bool) -> None:
        try:
            task = department.open_task(task_id).task
        except ClerkError as error:
            if is_held:
                return  # a colleague has claimed it and decides it in turn
            raise Finding(f"task {task_id} cannot be claimed: {error}") from error
        if task is None or not task.actions:
            raise Finding(f"task {task_id} has no way on: {task and task.row}")
        refused = []
        for act in self._order_of_acts(task):
            try:
                act(department, task)
            except ClerkError as error:
                refused.append(str(error))
            else:
                self.counts[f"tasks {act.__name__.removeprefix('_')}"] += 1
                return
        raise Finding(f"task {task_id} can be neither approved, refused nor returned: {refused}")

    def _order_of_acts(self, task: TaskView) -> list[Callable[[DepartmentService, TaskView], None]]:
        """Return the decisions to try: mostly an approval first, sometimes a refusal or a request for papers."""
        acts = [_approved, _refused, _returned]
        turn = {7: 1, 3: 2}.get(self.counts.total() % 9, 0)
        return [*acts[turn:], *acts[:turn]]

    # cases

    def _end_cases(self, workstation: Workstation, number: str) -> None:
        counter = _sign_in(workstation, number).counter
        assert counter is not None
        for case_number in self._open_cases():
            _end_visit(counter)
            counter.serve_walk_in()
            self._end_case(counter, case_number)
        _end_visit(counter)
        workstation.sign_out()

    def _end_case(self, counter: CounterService, number: str) -> None:
        """Take in what a case lacks, or hand its results over; a case that only waits for organs stays."""
        case = counter.open_case(number).case
        if case is None:
            return  # of another service centre
        for work in case.rejected:
            counter.settle_rejected(work.id, REASON)
            self.counts["objections settled"] += 1
        for paper in counter.read_view().unprinted:
            counter.reprint_paper(paper.id)
        missing = [row.id for row in case.materials if row.state == "missing"]
        if "take_in" in case.actions and missing:
            if self.counts["cases with materials brought"] % 4 == 3:
                counter.withdraw_case(REASON)
                self.counts["cases withdrawn"] += 1
                return
            rows = counter.list_paper_fields(missing)
            counter.receive_supplements(missing, {row.id: END_OF_PAPERS for row in rows if row.required})
            self.counts["cases with materials brought"] += 1
        elif "hand_over" in case.actions and case.receivers:
            self._hand_over(counter, number, case.receivers)
            self.counts["cases delivered"] += 1
        elif set(case.actions) <= {"reprint"}:
            raise Finding(f"case {number} has no way on: {case.state}")

    def _hand_over(self, counter: CounterService, number: str, receivers: Sequence[Receiver]) -> None:
        """Hand the results over to the first receiver for whom that is allowed: a party, their person, a delegate."""
        refused = []
        for receiver in receivers:
            known_by: Literal["document", "delegation"] = "document" if receiver.name else "delegation"
            for name in ("", SIGNER) if receiver.name else (SIGNER,):
                try:
                    counter.hand_over_results(receiver.role, known_by, name)
                except ClerkError as error:
                    refused.append(str(error))
                else:
                    return
        raise Finding(f"the results of case {number} can be handed over to nobody: {refused}")


def _release_window(workstation: Workstation, number: str) -> None:
    """Sign a clerk out of this window, if they are signed in here: it may belong to a colleague, or they to another."""
    with suppress(Refused):
        _sign_in(workstation, number)
        workstation.sign_out()


def _approved(department: DepartmentService, _task: TaskView) -> None:
    department.approve("")


def _refused(department: DepartmentService, _task: TaskView) -> None:
    department.refuse(REASON)


def _returned(department: DepartmentService, task: TaskView) -> None:
    late = task.late_materials
    code = department.list_late_reasons()[0].id if late else ""
    department.return_task([row.id for row in task.materials][:1], REASON, code, REASON if late else "")


def _value(kind: str) -> str:
    return _SAMPLE_VALUES.get(kind, "1")


def _end_visit(counter: CounterService) -> None:
    """End the visit at the window, if there is one."""
    view = counter.read_view()
    leaving: Leaving = "unserved" if view.nothing_done else "finish"
    if view.serving is not None:
        counter.finish_visit(leaving)


def _list(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing"


def _sign_in(workstation: Workstation, number: str) -> StaffSession:
    """Sign a person in; wait while there were too many sign-ins at this machine in a minute."""
    give_up = time.monotonic() + SIGN_IN_SECONDS
    while True:
        try:
            return workstation.sign_in(number, PIN)
        except Refused as refused:
            if refused.reason != "sign_ins" or time.monotonic() > give_up:
                raise
            time.sleep(3)

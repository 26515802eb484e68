"""Approval of several tasks of one matter at once, where the catalogue allows it (`bulk`).

Each task is claimed and decided by commands of its own: one that fails does not stop the others, and is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import read_case, read_task
from clerk_app.cases.states import has_expired_claim
from clerk_app.cases.tasks.claims import ClaimTask, ReleaseTask
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.demands import add_organ_materials
from clerk_app.catalogue import publication
from clerk_app.composition.store_errors import store_errors_as_out_of_reach
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, format_list, plural_form, translate
from clerk_app.roles.case_answers import read_answers
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.department.bulk_obstacles import list_obstacles
from clerk_app.roles.department.task_selection import SELECTION_LIMIT
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.roles.task_queue import build_task_rows
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, UNREADABLE
from clerk_app.views.bulk import BulkList, BulkProgress, BulkTask
from clerk_app.views.shared import LabelledValue, Option
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.roles.department.held_tasks import HeldTasks
    from clerk_app.views.department import DepartmentView

MOST_AT_ONCE = 50
MOST_READ = 150  # tasks of a matter that are looked at for one list


@dataclass
class _BulkRun:
    """What was chosen, and what became of it; `unreachable` is why no more tasks can be claimed."""

    matter: str
    note: str
    total: int
    waiting: list[str]
    approved: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unreachable: OutOfReach | None = None

    def progress(self) -> BulkProgress:
        return BulkProgress(self.total - len(self.waiting), self.total, tuple(self.failed))


class BulkActs(OfficeStaffService):
    """Implements views.BulkService for an officer of an organ."""

    _organ: str
    _task: str
    _fence: int
    _held: HeldTasks
    _unmasked: set[str]
    _bulk: _BulkRun | None = None

    def read_view(self) -> DepartmentView:
        raise NotImplementedError

    def list_bulk_matters(self) -> tuple[Option, ...]:
        names: dict[str, str] = {}
        counts: dict[str, int] = {}
        with self._office.store.read() as tx:
            catalogue = cache(partial(publication.load_part, tx))
            for row in self._list_takeable(tx):
                with suppress(*UNREADABLE):
                    matter = catalogue(row["catalogue"], row["catalogue_version"], row["one_thing"]).matter(
                        row["matter"]
                    )
                    if matter.bulk:
                        names[matter.id] = localize(matter.name)
                        counts[matter.id] = counts.get(matter.id, 0) + 1
        found = sorted(counts, key=lambda name: (-counts[name], name))
        return tuple(Option(name, names[name], str(counts[name]), str(at)) for at, name in enumerate(found, 1))

    def list_bulk_tasks(self, matter: str) -> BulkList:
        with self._office.store.read() as tx:
            rows = [row for row in self._list_takeable(tx) if row["matter"] == matter]
            rows.sort(key=lambda row: (row["rank"], row["id"]))
            together: list[BulkTask] = []
            alone: list[BulkTask] = []
            answers: list[dict[str, str]] = []
            for row in rows[:MOST_READ]:
                if len(together) == MOST_AT_ONCE:
                    break
                task, values = self._build_bulk_task(tx, row["id"])
                (alone if task.obstacle else together).append(task)
                if not task.obstacle:
                    answers.append(values)
            newest = publication.load_newest_part(tx, rows[0]["one_thing"]) if rows else None
        name = localize(newest.matter(matter).name) if newest is not None else matter
        more = len(rows) - len(together) - len(alone)
        return BulkList(matter, name, _leave_differing(together, answers), tuple(alone), more)

    def begin_bulk(self, matter: str, tasks: Sequence[str], note: str) -> BulkProgress:
        require_plausible_clock(self._office)
        chosen = list(dict.fromkeys(tasks))
        if not chosen:
            raise Refused("bulk", "No task is chosen.")
        if len(chosen) > MOST_AT_ONCE:
            raise Refused("bulk", "At most {count} tasks are approved at once.", count=MOST_AT_ONCE)
        self._bulk = _BulkRun(matter, note, len(chosen), chosen)
        return self._bulk.progress()

    def approve_next(self) -> BulkProgress:
        run = self._require_run()
        if run.waiting:
            task = run.waiting.pop(0)
            try:
                with store_errors_as_out_of_reach():
                    self._approve_one(run, task)
            except ClerkError as error:
                run.failed.append(format_list((format_task_number(task), str(error)), ":"))
            else:
                run.approved.append(task)
        return run.progress()

    def end_bulk(self) -> DepartmentView:
        run, self._bulk = self._require_run(), None
        count = len(run.approved)
        sentence = plural_form(count, _("{count} task is approved."), _("{count} tasks are approved."))
        sentence = sentence.format(count=count)
        if run.failed:
            sentence += " " + _("Not approved: {count}.").format(count=len(run.failed))
        if run.waiting:
            sentence += " " + _("Not begun: {count}.").format(count=len(run.waiting))
        return replace(self.read_view(), message=sentence)

    def _require_run(self) -> _BulkRun:
        if self._bulk is None:
            raise Refused("bulk", "No task is chosen.")
        return self._bulk

    def _approve_one(self, run: _BulkRun, task: str) -> None:
        """Claim a task unless the officer holds it, and approve it; raise ClerkError if it is not approved.

        A task that was claimed for it and is not approved goes back into the queue.
        """
        row = self._read_approvable(run.matter, task)
        fence, is_claimed_here = row["fence"], row["owner"] != self._staff_id
        if is_claimed_here:
            fence = self._claim_for_bulk(run, task)
        try:
            command = DecideTask(task=task, fence=fence, outcome="approved", reason=run.note)
            with store_errors_as_out_of_reach():
                self._door.perform(command, self._staff_id)
        except ClerkError:
            if is_claimed_here:
                with suppress(ClerkError):  # the hold ends by itself then
                    self._door.perform(ReleaseTask(task=task, fence=fence), self._staff_id)
                    self._held.drop({task})
            raise
        self._held.drop({task})
        if task == self._task:
            self._task, self._fence = "", 0
            self._unmasked.clear()

    def _claim_for_bulk(self, run: _BulkRun, task: str) -> int:
        """Claim a task and return its fence; after a failed call the center is not called again for the others."""
        if run.unreachable is not None:
            raise run.unreachable
        try:
            return self._door.perform(ClaimTask(organ=self._organ, task=task), self._staff_id).fence
        except OutOfReach as lost:
            run.unreachable = lost
            raise

    def _read_approvable(self, matter: str, task: str) -> Row:
        """Return the row of a task. Raise Refused if it may not be approved with others, or not any more."""
        with self._office.store.read() as tx:
            row = read_task(tx, task)
            if row["organ"] != self._organ or row["matter"] != matter or not self._is_takeable(row):
                raise Refused("bulk", "It is not in the queue any more.")
            case = add_organ_materials(tx, read_case(tx, row["case_number"]), self._organ)
            obstacle = format_list(list_obstacles(self._office, tx, case, row, self._staff_id), ";")
        if obstacle:
            raise Refused("bulk", "It is decided alone: {why}", why=obstacle)
        return row

    def _list_takeable(self, tx: Transaction) -> list[Row]:
        """Return the tasks of the organ that are free or that the officer holds, as far as lists need them."""
        rows = tx.query_all("cases.queue_to_select", organ=self._organ, most=SELECTION_LIMIT)
        return [row for row in rows if self._is_takeable(row)]

    def _is_takeable(self, task: Row) -> bool:
        if task["state"] == "claimed":
            return task["owner"] == self._staff_id or has_expired_claim(task, self._office.corrected_now)
        return bool(task["state"] == "pooled")

    def _build_bulk_task(self, tx: Transaction, task: str) -> tuple[BulkTask, dict[str, str]]:
        """Build a listed task with all answers that its matter needs, masked; return their full values by label too."""
        row = read_task(tx, task)
        (shown,) = build_task_rows(self._office, tx, self._organ, [row])
        facts = BulkTask(row["id"], shown.number, "", shown.remaining, row["owner"] == self._staff_id)
        try:
            case = add_organ_materials(tx, read_case(tx, row["case_number"]), self._organ)
            planned = next(planned for planned in case.plan.active_matters if planned.id == row["matter"])
            variant = localize(planned.variant.name) if planned.variant is not None else "-"
            circumstance = LabelledValue(_("Circumstance"), variant)
            masked = (*read_answers(tx, case, row["matter"], in_full=False), circumstance)
            full = (*read_answers(tx, case, row["matter"], in_full=True), circumstance)
            facts = replace(
                facts,
                applicant=format_party_name(case.row["applicant_name"], case.row["applicant_kind"]),
                differs=masked,
                obstacle=format_list(list_obstacles(self._office, tx, case, row, self._staff_id), ";"),
            )
        except UNREADABLE:
            return replace(facts, obstacle=translate(CANNOT_BE_DISPLAYED)), {}
        return facts, {line.label: line.value for line in full}


def _leave_differing(tasks: Sequence[BulkTask], answers: Sequence[dict[str, str]]) -> tuple[BulkTask, ...]:
    """Return the tasks with only those answers that are not the same in all; `answers` has the full values of each.

    Two names that look the same because they are masked differ.
    """
    labels = {label for values in answers for label in values}
    differing = {label for label in labels if len({values.get(label) for values in answers}) > 1}
    return tuple(
        replace(task, differs=tuple(line for line in task.differs if line.label in differing)) for task in tasks
    )

"""Schedule of a case: when each matter began, ended or is expected to end, and the critical path.

Unlike the promised date (`case_dates`), it follows what has happened: a decision made early or late moves the matters
that wait for it. A matter that has not ended is expected to take its whole promised term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from clerk_app.cases.dates import end_of_day, list_pauses, to_local_time
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.catalogue.deadlines import compute_due_date
from clerk_app.catalogue.legal_calendar import LegalCalendar
from clerk_app.catalogue.model import Dependency
from clerk_app.catalogue.plan import Plan, PlannedMatter, topological_order
from db.engines import Row


class MatterSchedule(NamedTuple):
    """When a matter begins and ends, in microseconds UTC; both are expected unless its task has begun or ended.

    `issued_at` is when its result is made out. `follows` is the matter after which it begins, empty for none. A delay
    of a `critical` matter delays the whole case.
    """

    matter: str
    begins_at: int
    ends_at: int
    issued_at: int
    follows: str
    critical: bool = False


class CaseSchedule(NamedTuple):
    """The matters of a case, each after the one that it follows, and when the last result is made out."""

    matters: tuple[MatterSchedule, ...]
    ends_at: int


def project_schedule(
    calendar: LegalCalendar,
    plan: Plan,
    accepted_at: int,
    tasks: Mapping[str, Row],
    supplements: Sequence[Row],
    now: int,
) -> CaseSchedule:
    """Return the schedule of a case that was accepted at `accepted_at`, as it is expected at `now`.

    `tasks` has the last task of each matter; a matter without a task is planned. Times are microseconds UTC.
    """
    projection = _Projection(calendar, accepted_at, tasks, supplements, now)
    planned = {matter.id: matter for matter in plan.active_matters}
    found: dict[str, MatterSchedule] = {}
    for matter in topological_order(plan.active_matters):
        found[matter] = projection.project_matter(planned[matter], found)
    ends_at = max((schedule.issued_at for schedule in found.values()), default=accepted_at)
    critical = projection.find_critical(planned, found, ends_at)
    order = _order_by_predecessor(planned, found)
    return CaseSchedule(tuple(found[matter]._replace(critical=matter in critical) for matter in order), ends_at)


class _Projection(NamedTuple):
    calendar: LegalCalendar
    accepted_at: int
    tasks: Mapping[str, Row]
    supplements: Sequence[Row]
    now: int

    def project_matter(self, planned: PlannedMatter, before: Mapping[str, MatterSchedule]) -> MatterSchedule:
        """Return the schedule of a matter; `before` has those of its predecessors."""
        task = self.tasks.get(planned.id)
        releases = [(self._released_at(arrow, before), arrow.matter) for arrow in planned.waits_for]
        released_at, follows = max(releases, default=(self.accepted_at, ""))
        begins_at, ends_at = self._project_term(planned, task, released_at)
        issued_at = ends_at
        if planned.matter.issue_days and (task is None or task["state"] not in ("refused", "lapsed", "withdrawn")):
            issued_at = self._add_working_days(planned, ends_at, planned.matter.issue_days)
        return MatterSchedule(planned.id, begins_at, ends_at, issued_at, follows)

    def find_critical(
        self, planned: Mapping[str, PlannedMatter], found: Mapping[str, MatterSchedule], ends_at: int
    ) -> frozenset[str]:
        """Return the matters whose results are made out last, and those that determine when these begin."""
        open_ids = [matter for matter, schedule in found.items() if schedule.issued_at == ends_at]
        critical: set[str] = set()
        while open_ids:
            matter = open_ids.pop()
            if matter in critical or self._ended_undecided(matter):
                continue
            critical.add(matter)
            releases = {arrow.matter: self._released_at(arrow, found) for arrow in planned[matter].waits_for}
            open_ids += [name for name, moment in releases.items() if moment == max(releases.values())]
        return frozenset(critical)

    def _ended_undecided(self, matter: str) -> bool:
        return matter in self.tasks and self.tasks[matter]["state"] in ("lapsed", "withdrawn")

    def _released_at(self, arrow: Dependency, before: Mapping[str, MatterSchedule]) -> int:
        """Return when a matter that waits by `arrow` can begin: after the decision, or a written commitment."""
        task = self.tasks.get(arrow.matter)
        if arrow.join == "committed" and task is not None and task["committed_at"] is not None:
            return int(task["committed_at"])
        return before[arrow.matter].ends_at

    def _project_term(self, planned: PlannedMatter, task: Row | None, released_at: int) -> tuple[int, int]:
        """Return begin and end of a matter that can begin at `released_at`."""
        if task is not None and task["state"] in ENDED_TASK_STATES:
            ended_at = task["ended_at"]
            return (ended_at if task["started_at"] is None else task["started_at"]), ended_at
        if task is not None and task["started_at"] is not None:
            return task["started_at"], self._expected_end(task)
        begins_at = max(released_at, self.now)
        return begins_at, self._add_working_days(planned, begins_at, planned.promised_days)

    def _expected_end(self, task: Row) -> int:
        """Return the end of a task that has begun: the end of its term, as if requested papers were brought today."""
        zone = self.calendar.zone
        today = to_local_time(self.now, zone).date()
        asked = [supplement for supplement in self.supplements if supplement["task"] == task["id"]]
        pauses = [(first, last or max(first, today)) for first, last in list_pauses(asked, zone)]
        working = self.calendar.working_days_of(task["organ"])
        days = int(task["promised_days"] + task["extended_days"])
        due = compute_due_date(working, to_local_time(task["started_at"], zone).date(), days, pauses)
        return end_of_day(max(today, due.date) if due is not None else today, zone)

    def _add_working_days(self, planned: PlannedMatter, start_at: int, days: int) -> int:
        start = to_local_time(start_at, self.calendar.zone).date()
        end = self.calendar.working_days_of(planned.organ).add_working_days(start, days)
        return end_of_day(end, self.calendar.zone)


def _order_by_predecessor(matters: Iterable[str], found: Mapping[str, MatterSchedule]) -> Iterator[str]:
    """Yield the matters, each after the one that it follows, otherwise in the order of the plan."""
    followers: dict[str, list[str]] = {}
    for matter in matters:
        followers.setdefault(found[matter].follows, []).append(matter)
    left = list(reversed(followers.get("", ())))
    while left:
        matter = left.pop()
        yield matter
        left += reversed(followers.get(matter, ()))

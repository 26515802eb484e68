"""Course of a plan in working days from acceptance: each matter in parallel, and as if they were handled in turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from clerk_app.catalogue.plan import Plan, PlannedMatter, topological_order


class MatterCourse(NamedTuple):
    """When a matter begins, is decided and is made out, in working days after acceptance.

    `follows` is the matter after which it begins; empty for none. A delay of a `critical` matter delays the last
    result. `serial_begins` is its begin if all matters are handled one after another, each when the result of the one
    before is made out.
    """

    planned: PlannedMatter
    begins: int
    decided: int
    issued: int
    follows: str
    critical: bool
    serial_begins: int

    @property
    def id(self) -> str:
        """The matter's id."""
        return self.planned.id

    @property
    def serial_issued(self) -> int:
        """When the result is made out if all matters are handled one after another."""
        return self.serial_begins + self.issued - self.begins


class PlanCourse(NamedTuple):
    """The matters in an order in which each follows those it waits for."""

    matters: tuple[MatterCourse, ...]

    @property
    def days(self) -> int:
        """When the last result is made out."""
        return max((course.issued for course in self.matters), default=0)

    @property
    def serial_days(self) -> int:
        """When the last result is made out if all matters are handled one after another."""
        return max((course.serial_issued for course in self.matters), default=0)

    @property
    def last(self) -> tuple[MatterCourse, ...]:
        """The critical matters whose results are made out last: they decide the date."""
        return tuple(course for course in self.matters if course.critical and course.issued == self.days)


def project_course(plan: Plan) -> PlanCourse:
    """Return the course of the active matters of a plan. A matter that waits for a commitment waits for the decision.

    The commitment may be given as late (see `plan.critical_path`).
    """
    active = {planned.id: planned for planned in plan.active_matters}
    order = {name: number for number, name in enumerate(active)}
    found: dict[str, MatterCourse] = {}
    serial = 0
    for name in topological_order(plan.active_matters):
        planned = active[name]
        ends = [(found[arrow.matter].decided, -order[arrow.matter], arrow.matter) for arrow in planned.waits_for]
        begins, _number, follows = max(ends, default=(0, 0, ""))
        decided = begins + planned.promised_days
        issued = decided + planned.matter.issue_days
        found[name] = MatterCourse(planned, begins, decided, issued, follows, critical=False, serial_begins=serial)
        serial += issued - begins
    critical = _find_critical(found)
    return PlanCourse(tuple(course._replace(critical=name in critical) for name, course in found.items()))


def _find_critical(found: Mapping[str, MatterCourse]) -> set[str]:
    """Return the matters whose results are made out last, and all that determine when these begin."""
    days = max((course.issued for course in found.values()), default=0)
    open_ids = [name for name, course in found.items() if course.issued == days]
    critical: set[str] = set()
    while open_ids:
        name = open_ids.pop()
        critical.add(name)
        course = found[name]
        before = (arrow.matter for arrow in course.planned.waits_for)
        open_ids += [other for other in before if found[other].decided == course.begins and other not in critical]
    return critical

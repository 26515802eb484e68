"""A promise that the sample department follows up; a report of it waits for a second person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clerk_app.views.department import DepartmentView
from clerk_app.views.follow_ups import FollowUpRow
from tests.screens.sample_data import localized

PROMISE = "260000000014/p1"


def sample_follow_up() -> FollowUpRow:
    """Return a commitment that is checked until 2026-12-20."""
    return FollowUpRow(
        id=PROMISE,
        case="260000000014",
        one_thing=localized("Digging up a road", "一般项目挖掘道路"),
        what=localized("By commitment: Permit to dig up a city road", "告知承诺：挖掘城市道路许可"),
        matters=localized("Permit to dig up a city road", "挖掘城市道路许可"),
        applicant=localized("Build*** Ltd", "示范***公司"),
        due="2026-12-20",
        level="good",
        is_gap=False,
        is_overdue=False,
        is_extended=False,
    )


class SampleFollowUps:
    """A department whose officer reports a promise; `is_second` is whether the present officer is another person."""

    _view: Callable[..., DepartmentView]
    asked: list[str]
    follow_ups: tuple[FollowUpRow, ...] = ()
    is_second = False

    def keep_promise(self, promise: str, note: str) -> DepartmentView:
        return self._follow_up(f"keep_promise {promise} {note}")

    def extend_promise(self, promise: str, working_days: int, reason: str) -> DepartmentView:
        return self._follow_up(f"extend_promise {promise} {working_days} {reason}")

    def report_promise(self, promise: str, reason: str, evidence: str) -> DepartmentView:
        self.follow_ups = tuple(
            replace(row, reported_by=localized("Zhao Min", "赵敏"), reason=reason, evidence=evidence)
            for row in self.follow_ups
        )
        return self._follow_up(f"report_promise {promise} {reason} {evidence}")

    def answer_report(self, promise: str, note: str, *, confirmed: bool) -> DepartmentView:
        self.follow_ups = ()
        return self._follow_up(f"answer_report {promise} {confirmed} {note}".rstrip())

    def list_follow_ups(self) -> tuple[FollowUpRow, ...]:
        """Return the promises as the present officer sees them."""
        return tuple(replace(row, may_answer=self.is_second and bool(row.reported_by)) for row in self.follow_ups)

    def _follow_up(self, asked: str) -> DepartmentView:
        self.asked.append(asked)
        return self._view(localized("Done.", "已完成。"))

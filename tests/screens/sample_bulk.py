"""Tasks that are approved together, in memory, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.views.bulk import BulkList, BulkProgress, BulkTask
from clerk_app.views.department import DepartmentView
from clerk_app.views.shared import LabelledValue, Option
from tests.screens.sample_data import localized
from tests.screens.sample_queue import task


class SampleBulk:
    """Four tasks of a matter; the third fails, the fourth is decided alone."""

    asked: list[str]

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._total = 0
        self._failed: tuple[str, ...] = ()

    def read_view(self) -> DepartmentView:
        raise NotImplementedError

    def list_bulk_matters(self) -> tuple[Option, ...]:
        name = localized("Registration of employment", "就业登记")
        return (
            Option("employment", name, "4", "1"),
            Option("card", localized("Social security card", "社保卡"), "1", "2"),
        )

    def list_bulk_tasks(self, matter: str) -> BulkList:
        return sample_bulk_list(matter)

    def begin_bulk(self, matter: str, tasks: Sequence[str], note: str) -> BulkProgress:
        self.asked.append(f"begin_bulk {matter} {','.join(tasks)} {note}".strip())
        self._waiting, self._total, self._failed = list(tasks), len(tasks), ()
        return self._progress()

    def approve_next(self) -> BulkProgress:
        approved = self._waiting.pop(0)
        self.asked.append(f"approve_next {approved}")
        if approved == "t2":
            number = task(2).number
            sentence = localized(f"{number}: It is not in the queue any more.", f"{number}：该任务已不在队列中。")
            self._failed = (*self._failed, sentence)
        return self._progress()

    def end_bulk(self) -> DepartmentView:
        self.asked.append("end_bulk")
        return self.read_view()

    def _progress(self) -> BulkProgress:
        return BulkProgress(self._total - len(self._waiting), self._total, self._failed)


def sample_bulk_list(matter: str = "employment") -> BulkList:
    """Return tasks of the workers of one enterprise."""
    workers = (("Li *", "李*", "2026-06-01"), ("Zhao *", "赵*", "2026-06-15"), ("Ma *", "马*", "2026-07-01"))
    together = tuple(
        BulkTask(
            id=f"t{index}",
            number=task(index).number,
            applicant=localized("Sample Trading Ltd.", "示范商贸有限公司"),
            remaining=task(index).remaining,
            is_own=index == 0,
            differs=(
                LabelledValue(localized("Name of the worker", "员工姓名"), localized(english, chinese)),
                LabelledValue(localized("Start of the contract", "合同起始日期"), day),
            ),
        )
        for index, (english, chinese, day) in enumerate(workers)
    )
    obstacle = localized("not read: Labour contract; it relies on a promise", "未查看：劳动合同；以承诺为依据")
    number, applicant = task(3).number, localized("Model Catering Ltd.", "榜样餐饮有限公司")
    alone = BulkTask("t3", number, applicant, "", is_own=False, obstacle=obstacle)
    return BulkList(matter, localized("Registration of employment", "就业登记"), together, (alone,), 12)

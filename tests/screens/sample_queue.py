"""The tasks of an organ for tests: a long queue, most urgent first, in two languages."""

from __future__ import annotations

from clerk_app.views.department import TaskPage, TaskRow, TaskSelection
from clerk_app.views.shared import Level
from tests.screens.sample_data import localized

EVERYTHING = TaskSelection()
ME = ("Zhao Min", "赵敏")
OTHER = ("Sun Hao", "孙浩")
MATTERS = (
    ("Household registration", "户口登记"),
    ("Social security card", "社会保障卡申领"),
    ("Excavation of a road", "挖掘城市道路许可"),
    ("Residence permit", "居住证签发"),
)
ONE_THINGS = (("A child is born", "小孩出生一件事"), ("Road excavation", "挖掘道路一件事"))

WAITING = ("returned", "procedure", "external")


def task(index: int, *, state: str = "pooled", holder: str = "") -> TaskRow:
    """Return the task at an index of the queue."""
    days = index // 3 - 1
    level: Level = "bad" if days < 0 else "warn" if days <= 1 else "good"
    left = (f"{days} days left", f"剩{days}天") if days > 0 else ("due today", "今天到期")
    over = (f"{-days} days over", f"超期{-days}天")
    states = {
        "pooled": ("in the queue", "待认领"),
        "claimed": ("in review", "审查中"),
        "returned": ("waits for papers", "待补正"),
        "procedure": ("special procedure", "特别程序"),
        "external": ("waits for another office", "等待外单位"),
    }
    return TaskRow(
        id=f"t{index}",
        number=f"26{index * 37 + 17:09d}7-0{index % 4 + 1}",
        matter=localized(*MATTERS[index % 4]),
        one_thing=localized(*ONE_THINGS[index % 2]),
        state=localized(*states[state]),
        due=f"2026-11-{19 + min(index // 3, 11):02d}",
        urgency="plain" if state in WAITING else level,
        remaining=localized("clock stands", "计时中止")
        if state in WAITING
        else localized(*(over if days < 0 else left)),
        holder=holder,
        in_procedure=state == "procedure",
        in_wait=state == "external",
    )


class SampleQueue:
    """A queue of tasks that can be claimed, released and ended; `ended` and `holders` are its state."""

    def __init__(self, count: int = 450) -> None:
        self.count = count
        self.ended: set[int] = set()
        self.holders: dict[int, tuple[str, str]] = {}
        self.returned: set[int] = {5, 8}
        self.procedures: set[int] = set()  # of those in `returned`
        self.waits: set[int] = set()  # for another office; of those in `returned`

    def row(self, index: int) -> TaskRow:
        holder = self.holders.get(index)
        waiting = "procedure" if index in self.procedures else "external" if index in self.waits else "returned"
        state = waiting if index in self.returned else "claimed" if holder else "pooled"
        return task(index, state=state, holder=localized(*holder) if holder else "")

    def page(self, which: str, offset: int, limit: int, selection: TaskSelection = EVERYTHING) -> TaskPage:
        """Return a page of the queue with a filter."""
        found = [index for index in self.indexes(which) if self._matches(index, selection)]
        if selection.query.order == "matter":
            found.sort(key=lambda index: self.row(index).matter)
        if selection.query.descending:
            found.reverse()
        return TaskPage(tuple(self.row(index) for index in found[offset : offset + limit]), len(found))

    def _matches(self, index: int, selection: TaskSelection) -> bool:
        if selection.due and not 3 <= index < 6:
            return False
        if selection.kind == "free" and index in self.holders:
            return False
        row = self.row(index)
        return selection.query.text in f"{row.number} {row.matter}"

    def indexes(self, which: str) -> list[int]:
        """Return the indexes of the tasks that a filter selects."""
        indexes = [index for index in range(self.count) if index not in self.ended]
        if which == "returned":
            return [index for index in indexes if index in self.returned]
        if which != "all":
            indexes = [index for index in indexes if index not in self.returned]
        if which == "mine":
            return [index for index in indexes if self.holders.get(index) == ME]
        if which == "overdue":
            return [index for index in indexes if index < 3]
        return indexes

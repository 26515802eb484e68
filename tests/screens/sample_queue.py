"""Tasks of an organ for tests of the screens: a long queue, most urgent first, in two languages."""

from __future__ import annotations

from clerk_app.views import Level, TaskPage, TaskRow
from tests.screens.sample_data import localized

ME = ("Zhao Min", "赵敏")
OTHER = ("Sun Hao", "孙浩")
MATTERS = (
    ("Household registration", "户口登记"),
    ("Social security card", "社会保障卡申领"),
    ("Excavation of a road", "挖掘城市道路许可"),
    ("Residence permit", "居住证签发"),
)
ONE_THINGS = (("A child is born", "小孩出生一件事"), ("Road excavation", "挖掘道路一件事"))


def task(at: int, *, state: str = "pooled", holder: str = "") -> TaskRow:
    """The task at a place of the queue."""
    days = at // 3 - 1
    level: Level = "bad" if days < 0 else "warn" if days <= 1 else "good"
    left = (f"{days} days left", f"剩{days}天") if days > 0 else ("due today", "今天到期")
    over = (f"{-days} days over", f"超期{-days}天")
    states = {
        "pooled": ("in the queue", "待认领"),
        "claimed": ("in review", "审查中"),
        "returned": ("waits for papers", "待补正"),
    }
    return TaskRow(
        id=f"t{at}",
        number=f"26{at * 37 + 17:09d}7-0{at % 4 + 1}",
        matter=localized(*MATTERS[at % 4]),
        one_thing=localized(*ONE_THINGS[at % 2]),
        state=localized(*states[state]),
        due=f"2026-11-{19 + min(at // 3, 11):02d}",
        urgency="plain" if state == "returned" else level,
        remaining=localized("clock stands", "计时中止")
        if state == "returned"
        else localized(*(over if days < 0 else left)),
        holder=holder,
    )


class SampleQueue:
    """Tasks that can be taken, put back and ended; `gone` and `holders` are the truth."""

    def __init__(self, count: int = 450) -> None:
        self.count = count
        self.ended: set[int] = set()
        self.holders: dict[int, tuple[str, str]] = {}
        self.returned: set[int] = {5, 8}

    def row(self, at: int) -> TaskRow:
        holder = self.holders.get(at)
        state = "returned" if at in self.returned else "claimed" if holder else "pooled"
        return task(at, state=state, holder=localized(*holder) if holder else "")

    def page(self, which: str, offset: int, limit: int) -> TaskPage:
        """Some rows of a view of the queue."""
        found = self.indexes(which)
        return TaskPage(tuple(self.row(at) for at in found[offset : offset + limit]), len(found))

    def indexes(self, which: str) -> list[int]:
        """Which tasks stand in a view."""
        here = [at for at in range(self.count) if at not in self.ended]
        if which == "returned":
            return [at for at in here if at in self.returned]
        if which != "all":
            here = [at for at in here if at not in self.returned]
        if which == "mine":
            return [at for at in here if self.holders.get(at) == ME]
        if which == "overdue":
            return [at for at in here if at < 3]
        return here

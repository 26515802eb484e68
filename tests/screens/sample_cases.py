"""Lists of cases in memory: those of the window today."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import OutOfReach
from clerk_app.views.case_list import CaseRow, SearchResult
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import LabelledValue, Option
from clerk_app.views.undo import UndoOffer
from tests.screens.sample_connection import SampleStaffService
from tests.screens.sample_data import CASE, localized


def own_cases() -> tuple[CaseRow, ...]:
    birth, road = localized("A child is born", "小孩出生一件事"), localized("Road excavation", "一般项目挖掘道路")
    accepted = localized("accepted", "受理")
    facts = (
        LabelledValue(localized("Today", "今天"), localized("09:12 accepted", "09:12 受理")),
        LabelledValue(localized("Birth certificate", "出生医学证明"), localized("in review", "审核中")),
    )
    return (
        CaseRow(CASE, birth, localized("Wang *", "王*"), "09:12", accepted, accepted, "plain", "2026-11-27",
                facts=facts),
        CaseRow("260000000033", road, localized("Demo Works Ltd", "示范建设公司"), "09:05", accepted,
                localized("needs papers", "待补正"), "warn", "2026-12-01", papers=1, facts=facts),
    )  # fmt: skip


class SampleCaseLists(SampleStaffService):
    """Answers of the counter service about lists of cases."""

    asked: list[str]
    cases: tuple[CaseRow, ...] | None = None  # instead of the two of `own_cases`
    found: SearchResult | None = SearchResult((), 0)  # of a search at the center; None: it is out of reach

    offer: UndoOffer | None = None

    def read_undo(self) -> UndoOffer | None:
        return self.offer

    def read_view(self) -> CounterView:
        raise NotImplementedError

    def undo(self, offer: int) -> CounterView:
        self.asked.append(f"undo {offer}")
        return replace(self.read_view(), message="Undone.")

    def list_search_purposes(self) -> tuple[Option, ...]:
        status = Option("status", localized("asks for the state of the case", "询问办理进度"), key="1")
        return (status, Option("receipt", localized("the receipt was lost", "回执遗失"), key="2"))

    def find_cases(self, text: str, purpose: str) -> SearchResult:
        self.asked.append(f"find_cases {text} {purpose}")
        if self.found is None:
            raise OutOfReach(localized("That needs the center.", "须联系市中心。"))
        return self.found

    def list_own_cases(self) -> tuple[CaseRow, ...]:
        return own_cases() if self.cases is None else self.cases

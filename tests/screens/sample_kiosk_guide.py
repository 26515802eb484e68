"""The service guide of a kiosk in memory, for tests."""

from __future__ import annotations

from typing import Protocol

from clerk_app.errors import OutOfReach, Refused
from clerk_app.views.finding import Facet, FacetValue, GuideLine, GuideSection, OfferRow
from clerk_app.views.kiosk_guide import BroughtMaterial, KioskGuide, PrintedGuide
from clerk_app.views.shared import LabelledValue
from tests.screens.sample_data import localized


class _Machine(Protocol):
    """The machine that prints."""

    asked: list[str]
    paper: bool
    slip_is_unknown: bool


class SampleGuide:
    """Eight life events, of which each has the birth of a child; its letters are CS and XSE, its number is 1."""

    def __init__(self, machine: _Machine) -> None:
        self._machine = machine
        self.refusal: Refused | None = None  # of every print

    def list_values(self, facet: Facet) -> tuple[FacetValue, ...]:
        name = localized({"theme": "Topic", "life_event": "Event", "organ": "Department"}[facet], "类别")
        return tuple(FacetValue(f"v{number}", f"{name} {number}", 10 - number) for number in range(1, 9))

    def list_offers(self, facet: Facet, value: str) -> tuple[OfferRow, ...]:
        self._machine.asked.append(f"list_offers {facet} {value}")
        return self._offers()

    def find_offers(self, text: str) -> tuple[OfferRow, ...]:
        self._machine.asked.append(f"find_offers {text}")
        return self._offers() if text.upper() in ("CS", "XSE", "1") else ()

    def read_guide(self, offer: str) -> KioskGuide:
        lines = tuple(GuideLine(localized(f"Condition {number}", f"条件{number}")) for number in range(30))
        return KioskGuide(
            offer=offer,
            name=localized("A child is born", "小孩出生"),
            brought=(
                BroughtMaterial(localized("Identity card of the mother", "母亲身份证"), localized("original", "原件")),
                BroughtMaterial(
                    localized("Marriage certificate", "结婚证"),
                    localized("a copy is enough", "复印件即可"),
                    (localized("It may be brought later.", "可后补。"),),
                ),
            ),
            held=(localized("Household register", "户口簿"),),
            facts=(LabelledValue(localized("Promised", "承诺"), localized("5 working days", "5个工作日")),),
            sections=(GuideSection(localized("Birth certificate", "出生医学证明"), lines),),
        )

    def print_guide(self, offer: str) -> PrintedGuide:
        self._machine.asked.append(f"print_guide {offer}")
        if self.refusal is not None:
            raise self.refusal
        if not self._machine.paper:
            raise OutOfReach("The printer is out of paper. Put in a new roll, then print again.")
        return PrintedGuide(is_unknown=self._machine.slip_is_unknown)

    def _offers(self) -> tuple[OfferRow, ...]:
        birth, pension = localized("A child is born", "小孩出生"), localized("Pension", "养老金")
        kind, organ = localized("One thing", "一件事"), localized("Health", "卫健委")
        return OfferRow("birth", birth, kind, organ, 5, key="1"), OfferRow("matter.pension", pension, kind, organ, 3)

"""Sample papers for a department: one task that waits for two papers, of which one needs its validity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from clerk_app.views.case import FieldRow
from clerk_app.views.papers import PaperTarget
from clerk_app.views.requested_papers import RequestedPapers
from clerk_app.views.shared import Option
from tests.screens.sample_data import localized
from tests.screens.sample_taking import SampleTaking


class SampleRequestedPapers:
    """Implements views.RequestedPapersService."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @cached_property
    def paper_taking(self) -> SampleTaking:
        return SampleTaking()

    def list_requested(self) -> tuple[RequestedPapers, ...]:
        return (
            RequestedPapers(
                task="26000000001601",
                case="260000000016",
                number="260000000016-01",
                matter=localized("Traffic approval", "占道施工交通审批"),
                applicant=localized("Sample Construction Co.", "示范建设公司"),
                asked_on="2026-11-02",
                materials=(
                    Option("traffic-plan", localized("Traffic plan", "交通组织方案")),
                    Option("safety-plan", localized("Safety plan", "安全施工方案")),
                ),
            ),
        )

    def find_target(self, case: str, material: str) -> PaperTarget:
        names = {option.id: option.name for row in self.list_requested() for option in row.materials}
        return PaperTarget(f"case/{case}", material, names[material])

    def list_fields(
        self, case: str, materials: Sequence[str], typed: Mapping[str, str] | None = None
    ) -> tuple[FieldRow, ...]:
        self.asked.append(f"list_fields {case} {','.join(materials)} {sorted((typed or {}).items())}")
        return ()

    def take_in(self, case: str, materials: Sequence[str], typed: Mapping[str, str]) -> str:
        self.asked.append(f"take_in {case} {','.join(materials)} {sorted(typed.items())}")
        return localized("Taken in.", "已收取。")

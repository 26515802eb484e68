"""The hand-over log in memory, for tests of counter and department."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.views.courier import ConsignedPaper, ConsignmentRow, CourierView, WaitingPaper
from tests.screens.sample_data import CASE, NOW, localized


class SampleCourier:
    """Two papers wait for two departments, and a list of two papers is on its way."""

    asked: list[str]

    def read_courier(self) -> CourierView:
        lease, photo = (
            localized("Lease (original)", "房屋租赁合同（原件）"),
            localized("Photo (original)", "照片（原件）"),
        )
        police, housing = localized("Police", "公安局"), localized("Housing", "住房管理局")
        papers = (ConsignedPaper(1, lease, CASE, ""), ConsignedPaper(2, photo, CASE, ""))
        return CourierView(
            waiting=(
                WaitingPaper("o1", lease, CASE, "housing", housing),
                WaitingPaper("o2", photo, CASE, "police", police),
            ),
            incoming=(ConsignmentRow("IH30518264", police, housing, "Wang", NOW, "Li Mei", papers, ""),),
        )

    def send_papers(self, papers: Sequence[str], courier: str) -> str:
        self.asked.append(f"send_papers {','.join(papers)} {courier}")
        return "Given to the courier."

    def receive_papers(self, consignment: str, positions: Sequence[int], note: str = "") -> str:
        self.asked.append(f"receive_papers {consignment} {','.join(map(str, positions))} {note}".rstrip())
        return "Received."

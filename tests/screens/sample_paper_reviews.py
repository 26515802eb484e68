"""What the sample counter has read from papers."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.views.case import MaterialRow
from clerk_app.views.counter import CounterView
from clerk_app.views.paper_review import FinishedReading, PaperReview, ReadingState, ReviewFinding, ReviewValue
from clerk_app.views.shared import Option, Picture
from tests.screens.sample_data import localized

MATERIAL = "birth"


def sample_review() -> PaperReview:
    """Return the review of a certificate of which a name differs, a value is unsure, and a day is over."""
    page = localized("the form has", "申请表为")
    return PaperReview(
        material=MATERIAL,
        name=localized("Birth certificate", "出生医学证明"),
        state="done",
        level="warn",
        headline=localized(
            "Name of father: the paper has another name, 陈志强. the form has 陈志远.",
            "父亲姓名: 材料上的姓名不同, 为陈志强. 申请表为陈志远.",
        ),
        findings=(
            ReviewFinding(
                "expired:valid_until", "bad", localized("Valid to: 2026-01-31 is over.", "有效期至: 已过."),
                needs_reason=True,
            ),
            ReviewFinding(
                "double:number:id-card", "warn", localized("It may be the same paper.", "可能与其他材料相同.")
            ),
        ),
        values=(
            ReviewValue(
                "child_name", localized("Name of the child", "新生儿姓名"), "陈一诺", localized("sure", "确定"), "good",
                is_sure=True, page=1, known=f"{page} 陈一诺", field="child_name",
            ),
            ReviewValue(
                "father_name", localized("Name of father", "父亲姓名"), "陈志强", localized("other name?", "姓名不同?"),
                "warn", is_sure=True, page=1, known=f"{page} 陈志远", field="father_name", can_take=True,
                needs_reason=True,
            ),
            ReviewValue(
                "hospital", localized("Place of birth", "接生机构"), "示范市妇幼保健院",
                localized("unsure, 87 %", "不确定, 87 %"), "plain", is_sure=False, page=2,
            ),
        ),
        can_read=True,
    )  # fmt: skip


class SamplePaperReviews:
    """Records each call in `asked`; `review` is None while the paper is not read."""

    asked: list[str]
    review: PaperReview | None = None
    reading: ReadingState = ""  # of the birth certificate

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def with_reading(self, row: MaterialRow) -> MaterialRow:
        """Return a row of the check list with what was read from its paper."""
        if row.id != MATERIAL or not self.reading:
            return row
        headline = sample_review().headline if self.reading == "done" else ""
        name = localized("other name?", "姓名不同?") if self.reading == "done" else localized("being read", "识读中")
        row = replace(row, state="paper", is_paper=True, state_name=name)
        return replace(row, reading=self.reading, reading_headline=headline)

    def read_paper(self, material: str) -> FinishedReading:
        self.asked.append(f"read_paper {material}")
        return FinishedReading("draft", material, None)

    def record_reading(self, reading: FinishedReading) -> CounterView:
        self.reading = "done"
        return self._do(f"record_reading {reading.material}")

    def review_paper(self, material: str) -> PaperReview:
        self.asked.append(f"review_paper {material}")
        return self.review or sample_review()

    def draw_value(self, material: str, value: str, width: int, height: int) -> Picture | None:
        self.asked.append(f"draw_value {material} {value}")
        return Picture(width, height, bytes((255, 255, 255)) * (width * height))

    def take_value(self, material: str, value: str) -> CounterView:
        return self._do(f"take_value {material} {value}")

    def ignore_finding(self, material: str, finding: str, code: str = "", reason: str = "") -> CounterView:
        return self._do(" ".join(filter(None, ("ignore_finding", material, finding, code, reason))))

    def list_finding_reasons(self) -> tuple[Option, ...]:
        return (
            Option("misread", localized("The program has read it wrongly", "系统识读有误")),
            Option("other", localized("Another reason", "其他原因"), hint=localized("in own words", "需自行填写")),
        )

    def read_again(self, material: str) -> CounterView:
        return self._do(f"read_again {material}")


class SampleCaseReviews:
    """A task with a paper that can be read, if `has_paper`."""

    asked: list[str]
    has_paper = False

    def with_paper(self, rows: tuple[MaterialRow, ...]) -> tuple[MaterialRow, ...]:
        """Return the rows of a task, of which the first one is a paper with pages."""
        if not self.has_paper:
            return rows
        return (replace(rows[0], id=MATERIAL, state="paper", is_paper=True, reading="waiting"), *rows[1:])

    def review_paper(self, material: str, *, again: bool = False) -> PaperReview:
        self.asked.append(f"review_paper {material}" + " again" * again)
        return replace(sample_review(), can_act=False)

    def draw_value(self, material: str, value: str, width: int, height: int) -> Picture | None:
        return None

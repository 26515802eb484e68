"""Similar applications in memory, for tests."""

from __future__ import annotations

from functools import cached_property

from clerk_app.views.shared import Option
from clerk_app.views.similar import MarkedPart, SimilarRow, TextPair
from tests.screens.sample_data import localized

_SHARED = (
    "本项目面向示范市冷链运输企业，建设车辆温度在线记录平台，每五分钟采集一次厢内温度并上传，超过限值时自动提醒驾驶员。",
    "项目建成后预计接入冷藏车二百辆，减少货损百分之三，并向监管部门提供温度记录的查询接口，记录保存不少于三年。",
)
_OWN = f"项目背景：企业自有冷藏车四十辆，\n{_SHARED[0]}\n项目团队由八名工程师组成，\n{_SHARED[1]}"
_OTHER = f"{_SHARED[0]}\n本企业已有同类软件著作权三项，\n{_SHARED[1]}\n项目期限为十八个月。"


def sample_similar() -> SimilarRow:
    """Return an earlier case whose text has two passages in common with that of the task."""
    parts = tuple(
        MarkedPart(begin, begin + len(text), other, other + len(text), 100)
        for text in _SHARED
        for begin, other in ((_OWN.index(text), _OTHER.index(text)),)
    )
    pair = TextPair(localized("Abstract of the project", "项目摘要"), _OWN, _OTHER, parts)
    why = localized("same text: 62 %; same person", "文字相同：62%；人员相同")
    return SimilarRow("260000000017", why, "2026-05-06", (pair,), must_settle=True)


class SampleSimilar:
    """The form of a task has a compared text if `has_compared_texts`; one earlier case is found."""

    has_compared_texts = False

    @cached_property
    def settled(self) -> list[str]:
        """What was settled: number, code, words."""
        return []

    def find_similar(self) -> tuple[SimilarRow, ...]:
        return (sample_similar(),)

    def list_finding_codes(self) -> tuple[Option, ...]:
        return (
            Option("not_relevant", localized("Not relevant", "无关")),
            Option("other", localized("Another reason", "其他原因"), localized("in words", "须说明")),
        )

    def settle_similar(self, number: str, code: str, note: str) -> str:
        self.settled.append(f"{number} {code} {note}".strip())
        return code

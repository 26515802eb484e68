"""What the sample counter finds: a few one things, one of them a single matter, by part of the name."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_app.views.finding import (
    Facet,
    FacetValue,
    GuideLine,
    GuideSection,
    GuideView,
    OfferPage,
    OfferPreview,
    OfferRow,
)
from clerk_app.views.shared import LabelledValue
from tests.screens.sample_data import localized

HEALTH = "health"


def _rows() -> list[OfferRow]:
    things = (
        ("birth", localized("A child is born", "小孩出生一件事"), "csyjs", localized("Health", "卫生健康委员会")),
        ("road", localized("Road excavation", "一般项目挖掘道路"), "wjdl", localized("Roads", "城市管理局")),
        ("hire", localized("Hiring staff", "企业招用员工"), "zyyg", localized("Labour", "人力资源和社会保障局")),
        ("permit", localized("Residence permit", "居住证办理"), "jzz", localized("Police", "公安局")),
        ("passport", localized("Passport", "普通护照签发"), "hz", localized("Police", "公安局")),
    )
    kind = localized("One thing", "一件事")
    return [
        OfferRow(name, text, kind, organ, 5, str(place), number=initials)
        for place, (name, text, initials, organ) in enumerate(things, 1)
    ]


class SampleOffers:
    """Finds by part of a name, initials or number; the health department has the first row."""

    searches = 0

    def find_offers(self, text: str, facets: Mapping[Facet, str]) -> OfferPage:
        self.searches += 1
        rows = tuple(
            row
            for row in _rows()
            if (text == row.key or text.casefold() in row.number + row.name.casefold())
            and (facets.get("organ") != HEALTH or row.id == "birth")
        )
        return OfferPage(rows, len(rows), len(_rows()))

    def list_facet_values(self, text: str, facets: Mapping[Facet, str], facet: Facet) -> tuple[FacetValue, ...]:
        return (FacetValue(HEALTH, localized("Health", "卫生健康委员会"), 1),) if facet == "organ" else ()

    def preview_offer(self, offer: str) -> OfferPreview:
        row = next(row for row in _rows() if row.id == offer)
        facts = (LabelledValue(localized("Office", "部门"), row.organ), LabelledValue(localized("Fee", "收费"), "0"))
        return OfferPreview(row.name, row.kind, facts, (row.name,), (localized("Identity card", "居民身份证"),))

    def read_guide(self, offer: str = "") -> GuideView:
        row = next(row for row in _rows() if row.id == (offer or "birth"))
        lines = tuple(
            GuideLine(localized(f"Condition {place}: the child was born here", f"受理条件{place}：在本市出生"), "S1")
            for place in range(1, 40)
        )
        return GuideView(offer, row.name, (GuideSection(localized("Overview", "基本信息"), lines),))

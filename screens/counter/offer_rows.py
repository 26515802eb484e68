"""Rows and previews of what F5 finds at the counter."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _
from clerk_app.views.finding import OfferPreview, OfferRow
from screens.widgets.columns import ListRow
from screens.widgets.paint import Line, join_phrases, wrap
from screens.widgets.pick import PickRow


def to_pick_rows(rows: Iterable[OfferRow]) -> list[PickRow]:
    """Return the rows as they are picked in the linear mode too."""
    return [PickRow(row.id, row.name, row.key, join_phrases(row.kind, row.organ, row.number)) for row in rows]


def offer_list_row(row: OfferRow) -> ListRow:
    """Return the row of the list, with the matching part of its name marked."""
    start, end = row.marked
    return ListRow(
        row.id,
        (row.key, row.name, row.kind, row.organ, str(row.days)),
        styles=("cap", "", "dim", "dim", "dim"),
        match=(1, start, end) if end > start else None,
    )


def preview_lines(preview: OfferPreview, width: int) -> Iterable[Line]:
    """Yield the lines of a preview: name, kind, facts, matters, materials."""
    yield from ([(line, "strong")] for line in wrap(preview.name, width))
    yield [(preview.kind, "dim")]
    yield []
    for fact in preview.facts:
        yield from (
            [(line, "")] for line in wrap(_("{label}: {value}").format(label=fact.label, value=fact.value), width)
        )
    for title, names in ((_("Matters"), preview.matters), (_("Materials"), preview.materials)):
        if names:
            yield []
            yield [(f"{title} ({len(names)})", "title")]
            yield from ([(line, "")] for name in names for line in wrap(f"- {name}", width))

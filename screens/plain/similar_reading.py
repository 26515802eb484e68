"""Similar applications in lines: the passages that two texts have in common, then both texts if that is wanted."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _, format_list
from clerk_app.views.similar import TextPair
from screens.department.similar import SimilarDialog, list_text_lines
from screens.plain.host import LineHost

_UNBROKEN = 1_000_000  # cells: no paragraph is broken


async def read_similar(host: LineHost, dialog: SimilarDialog) -> None:
    """Write why the case was named and each passage in both texts; write the whole texts on request."""
    host.write(dialog.heading, dialog.row.why)
    number = 0
    for pair in dialog.row.pairs:
        if not pair.parts:
            host.write(format_list((pair.label, _("no common passage")), ":"))
        for part in pair.parts:
            number += 1
            facts = {"number": number, "count": len(dialog.parts), "score": part.score}
            title = _("passage {number} of {count}, {score} % the same").format(**facts)
            host.write(
                format_list((pair.label, title), ":"),
                format_list((_("this application"), pair.text[part.begin : part.end]), ":"),
                format_list((_("the other case"), pair.other_text[part.other_begin : part.other_end]), ":"),
            )
    question = _("Both texts in full, with the passages in brackets and numbered.")
    if await host.confirm((question,), _("reads them out")):
        for pair in dialog.row.pairs:
            host.write(*_full_text(dialog, pair, is_other=False), *_full_text(dialog, pair, is_other=True))


def _full_text(dialog: SimilarDialog, pair: TextPair, *, is_other: bool) -> Iterable[str]:
    """Return the lines of a text; its passages have the numbers that they have among those of all texts."""
    at = dialog.row.pairs.index(pair)
    before = sum(len(earlier.parts) for earlier in dialog.row.pairs[:at])
    lines = list_text_lines((pair,), _UNBROKEN, is_other=is_other, head=dialog.text_head, first=before)
    return ("".join(text for text, _style in line) for line, _number in lines)

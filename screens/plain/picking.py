"""Picks a row by its number or by letters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from clerk_app.locales import _, format_list
from screens.plain.host import LineHost
from screens.widgets.pick_rows import PickRow, is_part_of_number, matching_rows

MAX_ROWS = 20  # rows of a list that are written at once


async def pick_row(
    host: LineHost,
    question: Iterable[str],
    rows: Sequence[PickRow],
    *,
    search: Callable[[str], Awaitable[Sequence[PickRow]]] | None = None,
) -> str | None:
    """Let the person pick a row by its number, or by letters that only one row has; None if they went back."""
    how = _("Type the number of a row, or letters of it, then Enter.")
    shown = list(rows)
    sentences = [*filter(None, question), *row_lines(shown)]
    while True:
        text = await host.read_text(_("Number or letters:"), question=sentences, how=how)
        if text is None:
            return None
        by_number = [row for index, row in enumerate(shown, 1) if (row.key or str(index)) == text]
        found = by_number or (list(await search(text)) if search is not None else matching_rows(rows, text))
        if not text or not found or is_part_of_number(found[0], text):
            sentences = [_("Nothing matches.") if text else how]
        elif len(found) == 1 or found[0].key == text:
            host.write(found[0].name)
            return found[0].id
        else:
            shown = found
            sentences = list(row_lines(found))


def row_lines(rows: Sequence[PickRow]) -> Iterable[str]:
    """Return the rows with their numbers, at most MAX_ROWS."""
    for index, row in enumerate(rows[:MAX_ROWS], 1):
        yield f"{row.key or index}. " + format_list(filter(None, (row.name, row.hint)))
    if len(rows) > MAX_ROWS:
        yield _("{count} more: type letters to find them.").format(count=len(rows) - MAX_ROWS)

"""The list of F5 in lines: letters find, F2 to F4 narrow by theme, life event and department, F5 is the navigator."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.finding import FACETS, Facet, FacetValue, OfferPage
from screens.counter.guide import show_guide
from screens.counter.offer_rows import to_pick_rows
from screens.counter.offers import FACET_KEYS, FACET_NAMES, NAVIGATE, OfferDialog
from screens.plain.host import BACK, HELP, LineHost
from screens.plain.picking import pick_row, row_lines
from screens.widgets.pick_rows import PickRow, is_part_of_number

_ANY = "any"


async def pick_offer(host: LineHost, dialog: OfferDialog) -> str | None:
    """Let the person find what is accepted; None if they went back."""
    found = _OfferList(host, dialog)
    host.write(dialog.heading, *found.describe())
    while True:
        answer = await host.terminal.ask(_("Number or letters:"))
        typed, chosen = answer.text.strip(), None
        if answer.key in ("escape", "ctrl+d") or typed == BACK:
            return None
        if answer.key == "f1" or typed == HELP:
            host.write(_describe_keys(dialog))
        elif answer.key == "enter":
            chosen = await found.take(typed)
        else:
            chosen = await found.press(answer.key)
        if chosen is not None:
            return chosen
        host.write(*found.describe())


class _OfferList:
    """The rows that are found for what was typed, and the values to which they are limited."""

    def __init__(self, host: LineHost, dialog: OfferDialog) -> None:
        self._host, self._dialog, self._page = host, dialog, dialog.page
        self._text = ""
        self._facets: dict[Facet, FacetValue] = {}

    async def take(self, typed: str) -> str | None:
        """Return the row with a number, or the only one that letters find; None if more or none are found."""
        row = _find_row(self._page, typed)
        if row is None:
            self._text = typed
            await self._find()
            rows = to_pick_rows(self._page.rows)
            row = rows[0] if typed and len(rows) == 1 else None
        if row is None:
            return None
        self._host.write(row.name)
        return row.id

    async def press(self, key: str) -> str | None:
        """Carry out a function key; return what was chosen for the navigator, None for all else."""
        facet = next((facet for facet in FACETS if FACET_KEYS[facet].casefold() == key), None)
        if facet is not None:
            await self._choose_value(facet)
        elif key == "f6":
            self._facets.clear()
        elif key == "f8" or (key == "f5" and self._dialog.can_navigate):
            row = await pick_row(self._host, (_("For which row?"),), to_pick_rows(self._page.rows))
            if row is not None and key == "f5":
                return NAVIGATE + row
            if row is not None:
                await show_guide(self._dialog.screen_below, row)
        else:
            self._host.write(_("First answer this, or go back with <."))
        await self._find()
        return None

    async def _find(self) -> None:
        names = {facet: value.id for facet, value in self._facets.items()}
        self._page = await self._host.ask(partial(self._dialog.screen_below.service.find_offers, self._text, names))

    async def _choose_value(self, facet: Facet) -> None:
        """Let the person choose a value of a facet, or any."""
        others = {name: value.id for name, value in self._facets.items() if name != facet}
        service = self._dialog.screen_below.service
        values = await self._host.ask(partial(service.list_facet_values, self._text, others, facet))
        rows = [PickRow(value.id, f"{value.name} ({value.count})", str(index)) for index, value in enumerate(values, 1)]
        rows.append(PickRow(_ANY, _("any"), str(len(rows) + 1)))
        chosen = await pick_row(self._host, (_(FACET_NAMES[facet]),), rows)
        if chosen == _ANY:
            self._facets.pop(facet, None)
        elif chosen is not None:
            self._facets[facet] = next(value for value in values if value.id == chosen)

    def describe(self) -> list[str]:
        """Return the limits and the rows."""
        limits = [
            _("{key} {facet}: {value}").format(key=FACET_KEYS[facet], facet=_(FACET_NAMES[facet]), value=value.name)
            for facet, value in self._facets.items()
        ]
        rows = row_lines(to_pick_rows(self._page.rows)) if self._page.rows else (_("Nothing matches."),)
        return [*limits, *rows]


def _find_row(page: OfferPage, typed: str) -> PickRow | None:
    """Return the row with a number; None for letters, or part of a number."""
    rows = to_pick_rows(page.rows)
    found = next((row for index, row in enumerate(rows, 1) if (row.key or str(index)) == typed), None)
    return None if found is not None and is_part_of_number(found, typed) else found


def _describe_keys(dialog: OfferDialog) -> str:
    how = _(
        "Type the number of a row, or letters of it, then Enter. F2 chooses a theme, F3 a life event, F4 a department, "
        "F6 takes them away, F8 reads the guide."
    )
    navigator = _("F5 is the navigator.")
    return f"{how} {navigator}" if dialog.can_navigate else how

"""The dialog of F5: finds one things, matters and handling items while typing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from clerk_app.locales import _, mark
from clerk_app.views.finding import FACETS, Facet, FacetValue, OfferPage
from screens import keys
from screens.counter.frame import CounterFrame
from screens.counter.guide import show_guide
from screens.counter.offer_rows import offer_list_row, preview_lines, to_pick_rows
from screens.key_gate import KeyHold
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Horizontal
from screens.widgets.dialog_frame import EDGE_CELLS
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, flow, join_phrases, wrap
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.preview import Preview, PreviewLines
from screens.widgets.row_list import RowList

_WIDEST = 150  # cells of the dialog
_PREVIEW_FROM = 120  # cells of the terminal from which on there is a preview next to the list
_SEARCH_DELAY = 0.01  # seconds after the paint of a key, in which the terminal receives the paint
NAVIGATE = "navigate:"
"""Prefix of an id that was chosen for the navigator."""
FACET_KEYS: dict[Facet, str] = {"theme": "F2", "life_event": "F3", "organ": "F4"}
FACET_NAMES: dict[Facet, str] = {
    "theme": mark("Theme"),
    "life_event": mark("Life event"),
    "organ": mark("Department"),
}


class OfferDialog(PickDialog):
    """Typing searches in the background; the newest result is shown. F2 to F4 narrow by facet, F8 opens the guide."""

    about = mark("What the citizen came for is found by name, pinyin, initials, number, theme, event or department.")
    BINDINGS = [
        *(Binding(key.lower(), f"next_value('{facet}')", show=False) for facet, key in FACET_KEYS.items()),
        Binding("f5", "navigate", show=False),
        Binding("f6", "drop_facets", show=False),
        Binding("f8", "open_guide", show=False),
    ]
    REST = "{count}"  # its edge has more keys
    OTHER_KEYS: ClassVar[tuple[keys.KeyHelp, ...]] = (
        *PickDialog.OTHER_KEYS,
        keys.KeyHelp("f2", "F2", mark("the next theme, with the number of its matches")),
        keys.KeyHelp("f3", "F3", mark("the next life event")),
        keys.KeyHelp("f4", "F4", mark("the next department")),
        keys.KeyHelp("f5", "F5", mark("navigator: few questions about the marked row")),
        keys.KeyHelp("f6", "F6", mark("all themes, life events and departments")),
        keys.KeyHelp("f8", "F8", mark("service guide of the marked row")),
    )
    DEFAULT_CSS = """
    OfferDialog Horizontal { height: auto; max-height: 70vh; margin: 1 0 0 0; }
    OfferDialog RowList { width: 3fr; height: auto; max-height: 60vh; margin: 0; }
    OfferDialog Preview { width: 2fr; height: 60vh; margin: 0 0 0 2; display: none; }
    OfferDialog.-preview Preview { display: block; }
    OfferDialog.-preview RowList { height: 60vh; }
    """

    def __init__(
        self, title: str, screen: CounterFrame, page: OfferPage, *, hint: str = "", can_navigate: bool = False
    ) -> None:
        super().__init__(title, to_pick_rows(page.rows), search=self._search_rows, hint=hint)
        self.screen_below, self.can_navigate, self.page = screen, can_navigate, page
        self._service = screen.service
        self._facets: dict[Facet, FacetValue] = {}
        self._shown_text = ""
        self._is_searching = False
        self._enter_hold: KeyHold | None = None  # Enter was pressed before the result of what was typed

    async def _search_rows(self, text: str) -> Sequence[PickRow]:
        find = partial(self._service.find_offers, text, {})
        return to_pick_rows((await self.screen_below.host.ask(find)).rows)

    def dialog_body(self) -> Iterable[Widget]:
        yield FormInput(id="query")
        yield TextBlock(self._facet_lines, id="facets")
        columns = [
            Column(str, 4, priority=3, align_right=True),
            Column(lambda: _("One thing or matter"), 24, grow=3, priority=4),
            Column(lambda: _("Kind"), 8, priority=2, keep_whole=True),
            Column(lambda: _("Department"), 14, grow=1, priority=2),
            Column(lambda: _("Days"), 6, align_right=True, priority=1),
        ]
        rows = RowList(columns, id="found", empty=self._describe_nothing, can_filter=False)
        rows.can_focus = False
        with Horizontal():
            yield rows
            yield Preview(rows, self._read_preview, id="offer")
        yield TextBlock(self._current_lines, id="current")

    def content_cells(self) -> int:
        return min(_WIDEST, self.app.size.width - 2 * EDGE_CELLS)

    def title_line(self) -> Line:
        shown, total = len(self.page.rows), self.page.total
        if not self._shown_text and not self._facets:
            return [(self.heading, ""), ("  " + _("{count} can be found").format(count=self.page.names), "dim")]
        count = _("{shown} of {total}").format(shown=shown, total=total) if shown < total else str(total)
        return [(self.heading, ""), ("  " + count, "warn")]

    def footer_lines(self) -> Iterable[Line]:
        guide: Line = [("   F8 ", "cap"), (_("service guide"), "dim")]
        navigator: Line = [("   F5 ", "cap"), (_("navigator"), "dim")] if self.can_navigate else []
        return [[*line, *navigator, *guide] for line in super().footer_lines()]

    def on_mount(self) -> None:
        self.set_class(self.app.size.width >= _PREVIEW_FROM, "-preview")
        super().on_mount()

    def on_row_list_moved(self) -> None:
        self.query_one("#current", TextBlock).reload()

    def on_resize(self) -> None:
        self.set_class(self.app.size.width >= _PREVIEW_FROM, "-preview")
        if self.is_mounted:
            self.show_frame()

    async def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        event.prevent_default()  # the handler of PickDialog holds the keys while it searches
        self._find()

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.prevent_default()  # the handler of PickDialog would pick from rows of an earlier text
        if message.input.value == self._shown_text:
            super().on_form_input_completed(message)
            return
        message.stop()
        if self._enter_hold is None:  # keys wait for the rows that Enter picks from
            self._enter_hold = self.host.hold_keys()
        self._find()  # unless it is under way: the search before may have failed

    def action_next_value(self, facet: Facet) -> None:
        text, facets = self._query()
        read = partial(self._service.list_facet_values, text, facets, facet)
        self.host.fetch(read, partial(self._take_next, facet), group="facet")

    def action_drop_facets(self) -> None:
        self._facets.clear()
        self._find()

    def action_navigate(self) -> None:
        row = self.current_row
        if row is not None and self.can_navigate:
            self.close(NAVIGATE + row.id)

    def action_open_guide(self) -> None:
        row = self.current_row
        if row is not None:
            self.host.run_in_background(show_guide(self.screen_below, row.id))

    def _show(self, _rows: Sequence[PickRow]) -> None:
        self._show_page(self._shown_text, self.page)

    def _query(self) -> tuple[str, Mapping[Facet, str]]:
        return self.query_one(FormInput).value, {facet: value.id for facet, value in self._facets.items()}

    def _find(self) -> None:
        """Search once what was typed is painted. One search runs at a time, so that fast keys do not queue searches."""
        if not self._is_searching:
            self._is_searching = True
            self.call_after_refresh(self.set_timer, _SEARCH_DELAY, self._start_search)

    def _start_search(self) -> None:
        self.host.run_in_background(self._search_newest())

    async def _search_newest(self) -> None:
        """Search, and again if text or facets have changed meanwhile."""
        try:
            searched = None
            while not self.answer.done() and searched != self._query():
                searched = text, facets = self._query()
                page = await self.host.ask(partial(self._service.find_offers, text, facets))
                self._show_page(text, page)
        finally:
            self._is_searching = False
            self._release_enter()

    def _take_next(self, facet: Facet, values: Sequence[FacetValue]) -> None:
        """Choose the value after the chosen one; after the last one, none."""
        ids = [value.id for value in values]
        chosen = self._facets.pop(facet, None)
        following = ids.index(chosen.id) + 1 if chosen is not None and chosen.id in ids else 0
        if following < len(values):
            self._facets[facet] = values[following]
        elif not values:
            self.app.bell()
        self._find()

    def _show_page(self, text: str, page: OfferPage) -> None:
        if self.answer.done() or text != self.query_one(FormInput).value:
            return
        self._shown_text, self.page = text, page
        self._found, self._moved = to_pick_rows(page.rows), False
        rows = self.query_one("#found", RowList)
        rows.show_rows([offer_list_row(row) for row in page.rows])
        rows.cursor = 0
        self.query_one("#facets", TextBlock).reload()
        self.on_row_list_moved()
        self.show_frame()
        if self._enter_hold is not None:
            self._release_enter()
            self.query_one(FormInput).post_message(FormInput.Completed(self.query_one(FormInput)))

    def _release_enter(self) -> None:
        if self._enter_hold is not None:
            self.host.release_keys(self._enter_hold)
            self._enter_hold = None

    def _facet_lines(self, width: int) -> Iterable[Line]:
        spans = []
        for facet in FACETS:
            value = self._facets.get(facet)
            shown = f"{value.name} ({value.count})" if value is not None else _("any")
            text = _("{key} {facet}: {value}").format(key=FACET_KEYS[facet], facet=_(FACET_NAMES[facet]), value=shown)
            spans.append((text, "warn" if value is not None else "dim"))
        return flow(spans, width)

    def _describe_nothing(self) -> str:
        return _("Nothing matches: type less, or another word; F6 takes the limits away.")

    def _current_lines(self, width: int) -> Iterable[Line]:
        row = self.current_row
        if row is None or self.has_class("-preview"):
            return ()
        return [[(line, "dim")] for line in wrap(join_phrases(row.name, row.hint), width)]

    def _read_preview(self, row: ListRow) -> PreviewLines:
        return partial(preview_lines, self._service.preview_offer(row.key))


async def find_offer(screen: CounterFrame, title: str, *, hint: str = "", can_navigate: bool = False) -> str | None:
    """Let the clerk find what is accepted; return its id, or None if they went back.

    With `can_navigate` the id may have NAVIGATE before it: the navigator asks its questions first.
    """
    page = await screen.host.ask(partial(screen.service.find_offers, "", {}))
    return await screen.host.show(OfferDialog(title, screen, page, hint=hint, can_navigate=can_navigate))

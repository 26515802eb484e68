"""A dialog with the details of a part of the hall, and the acts that are possible now."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.supervisor import HallActId, HallDetails
from screens.widgets.columns import Column, ListRow
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, wrap
from screens.widgets.row_list import RowList
from screens.widgets.scroll import ScrollingText

BACK = ""  # id of the first row, which changes nothing


class DetailsDialog(Dialog[HallActId]):
    """Shows lines to read; Page Up and Page Down scroll them. Enter picks an act; the first row goes back."""

    about = mark("This shows what belongs to the marked row, and what can be done about it.")
    DEFAULT_CSS = """
    DetailsDialog ScrollingText { max-height: 12; }
    DetailsDialog RowList { height: auto; min-height: 1; max-height: 6; margin: 1 0 0 0; }
    """

    def __init__(self, details: HallDetails) -> None:
        super().__init__(details.title, hint=_("takes it"))
        self.add_class("-wide")
        self._details = details

    def dialog_body(self) -> Iterable[Widget]:
        text = ScrollingText(self._lines)
        text.can_focus = False
        yield text
        yield RowList([Column(str, 24, grow=1), Column(str, 20, grow=1)], id="acts", can_filter=False)

    def on_mount(self) -> None:
        super().on_mount()
        rows = [ListRow(BACK, (_("Change nothing") if self._details.acts else _("Close"), ""))]
        rows += [ListRow(act.id, (act.name, act.hint)) for act in self._details.acts]
        self.query_one(RowList).show_rows(rows)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.close(next((act.id for act in self._details.acts if act.id == message.row.key), None))

    def key_pageup(self) -> None:
        self._scroll(-1)

    def key_pagedown(self) -> None:
        self._scroll(1)

    def _scroll(self, pages: int) -> None:
        text = self.query_one(ScrollingText)
        text.scroll_relative(y=pages * max(1, text.size.height - 1), animate=False)

    def _lines(self, width: int) -> Iterable[Line]:
        for sentence in self._details.lines:
            indent = "  " if sentence.startswith("  ") else ""
            yield from ([(indent + line, "")] for line in wrap(sentence.strip(), width - len(indent)))

"""Today's cases of this window: a panel for the hall, and the dialog of F5."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.case_list import CaseRow
from screens import keys
from screens.counter.case_rows import CaseListDialog, CaseRows
from screens.theme.panels import title_panel
from screens.widgets.containers import Vertical
from screens.widgets.paint import Line, Span

FIND = "find"
"""Answer of the dialog: search for another case at the center."""
FIND_KEY = keys.CHOOSE.with_label(mark("Find"), mark("Finds a person or another case at the center."))


def _describe_empty_list() -> str:
    return _("No case was accepted, supplemented or handed over here today. F5 finds one of another day.")


class OwnCases(Vertical):
    """Panel with today's cases of this window; Enter on one posts `RowList.Opened` of the list `owncases`."""

    DEFAULT_CSS = "OwnCases { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")

    def compose(self) -> ComposeResult:
        yield CaseRows(list_id="owncases", empty=_describe_empty_list, time_title=lambda: _("Time"))

    def show_cases(self, cases: Sequence[CaseRow], *, key: str = "") -> None:
        """Show the cases of `CounterService.list_own_cases`; `key` is the number of the panel."""
        title_panel(self, _("Today at this window"), key=key, count=len(cases))
        self.query_one(CaseRows).show_cases(cases)


class OwnCasesDialog(CaseListDialog):
    """Today's cases of this window; the answer is the number of the case to open, or FIND."""

    about = mark("Today's cases of this window; F5 asks the center for a person or another case.")
    BINDINGS = keys.bindings((FIND_KEY,))
    OTHER_KEYS = (
        keys.ROWS,
        keys.KeyHelp("f5", "F5", mark("finds a person or another case at the center")),
    )

    def __init__(self, cases: Sequence[CaseRow]) -> None:
        super().__init__(_("Today's cases of this window ({count})").format(count=len(cases)), cases)

    def dialog_body(self) -> Iterable[Widget]:
        yield CaseRows(list_id="owncases", empty=_describe_empty_list, time_title=lambda: _("Time"))

    def footer_lines(self) -> Iterable[Line]:
        find: list[Span] = [("   F5 ", "cap"), (_("finds a person or another case"), "dim")]
        return [[*line, *find] for line in super().footer_lines()]

    def action_choose(self) -> None:
        self.close(FIND)

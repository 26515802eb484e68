"""The panel below the details of a person: the accounts by role, the windows in work, the machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from clerk_app.locales import _
from clerk_app.views.admin import AdminView
from clerk_app.views.shared import LabelledValue
from screens.theme.panels import title_panel
from screens.widgets.paint import Line, Span, TextBlock, fit

GAP = 2  # cells between label and value, and between two columns


class OverviewPanel(TextBlock):
    """Numbers of accounts, and who works where now."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: AdminView | None = None

    def show_view(self, view: AdminView) -> None:
        """Show a view; nothing is painted if it is the same."""
        title_panel(self, _("Today"))
        if view != self._view:
            self._view = view
            self.refresh()

    def lines(self, width: int) -> Iterable[Line]:
        view = self._view
        if view is None:
            return
        roles = Counter(row.role_name for row in view.staff if row.level != "bad")
        yield [(_("Accounts in use"), "title")]
        yield from _columns([LabelledValue(name, str(count)) for name, count in roles.items()], width)
        for title, rows, empty in (
            (_("Windows in work"), view.day.windows, _("No window of this hall is in work.")),
            (_("Machines, last contact"), view.day.machines, _("No machine is known here.")),
        ):
            yield []
            yield [(title, "title"), (f"  {len(rows)}", "strong")]
            yield from _columns(rows, width) if rows else [[(empty, "dim")]]


def _columns(facts: Sequence[LabelledValue], width: int) -> Iterable[Line]:
    """Yield facts in as many columns as fit, in the order of reading."""
    if not facts:
        return
    label = max(cell_len(fact.label) for fact in facts) + GAP
    value = max(cell_len(fact.value) for fact in facts) + GAP
    count = max(1, (width + GAP) // (label + value))
    for start in range(0, len(facts), count):
        spans: list[Span] = []
        for fact in facts[start : start + count]:
            spans += [(fit(fact.label, label), "dim"), (fit(fact.value, value), "")]
        yield spans

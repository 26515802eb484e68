"""The panel with what is left to do: always on the screen; Enter carries a step out, or leads to its place."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from clerk_app.locales import _
from screens.counter.actions import Mode
from screens.counter.steps import Step
from screens.theme.panels import title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical
from screens.widgets.row_list import RowList


class StepsPanel(Vertical):
    """Rows of steps with their keys; the title has the number of needed ones."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._targets: dict[str, str] = {}  # target of a step by the key of its row

    def compose(self) -> ComposeResult:
        yield RowList(
            [Column(str, 20, grow=1)], id="steprows", can_filter=False, empty=lambda: _("Nothing is left to do.")
        )

    def show_steps(self, mode: Mode, steps: Sequence[Step], key: str) -> None:
        """Show the steps of a situation; `key` is the number of the panel."""
        rows = []
        self._targets.clear()
        cap_cells = max((len(step.cap) for step in steps), default=0)
        for index, step in enumerate(steps):
            lead = f"{step.cap:<{cap_cells}}  " if step.cap else ""
            name = step.target or f"note:{index}"
            self._targets[name] = step.target
            rows.append(ListRow(name, (lead + step.text,), step.level, full_width=True, dim=not step.target))
        self.query_one("#steprows", RowList).show_rows(rows)
        needed = sum(step.needed for step in steps)
        if mode == "intake" and not needed:
            title_panel(self, _("Left to do"), key=key, state=_("F9 accepts the case"), level="good")
        elif mode in ("intake", "case"):
            state = _("F9 cannot accept yet") if mode == "intake" else ""
            title_panel(self, _("Left to do"), key=key, count=needed, state=state, level="warn")
        else:
            title_panel(self, _("What to do now"), key=key)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """Return the number of rows, wrapped to `width`."""
        return max(1, self.query_one("#steprows", RowList).count_lines(width))

    def target_of(self, row: ListRow) -> str:
        """Return the target of the step in a row; a wrapped step has several rows."""
        if row.key in self._targets:
            return self._targets[row.key]
        return self._targets.get(row.key.rpartition(":")[0], "")

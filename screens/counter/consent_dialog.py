"""The dialog for consents: each row is agreed to, declined, or not answered yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding

from clerk_app.locales import _, mark
from screens import keys
from screens.widgets.paint import Line
from screens.widgets.pick import PickRow
from screens.widgets.pick_many import PickManyDialog
from screens.widgets.row_list import RowList


class ConsentDialog(PickManyDialog):
    """Rows with ticks for what is agreed to; `d` marks a row as declined. Enter returns the ids of the ticked rows."""

    about = mark("Each row is ticked if its holder agrees, or marked as declined; both are recorded.")
    BINDINGS = [Binding("d", "decline", show=False)]
    OTHER_KEYS = (
        *PickManyDialog.OTHER_KEYS,
        keys.KeyHelp("d", "d", mark("marks the row as declined: paper is needed instead")),
    )

    def __init__(self, rows: Sequence[PickRow], declined: Iterable[str]) -> None:
        sentence = _("Ask the party to whom each belongs: may it be fetched and used for this case?")
        super().__init__(_("Consent"), sentence, rows, hint=_("records it"))
        self.before = frozenset(declined)
        self._declined: set[str] = set()
        self._show_declined(set(self.before))

    @property
    def declined(self) -> frozenset[str]:
        """The ids of the rows that are marked as declined."""
        return frozenset(self._declined)

    def footer_lines(self) -> Iterable[Line]:
        first, *others = super().footer_lines()
        return [[("d ", "cap"), (_("declined") + "   ", "dim"), *first], *others]

    def can_record(self) -> bool:
        return bool(self.ticked or self._declined - self.before)

    def decline(self, row: str) -> None:
        """Mark a row as declined, or remove the mark."""
        self._show_declined(self._declined ^ {row})
        self.ticked -= self._declined

    def action_decline(self) -> None:
        current = self.query_one(RowList).current_row
        if current is not None:
            self.decline(current.key)
            self._show()

    def tick_changed(self) -> None:
        self._show_declined(self._declined - self.ticked)

    def _show_declined(self, declined: set[str]) -> None:
        self._declined = declined
        self.state_hints = dict.fromkeys(declined, _("declined"))

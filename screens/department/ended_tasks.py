"""The officer's tasks that ended without a decision: a line above the queue, and the dialog that acknowledges them."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _
from screens.department.recording import TaskScreen
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.paint import Line, TextBlock, wrap


class EndedTasks(TextBlock):
    """A line with the number of tasks that ended without a decision; nothing is shown without one."""

    DEFAULT_CSS = """
    EndedTasks { padding: 0 1; margin: 0 0 1 0; }
    EndedTasks.-none { display: none; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(self._lines, id=id, classes="-none")
        self._ended: tuple[str, ...] = ()

    def show_sentences(self, ended: tuple[str, ...]) -> tuple[str, ...]:
        """Show the number of tasks; return the sentences that are new."""
        before, self._ended = self._ended, ended
        if ended != before:
            self.set_class(not ended, "-none")
            self.refresh(layout=True)
        return tuple(sentence for sentence in ended if sentence not in before)

    def _lines(self, width: int) -> Iterable[Line]:
        words = _("Your tasks that ended without a decision: {count}. F8 shows them.").format(count=len(self._ended))
        yield from ([(line, "warn")] for line in wrap(words, width))


async def acknowledge_ended(screen: TaskScreen, ended: tuple[str, ...]) -> None:
    """Show which tasks ended without a decision; Enter acknowledges them."""
    dialog = ConfirmDialog(_("Ended without a decision"), "\n".join(ended), hint=_("takes note of it"))
    if await screen.host.show(dialog):
        await screen.call_and_paint(screen.service.acknowledge_ended)

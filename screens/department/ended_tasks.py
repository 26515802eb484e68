"""The officer's tasks that ended without a decision: a line above the queue, and the dialog that acknowledges them."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _
from screens.department.recording import TaskScreen
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.paint import Line, TextBlock, wrap


class EndedTasks(TextBlock):
    """A line with the number of tasks that ended without a decision, and of extensions to approve, if there are any."""

    DEFAULT_CSS = """
    EndedTasks { padding: 0 1; margin: 0 0 1 0; }
    EndedTasks.-none { display: none; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(self._lines, id=id, classes="-none")
        self._ended: tuple[str, ...] = ()
        self._extensions = 0

    def show_sentences(self, ended: tuple[str, ...], extensions: int) -> tuple[str, ...]:
        """Show the numbers; return the sentences on ended tasks that are new."""
        before, shown = self._ended, (self._ended, self._extensions)
        self._ended, self._extensions = ended, extensions
        if (ended, extensions) != shown:
            self.set_class(not ended and not extensions, "-none")
            self.refresh(layout=True)
        return tuple(sentence for sentence in ended if sentence not in before)

    def _lines(self, width: int) -> Iterable[Line]:
        if self._ended:
            words = _("Your tasks that ended without a decision: {count}. F8 shows them.")
            yield from ([(line, "warn")] for line in wrap(words.format(count=len(self._ended)), width))
        if self._extensions:
            words = _("Extensions that wait for your approval: {count}. F8 shows them.")
            yield from ([(line, "warn")] for line in wrap(words.format(count=self._extensions), width))


async def acknowledge_ended(screen: TaskScreen, ended: tuple[str, ...]) -> None:
    """Show which tasks ended without a decision; Enter acknowledges them."""
    dialog = ConfirmDialog(_("Ended without a decision"), "\n".join(ended), hint=_("takes note of it"))
    if await screen.host.show(dialog):
        await screen.call_and_paint(screen.service.acknowledge_ended)

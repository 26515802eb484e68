"""Pages of a ticket at the kiosk: class of the green lane, category of that class, and the printed number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.kiosk import IssuedTicket, KioskView
from screens.kiosk.buttons import ButtonItem, centred
from screens.kiosk.pages import SENTENCE_ROWS, TALL_ROWS, GridPage, KioskPage, constant_text, wait_text
from screens.widgets.large_text import LargeText
from screens.widgets.paint import Line, TextBlock, wrap


class GreenLanePage(GridPage):
    """Asks for a class of the green lane; each button names what its holder shows at the window."""

    def _question_lines(self, width: int) -> Iterable[Line]:
        sentence = _("Green lane: who are you? Have the named paper ready at the window.")
        return [centred(line, "strong", width) for line in wrap(sentence, width)]

    def _items(self) -> Sequence[ButtonItem]:
        return [
            ButtonItem(f"class-{known.id}", constant_text(known.name), constant_text(known.proof))
            for known in self._view.green_lane
        ]


class ClassPage(GridPage):
    """Asks for the category of a ticket of a class of the green lane."""

    def __init__(self, view: KioskView, ticket_class: str) -> None:
        super().__init__(view)
        self._ticket_class = ticket_class

    def _question_lines(self, width: int) -> Iterable[Line]:
        names = [known.name for known in self._view.green_lane if known.id == self._ticket_class]
        sentence = _("Green lane, {kind}: what do you need?").format(kind="".join(names))
        return [centred(line, "strong", width) for line in wrap(sentence, width)]

    def _items(self) -> Sequence[ButtonItem]:
        return [
            ButtonItem(f"ticket-{category.id}-{self._ticket_class}", constant_text(category.name))
            for category in self._view.categories
            if self._ticket_class in category.classes
        ]


class SlipPage(KioskPage):
    """Shows the number of the printed ticket in large characters. Closes soon, because the slip shows it too.

    If it is unknown whether the slip came out, the page states what to do without one, and stays longer.
    """

    closes_after = 20.0
    is_personal = False

    def __init__(self, slip: IssuedTicket) -> None:
        super().__init__()
        self._slip = slip
        if slip.is_unknown:
            self.closes_after = 60.0

    def compose(self) -> ComposeResult:
        yield TextBlock(self._head)
        yield LargeText(lambda: self._slip.number, self._number_rows, id="number")
        yield TextBlock(self._details)
        yield LargeText(lambda: _("Please take a seat"), self._sentence_rows, plain=str, style="strong", id="way")

    def _head(self, width: int) -> Iterable[Line]:
        if not self._slip.is_unknown:
            return [centred(_("Take your slip. Your number:"), "strong", width)]
        sentence = _("Your number. If no slip came out, note it and ask our staff: your place is kept.")
        return [centred(line, "warn", width) for line in wrap(sentence, width)]

    def _sentence_rows(self) -> int:
        return SENTENCE_ROWS if self.app.size.height >= TALL_ROWS else 0

    def _number_rows(self) -> int:
        """Return the rows that head, foot, the other lines and their margins leave; at least one."""
        return max(1, min(14, self.app.size.height - 16 - self._sentence_rows()))

    def _details(self, width: int) -> Iterable[Line]:
        ahead = _("{count} before you.").format(count=self._slip.ahead) if self._slip.ahead else _("You are next.")
        yield centred(f"{self._slip.number}  {self._slip.category}", "title", width)
        yield centred(ahead, "strong", width)
        if self._slip.wait[1] and self._slip.ahead:
            estimate = _("Estimated wait: {time}.").format(time=wait_text(self._slip.wait))
            yield from (centred(line, "", width) for line in wrap(estimate, width))
        if self._slip.proof:
            proof = _("Have ready at the window: {proof}.").format(proof=self._slip.proof)
            yield from (centred(line, "strong", width) for line in wrap(proof, width))
        sentence = _("Please take a seat. When the board shows your number, go to the window named there.")
        yield from (centred(line, "", width) for line in wrap(sentence, width))

    async def update_view(self, view: KioskView) -> None:  # noqa: ARG002
        for part in self.query(TextBlock):
            part.refresh(layout=True)

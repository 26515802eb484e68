"""A dialog that collects several reasons, typed or from the stock reasons of the catalogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

from textual.binding import Binding
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.shared import GivenReasons, Option
from screens import keys
from screens.host import ScreenHost
from screens.kept_reasons import KeptReasons, ReasonKeeper
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, Span, TextBlock, wrap

SAVE_DELAY = 0.8  # seconds without keys until what was typed is stored


class ReasonScreen(Protocol):
    """A screen that keeps reasons."""

    kept_reasons: ReasonKeeper

    @property
    def host(self) -> ScreenHost:
        """The app."""
        ...


async def record_reasons(
    screen: ReasonScreen,
    key: str,
    title: str,
    sentence: str,
    record: Callable[[str], Awaitable[bool | None]],
) -> bool:
    """Ask for reasons in own words; pass them to `record`, one a line. For the rest see `record_stock_reasons`."""
    return await record_stock_reasons(screen, key, title, sentence, lambda given: record(given.text))


async def record_stock_reasons(
    screen: ReasonScreen,
    key: str,
    title: str,
    sentence: str,
    record: Callable[[GivenReasons], Awaitable[bool | None]],
    *,
    stock: Sequence[Option] = (),
) -> bool:
    """Ask for reasons, which may be stock reasons, and pass them to `record`; return whether they were recorded.

    `key` names act and subject. What was entered stays under this key until `record` has succeeded; it raises an error
    or returns False if it has not.
    """
    host, keeper = screen.host, screen.kept_reasons
    dialog = ReasonDialog(title, sentence, kept=await keeper.find(host, key), stock=stock)
    dialog.save = partial(keeper.save, host)
    reasons = await host.show(dialog)
    dialog.save()
    if not reasons or await record(reasons) is False:
        return False
    keeper.drop(host, key)
    return True


class ReasonDialog(Dialog[GivenReasons]):
    """Enter adds the typed reason, a number adds the stock reason; Enter in the empty line records all.

    Up takes the last reason back into the line. Escape goes back and keeps everything in `kept`.
    """

    about = mark("Reasons are collected one by one; Enter in the empty line records them. Leaving keeps them.")
    BINDINGS = [Binding("up", "take_back", show=False)]
    OTHER_KEYS = (
        keys.KeyHelp("up", mark("Up"), mark("takes the last reason back into the field")),
        keys.UNDO,
    )

    def __init__(
        self, title: str, sentence: str, *, kept: KeptReasons, stock: Sequence[Option] = (), hint: str = ""
    ) -> None:
        super().__init__(title, hint=hint)
        self.add_class("-wide")
        self.sentence = sentence
        self.kept = kept
        self.stock = tuple(stock)
        self._record_hint = hint or _("records it")
        self._timer: Timer | None = None
        self.save: Callable[[], None] = lambda: None  # stores what is kept; called SAVE_DELAY after the last change

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda width: [[(line, "")] for line in wrap(self.sentence, width)])
        if self.stock:
            yield TextBlock(self._stock_lines)
        yield TextBlock(self._reason_lines, id="reasons")
        yield FormInput(self.kept.text, id="text")

    def footer_lines(self) -> Iterable[Line]:
        is_done = bool(self.kept.reasons) and not self.kept.text.strip()
        spans: list[Span] = [("Enter ", "cap"), (self._record_hint if is_done else _("adds the reason"), "dim")]
        if self.kept.reasons:
            spans += [("   Up ", "cap"), (_("takes the last one back"), "dim")]
        return [[*spans, ("   Esc ", "cap"), (_("goes back, all is kept"), "dim")]]

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.kept.text = event.value
        self._save_later()
        self.show_error("")

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        try:
            text = message.input.text.strip()
        except ClerkError as error:
            self.show_error(str(error))
            return
        if text:
            self._add(text)
        elif self.kept.reasons:
            self.close(self.given_reasons())
        else:
            self.show_error(_("Please enter a reason."))

    def action_take_back(self) -> None:
        """Take the last reason back into the empty line, to be corrected."""
        if self.kept.reasons and not self.kept.text.strip():
            self._set_text(self.reason_name(self.kept.reasons.pop()))
        else:
            self.app.bell()

    def given_reasons(self) -> GivenReasons:
        """Return the reasons that were added: own words, one a line, and the ids of stock reasons."""
        reasons = self.kept.reasons
        return GivenReasons(
            text="\n".join(reason.name for reason in reasons if not reason.id),
            codes=tuple(reason.id for reason in reasons if reason.id),
        )

    def add_reason(self, text: str) -> None:
        """Add a reason in own words, or the stock reason with this number or name; nothing is added twice."""
        reason = Option("", text)
        if text.isdecimal() and 0 < int(text) <= len(self.stock):
            reason = self.stock[int(text) - 1]
        reason = next((stock for stock in self.stock if stock.name == text), reason)
        if all(self.reason_name(kept) != reason.name for kept in self.kept.reasons):
            self.kept.reasons.append(reason)

    def _add(self, text: str) -> None:
        self.add_reason(text)
        self._set_text("")

    def reason_name(self, reason: Option) -> str:
        """Return a reason in the language of the screen, which may have changed since it was added."""
        return next((stock.name for stock in self.stock if stock.id == reason.id), reason.name)

    def _save_later(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SAVE_DELAY, self.save)

    def _set_text(self, text: str) -> None:
        self.kept.text = text
        self._save_later()
        self.query_one("#text", FormInput).reset_value(text)
        self.query_one("#reasons", TextBlock).refresh(layout=True)
        self.show_error("")

    def _stock_lines(self, width: int) -> Iterable[Line]:
        yield []
        for number, reason in enumerate(self.stock, 1):
            for index, line in enumerate(wrap(reason.name, width - 3)):
                yield [(f"{number:>2} " if index == 0 else "   ", "cap"), (line, "dim")]

    def _reason_lines(self, width: int) -> Iterable[Line]:
        yield []
        for reason in self.kept.reasons:
            for index, line in enumerate(wrap(self.reason_name(reason), width - 2)):
                yield [("+ " if index == 0 else "  ", "good"), (line, "strong")]

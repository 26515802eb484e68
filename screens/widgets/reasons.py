"""A dialog that collects several reasons, typed or from the stock reasons of the catalogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.shared import GivenReasons, Option
from screens import keys
from screens.host import ScreenHost
from screens.kept_reasons import KeptReasons, ReasonKeeper
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, Span, TextBlock, wrap
from screens.widgets.reason_editor import ReasonEditor


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
    dialog.editor.save = partial(keeper.save, host)
    reasons = await host.show(dialog)
    dialog.editor.save()
    if not reasons or await record(reasons) is False:
        return False
    keeper.drop(host, key)
    return True


class ReasonDialog(Dialog[GivenReasons]):
    """Enter adds the typed reason, a number adds the stock reason; Enter in the empty line records all.

    Up takes the last reason back into the line. Escape goes back and keeps everything in `kept`.
    """

    about = mark("Reasons are collected one by one; Enter in the empty line records them. Leaving keeps them.")
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
        self.editor = ReasonEditor(kept, stock)
        self._record_hint = hint or _("records it")

    @property
    def kept(self) -> KeptReasons:
        """The reasons that were entered and are not recorded."""
        return self.editor.kept

    @property
    def stock(self) -> tuple[Option, ...]:
        """The stock reasons."""
        return self.editor.stock

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda width: [[(line, "")] for line in wrap(self.sentence, width)])
        yield self.editor

    def footer_lines(self) -> Iterable[Line]:
        hint = self._record_hint if self.editor.is_complete else _("adds the reason")
        spans: list[Span] = [("Enter ", "cap"), (hint, "dim")]
        if self.kept.reasons:
            spans += [("   Up ", "cap"), (_("takes the last one back"), "dim")]
        return [[*spans, ("   Esc ", "cap"), (_("goes back, all is kept"), "dim")]]

    def on_reason_editor_changed(self, message: ReasonEditor.Changed) -> None:
        message.stop()
        self.show_error(message.error)

    def on_reason_editor_completed(self, message: ReasonEditor.Completed) -> None:
        message.stop()
        self.close(self.given_reasons())

    def given_reasons(self) -> GivenReasons:
        """Return the reasons that were added: own words, one a line, and the ids of stock reasons."""
        return self.editor.given_reasons()

    def add_reason(self, text: str) -> None:
        """Add a reason in own words, or the stock reason with this number or name; nothing is added twice."""
        self.editor.add_reason(text)

    def reason_name(self, reason: Option) -> str:
        """Return a reason in the language of the screen."""
        return self.editor.reason_name(reason)

"""The help dialog of F1, which lists every key of a screen or of a dialog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clerk_app.locales import _
from screens.keys import KeyAction, KeyHelp
from screens.widgets.dialogs import ReadDialog
from screens.widgets.paint import Line, fit, wrap


class HelpDialog(ReadDialog):
    """Lists the actions with their keys and help texts, then other keys: those of lists and fields, or of a dialog."""

    def __init__(self, actions: Sequence[KeyAction], other_keys: Iterable[KeyHelp]) -> None:
        super().__init__(_("Keys"), list(_help_lines(actions, other_keys)))


def _help_lines(actions: Sequence[KeyAction], other_keys: Iterable[KeyHelp]) -> Iterable[Line]:
    for action in actions:
        first, *more = wrap(_(action.help), 46)
        yield [(f"{action.key_cap:>4} ", "cap"), (fit(_(action.label), 18) + " ", "strong"), (first, "")]
        for line in more:
            yield [(" " * 24 + line, "")]
    if actions:
        yield []
        yield [(_("In lists and fields"), "title")]
    for other in other_keys:
        first, *more = wrap(_(other.help), 58)
        yield [(fit(_(other.cap), 12) + " ", "cap"), (first, "")]
        for line in more:
            yield [(" " * 13 + line, "")]

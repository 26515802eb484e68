"""The help dialog of F1, which lists every key of the screen."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _
from screens.keys import EDITING_KEYS, KeyAction
from screens.widgets.dialogs import ReadDialog
from screens.widgets.paint import Line, fit, wrap


class HelpDialog(ReadDialog):
    """Lists the actions with their keys and help texts, then the editing keys in fields."""

    def __init__(self, actions: Iterable[KeyAction]) -> None:
        super().__init__(_("Keys"), list(_help_lines(actions)))


def _help_lines(actions: Iterable[KeyAction]) -> Iterable[Line]:
    for action in actions:
        first, *more = wrap(_(action.help), 46)
        yield [(f"{action.key_cap:>4} ", "cap"), (fit(_(action.label), 18) + " ", "strong"), (first, "")]
        for line in more:
            yield [(" " * 24 + line, "")]
    yield []
    yield [(_("In fields"), "title")]
    for key, what in EDITING_KEYS:
        yield [(fit(_(key), 12) + " ", "cap"), (_(what), "")]

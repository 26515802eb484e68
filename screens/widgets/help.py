"""The help dialog of F1, which lists every key of a screen or of a dialog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.cells import cell_len

from clerk_app.locales import _, mark
from screens.keys import KeyAction, KeyHelp
from screens.situation import Situation
from screens.widgets.dialogs import Dialog, ReadDialog
from screens.widgets.paint import Line, fit, wrap

WIDTH = 74  # cells of a line in a dialog for reading


class HelpDialog(ReadDialog):
    """Explains the situation, then lists the actions with their keys, then the keys of lists and fields or a dialog."""

    about = mark("This explains the screen below and its keys.")

    def __init__(
        self, actions: Sequence[KeyAction], other_keys: Iterable[KeyHelp], situation: Situation | None = None
    ) -> None:
        explained = _situation_lines(situation) if situation is not None else ()
        super().__init__(_("Help"), [*explained, *_help_lines(actions, other_keys)])


def describe_dialog(dialog: Dialog[Any]) -> Situation:
    """Return the situation of a dialog: what it asks, why the last answer was not taken, and how it is left."""
    following = _("Enter: {answer}.").format(answer=dialog.hint) if dialog.hint else ""
    undo = _("Esc goes back to the screen below, which is as you left it.")
    return Situation(f"{dialog.heading}. {_(dialog.about)}".strip(), (following,), (dialog.error_text,), (undo,))


def _situation_lines(situation: Situation) -> Iterable[Line]:
    """Return the parts of a situation, each with its title in a column at the left."""
    parts = list(situation.parts())
    cells = max(cell_len(title) for title, _sentences in parts) + 2
    for title, sentences in parts:
        for index, sentence in enumerate(sentences):
            for number, line in enumerate(wrap(sentence, WIDTH - cells)):
                lead = title if index == number == 0 else ""
                yield [(fit(lead, cells), "title"), (line, "")]
    yield []
    yield [(_("Keys"), "title")]


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

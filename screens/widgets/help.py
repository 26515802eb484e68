"""The help dialog of F1, which lists every key of a screen or of a dialog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.cells import cell_len

from clerk_app.locales import _, mark
from screens import keys
from screens.keys import KeyAction, KeyHelp
from screens.situation import Situation
from screens.theme.sizes import WIDE_COLUMNS
from screens.widgets.dialogs import Dialog, ReadDialog
from screens.widgets.paint import Line, Span, fit, wrap

NARROW_CELLS, WIDE_CELLS = 72, 104  # longest line on a narrow and on a wide screen
_LABEL_CELLS = 18
_PROGRAM_ACTIONS = {action.id for action in (*keys.GLOBAL_ACTIONS, keys.LOCK, keys.SIGN_OUT, keys.CONNECTION)} | {
    "change_pin"
}
_KeyRow = tuple[str, str, str]  # key cap, label, help


class HelpDialog(ReadDialog):
    """Explains the situation, then lists the keys by subject: the work, lists and fields, the program."""

    about = mark("This explains the screen below and its keys.")

    def __init__(
        self, actions: Sequence[KeyAction], other_keys: Iterable[KeyHelp], situation: Situation | None = None
    ) -> None:
        self._actions, self._other_keys, self._situation = tuple(actions), tuple(other_keys), situation
        super().__init__(_("Help"), list(self._help_lines(NARROW_CELLS)))

    def content_cells(self) -> int:
        return (WIDE_CELLS if self.app.size.width >= WIDE_COLUMNS else NARROW_CELLS) + 1

    def on_resize(self) -> None:
        self.show_frame()

    def _wrap(self, width: int) -> Iterable[Line]:
        return self._help_lines(min(width - 1, WIDE_CELLS))  # a blank before the scroll bar

    def _help_lines(self, width: int) -> Iterable[Line]:
        if self._situation is not None:
            yield from _situation_lines(self._situation, width)
        work = [action for action in self._actions if action.id not in _PROGRAM_ACTIONS]
        program = [action for action in self._actions if action.id in _PROGRAM_ACTIONS]
        subjects: tuple[tuple[str, list[_KeyRow]], ...] = (
            (_("This screen"), [_action_row(action) for action in work]),
            (
                _("Lists and fields") if self._actions else _("Keys"),
                [(_(other.cap), "", _(other.help)) for other in self._other_keys],
            ),
            (_("Program"), [_action_row(action) for action in program]),
        )
        cap_cells = max((cell_len(cap) for _title, rows in subjects for cap, _label, _help in rows), default=0)
        is_first = self._situation is None
        for title, rows in subjects:
            if rows and not is_first:
                yield []
            if rows:
                is_first = False
                yield [(title, "title")]
            for cap, label, text in rows:
                head: list[Span] = [(f" {fit(cap, cap_cells)}  ", "cap")]
                head += [(fit(label, _LABEL_CELLS) + " ", "strong")] if label else []
                cells = sum(cell_len(part) for part, _style in head)
                first, *more = wrap(text, width - cells)
                yield [*head, (first, "")]
                yield from ([(" " * cells + line, "")] for line in more)


def _action_row(action: KeyAction) -> _KeyRow:
    return action.key_cap, _(action.label), _(action.help)


def describe_dialog(dialog: Dialog[Any]) -> Situation:
    """Return the situation of a dialog: what it asks, why the last answer was not taken, and how it is left."""
    following = _("Enter: {answer}.").format(answer=dialog.hint) if dialog.hint else ""
    undo = _("Esc goes back to the screen below, which is as you left it.")
    return Situation(f"{dialog.heading}. {_(dialog.about)}".strip(), (following,), (dialog.error_text,), (undo,))


def _situation_lines(situation: Situation, width: int) -> Iterable[Line]:
    """Return the parts of a situation, each with its title in a column at the left."""
    parts = list(situation.parts())
    cells = max(cell_len(title) for title, _sentences in parts) + 2
    for title, sentences in parts:
        for index, sentence in enumerate(sentences):
            for number, line in enumerate(wrap(sentence, width - cells)):
                lead = title if index == number == 0 else ""
                yield [(fit(lead, cells), "title"), (line, "")]

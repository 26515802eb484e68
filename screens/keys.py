"""The key table: one key for each action, the same in every role.

Bindings, the key line, the help of F1 and the command list of Ctrl+P are made from these actions. A screen lists its
actions; `NEXT.with_label(mark("Call next"), mark("Calls the next ticket."))` is an action with a label for one role.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from textual.binding import Binding, BindingType

from clerk_app.locales import mark


class KeyAction(NamedTuple):
    """An action with its key. `label` and `help` are message ids, translated when they are shown.

    `id` is the name of a Textual action: the method `action_<id>` of the screen, or of the app, runs it.
    """

    id: str
    key: str
    label: str
    help: str
    on_key_line: bool = True  # if False, only help and command list show the action

    def with_label(self, label: str, help: str) -> KeyAction:
        """Return the same key and action with the label and help of one role."""
        return self._replace(label=label, help=help)

    @property
    def key_cap(self) -> str:
        """The key as printed on the keyboard: F9, ^P, Esc."""
        first = self.key.split(",")[0]
        if len(first) == 1:
            return first  # a letter without Shift
        return "Esc" if first == "escape" else first.replace("ctrl+", "^").upper()


HELP = KeyAction("help", "f1", mark("Help"), mark("Shows every key of this screen."))
NEXT = KeyAction("next", "f2", mark("Next"), mark("Takes the next one."))
RECALL = KeyAction("recall", "f3", mark("Recall"), mark("Calls again, or opens the last one again."))
HOLD = KeyAction("hold", "f4", mark("Hold"), mark("Puts the current item on hold, or takes one back."))
CHOOSE = KeyAction("choose", "f5", mark("Choose"), mark("Chooses or finds the subject."))
RETURN = KeyAction("return_it", "f6", mark("Return"), mark("Sends it back."))
SCAN = KeyAction("scan", "f7", mark("Scan"), mark("Shows the camera; a typed or pasted code is taken too."))
MORE = KeyAction("more", "f8", mark("More"), mark("Everything else that can be done here."))
SUBMIT = KeyAction("submit", "f9", mark("Submit"), mark("Submits what is on the screen."))
LOCK = KeyAction("lock", "f12", mark("Lock"), mark("Locks the screen; everything stays as it is."))
SIGN_OUT = KeyAction(
    "sign_out",
    "ctrl+d",
    mark("Sign out"),
    mark("Ends your work here; the next person signs in."),
    on_key_line=False,
)
UNDO_ACT = KeyAction(
    "undo_act",
    "ctrl+z",
    mark("Undo"),
    mark("In a field, undoes typing; elsewhere the last act of the last two minutes, after asking."),
    on_key_line=False,
)
BACK = KeyAction(
    "step_back", "escape,ctrl+g", mark("Back"), mark("Goes back one step; nothing typed is lost."), on_key_line=False
)
JUMP = KeyAction(
    "jump", "ctrl+n", mark("Go to field"), mark("Goes to a field by its number or name."), on_key_line=False
)
CONNECTION = KeyAction(
    "connection",
    "ctrl+o",
    mark("Center"),
    mark("Shows the connection to the center, unsent work and rejected work."),
    on_key_line=False,
)
READ = KeyAction(
    "read_message",
    "ctrl+r",
    mark("Message read"),
    mark("Marks the message of a supervisor as read."),
    on_key_line=False,
)
HELP_CALL = KeyAction(
    "call_help",
    "ctrl+e",
    mark("Call for help"),
    mark("Twice within a second, also in a dialog: a supervisor is alarmed at once."),
    on_key_line=False,
)
"""`screens/help_keys.py` reads the key before every screen and dialog."""
COMMANDS = KeyAction("commands", "ctrl+p", mark("Commands"), mark("Finds any action by its name."), on_key_line=False)
LANGUAGE = KeyAction(
    "language", "ctrl+l", mark("Language"), mark("Switches between Chinese and English."), on_key_line=False
)
THEME = KeyAction(
    "theme",
    "ctrl+t",
    mark("Colours"),
    mark("Changes the colours: dark, light, high contrast, or none."),
    on_key_line=False,
)
QUIT = KeyAction("quit", "ctrl+q", mark("Quit"), mark("Signs out and leaves the program."), on_key_line=False)

GLOBAL_ACTIONS = (HELP, COMMANDS, LANGUAGE, THEME, QUIT)


class KeyHelp(NamedTuple):
    """Keys of lists and fields, which are no actions. `keys` are Textual names; `cap` and `help` are message ids."""

    keys: str
    cap: str
    help: str


PARTS = KeyHelp("tab,shift+tab", "Tab", mark("to the next part of the screen"))
PANELS = KeyHelp("alt+1,alt+2,alt+3,alt+4,alt+5", mark("Alt 1-5"), mark("to the panel with this number"))
ROWS = KeyHelp(
    "up,down,pageup,pagedown,home,end",
    mark("Up / Down"),
    mark("row before / after; Page Up, Page Down, Home and End too"),
)
FILTER = KeyHelp("slash,escape,ctrl+g", "/", mark("filters the list; Enter keeps the filter, Esc shows all rows again"))
SORT = KeyHelp("s,S", "s / S", mark("sorts the list by its next column / in reverse; a click on a title too"))
MARKS = KeyHelp("space,a", mark("Space / a"), mark("marks the row / all rows of the list or none, for one act on them"))
LIST_KEYS = (FILTER, SORT)
FIELDS = KeyHelp("up,down", mark("Up / Down"), mark("field before / after"))
UNDO = KeyHelp("ctrl+z,ctrl+y", "^Z / ^Y", mark("undo / redo in a field"))


def bindings(actions: Iterable[KeyAction], *, priority: bool = True) -> list[BindingType]:
    """Return the bindings of `actions`; with `priority` they take precedence over the bindings of a focused field."""
    return [
        Binding(action.key, action.id, action.label, show=False, priority=priority, id=action.id) for action in actions
    ]


def takes_escape(widget: object) -> bool:
    """Return whether Escape first ends a filter in `widget`, before it does what it does on the screen."""
    return bool(getattr(widget, "takes_escape", False))


def key_line_actions(actions: Iterable[KeyAction]) -> tuple[KeyAction, ...]:
    """Return F1 and the first seven of `actions` that the key line shows, in the order of their keys."""
    shown = [action for action in actions if action.on_key_line and action.id != HELP.id]
    return tuple(sorted((*shown[:7], HELP), key=lambda action: (len(action.key), action.key[1:])))  # letters as given

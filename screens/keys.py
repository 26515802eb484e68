"""The key table: one act a key, the same key for the same act in every role.

Bindings, the key line at the bottom, the help of F1 and the palette of Ctrl+P are all made from these acts. A role
takes the acts it has, in its own words if it likes: `NEXT.named(mark("Call next"), mark("Calls the next ticket."))`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from textual.binding import Binding, BindingType

from clerk_app.locales import mark


@dataclass(frozen=True)
class KeyAction:
    """What a key does. `label` and `help` are message ids, translated where they are shown.

    The screen (or the app) answers it in `action_<id>`.
    """

    id: str
    key: str
    label: str
    help: str
    on_key_line: bool = True  # on the key line; the help and the palette list every act

    def with_label(self, label: str, help: str, *, shown: bool = True) -> KeyAction:
        """The same key and action in the words of one role."""
        return replace(self, label=label, help=help, on_key_line=shown)

    @property
    def key_cap(self) -> str:
        """The key as it stands on the keyboard."""
        first = self.key.split(",")[0]
        return first.replace("ctrl+", "^").replace("escape", "Esc").upper() if first != "escape" else "Esc"


HELP = KeyAction("help", "f1", mark("Help"), mark("Shows every key of this screen."))
NEXT = KeyAction("next", "f2", mark("Next"), mark("Takes the next one."))
RECALL = KeyAction("recall", "f3", mark("Recall"), mark("Calls again, or opens the last one again."))
HOLD = KeyAction("hold", "f4", mark("Hold"), mark("Puts this one aside, or takes one back."))
CHOOSE = KeyAction("choose", "f5", mark("Choose"), mark("Chooses what it is about, or finds it."))
RETURN = KeyAction("return_it", "f6", mark("Return"), mark("Sends it back."))
SCAN = KeyAction("scan", "f7", mark("Scan"), mark("Shows the camera; a typed or pasted code is taken too."))
MORE = KeyAction("more", "f8", mark("More"), mark("Everything else that can be done here."))
SUBMIT = KeyAction("submit", "f9", mark("Submit"), mark("Submits what stands on the screen."))
LOCK = KeyAction("lock", "f12", mark("Lock"), mark("Locks the screen; everything stays as it is."))
BACK = KeyAction(
    "step_back", "escape,ctrl+g", mark("Back"), mark("Goes back one step and loses nothing."), on_key_line=False
)
JUMP = KeyAction(
    "jump", "ctrl+n", mark("Go to field"), mark("Goes to a field by its number or name."), on_key_line=False
)
CONNECTION = KeyAction(
    "connection",
    "ctrl+o",
    mark("Center"),
    mark("Shows the line to the center, what waits for it, and what came back to be settled."),
    on_key_line=False,
)
COMMANDS = KeyAction("commands", "ctrl+p", mark("Commands"), mark("Finds any act by its name."), on_key_line=False)
LANGUAGE = KeyAction(
    "language", "ctrl+l", mark("Language"), mark("Switches between Chinese and English."), on_key_line=False
)
THEME = KeyAction(
    "theme", "ctrl+t", mark("Colours"), mark("Changes to dark, light or high contrast."), on_key_line=False
)
QUIT = KeyAction("quit", "ctrl+q", mark("Quit"), mark("Leaves the program; drafts stay."), on_key_line=False)

GLOBAL_ACTIONS = (HELP, COMMANDS, LANGUAGE, THEME, QUIT)

EDITING_KEYS = (
    (mark("Enter"), mark("next field; the last one stays")),
    (mark("Up / Down"), mark("field before / after")),
    ("1-9", mark("picks an answer of a choice field")),
    ("^Z / ^Y", mark("undo / redo in a field")),
    ("Tab", mark("to the next part of the screen")),
)


def bindings(actions: Iterable[KeyAction], *, priority: bool = True) -> list[BindingType]:
    """Bindings of `acts`; with priority they win over a focused field."""
    return [Binding(act.key, act.id, act.label, show=False, priority=priority, id=act.id) for act in actions]


def key_line_actions(actions: Iterable[KeyAction]) -> tuple[KeyAction, ...]:
    """The acts of the key line: F1 and the first seven shown, in the order of their keys."""
    shown = [act for act in actions if act.on_key_line and act.id != HELP.id]
    return tuple(sorted((HELP, *shown[:7]), key=lambda act: (len(act.key), act.key)))

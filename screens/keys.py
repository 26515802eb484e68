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
class Act:
    """What a key does. `label` and `help` are message ids, translated where they are shown.

    The screen (or the app) answers it in `action_<id>`.
    """

    id: str
    key: str
    label: str
    help: str
    shown: bool = True  # on the key line; the help and the palette list every act

    def named(self, label: str, help: str, *, shown: bool = True) -> Act:
        """The same key and action in the words of one role."""
        return replace(self, label=label, help=help, shown=shown)

    @property
    def cap(self) -> str:
        """The key as it stands on the keyboard."""
        first = self.key.split(",")[0]
        return first.replace("ctrl+", "^").replace("escape", "Esc").upper() if first != "escape" else "Esc"


HELP = Act("help", "f1", mark("Help"), mark("Shows every key of this screen."))
NEXT = Act("next", "f2", mark("Next"), mark("Takes the next one."))
RECALL = Act("recall", "f3", mark("Recall"), mark("Calls again, or opens the last one again."))
HOLD = Act("hold", "f4", mark("Hold"), mark("Puts this one aside, or takes one back."))
CHOOSE = Act("choose", "f5", mark("Choose"), mark("Chooses what it is about, or finds it."))
RETURN = Act("return_it", "f6", mark("Return"), mark("Sends it back."))
SCAN = Act("scan", "f7", mark("Scan"), mark("Shows the camera; a typed or pasted code is taken too."))
MORE = Act("more", "f8", mark("More"), mark("Everything else that can be done here."))
SUBMIT = Act("submit", "f9", mark("Submit"), mark("Submits what stands on the screen."))
LOCK = Act("lock", "f12", mark("Lock"), mark("Locks the screen; everything stays as it is."))
BACK = Act("step_back", "escape,ctrl+g", mark("Back"), mark("Goes back one step and loses nothing."), shown=False)
JUMP = Act("jump", "ctrl+n", mark("Go to field"), mark("Goes to a field by its number or name."), shown=False)
LINE = Act(
    "line",
    "ctrl+o",
    mark("Center"),
    mark("Shows the line to the center, what waits for it, and what came back to be settled."),
    shown=False,
)
COMMANDS = Act("commands", "ctrl+p", mark("Commands"), mark("Finds any act by its name."), shown=False)
LANGUAGE = Act("language", "ctrl+l", mark("Language"), mark("Switches between Chinese and English."), shown=False)
THEME = Act("theme", "ctrl+t", mark("Colours"), mark("Changes to dark, light or high contrast."), shown=False)
QUIT = Act("quit", "ctrl+q", mark("Quit"), mark("Leaves the program; drafts stay."), shown=False)

EVERYWHERE = (HELP, COMMANDS, LANGUAGE, THEME, QUIT)

EDITING = (
    (mark("Enter"), mark("next field; the last one stays")),
    (mark("Up / Down"), mark("field before / after")),
    ("1-9", mark("picks an answer of a choice field")),
    ("^Z / ^Y", mark("undo / redo in a field")),
    ("Tab", mark("to the next part of the screen")),
)


def bindings(acts: Iterable[Act], *, priority: bool = True) -> list[BindingType]:
    """Bindings of `acts`; with priority they win over a focused field."""
    return [Binding(act.key, act.id, act.label, show=False, priority=priority, id=act.id) for act in acts]


def keyline(acts: Iterable[Act]) -> tuple[Act, ...]:
    """The acts of the key line: F1 and the first seven shown, in the order of their keys."""
    shown = [act for act in acts if act.shown and act.id != HELP.id]
    return tuple(sorted((HELP, *shown[:7]), key=lambda act: (len(act.key), act.key)))

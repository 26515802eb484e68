"""The actions of the department screen, and its keys in lists."""

from __future__ import annotations

from clerk_app.locales import mark
from clerk_app.views.department import TaskView
from screens import keys
from screens.keys import KeyAction, KeyHelp

NEXT = keys.NEXT.with_label(mark("Next task"), mark("Takes the most urgent task of the queue."))
LAST = keys.RECALL.with_label(mark("Last task"), mark("Opens the task again that was left with Esc."))
NARROW = keys.CHOOSE.with_label(
    mark("Narrow"), mark("Shows only the tasks that are due, that nobody holds, or of one matter.")
)
RETURN = keys.RETURN.with_label(
    mark("For papers"), mark("Returns the task: the citizen must bring or correct something.")
)
MORE = keys.MORE.with_label(
    mark("More"),
    mark(
        "Refuse, commit in writing, put back into the queue, show names and numbers in full, special procedure, "
        "extension, approval of several tasks of one matter; at the queue, tasks that ended without a decision, "
        "extensions to approve, papers for and from the courier."
    ),
)
DECIDE = keys.SUBMIT.with_label(mark("Decide"), mark("Approves or refuses the task on the screen."))
BACK = keys.BACK.with_label(mark("Back"), mark("Goes back to the queue; the task stays yours."))
SIGN_OUT = keys.SIGN_OUT.with_label(keys.SIGN_OUT.label, mark("Puts the claimed tasks back into the queue."))

ACTIONS = (NEXT, LAST, NARROW, RETURN, MORE, DECIDE, keys.LOCK, keys.CONNECTION, keys.UNDO_ACT, BACK)
LIST_KEYS = (
    KeyHelp(
        "enter", mark("Enter"), mark("takes the marked task, or ends its special procedure; opens the marked material")
    ),
    KeyHelp(
        "1,2,3,4,5",
        "1-5",
        mark("shows all open tasks, yours, the overdue ones, those waiting for papers, what you decided today"),
    ),
    KeyHelp(
        "a,n,r,p,c",
        "a n r p c",
        mark("in the decision: approve, approve with a note, refuse, return for papers, commit in writing"),
    ),
    KeyHelp("space", mark("Space"), mark("in a return for papers: ticks the marked paper")),
    KeyHelp("left,right", mark("Left / Right"), mark("in the tracks: scrolls the time that does not fit")),
    keys.UNDO,
    keys.ROWS,
    keys.PARTS,
)


def offered_actions(task: TaskView | None, *, has_last: bool) -> tuple[KeyAction, ...]:
    """Return the actions of the key line: for the task on the screen, or for the queue without one."""
    if task is None:
        return (NEXT, *((LAST,) if has_last else ()), NARROW, MORE, keys.LOCK)
    return (NEXT, RETURN, MORE, DECIDE, keys.LOCK) if task.actions else (NEXT, keys.LOCK)

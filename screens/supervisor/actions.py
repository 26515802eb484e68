"""The actions of the supervisor screen, and its keys in lists."""

from __future__ import annotations

from clerk_app.locales import mark
from clerk_app.views.supervisor import WINDOW_QUEUE
from screens import keys
from screens.keys import KeyHelp
from screens.supervisor.arrangement import WAITING, WINDOWS

MORE = keys.MORE.with_label(
    mark("Release, reassign"), mark("Takes a task back from its officer, or gives it to another.")
)
HALL = keys.MORE.with_label(mark("Hall's day"), mark("Closes or opens the hall's day; lists who still waits."))
LOCKOUTS = keys.CHOOSE.with_label(
    mark("Locked out"), mark("Lets a person sign in again who typed too many wrong PINs.")
)
MEASURES = keys.KeyAction(
    "show_measures",
    "r",
    mark("Measures"),
    mark("Shows waits, services and idle times of a day, by category, window, clerk and hour."),
)
REDUCTIONS = keys.KeyAction(
    "show_reductions",
    "d",
    mark("Reductions"),
    mark("Shows days, steps, papers and visits of finished cases next to what is promised, by quarter."),
)
BACK = keys.BACK.with_label(mark("Back"), mark("Goes back from an organ's tasks to the overview."))

ANSWER_HELP = keys.KeyAction(
    "answer_help",
    "ctrl+e",
    mark("Answer a call for help"),
    mark("Shows the window that you come; pressed later, ends the call."),
    on_key_line=False,
)
OPEN = keys.KeyAction("open_window", "o", mark("Open"), mark("Opens the window for a clerk, or ends its pause."))
CLOSE = keys.KeyAction("close_window", "c", mark("Close, pause"), mark("Pauses the window for a reason, or closes it."))
FUNCTIONS = keys.KeyAction(
    "change_functions",
    "f",
    mark("Serves"),
    mark("Changes what the window serves; in a list of tickets, at which windows they wait afterwards."),
)
MESSAGE = keys.KeyAction("send_message", "m", mark("Message"), mark("Sends a message to who works at the window."))
ADD = keys.KeyAction("add_window", "a", mark("Add window"), mark("Lets another window serve the category."))
TICKETS = keys.KeyAction(
    "list_tickets",
    "t",
    mark("Tickets"),
    mark("Shows the waiting tickets of the category, or those that the window calls; there, moves them."),
)
PRIORITY = keys.KeyAction(
    "change_priority", "p", mark("Priority"), mark("Gives the ticket priority for a reason, or takes it back.")
)
APPLICATIONS = keys.KeyAction(
    "show_applications",
    "i",
    mark("Applications"),
    mark("Shows the applications from outside that wait, the one that is due first on top; gives one to a window."),
)
RECEIVED = keys.KeyAction(
    "show_received",
    "e",
    mark("Received"),
    mark("Shows the received cases that wait; gives more time once, or ends one that was not completed."),
)
ROW_ACTIONS = (OPEN, CLOSE, FUNCTIONS, MESSAGE, ADD, TICKETS, PRIORITY, MEASURES, REDUCTIONS, APPLICATIONS, RECEIVED)
"""Acts on the row under the cursor, and the measures; a list or a field with the focus may take their letters."""

OTHER_ACTIONS = (LOCKOUTS, MORE, keys.LOCK, keys.CONNECTION, ANSWER_HELP, BACK)
ACTIONS = (*OTHER_ACTIONS, *ROW_ACTIONS)
LIST_KEYS = (
    KeyHelp("enter", mark("Enter"), mark("opens the marked organ, category, window or task; goes to an alert's cause")),
    KeyHelp("1,2,3,4,5,6", "1 - 6", mark("selects a panel: waiting, departments, plot, windows, events, preview")),
    KeyHelp("n", "n", mark("goes to the cause of the worst alert, then of the next one")),
    KeyHelp("z", "z", mark("enlarges the selected panel, or shows all again")),
    keys.ROWS,
    KeyHelp("left,right", mark("Left / Right"), mark("window before / after")),
    keys.PARTS,
)


def acts_on(panel: str, organ: str, category: str) -> tuple[keys.KeyAction, ...]:
    """Return the acts on the rows of what is shown: a panel of the board, or the tickets of a category."""
    if organ:
        return (LOCKOUTS, keys.LOCK)
    if category:
        move = TICKETS.with_label(mark("Move"), TICKETS.help)
        acts = (move, FUNCTIONS.with_label(mark("Further windows"), FUNCTIONS.help), PRIORITY)
        return acts if category.startswith(WINDOW_QUEUE) else (*acts, ADD)
    if panel == WINDOWS:
        return (OPEN, CLOSE, FUNCTIONS, TICKETS, MESSAGE)
    return (TICKETS, PRIORITY, ADD) if panel == WAITING else (LOCKOUTS, keys.LOCK)

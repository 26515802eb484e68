"""The actions of the supervisor screen, and its keys in lists."""

from __future__ import annotations

from clerk_app.locales import mark
from screens import keys
from screens.keys import KeyHelp

MORE = keys.MORE.with_label(
    mark("Release, reassign"), mark("Takes a task back from its officer, or gives it to another.")
)
HALL = keys.MORE.with_label(mark("Hall's day"), mark("Closes or opens the hall's day; lists who still waits."))
LOCKOUTS = keys.CHOOSE.with_label(
    mark("Locked out"), mark("Lets a person sign in again who typed too many wrong PINs.")
)
BACK = keys.BACK.with_label(mark("Back"), mark("Goes back from an organ's tasks to the overview."))

ACTIONS = (LOCKOUTS, MORE, keys.LOCK, keys.CONNECTION, BACK)
LIST_KEYS = (
    KeyHelp("enter", mark("Enter"), mark("opens the marked organ, category, window or task; goes to an alert's cause")),
    KeyHelp("1,2,3,4,5,6", "1 - 6", mark("selects a panel: waiting, departments, plot, windows, events, preview")),
    KeyHelp("a", "a", mark("goes to the cause of the worst alert, then of the next one")),
    KeyHelp("z", "z", mark("enlarges the selected panel, or shows all again")),
    keys.ROWS,
    KeyHelp("left,right", mark("Left / Right"), mark("window before / after")),
    keys.PARTS,
)

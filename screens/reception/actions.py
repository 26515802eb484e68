"""The actions of the reception, and the numbers of the acts on a ticket, which never change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clerk_app.locales import _, mark
from clerk_app.views.reception import ReceptionCategory, TicketAct
from screens import keys
from screens.widgets.pick import PickRow

REPRINT = keys.RECALL.with_label(
    mark("Reprint"), mark("Prints the slip of the marked ticket again, with a mark; the ticket stays the same.")
)
FIND = keys.CHOOSE.with_label(mark("Where is it"), mark("Shows where a ticket is, how long it waits, and why."))
LEFT = keys.RETURN.with_label(mark("Leaves"), mark("Takes the marked ticket out of the queue: its holder leaves."))
SCAN = keys.SCAN.with_label(mark("Scan"), mark("Takes the code of an appointment, or of a slip, scanned or typed."))
MORE = keys.MORE.with_label(mark("More"), mark("Everything that can be done with the marked ticket."))
ANSWER_CALL = keys.KeyAction(
    "answer_help",
    "ctrl+e",
    mark("Answer a kiosk"),
    mark("States that you have seen the call from a kiosk and go there."),
    on_key_line=False,
)
ANSWER_CODE = keys.KeyAction(
    "answer_code",
    "ctrl+k",
    mark("Code on paper"),
    mark("Confirms or declines a code that a citizen prints at a kiosk, after you compared the document."),
    on_key_line=False,
)
ACTIONS = (
    *(REPRINT, FIND, LEFT, SCAN, MORE, keys.LOCK, keys.CONNECTION, keys.UNDO_ACT, ANSWER_CALL),
    *(ANSWER_CODE, keys.BACK),
)
OTHER_KEYS = (
    keys.KeyHelp("", "1-9", mark("the category, then the class: the ticket is issued and printed")),
    keys.KeyHelp("", "0", mark("the further categories, if there are more than nine")),
    keys.KeyHelp("plus,minus", "+ / -", mark("more or fewer tickets at once, for a group")),
    keys.KeyHelp("enter", mark("Enter"), mark("lists what can be done with the marked ticket")),
    keys.ROWS,
)


def act_rows(acts: Iterable[TicketAct]) -> list[PickRow]:
    """Return the rows of the acts that are possible."""
    possible = set(acts)
    rows = (
        PickRow("reprint", _("Print the slip again"), "1", _("marked as a reprint, the same ticket")),
        PickRow("left", _("Take it out of the queue"), "2", _("its holder leaves")),
        PickRow("move", _("Move it to another category"), "3", _("keeps number and time")),
        PickRow("printed", _("The slip came out"), "4", _("the ticket waits")),
        PickRow("not_printed", _("The slip did not come out"), "5", _("the number is void")),
        PickRow("papers", _("Take in papers while its holder waits"), "62", _("for the window that calls it")),
    )
    return [row for row in rows if row.id in possible]


def category_rows(categories: Sequence[ReceptionCategory], most_digits: int) -> list[PickRow]:
    """Return the rows of the categories, with their digits if there are at most `most_digits`, else with letters."""
    has_digits = len(categories) <= most_digits
    return [PickRow(row.id, row.name, row.key if has_digits else row.id, row.estimate) for row in categories]


def describe_empty_details() -> str:
    """Return the text of the details while no ticket is marked."""
    return _("The marked ticket is explained here.")

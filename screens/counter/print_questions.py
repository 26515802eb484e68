"""Asks whether a paper came out of the printer, once for each print with an unknown outcome.

The program prints nothing by itself: a paper that did not come out, or came out damaged, is printed again because the
clerk has answered so, with the mark of a reprint.
"""

from __future__ import annotations

from functools import partial
from typing import cast

from clerk_app.locales import _
from clerk_app.views.counter import PrintAnswer
from clerk_app.views.shared import PrintQuestion
from screens.counter.frame import CounterFrame
from screens.counter.steps import offered_questions
from screens.widgets.pick import PickDialog, PickRow

_LATER = "later"


async def ask_new_questions(screen: CounterFrame, *, everywhere: bool = False) -> None:
    """Ask about the prints of what is on the screen about which the clerk was not asked yet.

    With `everywhere`, those of the whole window.
    """
    while screen.view is not None:
        offered = screen.view.print_questions if everywhere else offered_questions(screen.view)
        new = next((question for question in offered if question.id not in screen.asked_prints), None)
        if new is None or not await ask_question(screen, new):
            return


async def ask_questions(screen: CounterFrame) -> None:
    """Ask about all prints of what is on the screen, also about those that the clerk left unanswered before."""
    while screen.view is not None and (questions := offered_questions(screen.view)):
        if not await ask_question(screen, questions[0]):
            return


async def ask_question(screen: CounterFrame, question: PrintQuestion) -> bool:
    """Ask about a print, record the answer and print again if the clerk answers so; return whether it was answered."""
    screen.asked_prints.add(question.id)
    sentence = _("{paper} of case {case}, {applicant}: sent to the printer {printer} at {time}.").format(
        paper=question.title,
        case=question.case_number,
        applicant=question.applicant,
        printer=question.printer,
        time=f"{question.at:%m-%d %H:%M}",
    )
    rows = [
        PickRow(_LATER, _("I do not know yet"), "0", _("nothing is recorded")),
        PickRow("came_out", _("It came out"), "1", _("counts as printed")),
        PickRow("missing", _("It did not come out"), "2", _("prints it again, marked as a reprint")),
        PickRow("damaged", _("It came out damaged"), "3", _("prints it again, marked as a reprint")),
    ]
    dialog = PickDialog(_("Did the paper come out?"), rows, hint=_("records it"), sentence=sentence)
    answer = await screen.host.show(dialog)
    if answer is None or answer == _LATER:
        return False
    await screen.call_and_paint(partial(screen.service.answer_print, question.id, cast("PrintAnswer", answer)))
    if answer != "came_out":
        screen.closed_receipt_id = ""
        await screen.call_and_paint(partial(screen.service.reprint_paper, question.paper))
    return True

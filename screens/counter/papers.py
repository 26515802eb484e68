"""Papers that were not printed yet, offered between visits and counted on the top line.

A receipt that a crash kept back during its applicant's visit is offered at the next sign-in, in the same visit.
Before papers are offered, the clerk answers which prints with an unknown outcome came out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from clerk_app.locales import _
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import PendingPaper
from screens.counter.frame import CounterFrame
from screens.counter.print_questions import ask_new_questions, ask_questions
from screens.counter.steps import offered_papers, offered_questions
from screens.widgets.pick import PickDialog, PickRow


def has_papers(view: CounterView) -> bool:
    """Return whether a paper can be printed now: any between visits, those of the visit or open case during a visit."""
    return bool(offered_papers(view) or offered_questions(view))


async def offer_between_visits(screen: CounterFrame) -> None:
    """Offer the pending papers between two visits."""
    await ask_new_questions(screen)
    if screen.mode == "hall":
        await _print_chosen(screen, offered_papers)


async def offer_after_sign_in(screen: CounterFrame) -> None:
    """Offer the pending papers, during a visit only those of its own cases, unless one is shown already."""
    await ask_new_questions(screen, everywhere=True)
    view = screen.view
    if view is None or (view.receipt is None and any(paper.is_of_visit for paper in view.unprinted)):
        await _print_chosen(screen, offered_papers)
    else:
        await offer_between_visits(screen)


def has_new_papers(screen: CounterFrame) -> bool:
    """Return whether a paper is pending that was not offered yet: listed, or shown with the printer's error."""
    view = screen.view
    if view is None:
        return False
    failed = [view.receipt.id] if view.receipt is not None and not view.receipt.printed else []
    return not screen.offered_papers.issuperset([*failed, *(paper.id for paper in view.unprinted)])


async def offer_before_next(screen: CounterFrame) -> bool:
    """Offer every pending paper before the next ticket is called; return whether all were printed.

    The visit has not ended: if the clerk leaves the offer, the screen is as it was before.
    """
    had_receipt = screen.mode == "receipt"
    if await _print_chosen(screen, lambda view: view.unprinted):
        return True
    receipt = screen.view.receipt if screen.view else None
    if screen.view is not None and receipt is not None and receipt.printed and not had_receipt:
        screen.closed_receipt_id = receipt.id
        await screen.paint(screen.view)
    return False


async def offer_papers(screen: CounterFrame) -> None:
    """Ask about prints, then let the clerk choose which papers to print, one after the other, until none is left."""
    await ask_questions(screen)
    await _print_chosen(screen, offered_papers)


async def _print_chosen(screen: CounterFrame, select: Callable[[CounterView], tuple[PendingPaper, ...]]) -> bool:
    """Print the papers that the clerk chooses; return False if the clerk left the list, or the printer failed."""
    while screen.view is not None and (papers := select(screen.view)):
        screen.offered_papers |= {paper.id for paper in papers}
        rows = [
            PickRow(
                paper.id,
                f"{paper.case_number}  {paper.applicant}",
                str(index + 1),
                f"{paper.title}  {paper.subject}",
            )
            for index, paper in enumerate(papers)
        ]
        chosen = await screen.host.show(PickDialog(_("To be printed"), rows, hint=_("prints it")))
        if chosen is None:
            return False
        screen.closed_receipt_id = ""
        await screen.call_and_paint(partial(screen.service.reprint_paper, chosen))
        receipt = screen.view.receipt if screen.view else None
        if receipt is not None and not receipt.printed:
            return False  # the panel shows why
    return True

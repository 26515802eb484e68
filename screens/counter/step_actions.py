"""What Enter does with a step in the panel of what is left to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from screens.connection import settle_rejected_work
from screens.counter import (
    applications,
    case_papers,
    finding,
    leaving,
    letters,
    papers,
    procedures,
    reopening,
    supplements,
)
from screens.counter.also_eligible import choose_eligible
from screens.counter.co_signature import co_sign
from screens.counter.consent import ask_consent, release_materials
from screens.counter.differences import explain_difference
from screens.counter.enterprise_names import check_name_of
from screens.counter.frame import CounterFrame
from screens.counter.hand_over import hand_over_early, hand_over_results
from screens.counter.materials_panel import MaterialsPanel
from screens.counter.matter_choice import choose_matters
from screens.counter.paper_review import review_papers
from screens.counter.promises import make_commitments
from screens.widgets.form import Form
from screens.widgets.row_list import RowList


async def take_step(screen: CounterFrame, target: str) -> None:
    """Carry out the step `kind:id`, or set the focus where it is done."""
    kind, _colon, name = target.partition(":")
    if kind == "field":
        screen.show_panel("filling")
        screen.query_one(Form).focus_field(name)
    elif kind in ("material", "matter"):
        screen.show_panel("materials")
        rows = screen.query_one(MaterialsPanel).query_one("#needs", RowList)
        rows.move_to(f"{kind}:{name}")
        screen.set_focus(rows)
    elif kind == "name":
        await check_name_of(screen, name)
    elif kind == "difference":
        await explain_difference(screen, name)
    elif kind == "finding":
        await review_papers(screen, name)
    elif kind in _ACTS:
        await _ACTS[kind](screen)


async def _settle(screen: CounterFrame) -> None:
    case = screen.view.case if screen.view else None
    if case is not None:
        await settle_rejected_work(screen, screen.service, case.rejected)


async def _walk_in(screen: CounterFrame) -> None:
    await screen.call_and_paint(screen.service.serve_walk_in)


_ACTS: dict[str, Callable[[CounterFrame], Awaitable[None]]] = {
    "fetch": procedures.fetch_materials,
    "consent": ask_consent,
    "release": release_materials,
    "sign": co_sign,
    "promise": make_commitments,
    "exclusion": choose_matters,
    "also": choose_eligible,
    "party": procedures.scan,
    "scan": procedures.scan,
    "find": finding.choose_or_find,
    "next": leaving.call_next,
    "held": leaving.choose_held_ticket,
    "drafts": reopening.reopen,
    "walk_in": _walk_in,
    "print": papers.offer_papers,
    "reprint": case_papers.open_papers,
    "take_in": supplements.take_in_materials,
    "hand_over": hand_over_results,
    "hand_over_part": hand_over_early,
    "decisions": letters.print_decisions,
    "settle": _settle,
    "answer": applications.answer,
    "applications": applications.choose_application,
}
"""Acts that need no place on the screen; those with a key of the screen are run by `CounterScreen`."""

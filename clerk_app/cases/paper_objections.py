"""Objections to papers of an acceptance of another node: paper for a held licence without a reason, and no validity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from clerk_app.cases.completeness import LACKS_VALIDITY, find_gaps
from clerk_app.cases.identity_objection import is_own_visit
from clerk_app.cases.paper_reasons import list_unfounded_papers
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Entry
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import to_city_day
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

PAPER_OF_HELD = "paper_of_held"
"""Reason of the objection: the city holds the licence, and no reason states why paper was taken."""
INVALID_PAPER = "paper_validity"
"""Reason of the objection: a paper had expired, or its validity was not typed."""
_OF_HELD = mark(
    "Paper was taken for what the city holds, without a written reason: {materials}. Add the reason in the note."
)
_INVALID = mark("Papers that had expired, or whose validity was not recorded: {materials}. Ask for new ones.")


def find_paper_objections(tx: Transaction, entry: Entry[Any, Any], catalogue: Catalogue) -> Iterator[Refused]:
    """Yield the objections to papers that the program of the window should have refused; `materials` are ids."""
    command, details = entry.command, entry.command.personal
    if details is None or not hasattr(command, "materials"):  # erased, or not accepted
        return
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    today, given = to_city_day(entry.moment.corrected_at, catalogue), command.materials
    if is_own_visit(tx, entry):
        held = list_unfounded_papers(tx, command.visit, catalogue, plan, given, details.parties, details.values, today)
        if held:
            yield Refused(PAPER_OF_HELD, _OF_HELD, materials=",".join(held))
    papers = {material.material for material in given if material.how == "paper"}
    invalid = sorted(
        gap.id
        for gap in find_gaps(plan, details.values, given, today)
        if gap.kind in ("expired", LACKS_VALIDITY) and gap.id in papers
    )
    if invalid:
        yield Refused(INVALID_PAPER, _INVALID, materials=",".join(invalid))

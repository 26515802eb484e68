"""Form of an acceptance that another node decided: what no honest window can send is rejected, whoever sent it.

The receipt is in the citizen's hand, so content and time never reject an acceptance (`objections.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clerk_app.cases.completeness import check_materials
from clerk_app.cases.identifiers import format_task_id
from clerk_app.catalogue import publication
from clerk_app.catalogue.model import Catalogue, OneThing
from clerk_app.catalogue.plan import PlannedMatter, plan_matters
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Entry
from clerk_app.ledger.numbers import CASE_NUMBER_LENGTH, format_case_number, is_case_number, lent_to
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

MAX_TEXT = 200  # characters of an id
MAX_ROWS = 500  # parties, values, materials or sources of one case
_LATEST_DATE = 253_370_764_800_000_000  # 9999-01-01, microseconds UTC; later times have no date
_STATES = {"receipt": "accepted", "not_accepted": "not_accepted"}
_WRONG_NUMBER = mark("The case number is none of those that this window was lent.")
_WRONG_CATALOGUE = mark("It was accepted under a version of the catalogue that was never published.")
_WRONG_PLAN = mark("Its matters and tasks are not those of the catalogue.")
_WRONG_SIZE = mark("Its fields have values that no program of a window writes.")
_WRONG_SITE = mark("It names a service centre that is not the one of this window.")


def require_valid_form(tx: Transaction, entry: Entry[Any, Any]) -> None:
    """Raise Refused ("form") or BadData unless an honest window may have sent this acceptance."""
    _require_number(tx, entry)
    _require_sizes(entry)
    node = tx.get("nodes", id=node_of_chain(entry.moment.node))
    if entry.decision.site and (node is None or entry.decision.site not in decode_json_list(node["organs"])):
        raise Refused("form", _WRONG_SITE)
    command = entry.command
    try:
        catalogue = publication.load_version(tx, command.catalogue, command.catalogue_version)
    except BadData as error:
        raise Refused("form", _WRONG_CATALOGUE) from error
    if command.personal is None:
        if entry.moment.already_decided:  # erased since: the plan was checked before
            return
        raise Refused("form", _WRONG_PLAN)
    check_materials(getattr(command, "materials", ()), catalogue.materials)
    _require_planned_tasks(entry, *_plan_matters(catalogue, command))


def _require_number(tx: Transaction, entry: Entry[Any, Any]) -> None:
    """A number that the center had accepted before its last restore may be of a block that it lost."""
    decision, moment = entry.decision, entry.moment
    is_well_formed = (
        is_case_number(decision.number)
        and 0 < decision.serial < 10**9
        and format_case_number(int(decision.number[:2]), decision.serial) == decision.number
    )
    if not is_well_formed:
        raise Refused("form", _WRONG_NUMBER)
    if not moment.already_decided and not lent_to(tx, node_of_chain(moment.node), decision.serial):
        raise Refused("form", _WRONG_NUMBER)


def _require_sizes(entry: Entry[Any, Any]) -> None:
    command, decision = entry.command, entry.decision
    details = command.personal
    texts = [command.draft, command.visit, command.window, decision.applicant, decision.applicant_kind]
    texts += [decision.site, decision.calendar, *(getattr(command, "duplicates", ()))]
    lists: list[Any] = [getattr(command, "materials", ()), getattr(command, "sources", {}), decision.tasks]
    if details is not None:
        texts += [text for party in details.parties for text in (party.role, party.kind, party.subject, party.known_by)]
        lists += [details.parties, details.values, details.claims]
    dates = [decision.promised_at, decision.statutory_at]
    dates += [date for task in decision.tasks for date in (task.due_at, task.statutory_at, task.rank)]
    kind = decision.notice.removeprefix(f"{decision.number}-")
    is_plausible = (
        all(len(text) <= MAX_TEXT and text.isprintable() for text in texts)
        and all(len(rows) <= MAX_ROWS for rows in lists)
        and _are_dates(dates)
        and all(0 <= days <= 10_000 for task in decision.tasks for days in (task.promised_days, task.statutory_days))
        and decision.state == _STATES.get(kind)
        and decision.applicant_kind in ("person", "organisation")
    )
    if not is_plausible:
        raise Refused("form", _WRONG_SIZE)


def _are_dates(dates: Iterable[int | None]) -> bool:
    return all(date is None or 0 <= date < _LATEST_DATE for date in dates)


def _plan_matters(catalogue: Catalogue, command: Any) -> tuple[OneThing, tuple[PlannedMatter, ...]]:
    chosen = getattr(command, "chosen", None)
    try:
        matters = frozenset(chosen) if chosen else None
        return plan_matters(catalogue, command.one_thing, matters, command.personal.values)
    except (BadData, Refused, LookupError, ValueError) as error:
        raise Refused("form", _WRONG_PLAN) from error


def _require_planned_tasks(
    entry: Entry[Any, Any], one_thing: OneThing, planned_matters: tuple[PlannedMatter, ...]
) -> None:
    decision = entry.decision
    matters = [
        (matter.id, matter.inapplicable_reason is None, len(matter.matter.variants)) for matter in planned_matters
    ]
    active_matters = [matter for matter in planned_matters if matter.inapplicable_reason is None]
    planned = [
        (format_task_id(decision.number, position), matter.id, matter.matter.organ)
        for position, matter in enumerate(active_matters, 1)
    ]
    is_planned = (
        [(matter.matter, not matter.dropped) for matter in decision.matters] == [found[:2] for found in matters]
        and all(
            -1 <= matter.variant < count
            for matter, (_id, _active, count) in zip(decision.matters, matters, strict=True)
        )
        and [(task.id, task.matter, task.organ) for task in decision.tasks]
        == (planned if decision.state == "accepted" else [])
        and decision.handling == one_thing.handling
    )
    if not is_planned:
        raise Refused("form", _WRONG_PLAN)


def describe_rejected(tx: Transaction, entry: Entry[Any, Any]) -> dict[str, str]:
    """Return the facts that are kept of a rejected acceptance: its case number, and the site that has to act."""
    node: Row | None = tx.get("nodes", id=node_of_chain(entry.moment.node))
    organs = decode_json_list(node["organs"]) if node is not None else ()
    site = entry.decision.site if entry.decision.site in organs else next(iter(organs), "")
    number = entry.decision.number
    return {"number": number if len(number) <= CASE_NUMBER_LENGTH and number.isprintable() else "", "site": site}

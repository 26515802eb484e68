"""Form of an acceptance that another node decided: what no honest window can send is rejected, whoever sent it.

The receipt is in the citizen's hand, so content and time never reject an acceptance (`objections.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clerk_app.cases.accepting_site import require_accepting_site
from clerk_app.cases.applications.terms import find_receipt_time
from clerk_app.cases.case_objects import list_objects
from clerk_app.cases.completeness import check_materials
from clerk_app.cases.form_limits import is_plausible, list_dates
from clerk_app.cases.identifiers import format_task_id
from clerk_app.cases.promises.acceptance import require_allowed_promises
from clerk_app.cases.text_index import list_compared
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import PlannedMatter, plan_matters
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Entry
from clerk_app.ledger.numbers import CASE_NUMBER_LENGTH, format_case_number, is_case_number, lent_to
from clerk_app.ledger.rejected_work import DAY_UNTIL, SITE, find_day_end
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, OneThing

_DAY = 86_400_000_000  # microseconds
_OTHER_DAYS = 800  # more than the holidays that delay a date can add
_WRONG_NUMBER = mark("The case number is none of those that this window was lent.")
_WRONG_CATALOGUE = mark("It was accepted under a version of the catalogue that was never published.")
_WRONG_PLAN = mark("Its matters and tasks are not those of the catalogue.")
_WRONG_SIZE = mark("Its fields have values that no program of a window writes.")
_WRONG_APPLICANT = mark("Its applicant is not the party that applies.")
_WRONG_START = mark("It counts from a day on which no application was received.")
_WRONG_BULK = mark("It was accepted in bulk, which the catalogue does not allow for its matters.")
_WRONG_SITE = mark("It names a service centre that is not the one of this window.")


def require_valid_form(tx: Transaction, entry: Entry[Any, Any]) -> Catalogue:
    """Return the catalogue of an acceptance.

    Raises Refused ("form") or BadData unless an honest window may have sent the acceptance.
    """
    _require_number(tx, entry)
    if not is_plausible(entry.command, entry.decision):
        raise Refused("form", _WRONG_SIZE)
    _require_site(tx, entry)
    command = entry.command
    receipt = find_receipt_time(tx, command.application)
    record = tx.get("received_records", case_number=getattr(command, "received", "") or "-")
    receipt = receipt or (record["received_at"] if record is not None else 0)
    is_lost = not receipt and entry.moment.already_decided  # the application was lost in a restore
    if not is_lost and entry.decision.deemed_from not in (0, receipt):
        raise Refused("form", _WRONG_START)
    try:
        catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.one_thing)
    except BadData as error:
        raise Refused("form", _WRONG_CATALOGUE) from error
    if command.personal is None:
        if entry.moment.already_decided:  # erased since: the plan was checked before
            return catalogue
        raise Refused("form", _WRONG_PLAN)
    check_materials(getattr(command, "materials", ()), catalogue.materials)
    one_thing, matters = _plan_matters(catalogue, command)
    _require_applicant(entry, one_thing)
    _require_compared(entry, catalogue)
    _require_objects(entry, matters)
    _require_planned_tasks(entry, one_thing, matters)
    applied = [planned.matter for planned in matters if planned.inapplicable_reason is None]
    if getattr(command, "person", "") and not all(matter.bulk for matter in applied):
        raise Refused("form", _WRONG_BULK)
    if entry.decision.state != "not_accepted":
        require_accepting_site(catalogue, matters, entry.decision.site)
    require_allowed_promises(tx, entry, catalogue)
    if not entry.moment.time_bounded:  # else its dates are computed again
        _require_near_dates(entry)
    return catalogue


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
    if continues_received(tx, entry) or continues_lost(tx, entry):
        return
    if not moment.already_decided and not lent_to(tx, node_of_chain(moment.node), decision.serial):
        raise Refused("form", _WRONG_NUMBER)


def continues_lost(tx: Transaction, entry: Entry[Any, Any]) -> bool:
    """Return whether an acceptance keeps the number of a received case that this center may have lost in a restore."""
    number, own = getattr(entry.command, "received", ""), tx.get("nodes", here=True)
    if not number or number != entry.decision.number or own is None or not own["previous_epoch"]:
        return False
    nodes = tx.select("nodes", here=False)
    return tx.get("cases", number=number) is None and any(
        lent_to(tx, row["id"], entry.decision.serial) for row in nodes
    )


def continues_received(tx: Transaction, entry: Entry[Any, Any]) -> bool:
    """Return whether an acceptance keeps the number of a received case of its site that still waits."""
    number = getattr(entry.command, "received", "")
    case = tx.get("cases", number=number) if number and number == entry.decision.number else None
    return case is not None and case["state"] == "received" and case["centre"] == entry.decision.site


def _require_site(tx: Transaction, entry: Entry[Any, Any]) -> None:
    """Raise Refused unless the case belongs to the service centre of its window, and that to the node.

    Only a window of the first versions has no service centre; its cases belong to each one.
    """
    node = tx.get("nodes", id=node_of_chain(entry.moment.node))
    window = tx.get("windows", id=entry.command.window)
    site = entry.decision.site
    is_own = not site or (node is not None and site in decode_json_list(node["organs"]))
    if window is None or window["organ"] != site or not is_own:
        raise Refused("form", _WRONG_SITE)


def _plan_matters(catalogue: Catalogue, command: Any) -> tuple[OneThing, tuple[PlannedMatter, ...]]:
    chosen = getattr(command, "chosen", None)
    try:
        matters = frozenset(chosen) if chosen else None
        return plan_matters(catalogue, command.one_thing, matters, command.personal.values)
    except (BadData, Refused, LookupError, ValueError) as error:
        raise Refused("form", _WRONG_PLAN) from error


def _require_applicant(entry: Entry[Any, Any], one_thing: OneThing) -> None:
    """Raise Refused unless the decision names the party that applies."""
    decision, role = entry.decision, one_thing.applicant_role().id
    party = next((party for party in entry.command.personal.parties if party.role == role), None)
    if party is None and decision.state == "received" and decision.applicant == f"{decision.number}/{role}":
        return
    named = (decision.applicant, decision.applicant_kind)
    if party is None or not party.name or named != (party.subject or f"{decision.number}/{role}", party.kind):
        raise Refused("form", _WRONG_APPLICANT)


def _require_compared(entry: Entry[Any, Any], catalogue: Catalogue) -> None:
    """Raise Refused unless the decision names the texts that are compared with those of earlier cases."""
    is_accepted = entry.decision.state == "accepted"
    expected = list_compared(catalogue.fields, entry.command.personal.values) if is_accepted else ()
    if entry.decision.compared_texts != expected:
        raise Refused("form", _WRONG_PLAN)


def _require_objects(entry: Entry[Any, Any], matters: tuple[PlannedMatter, ...]) -> None:
    """Raise Refused unless the decision names the objects of its matters; windows of earlier versions name none."""
    decision = entry.decision
    if decision.objects and decision.objects != list_objects(matters, entry.command.personal.values):
        raise Refused("form", _WRONG_PLAN)


def _require_near_dates(entry: Entry[Any, Any]) -> None:
    """Raise Refused for a date before the acceptance, or later than all periods of the case together allow."""
    tasks, accepted_at = entry.decision.tasks, entry.decision.deemed_from or entry.moment.corrected_at
    days = sum(task.promised_days + task.statutory_days for task in tasks) * 3 + _OTHER_DAYS
    earliest, latest = accepted_at - _DAY, accepted_at + days * _DAY
    started = [task.rank == (task.due_at or 0) and task.due_at is not None for task in tasks if task.started]
    if not all(started) or any(when and not earliest <= when <= latest for when in list_dates(entry.decision)):
        raise Refused("form", _WRONG_SIZE)


def _require_planned_tasks(
    entry: Entry[Any, Any], one_thing: OneThing, planned_matters: tuple[PlannedMatter, ...]
) -> None:
    decision = entry.decision
    matters = [
        (matter.id, matter.inapplicable_reason is None, len(matter.matter.variants)) for matter in planned_matters
    ]
    active_matters = [matter for matter in planned_matters if matter.inapplicable_reason is None]
    planned = [
        (
            (format_task_id(decision.number, position), matter.id, matter.decided_by),
            (not matter.waits_for, matter.promised_days, matter.matter.statutory_days),
        )
        for position, matter in enumerate(active_matters, 1)
    ]
    is_planned = (
        [(matter.matter, not matter.dropped) for matter in decision.matters] == [found[:2] for found in matters]
        and all(
            -1 <= matter.variant < count
            for matter, (_id, _active, count) in zip(decision.matters, matters, strict=True)
        )
        and [
            ((task.id, task.matter, task.organ), (task.started, task.promised_days, task.statutory_days))
            for task in decision.tasks
        ]
        == (planned if decision.state == "accepted" else [])
        and decision.handling == one_thing.handling
    )
    if not is_planned:
        raise Refused("form", _WRONG_PLAN)


def describe_rejected(tx: Transaction, entry: Entry[Any, Any]) -> dict[str, str | int]:
    """Return the facts that are kept of a rejected acceptance: its case number, and the site that has to act."""
    name = node_of_chain(entry.moment.node)
    node: Row | None = tx.get("nodes", id=name)
    organs = decode_json_list(node["organs"]) if node is not None else ()
    site = entry.decision.site if entry.decision.site in organs else next(iter(organs), "")
    number = entry.decision.number
    return {
        "number": number if len(number) <= CASE_NUMBER_LENGTH and number.isprintable() else "",
        SITE: site,
        DAY_UNTIL: find_day_end(tx, name, entry.moment.decided_at),
    }

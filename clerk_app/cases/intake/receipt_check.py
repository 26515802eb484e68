"""Check of the receipt of a case that another node decided: its form, as of an acceptance; its list and its date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clerk_app.cases.form_check import describe_rejected
from clerk_app.cases.form_limits import is_plausible_material
from clerk_app.cases.intake.missing import MISSING_KINDS, MissingItem
from clerk_app.cases.objections import RaiseObjection, find_clock_objection, require_acceptable
from clerk_app.cases.received_records import get_received
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Command, Entry
from clerk_app.locales import mark
from clerk_app.people.permissions import DOUBTED, SYSTEM
from db.engines import Transaction

_DAY = 86_400_000_000  # microseconds
_MOST_DAYS = 60  # until the end of five working days
_MOST_ITEMS = 500
_MAX_ID = 200
_WRONG_LIST = mark("Its list of what is missing is not one that a window writes.")


def find_receipt_objections(
    tx: Transaction, entry: Entry[Any, Any], actor_refusal: Refused | None
) -> list[tuple[Command[Any], str]]:
    """Return the objections to a receipt made at another node, each with the actor who records it.

    Raises Refused, with the facts of `describe_rejected`, when the actor may not do this here, or its form is wrong.
    """
    accepted = Entry(entry.moment, entry.command, entry.decision.case)
    try:
        if entry.moment.already_decided and tx.get("cases", number=entry.decision.number) is not None:
            return []  # after a restore its acceptance came first
        require_acceptable(tx, accepted, actor_refusal)
        _require_list(entry)
    except (Refused, BadData) as error:
        reason = error.reason if isinstance(error, Refused) else "form"
        raise Refused(reason, error.sentence, **{**error.facts, **describe_rejected(tx, accepted)}) from error
    found = [actor_refusal, find_clock_objection(tx, entry)]
    return [
        (
            RaiseObjection(
                case=entry.decision.number,
                reason=refusal.reason,
                sentence=refusal.sentence,
                facts=refusal.text_facts,
            ),
            SYSTEM,
        )
        for refusal in found
        if refusal is not None
    ]


def find_later_objections(
    tx: Transaction, entry: Entry[Any, Any], actor_refusal: Refused | None
) -> list[tuple[Command[Any], str]]:
    """Return the objections to a later notice that another node made: it is printed, so only its form is checked.

    Raises Refused when the actor may not do this here, the case does not wait any more, or the form is wrong.
    """
    if actor_refusal is not None and actor_refusal.reason not in DOUBTED:
        raise actor_refusal
    _case, record = get_received(tx, entry.command.case, entry.moment)
    _require_items(entry.decision.missing)
    if not all(map(is_plausible_material, entry.command.materials)) or entry.decision.site != record["site"]:
        raise Refused("form", _WRONG_LIST)
    return []


def _require_list(entry: Entry[Any, Any]) -> None:
    decision, received_at = entry.decision, entry.moment.corrected_at
    _require_items(decision.missing)
    is_date = received_at - _DAY <= decision.answer_due_at <= received_at + _MOST_DAYS * _DAY
    if not (is_date or entry.moment.time_bounded):
        raise Refused("form", _WRONG_LIST)


def _require_items(items: Sequence[MissingItem]) -> None:
    ids = [text for item in items for text in (item.id, *item.matters)]
    is_list = 0 < len(items) <= _MOST_ITEMS and all(item.kind in MISSING_KINDS for item in items)
    are_ids = all(0 < len(text) <= _MAX_ID and text.isprintable() for text in ids)
    if not (is_list and are_ids):
        raise Refused("form", _WRONG_LIST)

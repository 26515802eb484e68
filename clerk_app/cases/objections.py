"""What the authority has against an acceptance. The receipt is in the citizen's hand, so the case stands: the objection
is work for the centre, until somebody has settled it and said how."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from clerk_app.cases.tasks.queue import mark_case_changed
from clerk_app.catalogue import publication
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from clerk_app.people.permissions import SYSTEM
from db.engines import Transaction

RULES = RuleSet()


class ObjectionRaised(CommandDecision, frozen=True, kw_only=True):
    """Its place among the case's objections."""

    stored_name: ClassVar[str] = "Objected"
    number: int


class RaiseObjection(Command[ObjectionRaised], frozen=True, kw_only=True):
    """The authority took an acceptance in and found something against it."""

    stored_name: ClassVar[str] = "RaiseObjection"
    case: str
    reason: str
    sentence: str
    facts: dict[str, str] = {}


class ObjectionSettled(CommandDecision, frozen=True, kw_only=True):
    """It is dealt with."""

    stored_name: ClassVar[str] = "Settled"


class SettleObjection(Command[ObjectionSettled], frozen=True, kw_only=True):
    """Somebody has dealt with it, and says how."""

    stored_name: ClassVar[str] = "SettleObjection"
    case: str
    number: int
    note: str


def find_objections(
    tx: Transaction, entry: Entry[Any, Any], actor_refusal: Refused | None
) -> list[tuple[RaiseObjection, str]]:
    """What speaks against an acceptance that was made elsewhere: each with the actor who writes it down."""
    command, made = entry.command, entry.decision
    if tx.get("cases", number=made.number) is not None:  # two copies of one window lent numbers out of one block
        raise Refused(
            "number", "Another case has the number {number}: this window was copied. Accept again under a new number.",
            number=made.number,
        )  # fmt: skip
    found = [actor_refusal] if actor_refusal is not None else []
    if made.state == "accepted":
        found += [
            one
            for one in (_catalogue_objection(tx, command), _duplicate_objection(tx, command, made))
            if one is not None
        ]
    return [
        (
            RaiseObjection(
                case=made.number,
                reason=one.reason,
                sentence=one.sentence,
                facts={name: str(value) for name, value in one.facts.items()},
            ),
            SYSTEM,
        )
        for one in found
    ]


def _catalogue_objection(tx: Transaction, command: Any) -> Refused | None:
    try:
        publication.load_version(tx, command.catalogue, command.catalogue_version)
    except BadData:
        return Refused(
            "catalogue", "It was accepted under version {version} of the catalogue, which is not in force.",
            version=command.catalogue_version,
        )  # fmt: skip
    return None


def _duplicate_objection(tx: Transaction, command: Any, made: Any) -> Refused | None:
    row = tx.query_one(
        "cases.other_accepted_case", applicant=made.applicant, one_thing=command.one_thing, number=made.number
    )
    if row is None:
        return None
    return Refused("twin", "The same applicant has case {other} for the same one thing under way.", other=row["number"])


def _decide_raise(tx: Transaction, command: RaiseObjection, _: Moment) -> ObjectionRaised:
    last = tx.query_one("cases.last_objection", number=command.case)
    return ObjectionRaised(number=(last["number"] if last else 0) + 1)


@RULES.register(
    RaiseObjection,
    ObjectionRaised,
    permission="case.object",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.CENTER,),
    label=mark("Objection of the center"),
    decide=_decide_raise,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply_raise(tx: Transaction, entry: Entry[RaiseObjection, ObjectionRaised]) -> None:
    command: RaiseObjection = entry.command
    tx.insert(
        "objections",
        case_number=command.case,
        number=entry.decision.number,
        reason=command.reason,
        sentence=command.sentence,
        facts=msgspec.json.encode(command.facts),
        raised_at=entry.decided_at,
        settled_by="",
        note="",
    )
    mark_case_changed(tx, command.case)


def _decide_settle(tx: Transaction, command: SettleObjection, _: Moment) -> ObjectionSettled:
    row = tx.get("objections", case_number=command.case, number=command.number)
    if row is None or row["settled_at"] is not None:
        raise Refused("settled", "This objection was settled before.")
    if not command.note.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")
    return ObjectionSettled()


@RULES.register(
    SettleObjection,
    ObjectionSettled,
    permission="case.settle",
    roles=(
        Role.CLERK,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(
        MachineKind.COUNTER,
        MachineKind.SUPERVISOR,
    ),
    label=mark("Settling an objection"),
    decide=_decide_settle,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply_settle(tx: Transaction, entry: Entry[SettleObjection, ObjectionSettled]) -> None:
    command: SettleObjection = entry.command
    tx.update(
        "objections",
        {"case_number": command.case, "number": command.number},
        settled_at=entry.decided_at,
        settled_by=entry.moment.actor.id,
        note=command.note,
    )
    mark_case_changed(tx, command.case)

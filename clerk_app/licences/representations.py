"""Acting for an absent party in a visit (代办): by the codes of both, a written delegation, or a registered relation.

The authority verifies the basis, because the codes and the register are there. The rows of `visit_representations` are
part of the visit; an acceptance takes over the one of its applicant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from clerk_app.catalogue.acting import CODES, PAPER
from clerk_app.catalogue.publication import load_frame, read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.licences.identity_proof import SHOWN, find_proof
from clerk_app.licences.shared_materials import get_running_visit, mark_visit_changed
from clerk_app.locales import mark
from clerk_app.people.acting_relations import SYMMETRIC
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

RELATION = "relation"  # basis of a representation

RULES = RuleSet()


class Principal(MessagePart, frozen=True, kw_only=True):
    """An absent party for whom somebody may act: id, kind of the relation, what it allows, last day (ISO) or empty."""

    person: str
    relation: str
    acts: tuple[str, ...]
    valid_to: str = ""


class RelationsShown(CommandDecision, frozen=True, kw_only=True):
    """Those for whom the person served may act by a relation that is valid today."""

    stored_name: ClassVar[str] = "RelationsShown"
    agent: str
    principals: tuple[Principal, ...]


class ShowRelations(Command[RelationsShown], frozen=True, kw_only=True):
    """Asks the authority for whom the person served acts by a registered relation."""

    stored_name: ClassVar[str] = "ShowRelations"
    visit: str


class DelegationShown(CommandDecision, frozen=True, kw_only=True):
    """Who acts, and what the delegation allows."""

    stored_name: ClassVar[str] = "DelegationShown"
    agent: str
    acts: tuple[str, ...]


class ShowDelegation(Command[DelegationShown], frozen=True, kw_only=True):
    """Records that the person served acts for `principal`, whose code was shown too. `basis` is codes or paper.

    By codes alone, that of the principal must have been made for this moment; with a written delegation (授权委托书),
    which the clerk has checked, it may be printed.
    """

    stored_name: ClassVar[str] = "ShowDelegation"
    visit: str
    principal: str
    basis: str


class RepresentationEnded(CommandDecision, frozen=True, kw_only=True):
    """The party is present, or nobody acts for them."""

    stored_name: ClassVar[str] = "RepresentationEnded"


class EndRepresentation(Command[RepresentationEnded], frozen=True, kw_only=True):
    """Records that nobody acts for `principal` any more in a visit, because they came themselves."""

    stored_name: ClassVar[str] = "EndRepresentation"
    visit: str
    principal: str


def _require_served_person(tx: Transaction, visit: str, moment: Moment) -> Row:
    """Return the visit if a person is served whose code the authority has verified. Raises Refused."""
    row = get_running_visit(tx, visit, moment)
    agent = row["person"] or ""
    if not agent or tx.get("persons", id=agent) is None or not find_proof(tx, visit, agent):
        raise Refused(
            "unproved", "Who acts for somebody has to show the own code first, which the center verifies (F7)."
        )
    return row


def _decide_relations(tx: Transaction, command: ShowRelations, moment: Moment) -> RelationsShown:
    visit = _require_served_person(tx, command.visit, moment)
    if find_proof(tx, command.visit, visit["person"]) != SHOWN:
        raise Refused(
            "unproved",
            "A printed code does not show for whom its holder acts. Ask for the code on the phone, or the last four "
            "digits of the registered telephone (F8).",
        )
    now = datetime.fromtimestamp(moment.corrected_at / 1_000_000, ZoneInfo(load_frame(tx).time_zone))
    today = now.date().isoformat()
    rules = read_policy(tx).acting_for_others
    found: dict[str, Principal] = {}
    for principal, row in _valid_relations(tx, visit["person"], today):
        acts = rules.allowed(row["relation"])
        known = found.get(principal)
        is_here = bool(find_proof(tx, command.visit, principal))
        if acts and not is_here and (known is None or len(acts) > len(known.acts)):
            found[principal] = Principal(
                person=principal, relation=row["relation"], acts=tuple(acts), valid_to=row["valid_to"]
            )
    return RelationsShown(agent=visit["person"], principals=tuple(found[name] for name in sorted(found)))


def _valid_relations(tx: Transaction, person: str, today: str) -> Iterator[tuple[str, Row]]:
    """Yield the relations of a person that are valid on a day (ISO), each with the party for whom the person acts."""
    as_other = [(row["subject"], row) for row in tx.select("relations", order=("id",), other=person)]
    both = tx.select("relations", order=("id",), subject=person)
    for principal, row in (*as_other, *((row["other"], row) for row in both if row["relation"] in SYMMETRIC)):
        if (row["valid_from"] or today) <= today <= (row["valid_to"] or today):
            yield principal, row


@RULES.register(
    ShowRelations,
    RelationsShown,
    permission="visit.represent",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Query for whom a person acts"),
    decide=_decide_relations,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
    placement=Placement.REMOTE,
)
def _apply_relations(tx: Transaction, entry: Entry[ShowRelations, RelationsShown]) -> None:
    visit, shown = entry.command.visit, entry.decision
    for principal in shown.principals:
        if tx.get("visit_representations", visit=visit, principal=principal.person) is None:
            _record(
                tx, visit, principal.person, shown.agent, RELATION, principal.relation, principal.acts,
                principal.valid_to, entry.decided_at,
            )  # fmt: skip
    mark_visit_changed(tx, visit)


def _record(
    tx: Transaction,
    visit: str,
    principal: str,
    agent: str,
    basis: str,
    relation: str,
    acts: tuple[str, ...],
    valid_to: str,
    at: int,
) -> None:
    tx.upsert(
        "visit_representations",
        ("visit", "principal"),
        visit=visit,
        principal=principal,
        agent=agent,
        basis=basis,
        relation=relation,
        acts=encode_json_list(acts),
        valid_to=valid_to,
        shown_at=at,
    )


def _decide_delegation(tx: Transaction, command: ShowDelegation, moment: Moment) -> DelegationShown:
    visit = _require_served_person(tx, command.visit, moment)
    if command.principal == visit["person"]:
        raise Refused("principal", "Nobody acts for themselves: this is the person served.")
    acts = read_policy(tx).acting_for_others.allowed(command.basis) if command.basis in (CODES, PAPER) else ()
    if not acts:
        raise Refused("basis", "The city does not allow to act for somebody on this basis.")
    level = find_proof(tx, command.visit, command.principal)
    if not level:
        raise Refused(
            "unproved", "The center has not verified a code of this person in this visit. Scan the code again."
        )
    if command.basis == CODES and level != SHOWN:
        raise Refused(
            "printed_code",
            "The code of the absent party may be a print: ask for one that is made now on their phone, or for a "
            "written delegation.",
        )
    return DelegationShown(agent=visit["person"], acts=tuple(acts))


@RULES.register(
    ShowDelegation,
    DelegationShown,
    permission="visit.represent",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Delegation shown"),
    decide=_decide_delegation,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
    placement=Placement.REMOTE,
)
def _apply_delegation(tx: Transaction, entry: Entry[ShowDelegation, DelegationShown]) -> None:
    command, shown = entry.command, entry.decision
    _record(tx, command.visit, command.principal, shown.agent, command.basis, "", shown.acts, "", entry.decided_at)
    mark_visit_changed(tx, command.visit)


def _decide_end(tx: Transaction, command: EndRepresentation, moment: Moment) -> RepresentationEnded:
    if not moment.already_decided:  # after a restore the visit may have ended
        get_running_visit(tx, command.visit, moment)
    return RepresentationEnded()


@RULES.register(
    EndRepresentation,
    RepresentationEnded,
    permission="visit.represent",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("End of acting for somebody"),
    decide=_decide_end,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_end(tx: Transaction, entry: Entry[EndRepresentation, RepresentationEnded]) -> None:
    tx.delete("visit_representations", visit=entry.command.visit, principal=entry.command.principal)
    mark_visit_changed(tx, entry.command.visit)

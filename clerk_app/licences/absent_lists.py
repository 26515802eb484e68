"""The consent list of an absent party: printed for them, signed elsewhere, and brought or sent back.

The list names materials, so that nobody learns from it what the city holds. Its code is a print, which proves nothing
alone: the party writes the last digits of their registered telephone on it, a second factor that the authority checks.
The authority knows for whom each list was issued; what a list does not name is not consented.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.catalogue import publication
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.licences.consent_lists import make_list_number
from clerk_app.licences.identity_proof import count_wrong_phone, require_phone
from clerk_app.licences.shared_materials import SIGNED, get_running_visit, mark_visit_changed, needed_materials
from clerk_app.licences.usable_licences import list_usable_licences
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

_MICROSECONDS_PER_DAY = 86_400_000_000
RULES = RuleSet()


class AbsentHolder(MessagePart, frozen=True, kw_only=True):
    """The number of the party whom the form names; the digits that they wrote on a list that came back."""

    number: str
    phone: str = ""


class AbsentListIssued(CommandDecision, frozen=True, kw_only=True):
    """The number of the list, and the party who is to sign it."""

    stored_name: ClassVar[str] = "AbsentListIssued"
    list_number: str
    person: str


class IssueAbsentList(Command[AbsentListIssued], frozen=True, kw_only=True):
    """Asks the authority for a list by which an absent party agrees to the use of `materials` for `purpose`."""

    stored_name: ClassVar[str] = "IssueAbsentList"
    visit: str
    purpose: str
    catalogue: str
    catalogue_version: int
    role: str
    materials: tuple[str, ...]
    personal: AbsentHolder | None = None


class AbsentListFound(CommandDecision, frozen=True, kw_only=True):
    """What the paper has to name: one thing, role of the party, materials, and when it was issued (microseconds)."""

    stored_name: ClassVar[str] = "AbsentListFound"
    purpose: str
    role: str
    materials: tuple[str, ...]
    printed_at: int
    needs_phone: bool


class FindAbsentList(Command[AbsentListFound], frozen=True, kw_only=True):
    """Asks the authority for whom and for what the list `list_number` was issued, so that the paper is compared."""

    stored_name: ClassVar[str] = "FindAbsentList"
    visit: str
    list_number: str


class AbsentListTaken(CommandDecision, frozen=True, kw_only=True):
    """The party, their role, and the licences to whose use they agreed; materials and time of the list."""

    stored_name: ClassVar[str] = "AbsentListTaken"
    person: str
    role: str
    licences: tuple[str, ...]
    materials: tuple[str, ...]
    printed_at: int


class TakeAbsentList(Command[AbsentListTaken], frozen=True, kw_only=True):
    """Record the signed list of an absent party as their consent for `purpose` in a visit."""

    stored_name: ClassVar[str] = "TakeAbsentList"
    visit: str
    list_number: str
    purpose: str
    catalogue: str
    catalogue_version: int
    personal: AbsentHolder | None = None


def find_signed_list(tx: Transaction, visit: str, licence: str, person: str) -> Row | None:
    """Return the list signed elsewhere by which a person agreed to the use of a licence in a visit, or None."""
    consent = tx.get("consents", visit=visit, licence=licence)
    if consent is None or consent["given_at"] is None or not consent["list_number"]:
        return None
    row = tx.get("consent_lists", visit=visit, number=consent["list_number"])
    if row is None or row["person"] != person or row["signed_at"] is None:
        return None
    return row if decode_json_list(row["materials"]) else None


def _decide_issue(tx: Transaction, command: IssueAbsentList, moment: Moment) -> AbsentListIssued:
    get_running_visit(tx, command.visit, moment)
    offered = _read_materials(tx, command)
    if not command.materials or not set(command.materials) <= offered:
        raise Refused("materials", "No licence of this party is needed for this application.")
    person = _find_person(tx, command.personal)
    if person is None:
        raise Refused("unknown_holder", "The city holds nothing of this party: let them bring the papers.")
    content = [command.visit, command.purpose, command.role, person["id"], sorted(command.materials), "absent"]
    return AbsentListIssued(list_number=make_list_number(content), person=person["id"])


def _read_materials(tx: Transaction, command: IssueAbsentList) -> set[str]:
    """Return the materials that are licences of a party of the one thing."""
    catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.purpose)
    try:
        one_thing = catalogue.one_thing(command.purpose)
    except KeyError:
        raise BadData("The catalogue has no one thing {name}.", name=command.purpose) from None
    own = one_thing.applicant_role().id
    needed = needed_materials(one_thing.matters, catalogue).values()
    return {row.id for row in needed if row.licence_type and (row.holder or own) == command.role}


def _find_person(tx: Transaction, holder: AbsentHolder | None) -> Row | None:
    number = holder.number if holder is not None else ""
    return tx.query_one("people.subject_by_number", number=number) if number else None


@RULES.register(
    IssueAbsentList,
    AbsentListIssued,
    permission="licence.fetch",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Consent list for an absent party"),
    decide=_decide_issue,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
    placement=Placement.REMOTE,
    keep_personal=False,
)
def _apply_issue(tx: Transaction, entry: Entry[IssueAbsentList, AbsentListIssued]) -> None:
    command, decision = entry.command, entry.decision
    tx.upsert(
        "consent_lists",
        ("visit", "number"),
        visit=command.visit,
        number=decision.list_number,
        purpose=command.purpose,
        person=decision.person,
        role=command.role,
        materials=encode_json_list(command.materials),
        printed_at=entry.decided_at,
        signed_at=None,
        signed_by="",
    )
    mark_visit_changed(tx, command.visit)


def _get_list(tx: Transaction, number: str, moment: Moment) -> Row:
    """Return the list of an absent party. Raises Refused if there is none, it is too old, or a case has used it."""
    rows = [row for row in tx.select("consent_lists", number=number) if decode_json_list(row["materials"])]
    if not rows:
        raise Refused(
            "no_list_here", "The center has issued no consent list {number} for an absent party.", number=number
        )
    row = min(rows, key=lambda found: found["printed_at"])
    days = publication.read_policy(tx).consent_list_days
    if moment.decided_at - row["printed_at"] > days * _MICROSECONDS_PER_DAY:
        raise Refused(
            "old_list", "Consent list {number} is older than {days} days: print a new one.", number=number, days=days
        )
    for used in rows:
        if used["signed_at"] is not None and (cases := tx.select("cases", visit=used["visit"])):
            raise Refused(
                "used_list",
                "Consent list {number} was used for case {case} and counts for no other.",
                number=number,
                case=cases[0]["number"],
            )
    return row


def _decide_find(tx: Transaction, command: FindAbsentList, moment: Moment) -> AbsentListFound:
    get_running_visit(tx, command.visit, moment)
    row = _get_list(tx, command.list_number, moment)
    return AbsentListFound(
        purpose=row["purpose"],
        role=row["role"],
        materials=decode_json_list(row["materials"]),
        printed_at=row["printed_at"],
        needs_phone=tx.get("organisations", id=row["person"]) is None,
    )


@RULES.register(
    FindAbsentList,
    AbsentListFound,
    permission="licence.fetch",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Search for the consent list of an absent party"),
    decide=_decide_find,
    stream=lambda command, _: f"visit/{command.visit}",
    placement=Placement.REMOTE,
)
def _apply_find(_: Transaction, __: Entry[FindAbsentList, AbsentListFound]) -> None:
    """Change no row: the entry itself is the record."""


def _decide_take(tx: Transaction, command: TakeAbsentList, moment: Moment) -> AbsentListTaken:
    get_running_visit(tx, command.visit, moment)
    row = _get_list(tx, command.list_number, moment)
    person = _find_person(tx, command.personal)
    if row["purpose"] != command.purpose:
        raise Refused("other_purpose", "This consent list is for another application: it counts for that one only.")
    if person is None or person["id"] != row["person"]:
        raise Refused("other_holder", "This consent list is of somebody else than the party whom the form names.")
    if person["kind"] != "organisation":
        require_phone(tx, row["person"], command.personal.phone if command.personal else "", moment)
    catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.purpose)
    materials = decode_json_list(row["materials"])
    types = {material.licence_type for material in catalogue.materials if material.id in materials}
    usable = list_usable_licences(tx, row["person"], moment.decided_at)
    return AbsentListTaken(
        person=row["person"],
        role=row["role"],
        licences=tuple(found["id"] for found in usable if found["holder"] == row["person"] and found["kind"] in types),
        materials=materials,
        printed_at=row["printed_at"],
    )


@RULES.register(
    TakeAbsentList,
    AbsentListTaken,
    permission="licence.fetch",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Signed consent list of an absent party"),
    decide=_decide_take,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
    placement=Placement.REMOTE,
    apply_refusal=count_wrong_phone,
    keep_personal=False,  # a window keeps no second factor
)
def _apply_take(tx: Transaction, entry: Entry[TakeAbsentList, AbsentListTaken]) -> None:
    command, decision = entry.command, entry.decision
    for licence in decision.licences:
        tx.upsert(
            "consents",
            ("visit", "licence"),
            visit=command.visit,
            licence=licence,
            purpose=command.purpose,
            offered_at=entry.decided_at,
            given_at=entry.decided_at,
            how=SIGNED,
            released_at=None,
            released_claims=encode_json_list(()),
            picture=False,
            list_number=command.list_number,
        )
    tx.upsert(
        "consent_lists",
        ("visit", "number"),
        visit=command.visit,
        number=command.list_number,
        purpose=command.purpose,
        person=decision.person,
        role=decision.role,
        materials=encode_json_list(decision.materials),
        printed_at=decision.printed_at,
        signed_at=entry.decided_at,
        signed_by=entry.moment.actor.id,
    )
    mark_visit_changed(tx, command.visit)

"""Who saw the data of a person, when and why: read from the log of the authority, for the person and for auditors.

Attempts that were refused, such as wrong second factors, are part of the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import parse_earlier_id
from db.engines import Row, Transaction

MAX_ACCESSES = 200  # in one report, the newest ones
_ACCESS_KINDS = frozenset(
    {
        "FetchMaterials",
        "ReleaseLicences",
        "LookAt",
        "OpenOriginal",
        "CopyLicence",
        "CopyOwnLicence",
        "IssueCodeSlip",
        "AskState",
        "AskCase",
        "BringCase",
        "FetchCase",
        "ProveIdentity",
        "Unmask",
        "AskAccess",
        "ClaimTask",
        "FindDuplicates",
        "FindCases",
        "OpenApplication",
        "FindRegistered",
        "ReadRegistered",
        "UnmaskRegistered",
        "ShowRelations",
        "TakeAbsentList",
        "OpenCitizenSession",
        "QueryOwnCase",
    }
)
"""Stored names of the commands by which somebody sees, or tries to see, data of a person."""

_CLAIMED_WRONG_FACTOR = "second_factor"

RULES = RuleSet()


class Access(MessagePart, frozen=True, kw_only=True):
    """One access or attempt. `at` is in microseconds UTC; empty texts do not apply."""

    at: int
    kind: str  # stored name of the command
    actor: str
    staff: str = ""  # staff number
    organ: str = ""
    machine: str = ""
    case: str = ""
    licence_types: tuple[str, ...] = ()
    purpose: str = ""  # id of a one thing, or of a purpose of unmasking
    refused: str = ""  # reason of a refusal; empty if the data was seen
    materials: tuple[str, ...] = ()  # ids of materials of earlier cases
    consents: tuple[str, ...] = ()  # how the consent to a release was confirmed: scan, signed, or empty: stated


class AccessesListed(CommandDecision, frozen=True, kw_only=True):
    """The accesses, newest first, and how many there are in all."""

    stored_name: ClassVar[str] = "AccessesListed"
    accesses: tuple[Access, ...]
    total: int


class QueryAccesses(Command[AccessesListed], frozen=True, kw_only=True):
    """Asks the authority who saw the data of the person who is served in a visit."""

    stored_name: ClassVar[str] = "AskAccess"
    visit: str


class _ShownPrincipal(MessagePart, frozen=True, kw_only=True):
    """An absent party whose name and number a window received."""

    person: str


class _ShownPrincipals(MessagePart, frozen=True, kw_only=True):
    """The decision on a query for whom a person acts; a refusal has none."""

    principals: tuple[_ShownPrincipal, ...] = ()


class _AccessCommand(MessagePart, frozen=True, kw_only=True):
    """The fields of the commands of _ACCESS_KINDS that a report shows."""

    person: str = ""
    purpose: str = ""
    one_thing: str = ""
    licence: str = ""
    licences: tuple[str, ...] = ()
    right: bool = True  # of AskState: whether the second factor was right, as the kiosk states


def list_accesses(tx: Transaction, person: str) -> list[Access]:
    """Return every access to the data of a registered person or organisation in this store's log, newest first."""
    staff = {row["id"]: row for row in tx.select("staff")}
    found: dict[int, Access] = {}
    for stream, visitor in dict(_streams(tx, person)).items():
        for row in tx.query_all("ledger.entries_of_stream", stream=stream):
            if row["kind"] not in _ACCESS_KINDS or (row["kind"] == "ProveIdentity" and row["outcome"] != "refused"):
                continue
            subjects = {msgspec.json.decode(row["command"], type=_AccessCommand).person or visitor}
            if row["kind"] == "ShowRelations":
                shown = msgspec.json.decode(row["decision"], type=_ShownPrincipals)
                subjects = {principal.person for principal in shown.principals}
            if row["kind"] == "TakeAbsentList":
                subjects = {msgspec.json.decode(row["decision"], type=_AccessCommand).person or "?"}
            if subjects & {"", person}:  # an entry of a visit may concern another party
                found[row["position"]] = _build_access(tx, row, staff.get(row["actor"]))
        for row in _list_searches(tx, stream):
            found[row["position"]] = _build_access(tx, row, staff.get(row["actor"]), stream)
    return [found[position] for position in sorted(found, reverse=True)]


def _list_searches(tx: Transaction, stream: str) -> Iterator[Row]:
    """Yield the entries of searches that found a case or person.

    A case is found for another case of its applicant, or for its person; a person in the registry.
    """
    kind, _slash, key = stream.partition("/")
    searches = tx.select("case_searches", case_number=key) if kind == "case" else []
    searches += tx.select("registry_searches", subject=key) if kind == "person" else []
    for found in searches:
        place = {name: found[name] for name in ("node", "incarnation", "number")}
        row = tx.query_one("ledger.entry_by_key", **place)
        if row is not None:
            yield row


def _streams(tx: Transaction, person: str) -> Iterator[tuple[str, str]]:
    """Yield the streams that concern a person; for a visit, with the person served, whom its entries concern."""
    yield f"person/{person}", ""
    for proof in tx.select("identity_proofs", person=person):
        visit = tx.get("visits", id=proof["visit"])
        yield f"visit/{proof['visit']}", (visit["person"] if visit is not None else "") or ""
        for material in tx.select("earlier_materials", visit=proof["visit"], holder=person):
            yield f"licence/{material['id']}", ""
    yield from _streams_of_absent(tx, person)
    for visit in tx.select("visits", person=person):
        yield f"visit/{visit['id']}", person
    for licence in tx.select("licences", holder=person):
        yield f"licence/{licence['id']}", ""
    cases = [case["number"] for case in tx.select("cases", applicant=person)]
    parties = (*tx.select("parties", subject=person), *tx.select("result_parties", subject=person))
    for number in dict.fromkeys((*cases, *(party["case_number"] for party in parties))):
        yield f"case/{number}", ""
        yield from _streams_of_materials(tx, number)
        for application in tx.select("applications", case_number=number):
            yield f"application/{application['number']}", ""
    for representation in tx.select("representations", agent=person):
        yield f"case/{representation['case_number']}", ""


def _streams_of_materials(tx: Transaction, number: str) -> Iterator[tuple[str, str]]:
    """Yield the streams of the results of a case, and of its papers with a file."""
    for material in tx.select("materials", case_number=number):
        if material["how"] == "produced" or material["content"]:
            yield f"result/{number}/{material['material']}", ""
        if material["how"] == "produced":
            yield f"licence/{number}/{material['material']}/{material['version']}", ""


def _streams_of_absent(tx: Transaction, person: str) -> Iterator[tuple[str, str]]:
    """Yield the visits in which a person was absent, and acted for or agreed by a list that they signed elsewhere."""
    rows = [*tx.select("visit_representations", principal=person), *tx.select("consent_lists", person=person)]
    for row in rows:
        visit = tx.get("visits", id=row["visit"])
        yield f"visit/{row['visit']}", (visit["person"] if visit is not None else "") or "?"


def _build_access(tx: Transaction, row: Row, staff: Row | None, stream: str = "") -> Access:
    """Return the access that an entry records; `stream` is what it concerns, if that is not the entry's own."""
    command = msgspec.json.decode(row["command"], type=_AccessCommand)
    refused = msgspec.json.decode(row["decision"], type=Refusal).reason if row["outcome"] == "refused" else ""
    if not command.right:
        refused = _CLAIMED_WRONG_FACTOR
    licences = [*command.licences, command.licence] if command.licence else list(command.licences)
    earlier = sorted(part[1] for licence in licences if (part := parse_earlier_id(licence)) is not None)
    kinds = {found["kind"] for licence in licences if (found := tx.get("licences", id=licence)) is not None}
    kind, _slash, key = (stream or row["stream"]).partition("/")
    is_release = row["kind"] == "ReleaseLicences"
    return Access(
        at=row["corrected_at"],
        kind=row["kind"],
        actor=row["actor"],
        staff=staff["number"] if staff is not None else "",
        organ=(staff["organ"] or "") if staff is not None else "",
        machine=node_of_chain(row["node"]),
        case=key.partition("/")[0] if kind in ("case", "result") else "",
        licence_types=tuple(sorted(kinds)),
        materials=tuple(dict.fromkeys(earlier)),
        purpose=command.purpose or command.one_thing,
        refused=refused,
        consents=_read_confirmations(tx, key, command.licences) if is_release and not refused else (),
    )


def _read_confirmations(tx: Transaction, visit: str, licences: tuple[str, ...]) -> tuple[str, ...]:
    """Return how the citizen's consent to these licences was confirmed in a visit, each word once."""
    rows = (tx.get("consents", visit=visit, licence=licence) for licence in licences)
    return tuple(sorted({str(row["how"]) for row in rows if row is not None and row["given_at"] is not None}))


def _decide(tx: Transaction, command: QueryAccesses, moment: Moment) -> AccessesListed:
    visit = tx.get("visits", id=command.visit)
    if visit is None or visit["ended_at"] is not None or visit["staff"] != moment.actor.id:
        raise Refused("visit", "Nobody is being served at this window.")
    if not visit["person"] or tx.get("identity_proofs", visit=command.visit, person=visit["person"]) is None:
        raise Refused(
            "unproved", "The center has not verified a code of this person in this visit. Scan the code again."
        )
    accesses = list_accesses(tx, visit["person"])
    return AccessesListed(accesses=tuple(accesses[:MAX_ACCESSES]), total=len(accesses))


@RULES.register(
    QueryAccesses,
    AccessesListed,
    permission="data.accesses",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Who saw my data"),
    decide=_decide,
    stream=lambda command, _: f"visit/{command.visit}",
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply(_: Transaction, __: Entry[QueryAccesses, AccessesListed]) -> None:
    """Change no row: the entry is the record that the report was read."""

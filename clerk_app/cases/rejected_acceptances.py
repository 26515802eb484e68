"""Acts of a supervisor on rejected acceptances: accept again, record that the citizen was told, declare not valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from clerk_app.cases.applications.answers import find_application_objection, reopen, require_no_other_case
from clerk_app.cases.applications.content import OPENED
from clerk_app.cases.applications.terms import find_deemed_start
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_place, require_reason, require_site
from clerk_app.cases.co_signatures import list_case_signatures, name_signatures, read_signatures
from clerk_app.cases.documents import remove_case
from clerk_app.cases.intake.acceptance import AcceptCase, apply_accept
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance, apply_refuse_acceptance
from clerk_app.cases.intake.accepted_case import Accepted, build_decision
from clerk_app.cases.intake.parties import CaseDetails
from clerk_app.cases.intake.receipt import CaseReceived, ReceiveCase, ReceivedDetails, apply_receipt, build_receipt
from clerk_app.cases.objections import insert_objection, next_objection_number
from clerk_app.cases.promises.acceptance import keep_allowed
from clerk_app.cases.received_records import get_received, remove_record
from clerk_app.cases.rejections import ACCEPTED, INFORMED, OPEN, TABLE, insert_rejected, settle_rejected
from clerk_app.cases.representations import find_representation, name_representations
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import is_case_number, lent_to
from clerk_app.locales import mark
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_SERIAL = slice(2, 11)  # of a case number
_ACTS = {AcceptCase: "accept", RefuseAcceptance: "not_accept", ReceiveCase: "receive"}
_MISSING = mark("What was rejected is not complete enough to be accepted: the applicant has to apply again.")

RULES = RuleSet()


class AcceptedAgain(CommandDecision, frozen=True, kw_only=True):
    """The new case, and the node from whose blocks its number is."""

    stored_name: ClassVar[str] = "AcceptedAgain"
    accepted: Accepted
    number_node: str
    receipt: CaseReceived | None = None  # of a receipt: its list and its period


class AcceptRejected(Command[AcceptedAgain], frozen=True, kw_only=True):
    """Accepts a rejected acceptance as it was made, under its number if that is free, else under a new one."""

    stored_name: ClassVar[str] = "AcceptRejected"
    rejected: str  # id


class RejectedFetched(CommandDecision, frozen=True, kw_only=True):
    """Node to which the data of the citizen are sent, until it is settled."""

    stored_name: ClassVar[str] = "RejectedFetched"
    node: str


class FetchRejected(Command[RejectedFetched], frozen=True, kw_only=True):
    """Fetches the data of the citizen of a rejected acceptance; other machines of the site do not get them."""

    stored_name: ClassVar[str] = "FetchRejected"
    rejected: str  # id


class CitizenInformed(CommandDecision, frozen=True, kw_only=True):
    """The citizen knows that the number is not valid."""

    stored_name: ClassVar[str] = "CitizenInformed"


class InformCitizen(Command[CitizenInformed], frozen=True, kw_only=True):
    """Records that the citizen was told that the acceptance is not valid; `note` states how."""

    stored_name: ClassVar[str] = "InformCitizen"
    rejected: str  # id
    note: str


class CaseRemoved(CommandDecision, frozen=True, kw_only=True):
    """The case is removed from every table; its number is kept as not valid. `clerk` had accepted it at `node`."""

    stored_name: ClassVar[str] = "CaseRemoved"
    site: str
    node: str
    clerk: str
    accepted_at: int


class DeclareNotValid(Command[CaseRemoved], frozen=True, kw_only=True):
    """Removes a case that cannot be displayed or was never accepted, for example a forged one."""

    stored_name: ClassVar[str] = "DeclareNotValid"
    case: str
    reason: str


def _get_open(tx: Transaction, rejected_id: str, moment: Moment) -> Row:
    row: Row | None = tx.get_for_update(TABLE, id=rejected_id)
    if row is None or row["state"] != OPEN:
        raise Refused("settled", "This was settled before.")
    require_place(moment.actor, row["site"])
    return row


def _decode(row: Row) -> AcceptCase | RefuseAcceptance | ReceiveCase:
    """Return the rejected command. Raises BadData without its data."""
    kinds: dict[str, type[AcceptCase | RefuseAcceptance | ReceiveCase]] = {
        command.stored_name: command for command in (AcceptCase, RefuseAcceptance, ReceiveCase)
    }
    kind = kinds.get(row["kind"])
    if kind is None or not row["command"]:
        raise BadData(_MISSING)
    details = ReceivedDetails if kind is ReceiveCase else CaseDetails
    personal = msgspec.json.decode(row["personal"], type=details) if row["personal"] is not None else None
    return msgspec.structs.replace(msgspec.json.decode(row["command"], type=kind), personal=personal)


def _decide_accept(tx: Transaction, command: AcceptRejected, moment: Moment) -> AcceptedAgain:
    row = _get_open(tx, command.rejected, moment)
    original = _decode(row)
    if original.personal is None:
        raise BadData(_MISSING)
    require_no_other_case(tx, original.application)
    received = "" if isinstance(original, ReceiveCase) else original.received
    if received:
        get_received(tx, received, moment)  # else it was accepted otherwise
    catalogue = _load_catalogue(tx, original)
    chosen = getattr(original, "chosen", None)
    try:
        plan = make_plan(
            catalogue, original.one_thing, None if chosen is None else frozenset(chosen), original.personal.values
        )
    except (LookupError, ValueError) as error:
        raise BadData(_MISSING) from error
    serial, node, incarnation = _choose_number(tx, row, received)
    moment = msgspec.structs.replace(moment, node=node, incarnation=incarnation, corrected_at=row["accepted_at"])
    act = _ACTS[type(original)]
    deemed_from = find_deemed_start(tx, original.application, row["accepted_at"]) if act == "accept" else 0
    accepted = build_decision(
        tx,
        catalogue,
        plan,
        original.personal,
        moment,
        row["site"],
        act=act,
        serial=serial,
        year=_year_of(row),
        deemed_from=deemed_from,
    )
    acting = {party.role: find_representation(tx, original.visit, party) for party in original.personal.parties}
    known = {role: found for role, found in acting.items() if found is not None}
    accepted = msgspec.structs.replace(accepted, **name_representations(plan, known))
    details = original.personal
    found = read_signatures(tx, original.visit, original.one_thing, plan, details.values, details.parties)
    signed = name_signatures(accepted.matters, plan, list_case_signatures(plan, found))
    promises = keep_allowed(tx, catalogue, plan, getattr(original, "promises", ()), deemed_from or row["accepted_at"])
    accepted = msgspec.structs.replace(accepted, promises=promises, **signed)
    receipt = (
        build_receipt(tx, original, catalogue, plan, accepted, moment) if isinstance(original, ReceiveCase) else None
    )
    return AcceptedAgain(accepted=accepted, number_node=node, receipt=receipt)


def _load_catalogue(tx: Transaction, original: AcceptCase | RefuseAcceptance | ReceiveCase) -> Catalogue:
    try:
        return publication.load_part(tx, original.catalogue, original.catalogue_version, original.one_thing)
    except BadData:
        return publication.load_newest_part(tx, original.one_thing)


def _choose_number(tx: Transaction, row: Row, received: str) -> tuple[int | None, str, int]:
    """Return the serial to keep and the node of its block; None and the store's own node if a new one is needed.

    The acceptance of a received case keeps its number.
    """
    number = row["number"]
    if received and received == number:
        return int(number[_SERIAL]), row["node"], 0
    if is_case_number(number) and tx.get("cases", number=number) is None:
        serial = int(number[_SERIAL])
        if lent_to(tx, row["node"], serial):
            return serial, row["node"], 0
    own = tx.query_one("ledger.own_node")
    if own is None:
        raise RuntimeError("this store has no node of its own")
    return None, own["id"], own["incarnation"]


def _year_of(row: Row) -> int | None:
    return int(row["number"][:2]) if is_case_number(row["number"]) else None


@RULES.register(
    AcceptRejected,
    AcceptedAgain,
    permission="case.accept_rejected",
    roles=(Role.SUPERVISOR,),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Acceptance of a rejected case"),
    decide=_decide_accept,
    stream=lambda command, decision: f"case/{decision.accepted.number}" if decision else f"rejected/{command.rejected}",
    documents=("case", "rejected", "application", "promise", "received"),
    placement=Placement.REMOTE,
)
def _apply_accept(tx: Transaction, entry: Entry[AcceptRejected, AcceptedAgain]) -> None:
    row = tx.get(TABLE, id=entry.command.rejected)
    if row is None:
        raise LookupError(f"rejected acceptance {entry.command.rejected} is not in this store")
    accepted, original = entry.decision.accepted, _decode(row)
    moment = msgspec.structs.replace(entry.moment, node=entry.decision.number_node, corrected_at=row["accepted_at"])
    objection = find_application_objection(tx, original) if isinstance(original, AcceptCase) else None
    if isinstance(original, AcceptCase):
        apply_accept(tx, Entry(moment, original, accepted))
    elif isinstance(original, ReceiveCase):
        if entry.decision.receipt is not None:  # always
            apply_receipt(tx, Entry(moment, original, entry.decision.receipt))
    else:
        apply_refuse_acceptance(tx, Entry(moment, original, accepted))
    if objection is not None:
        number = next_objection_number(tx, accepted.number)
        facts = objection.text_facts
        insert_objection(
            tx,
            accepted.number,
            number,
            objection.reason,
            facts=facts,
            raised_at=entry.decided_at,
            sentence=objection.sentence,
        )
    settle_rejected(tx, row, entry, ACCEPTED, case_number=accepted.number)


def _decide_fetch(tx: Transaction, command: FetchRejected, moment: Moment) -> RejectedFetched:
    _get_open(tx, command.rejected, moment)
    return RejectedFetched(node=node_of_chain(moment.node))


@RULES.register(
    FetchRejected,
    RejectedFetched,
    permission="case.fetch_rejected",
    roles=(Role.SUPERVISOR,),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Reading a rejected acceptance"),
    decide=_decide_fetch,
    stream=lambda command, _: f"rejected/{command.rejected}",
    documents=("rejected",),
    placement=Placement.REMOTE,
    survives_restore=False,
)
def _apply_fetch(tx: Transaction, entry: Entry[FetchRejected, RejectedFetched]) -> None:
    for row in tx.select(TABLE, id=entry.command.rejected):
        tx.update(TABLE, {"id": row["id"]}, viewer=entry.decision.node)
        tx.mark_changed(f"organ/{row['site']}", f"rejected/{row['id']}")


def _decide_inform(tx: Transaction, command: InformCitizen, moment: Moment) -> CitizenInformed:
    _get_open(tx, command.rejected, moment)
    require_reason(command.note)
    return CitizenInformed()


@RULES.register(
    InformCitizen,
    CitizenInformed,
    permission="case.inform_of_rejection",
    roles=(Role.SUPERVISOR,),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Telling a citizen that a number is not valid"),
    decide=_decide_inform,
    stream=lambda command, _: f"rejected/{command.rejected}",
    documents=("rejected", "application"),
    placement=Placement.REMOTE,
)
def _apply_inform(tx: Transaction, entry: Entry[InformCitizen, CitizenInformed]) -> None:
    for row in tx.select(TABLE, id=entry.command.rejected):
        settle_rejected(tx, row, entry, INFORMED, note=entry.command.note)
        _reopen_application(tx, row)


def _reopen_application(tx: Transaction, row: Row) -> None:
    """Let the application wait again that a rejected acceptance was to end."""
    try:
        command = msgspec.json.decode(row["command"] or b"{}", type=dict[str, Any])
    except msgspec.DecodeError:  # it was rejected for being damaged
        return
    application = command.get("application")
    waiting = tx.get("applications", number=application) if isinstance(application, str) else None
    if waiting is not None and waiting["state"] == OPENED and waiting["opened_node"] == row["node"]:
        reopen(tx, waiting["number"])


def _decide_remove(tx: Transaction, command: DeclareNotValid, moment: Moment) -> CaseRemoved:
    case = tx.get_for_update("cases", number=command.case)
    if case is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=command.case[:40])
    require_site(tx, moment, case)
    require_reason(command.reason)
    _require_nothing_decided(tx, command.case, moment)
    entries = tx.query_all("ledger.entries_of_stream", stream=f"case/{command.case}")
    return CaseRemoved(
        site=case["centre"],
        node=entries[0]["node"] if entries else "",
        clerk=case["clerk"],
        accepted_at=case["accepted_at"],
    )


def _require_nothing_decided(tx: Transaction, number: str, moment: Moment) -> None:
    """Raise Refused if a department has decided about the case: one supervisor alone cannot remove its decisions."""
    if moment.actor.role != Role.SYSTEM and any(
        row["state"] in ("approved", "refused") for row in tx.select("tasks", case_number=number)
    ):
        raise Refused(
            "decided",
            "A department has decided about case {number}. Only the operators of the center can declare it not valid.",
            number=number,
        )


@RULES.register(
    DeclareNotValid,
    CaseRemoved,
    permission="case.declare_not_valid",
    roles=(Role.SUPERVISOR, Role.SYSTEM),
    machines=(MachineKind.SUPERVISOR, MachineKind.CENTER),
    label=mark("Declaring a case not valid"),
    decide=_decide_remove,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "rejected", "application", "received"),
    placement=Placement.REMOTE,
)
def _apply_remove(tx: Transaction, entry: Entry[DeclareNotValid, CaseRemoved]) -> None:
    number, removed = entry.command.case, entry.decision
    mark_case_changed(tx, number)
    tx.mark_changed(f"organ/{removed.site}", f"case/{number}")
    remove_record(tx, number)
    remove_case(tx, number)
    for application in tx.select("applications", case_number=number):
        reopen(tx, application["number"])
    insert_rejected(
        tx,
        id=entry.moment.key,
        number=number if is_case_number(number) else "",
        site=removed.site,
        node=removed.node,
        clerk=removed.clerk,
        kind="",
        reason="declared",
        sentence=_DECLARED,
        facts=msgspec.json.encode({"reason": entry.command.reason}),
        accepted_at=removed.accepted_at,
        rejected_at=entry.decided_at,
        draft="",
        command=b"",
        personal=None,
    )


_DECLARED = mark("It was declared not valid: {reason}")

"""Receipt of an application: sent by a portal, or typed in by a clerk from a letter or an e-mail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from clerk_app.cases.applications.answers import find_end
from clerk_app.cases.applications.content import (
    BY_POST,
    MAX_VALUES,
    PORTAL,
    RECEIVED,
    ApplicationContent,
    SentAttachment,
    decode_content,
    mark_application_changed,
)
from clerk_app.cases.applications.precheck import check_application, require_known_fields
from clerk_app.cases.applications.scans import ReplaceScans, list_replaced, may_replace, require_known_attachments
from clerk_app.cases.applications.terms import noon_of
from clerk_app.cases.dates import compute_papers_deadline, to_local_time
from clerk_app.catalogue import publication
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role, machine_kinds
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.text.application_numbers import is_application_number, make_application_number
from clerk_app.text.characters import is_refused
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

RULES = RuleSet()

REPEATED = "repeated"
"""Reason of the refusal of an application that was sent before; its fact `number` is that of the application."""
_MAX_TEXT = 4_000  # characters of one value
_MAX_CHARACTERS = 200_000  # of all values
_MAX_REFERENCE = 100
_OLDEST_DAYS = 366  # of the receipt of a letter


class ApplicationReceived(CommandDecision, frozen=True, kw_only=True):
    """Number of the application, and what the check on arrival found. `due_at` is in microseconds UTC."""

    stored_name: ClassVar[str] = "ApplicationReceived"
    number: str
    received_on: str
    due_at: int
    due_expected: bool = False
    report: tuple[str, ...] = ()


class ReceiveApplication(Command[ApplicationReceived], frozen=True, kw_only=True):
    """Receives an application. `portal` is the node that sent it, `reference` its own id there.

    `received_on` is the local date on which a letter or e-mail arrived; empty for a portal: today. `number` is the one
    that the portal was given before a restore of the center lost the application; empty for a new one.
    """

    stored_name: ClassVar[str] = "ReceiveApplication"
    source: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    portal: str = ""
    reference: str = ""
    received_on: str = ""
    attachments: tuple[SentAttachment, ...] = ()
    number: str = ""
    personal: ApplicationContent | None = None


def find_received(tx: Transaction, command: ReceiveApplication) -> str:
    """Return the number of an application that the portal has sent before; empty if it is new.

    Raises Refused if the portal has sent another one under the same reference.
    """
    known = tx.get("applications", portal=command.portal, reference=command.reference)
    if command.source != PORTAL or known is None:
        return ""
    is_same = known["one_thing"] == command.one_thing and (
        known["content"] is None  # it was erased since
        or (_has_content(known, command) and list_replaced(tx, known["number"], command.attachments) == ())
    )
    if not is_same:
        raise Refused(
            "reference",
            "Another application was sent under the reference {reference}: {number}.",
            reference=command.reference,
            number=known["number"],
        )
    return str(known["number"])


def find_replacement(tx: Transaction, command: ReceiveApplication) -> ReplaceScans | None:
    """Return the command that replaces scans, if the portal has sent an application again with other scans; else None.

    None also if they may not be replaced: then it is another application.
    """
    known = tx.get("applications", portal=command.portal, reference=command.reference)
    if known is None or known["one_thing"] != command.one_thing or not _has_content(known, command):
        return None
    replaced, content = list_replaced(tx, known["number"], command.attachments), command.personal
    if not replaced or not may_replace(tx, known, replaced) or content is None:
        return None
    return ReplaceScans(
        application=known["number"], portal=command.portal, attachments=replaced, personal=content.evidence
    )


def _has_content(known: Row, command: ReceiveApplication) -> bool:
    """Return whether an application that is kept has the content of a command."""
    sent = command.personal.without_evidence if command.personal is not None else None
    return decode_content(known) == sent


def _decide(tx: Transaction, command: ReceiveApplication, moment: Moment) -> ApplicationReceived:
    content = command.personal
    if content is None:
        raise BadData("An application without its applicant cannot be received.")
    _require_sender(tx, command, moment)
    known = find_received(tx, command)
    if known:  # refused, so that the log has its personal part once
        raise Refused(REPEATED, "This application was sent before: {number}.", number=known)
    catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.one_thing)
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    received_on = _find_receipt_day(command, today)
    _require_plausible(command, content, catalogue)
    if command.source == PORTAL:
        _require_within_limit(tx, command.portal, today, catalogue.time_zone)
    calendar = publication.read_calendar(tx, catalogue)
    days = publication.read_policy(tx).application_answer_days
    due_at, expected = compute_papers_deadline(calendar, (), noon_of(received_on, catalogue.time_zone), days)
    scans = [attachment.material for attachment in command.attachments]
    findings = check_application(tx, catalogue, command.one_thing, content, scans, today)
    return ApplicationReceived(
        number=_choose_number(tx, command, today.year),
        received_on=received_on.isoformat(),
        due_at=due_at,
        due_expected=expected,
        report=tuple(finding.key for finding in findings) if command.source == PORTAL else (),
    )


def _timestamp(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000


def _choose_number(tx: Transaction, command: ReceiveApplication, year: int) -> str:
    """Return the number that the portal was given before, if no other application has it; otherwise a new one.

    Raises Refused for one that is no number of an application.
    """
    if command.number and not is_application_number(command.number):
        raise Refused("number", "{number} is no number of an application.", number=command.number[:20])
    if command.number and command.source == PORTAL and tx.get("applications", number=command.number) is None:
        return command.number
    while True:
        number = make_application_number(year)
        if tx.get("applications", number=number) is None:
            return number


def _require_sender(tx: Transaction, command: ReceiveApplication, moment: Moment) -> None:
    """Raise Refused unless a portal of this center sent it, or a clerk typed it in."""
    if moment.actor.role == Role.CLERK:
        if command.source not in BY_POST or command.portal or command.reference or command.attachments:
            raise Refused("source", "A clerk types in what came by letter or e-mail.")
        return
    node = tx.get("nodes", id=command.portal)
    if command.source != PORTAL or node is None or MachineKind.PORTAL not in machine_kinds(node["kind"]):
        raise Refused("source", "An application is sent by a machine of the kind portal.")
    if not 0 < len(command.reference) <= _MAX_REFERENCE or not command.reference.isprintable():
        raise Refused("reference", "The reference has 1 to {limit} characters.", limit=_MAX_REFERENCE)


def _find_receipt_day(command: ReceiveApplication, today: date) -> date:
    """Return the date of receipt. Raises Refused for one that cannot be."""
    if command.source == PORTAL:
        return today
    try:
        received_on = date.fromisoformat(command.received_on)
    except ValueError:
        raise Refused("received_on", "State the date on which it arrived, such as 2026-05-01.") from None
    if not 0 <= (today - received_on).days <= _OLDEST_DAYS:
        raise Refused("received_on", "It arrived today or in the last {days} days.", days=_OLDEST_DAYS)
    return received_on


def _require_plausible(command: ReceiveApplication, content: ApplicationContent, catalogue: Catalogue) -> None:
    """Raise Refused unless fields, materials and sizes are those that an application may have."""
    if len(content.values) > MAX_VALUES:
        raise Refused("values", "An application has at most {limit} values.", limit=MAX_VALUES)
    try:
        catalogue.one_thing(command.one_thing)
    except KeyError:
        raise Refused("one_thing", "The catalogue has no one thing {name}.", name=command.one_thing[:60]) from None
    require_known_fields(catalogue, content.values)
    texts = [content.applicant.name, content.applicant.number, *content.values.values()]
    if content.identity is not None:
        texts += [content.identity.provider, content.identity.how, content.identity.at]
    is_long = max(map(len, texts)) > _MAX_TEXT or sum(map(len, texts)) > _MAX_CHARACTERS
    if is_long or any(map(is_refused, "".join(texts))):
        raise Refused("values", "A value is too long, or has a character that cannot be stored.")
    if not content.applicant.name.strip():
        raise Refused("applicant", "The applicant has no name.")
    require_known_attachments(command.attachments, catalogue)


def _require_within_limit(tx: Transaction, portal: str, today: date, zone: str) -> None:
    midnight = _timestamp(datetime(today.year, today.month, today.day, tzinfo=ZoneInfo(zone)))
    limit = publication.read_policy(tx).applications_per_day_of_portal
    row = tx.query_one("applications.count_since", portal=portal, since=midnight)
    if row is not None and row["many"] >= limit:
        raise Refused("applications", "This portal has sent {limit} applications today, the most.", limit=limit)


def _stream(command: ReceiveApplication, decision: ApplicationReceived | None) -> str:
    return f"application/{decision.number}" if decision is not None else f"applications/{command.portal}"


@RULES.register(
    ReceiveApplication,
    ApplicationReceived,
    permission="application.receive",
    roles=(Role.SYSTEM, Role.CLERK),
    machines=(MachineKind.CENTER, MachineKind.COUNTER),
    label=mark("Receipt of an application"),
    decide=_decide,
    stream=_stream,
    documents=("application",),
    placement=Placement.REMOTE,
    max_bytes=4_000_000,
)
def _apply(tx: Transaction, entry: Entry[ReceiveApplication, ApplicationReceived]) -> None:
    command, decision, content = entry.command, entry.decision, entry.command.personal
    evidence = content.evidence if content is not None else None
    end = find_end(tx, decision.number)  # a case may have arrived before the application, after a restore
    columns = {
        "state": RECEIVED,
        "case_number": "",
        "outcome": "",
        "reason": "",
        "reason_codes": encode_json_list(()),
        **({**end, "ended_at": entry.decided_at} if end is not None else {}),
    }
    tx.insert(
        "applications",
        number=decision.number,
        source=command.source,
        portal=command.portal or entry.moment.key,
        reference=command.reference,
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        received_on=decision.received_on,
        arrived_at=entry.moment.corrected_at,
        due_at=decision.due_at,
        due_expected=decision.due_expected,
        report=encode_json_list(decision.report),
        content=msgspec.json.encode(content.without_evidence) if content is not None else None,
        evidence=msgspec.json.encode(evidence) if evidence is not None else None,
        opened_node="",
        opened_by="",
        assigned_window="",
        purpose="",
        missing=encode_json_list(()),
        **columns,
    )
    typed_in_at = node_of_chain(entry.moment.node) if command.source in BY_POST else ""
    mark_application_changed(tx, decision.number, typed_in_at)  # it gets the content when it opens it
    tx.insert_many(
        "application_attachments",
        [
            {
                "application": decision.number,
                "material": attachment.material,
                "content": attachment.content,
                "media_type": attachment.media_type,
            }
            for attachment in command.attachments
        ],
    )

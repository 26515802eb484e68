"""Removal of an issuer from the trust list, and what follows from it: in the registry and in undecided cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from clerk_app.cases.objections import RaiseObjection
from clerk_app.cases.removed_issuers import REMOVED_ISSUER, REMOVED_SENTENCE, build_removal_facts
from clerk_app.composition.key_rotation import find_root
from clerk_app.composition.list_lock import locked_lists
from clerk_app.composition.office import TRUST_FOLDER, Office
from clerk_app.composition.revocation import load_lists
from clerk_app.composition.trust_administration import check_issuer_code, require_authority
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Command
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.removed_issuers import (
    RecordRemovalReport,
    RecordRemovedIssuers,
    RemovedIssuerPart,
    read_removed_issuers,
)
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import RemovedIssuer, sign_same_list
from clerk_app.licences.trust_publication import PublishTrustList
from clerk_app.log import log_event
from clerk_app.people import SCHEDULE
from clerk_app.text.cleaning import clean_text
from db.engines import Row, Transaction

_MICROSECONDS = 1_000_000


def remove_issuer(office: Office, code: str, reason: str, day: date | None, actor: str) -> RemovedIssuer:
    """Publish a trust list by which an issuer does not count from the beginning of `day` on (None: from now on).

    `actor` publishes it. Its codes are refused from then on, and its licences in the registry cannot be used. The list
    keeps its names and the ids of its keys, so that windows name the cause. `add_issuer` takes it back. Raises Refused
    (a window, it needs two administrators), BadData (an unknown issuer, no reason, no root key), OSError.
    """
    require_authority(office)
    code, reason = check_issuer_code(code), clean_text(reason)
    if not reason:
        raise BadData("A reason is needed.")
    with locked_lists(office.folder):
        trust, _status = load_lists(office)
        if code not in {key.issuer for key in trust.keys.values()}:
            raise BadData("The list of trusted issuers has no issuer {code}.", code=code)
        _keys, signer = find_root(office)
        content = f"remove {code} {day.isoformat() if day else 'now'} {reason}"
        command = PublishTrustList(issuer=code, replaces=trust.version, keep_seconds=0, content=content)
        office.door.perform(command, actor)
        now = office.utc
        changed = trust.remove_issuer(code, _find_begin(office, day, now), now)
        signed = sign_same_list(changed, trust.version + 1, signer, now)
        TrustFolder(office.folder / TRUST_FOLDER).save_trust_list(signed)
    record_removed_issuers(office)
    return changed.removed[code]


def _find_begin(office: Office, day: date | None, now: datetime) -> datetime:
    if day is None:
        return now.replace(microsecond=0)
    return datetime.combine(day, time(), ZoneInfo(office.catalogue_frame().time_zone)).astimezone(UTC)


def record_removed_issuers(office: Office) -> bool:
    """Take over the issuers of the trust list that do not count any more into the store; return whether any changed.

    Part of the schedule, so that a removal from a later day, and a list from elsewhere, are taken over when their time
    has come. A failure is logged.
    """
    trust, _status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        return False
    removed = tuple(
        RemovedIssuerPart(
            code=code,
            since=int(each.since.timestamp()) * _MICROSECONDS,
            zh=each.names.get("zh", ""),
            en=each.names.get("en", ""),
        )
        for code, each in sorted(trust.removed.items())
        if each.since <= office.utc
    )
    with office.store.read() as tx:
        if read_removed_issuers(tx) == removed:
            return False
    try:
        office.door.perform(RecordRemovedIssuers(version=trust.version, removed=removed), SCHEDULE)
    except (BadData, Refused) as error:
        log_event("schedule", "failed", kind=RecordRemovedIssuers.stored_name, error=type(error).__name__)
        return False
    return True


def report_removed_issuers(office: Office) -> int:
    """Raise an objection in each undecided case with a licence of a removed issuer; return how many were reported.

    A failure is logged, and the next call tries again: an objection with the same facts is raised once.
    """
    with office.store.read() as tx:
        rows = tx.query_all("licences.unreported_removals")
    return sum(_report(office, row) for row in rows)


def _report(office: Office, removed: Row) -> bool:
    facts = build_removal_facts(removed, office.catalogue_frame().time_zone)
    with office.store.read() as tx:
        found = tx.query_all("licences.undecided_cases_of_issuer", issuer=removed["issuer_code"])
        cases = [str(row["number"]) for row in found]
        missing = [case for case in cases if not _has_objection(tx, case, facts)]
    commands: list[Command[Any]] = [
        RaiseObjection(case=case, reason=REMOVED_ISSUER, sentence=REMOVED_SENTENCE, facts=facts) for case in missing
    ]
    report = RecordRemovalReport(issuer=removed["issuer_code"], since=removed["since"], cases=len(cases))
    try:
        for command in (*commands, report):
            office.door.perform(command, SCHEDULE)
    except (BadData, Refused) as error:
        log_event("schedule", "failed", kind=RecordRemovalReport.stored_name, error=type(error).__name__)
        return False
    return True


def _has_objection(tx: Transaction, case: str, facts: dict[str, str]) -> bool:
    known = tx.select("objections", case_number=case, reason=REMOVED_ISSUER)
    return any(msgspec.json.decode(row["facts"], type=dict[str, str]) == facts for row in known)

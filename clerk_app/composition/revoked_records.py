"""Reports licences that were revoked in the repository to the cases that they concern.

The case whose result a licence is shows that it does not hold any more: a command has revoked it, or the feed of its
issuer. Each open case that uses it as a material gets an objection. Only the authority does this, as part of its
schedule. Each step can be repeated after a crash.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from clerk_app.cases.case_record import read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.objections import RaiseObjection
from clerk_app.cases.result_licences import RecordRevokedResult
from clerk_app.cases.revoked_licences import LOOK_BACK, REVOKED_SINCE
from clerk_app.cases.tasks.doubtful_exclusions import (
    MAY_EXCLUDE,
    find_doubtful_exclusions,
    list_unfounded_fields,
)
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Command
from clerk_app.licences.repository import RevokeLicence
from clerk_app.locales import mark
from clerk_app.log import log_event
from clerk_app.people import SCHEDULE, SYSTEM
from clerk_app.people.licence_states import list_state_rows
from db.engines import Row, Transaction

_SENTENCE = mark("Revoked on {day}, after the case was accepted: {licences}. Ask for another one, or settle it.")
_AT_ONCE = 100


def report_revoked_licences(office: Office) -> int:
    """Report what was revoked and not reported yet, at most _AT_ONCE of each kind; return how many. Logs a failure."""
    limits = {"since": office.now - LOOK_BACK, "many": _AT_ONCE}
    with office.store.read() as tx:
        results = tx.query_all("reliance.revoked_results", **limits)
        commands: list[Command[Any]] = [_record(tx, row) for row in results]
        uses = tx.query_all("reliance.uses_of_revoked", **limits)
        zone = publication.load_frame(tx).time_zone if uses else ""
    for case, rows in groupby(uses, key=lambda row: str(row["case_number"])):
        found = list(rows)
        facts = {
            "licences": ",".join(sorted({row["kind"] for row in found})),
            "day": to_local_time(max(row["revoked_at"] for row in found), zone).date().isoformat(),
        }
        commands += _find_exclusions(office, case, {str(row["material"]) for row in found})
        commands.append(RaiseObjection(case=case, reason=REVOKED_SINCE, sentence=_SENTENCE, facts=facts))
    return sum(_perform(office, command) for command in commands)


def _find_exclusions(office: Office, case: str, materials: set[str]) -> list[Command[Any]]:
    """Return the objection to matters that may exclude each other without the facts of these licences.

    It is raised before the objection that ends the report of the revocation, and only once while it is open.
    """
    with office.store.read() as tx:
        fields = list_unfounded_fields(tx, case, materials)
        open_rows = tx.select("objections", case_number=case, reason=MAY_EXCLUDE)
        if not fields or any(row["settled_at"] is None for row in open_rows):
            return []
        try:
            found = find_doubtful_exclusions(tx, read_case(tx, case), fields)
        except (BadData, Refused) as error:
            log_event("schedule", "failed", kind=MAY_EXCLUDE, error=type(error).__name__)
            return []
    return [found] if found is not None else []


def record_revoked_result(office: Office, licence: str) -> None:
    """Record the revocation of a licence with the case whose result it is, if there is one. Raises Refused."""
    with office.store.read() as tx:
        row = tx.query_one("reliance.revoked_result", licence=licence)
        command = _record(tx, row) if row is not None else None
    if command is not None:
        office.door.perform(command, SCHEDULE)


def _record(tx: Transaction, row: Row) -> RecordRevokedResult:
    """Build the record of the revocation of a result: who revoked its licence, when and why."""
    by, why = _find_revocation(tx, row["licence"], row["holder"])
    return RecordRevokedResult(task=row["task"], product=row["product"], revoked_by=by, why=why, at=row["revoked_on"])


def _find_revocation(tx: Transaction, licence: str, holder: str) -> tuple[str, str]:
    """Return who revoked the licence of a result, and why: the reason that was given, or the source of a register."""
    entries = tx.query_all("ledger.done_entries_of_stream", stream=f"licence/{licence}")
    entry = next((entry for entry in reversed(entries) if entry["kind"] == RevokeLicence.stored_name), None)
    if entry is not None:
        return str(entry["actor"]), str(json.loads(entry["command"])["reason"])
    found = next((row for row in list_state_rows(tx, licence, holder) if row.state == "revoked"), None)
    return (found.actor, found.source) if found is not None else (SYSTEM, "")


def _perform(office: Office, command: Command[Any]) -> bool:
    try:
        office.door.perform(command, SCHEDULE)
    except (BadData, Refused) as error:
        log_event("schedule", "failed", kind=command.stored_name, error=type(error).__name__)
        return False
    return True

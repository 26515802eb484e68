"""Removes data that a window no longer needs: cases that have not changed for a while, and personal data in
its log.

Only while the center can be asked: a window that is cut off keeps what it has. FetchCase brings a case back.
"""

from __future__ import annotations

from clerk_app.cases.states import ENDED_CASE_STATES
from clerk_app.catalogue.publication import read_policy
from clerk_app.ledger.access import MachineKind, machine_kinds
from clerk_app.ledger.chain_tips import apply_queue_counts
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.log import log_event
from clerk_app.sync.lost_scopes import request_purge
from db.engines import Row, Store, Transaction
from db.json_lists import decode_json_list

_MICROSECONDS_PER_DAY = 86_400_000_000
_TASK_MACHINES = frozenset({MachineKind.DEPARTMENT, MachineKind.SUPERVISOR})


def remove_outdated_data(store: Store, document_types: DocumentTypes, now: int) -> int:
    """Remove outdated cases and personal parts of answered entries; return the number of cases.

    Data of visits without a case, and of drafts that have ended, goes after a day. Purging the files is requested.
    """
    with store.write() as tx:
        days = read_policy(tx).window_case_days
        before_cases = now - days * _MICROSECONDS_PER_DAY if days else 0
        outdated = _list_outdated_cases(tx, before_cases)
        for number in outdated:
            document_types.replace(tx, f"case/{number}", None)
        apply_queue_counts(tx)
        tx.changed_documents.clear()
        before = now - _MICROSECONDS_PER_DAY
        has_personal = tx.query_one("ledger.unheld_personal", before=before, before_cases=before_cases) is not None
        if has_personal:
            tx.execute("ledger.erase_unheld_personal", before=before, before_cases=before_cases)
        if outdated or has_personal:
            request_purge(tx)
    if outdated:
        log_event("sync", "outdated cases removed", count=len(outdated))
    return len(outdated)


def _list_outdated_cases(tx: Transaction, before: int) -> list[str]:
    """Return the cases of the machine's site that have not changed since `before` and that none of its organs works on.

    Those with a notice to print stay; at a machine of supervisors also those under way or with an objection to settle.
    """
    own = tx.select("nodes", here=True)[0]
    organs, kinds = decode_json_list(own["organs"]), machine_kinds(own["kind"])
    supervises = MachineKind.SUPERVISOR in kinds
    rows = tx.query_all("cases.unchanged_since", before=before)
    outdated = [row for row in rows if row["centre"] in organs and not (supervises and _is_left_to_do(row))]
    if not outdated or not kinds & _TASK_MACHINES:
        return [row["number"] for row in outdated]
    open_cases = tx.query_all("cases.open_cases_by_organ")
    worked_on = {row["case_number"] for row in open_cases if row["organ"] in organs}
    return [row["number"] for row in outdated if row["number"] not in worked_on]


def _is_left_to_do(row: Row) -> bool:
    return bool(row["has_objection"]) or row["state"] not in ENDED_CASE_STATES

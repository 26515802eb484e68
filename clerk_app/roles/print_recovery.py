"""Prints of this machine that a crash or a loss of power left without an outcome: what is known about each is recorded.

Other outcomes are recorded as unknown, and the clerk answers them later. Nothing is printed here.
"""

from __future__ import annotations

from contextlib import suppress

from clerk_app.cases.prints import NOT_PRINTED, PRINTING, UNKNOWN, WRITTEN, RecordPrint
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.log import log_event
from clerk_app.roles.print_lock import exclude_prints
from db.engines import Row

_RECENT_SECONDS = 24 * 3600
"""Time in which a job without a record was certainly never sent: records are not kept for ever, nor in backups."""


def settle_left_prints(office: Office, actor: str) -> int:
    """Record an outcome for each print that this machine began and did not end; return how many.

    Nothing is done while another program of this machine prints.
    """
    with exclude_prints(office.folder) as is_free:
        left = _list_left_prints(office) if is_free else []
        for row in left:
            with suppress(Refused):  # recorded meanwhile, or the case was transferred
                office.door.perform(RecordPrint(print=row["id"], outcome=_find_outcome(office, row)), actor)
                office.printers.remove_job(row["id"])
    if left:
        log_event("roles", "prints without outcome", count=len(left))
    return len(left)


def _list_left_prints(office: Office) -> list[Row]:
    with office.store.read() as tx:
        own = tx.select("nodes", here=True)
        rows = tx.query_all("cases.open_prints", window=office.settings.window)
    nodes = tuple(node["id"] for node in own)
    return [
        row
        for row in rows
        if row["outcome"] == PRINTING and any(row["id"].startswith(f"{row['paper']}-{node}-") for node in nodes)
    ]


def _find_outcome(office: Office, row: Row) -> str:
    """Return what is known about a print: by its file in the folder, or by the record of the job."""
    if row["device"] == "folder":
        with suppress(OutOfReach):
            if office.printers.spool_of(row["printer"]).find_paper(row["kind"], format_print_number(row)):
                return WRITTEN
        return UNKNOWN
    outcome = office.printers.find_outcome(row["id"])
    if outcome is not None:
        return outcome.value
    is_recent = office.corrected_now - row["begun_at"] < _RECENT_SECONDS * 1_000_000
    return NOT_PRINTED if is_recent else UNKNOWN


def format_print_number(row: Row) -> str:
    """Return the number of a print in the name of its file: paper, version from the second on, and number."""
    version = f"-v{row['version']}" if row["version"] > 1 else ""
    return f"{row['paper']}{version}-{row['number']}"

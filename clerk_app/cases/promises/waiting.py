"""Decisions that wait for a paper which the applicant has promised to bring."""

from __future__ import annotations

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.promises.offers import waits_for
from clerk_app.cases.promises.rows import list_open_gaps, read_promises
from clerk_app.catalogue.model import MaterialDefinition
from clerk_app.catalogue.publication import load_part
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Moment
from db.engines import Row, Transaction


def require_brought(tx: Transaction, task: Row, moment: Moment) -> None:
    """Raise Refused while a task waits for a promised paper. What a machine approved before it had the promise counts.

    A re-check does not wait: its matter was approved with the paper, or without one that nobody needs.
    """
    found = None if moment.already_decided else find_promised_paper(tx, task)
    if found is not None:
        promise, material, time_zone = found
        raise Refused(
            "promised_paper",
            "This matter waits for {name}, promised until {day}: it is approved when the paper is taken in.",
            name=join_names([material.name]),
            day=to_local_time(promise["due_at"], time_zone).date().isoformat(),
        )


def find_promised_paper(tx: Transaction, task: Row) -> tuple[Row, MaterialDefinition, str] | None:
    """Return the promise of a paper for which a task waits, its material and the time zone; None if it does not."""
    if task["recheck_of"] is not None:
        return None
    for promise in list_open_gaps(read_promises(tx, task["case_number"]), task["matter"]):
        catalogue = load_part(tx, promise["catalogue"], promise["catalogue_version"], promise["one_thing"])
        material = catalogue.material(promise["subject"])
        if waits_for(material):
            return promise, material, catalogue.time_zone
    return None

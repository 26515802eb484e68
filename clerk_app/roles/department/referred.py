"""What an organ has referred to its superior organ, as a list with the state of each matter."""

from __future__ import annotations

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.states import TASK_STATE_NAMES
from clerk_app.cases.tasks.referred_list import QueryReferred, ReferredMatter
from clerk_app.catalogue.publication import load_part
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, format_list, translate
from clerk_app.roles.formatting import localize, localize_organ_name
from clerk_app.views.shared import Option
from db.engines import Transaction


def read_referred(office: Office, staff: str) -> tuple[Option, ...]:
    """Return the referred matters, the newest first, with organ, day and state as hint. Raises OutOfReach."""
    listed = office.door.perform(QueryReferred(), staff)
    zone = office.catalogue_frame().time_zone
    with office.store.read() as tx:
        return tuple(_build_row(tx, matter, zone) for matter in listed.matters)


def _build_row(tx: Transaction, referred: ReferredMatter, zone: str) -> Option:
    superior = localize_organ_name(tx.get("organs", id=referred.superior), referred.superior)
    day = f"{to_local_time(referred.referred_at, zone):%m-%d}"
    state = translate(TASK_STATE_NAMES.get(referred.state, referred.state))
    hint = _("to {organ} on {day}").format(organ=superior, day=day)
    number = format_task_number(referred.task)
    return Option(referred.task, f"{number} {_name_matter(tx, referred)}", format_list((hint, state), ";"))


def _name_matter(tx: Transaction, referred: ReferredMatter) -> str:
    try:
        part = load_part(tx, referred.catalogue, referred.catalogue_version, referred.one_thing)
        return localize(part.matter(referred.matter).name)
    except (BadData, KeyError):
        return referred.matter

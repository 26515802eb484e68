"""Proof of identity at the authority, and release of the licences that the citizen has agreed to."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.licences.identity_proof import ProveIdentity, ScannedCode, find_proof
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.shared_materials import RecordAccess
from clerk_app.locales import _
from clerk_app.roles.counter.draft_state import DraftState
from db.engines import Row


def prove_identity(office: Office, visit: str, text: str, actor: str, *, phone: str = "") -> None:
    """Let the authority verify the code that was scanned in a visit. Raises Refused, OutOfReach."""
    office.door.perform(ProveIdentity(visit=visit, personal=ScannedCode(text=text, phone=phone)), actor)


def is_proved(office: Office, visit: Row) -> bool:
    """Return whether the authority has verified a code of the visit's person."""
    with office.store.read() as tx:
        return bool(find_proof(tx, visit["id"], visit["person"]))


def release_agreed(office: Office, draft: DraftState, visit: Row, actor: str) -> str:
    """Fetch the content of the licences that were agreed to and not released yet; record each as an access.

    Returns why they were not released, in the current language; empty if they were.
    """
    licences = tuple(sorted(draft.agreed - draft.consented))
    if not licences:
        return ""
    plan = draft.plan
    command = ReleaseLicences(
        visit=visit["id"],
        licences=licences,
        purpose=plan.one_thing.id,
        matters=tuple(planned.id for planned in plan.matters),
        catalogue=draft.catalogue.id,
        catalogue_version=draft.catalogue.version,
    )
    try:
        office.door.perform(command, actor)
    except OutOfReach:
        return _("Agreed to. The center is out of reach: ask again later (F8), or take the papers in.")
    except Refused as refused:
        if refused.reason != "unproved":
            raise
        return str(refused)
    for licence in licences:  # prefilling the form from a licence is an access to personal data
        office.door.perform(RecordAccess(licence=licence, purpose=plan.one_thing.id, visit=visit["id"]), actor)
    return ""

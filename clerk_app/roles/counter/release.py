"""Proof of identity at the authority, and release of the licences that the citizen has agreed to."""

from __future__ import annotations

from clerk_app.cases.known_by import KNOWN_BY_CODE
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.licences.identity_proof import ProveIdentity, ScannedCode, find_proof
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.shared_materials import FetchMaterials, RecordAccess
from clerk_app.locales import _
from clerk_app.roles.counter.draft_state import DraftState
from db.engines import Row


def prove_identity(office: Office, visit: str, text: str, actor: str, *, phone: str = "") -> str:
    """Let the authority verify the code that was scanned in a visit. Raises Refused, OutOfReach.

    Returns the id of its holder; empty if the holder is not registered.
    """
    return office.door.perform(ProveIdentity(visit=visit, personal=ScannedCode(text=text, phone=phone)), actor).person


def list_licences(
    office: Office, draft: DraftState, visit: Row, role: str, codes: dict[tuple[str, str], str], actor: str
) -> str:
    """List the licences of a party who showed a code in the visit; its code is verified by the authority before.

    `codes` are texts of signed codes by visit and number. Returns the id of the party; empty if it is not registered.
    Raises Refused, OutOfReach.
    """
    party, thing = draft.parties[role], draft.plan.one_thing
    is_served, subject = party.known_by == KNOWN_BY_CODE, party.subject
    text = codes.get((visit["id"], party.number))
    with office.store.read() as tx:
        is_proved = bool(subject) and bool(find_proof(tx, visit["id"], subject))
    if text is not None and not is_proved:  # it was scanned while the center was out of reach
        subject = prove_identity(office, visit["id"], text, actor) or subject
    if not subject and not is_served:  # the city holds nothing of them
        codes.pop((visit["id"], party.number), None)
        return ""
    command = FetchMaterials(
        visit=visit["id"],
        one_thing=thing.id,
        catalogue=draft.catalogue.id,
        catalogue_version=draft.catalogue.version,
        person="" if is_served else subject,
        role="" if role == thing.applicant_role().id else role,
    )
    office.door.perform(command, actor)
    return subject


def release_agreed(office: Office, draft: DraftState, visit: Row, actor: str) -> str:
    """Fetch the content of the licences that were agreed to and not released yet; record each as an access.

    Returns why they were not released, in the current language; empty if they were.
    """
    reasons = [_release(office, draft, visit, person, licences, actor) for person, licences in draft.unreleased.items()]
    return " ".join(dict.fromkeys(filter(None, reasons)))


def _release(office: Office, draft: DraftState, visit: Row, person: str, licences: tuple[str, ...], actor: str) -> str:
    """Fetch the content of licences that one party may show; return why they were not released."""
    plan = draft.plan
    command = ReleaseLicences(
        visit=visit["id"],
        licences=licences,
        purpose=plan.one_thing.id,
        matters=tuple(planned.id for planned in plan.matters),
        catalogue=draft.catalogue.id,
        catalogue_version=draft.catalogue.version,
        person="" if person == visit["person"] else person,
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

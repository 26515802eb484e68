"""Opens citizens' sessions in tests: with a dynamic code of a person, or with a receipt."""

from __future__ import annotations

from itertools import count

from clerk_app.citizen.session_opening import OpenCitizenSession, OpeningProof
from clerk_app.ledger.door import Door
from clerk_app.licences.repository import CreateDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM

_numbers = count()


def create_code(authority: Door, person: str) -> str:
    """Create a dynamic code of a registered person, as an app on a phone would; return its digest."""
    digest = digest_dynamic_code(f"code {next(_numbers)} of {person}")
    authority.perform(CreateDynamicCode(digest=digest, subject=person), SYSTEM)
    return digest


def open_session(door: Door, person: str, *, actor: str = "kiosk", authority: Door | None = None) -> str:
    """Open the session of a person by a dynamic code at the kiosk of `door`; return its id."""
    digest = create_code(authority or door, person)
    return door.perform(OpenCitizenSession(digest=digest), actor).session


def open_by_receipt(door: Door, case: str, last: str, *, actor: str = "kiosk") -> str:
    """Open the session of one case; return its id."""
    return door.perform(OpenCitizenSession(case=case, personal=OpeningProof(last=last)), actor).session

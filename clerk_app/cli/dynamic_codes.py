"""Codes that live about a minute, as the authority makes them for a citizen's phone."""

from __future__ import annotations

from clerk_app.desks.office import Office
from clerk_app.errors import BadData
from clerk_app.licences.issue import new_dynamic_digits, new_dynamic_token
from clerk_app.licences.repository import MakeCode, code_digest
from clerk_app.people import SYSTEM


def make_dynamic(office: Office, who: str, *, digits: bool) -> str:
    """The text of a new dynamic code for whoever has the number or id `who`: an address of this city, or 18 digits.

    Only its digest is kept. Raises BadData when the city does not know them, or has no address for codes.
    """
    policy = office.code_policy
    if not digits and not policy.urls:
        raise BadData("This office has no address for dynamic codes (code_urls in office.toml). Use --digits.")
    with office.store.read() as look:
        known = look.one("people.subject_by_number", number=who)
        subject = known["id"] if known else who
        if known is None and look.row("persons", id=who) is None and look.row("organisations", id=who) is None:
            raise BadData("The city knows nobody with the number {number}.", number=who)
    token = new_dynamic_digits(policy) if digits else new_dynamic_token()
    seconds = int(policy.life.total_seconds())
    office.door.perform(MakeCode(digest=code_digest(token), subject=subject, seconds=seconds), SYSTEM)
    return token if digits else policy.urls[0].replace("{code}", token)

"""Codes that live about a minute, as the authority makes them for a citizen's phone."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.licences.issuance import new_dynamic_digits, new_dynamic_token
from clerk_app.licences.repository import CreateDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM


def create_dynamic_code(office: Office, who: str, *, digits: bool) -> str:
    """The text of a new dynamic code for whoever has the number or id `who`: an address of this city, or 18 digits.

    Only its digest is kept. Raises BadData when the city does not know them, or has no address for codes.
    """
    policy = office.code_policy
    if not digits and not policy.urls:
        raise BadData("This office has no address for dynamic codes (code_urls in office.toml). Use --digits.")
    with office.store.read() as look:
        known = look.query_one("people.subject_by_number", number=who)
        subject = known["id"] if known else who
        if known is None and look.get("persons", id=who) is None and look.get("organisations", id=who) is None:
            raise BadData("The city knows nobody with the number {number}.", number=who)
    token = new_dynamic_digits(policy) if digits else new_dynamic_token()
    seconds = int(policy.lifetime.total_seconds())
    office.door.perform(CreateDynamicCode(digest=digest_dynamic_code(token), subject=subject, seconds=seconds), SYSTEM)
    return token if digits else policy.urls[0].replace("{code}", token)

"""Identifies the citizen of a visit by a signed code or a dynamic code."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.visits import IdentifyPerson, RefuseCode, ShownPerson
from clerk_app.licences.code_verification import Result, Sighting
from clerk_app.licences.licence_verification import LicenceVerdict, verify_licence_code
from clerk_app.licences.reasons import format_age, localized_name
from clerk_app.licences.recognised_code import RecognisedDynamicCode, SignedLicence
from clerk_app.licences.repository import ResolveDynamicCode, digest_dynamic_code
from clerk_app.locales import _
from clerk_app.roles.counter.stored_findings import encode_finding
from clerk_app.views import LabelledValue
from db.engines import Row

SIGHTING_PERIOD = timedelta(days=1)
"""How long the use of a code at another window is reported when the code is shown again."""

_MICROSECOND = timedelta(microseconds=1)


def identify_citizen(
    office: Office, code: SignedLicence | RecognisedDynamicCode, visit: str, window: str, actor: str
) -> LicenceVerdict | None:
    """Verify a code and record in the visit either the person or the refusal of the code.

    Returns the verdict on a signed code. Returns None for a dynamic code, which the authority resolves. Raises Refused
    if the authority does not resolve a dynamic code, or if the visit already has another person than the code's holder.
    """
    if isinstance(code, RecognisedDynamicCode):
        _identify_by_dynamic_code(office, code, visit, window, actor)
        return None
    verdict = _verify(office, code, visit)
    claims = verdict.claims
    if verdict.result is Result.RED or claims is None:
        reason = str(verdict.reason.value) if verdict.reason else "red"
        office.door.perform(RefuseCode(visit=visit, format=verdict.format_name, reason=reason), actor)
        return verdict
    office.door.perform(
        IdentifyPerson(
            visit=visit,
            person=_find_person_id(office, claims.holder_id_number),
            result=verdict.result.value,
            notes="\n".join(map(encode_finding, verdict.findings)),
            code_key=claims.cti.hex(),
            since=_sightings_since(office),
            personal=ShownPerson(name=claims.holder_name, number=claims.holder_id_number),
        ),
        actor,
    )
    return verdict


def build_code_facts(verdict: LicenceVerdict) -> tuple[LabelledValue, ...]:
    """Return the issuer and validity of a code, and the age of its revocation list, in the current language."""
    claims = verdict.claims
    if claims is None:
        return ()
    facts = [LabelledValue(_("Issued by"), localized_name(claims.issuer_names))]
    if claims.valid_until:
        facts.append(LabelledValue(_("Valid to"), claims.valid_until.isoformat()))
    if verdict.status_age is not None:
        facts.append(LabelledValue(_("Revocations known"), _("{age} ago").format(age=format_age(verdict.status_age))))
    return tuple(facts)


def _sightings_since(office: Office) -> int:
    return office.now - SIGHTING_PERIOD // _MICROSECOND


def _verify(office: Office, code: SignedLicence, visit: str) -> LicenceVerdict:
    trust, status = office.read_trust_lists()

    def find_sighting(cti: bytes) -> Sighting | None:
        since = _sightings_since(office)
        with office.store.read() as tx:
            use = tx.query_one("hall.last_code_use", code_key=cti.hex(), visit=visit, since=since)
            window = tx.get("windows", id=use["window_id"]) if use else None
        return Sighting(office.local_time(use["started_at"]), window["name"] if window else "") if use else None

    lifetime = office.code_policy.lifetime
    return verify_licence_code(
        code.text, trust, status, office.utc, find_sighting=find_sighting, max_presentation_age=lifetime
    )


def _identify_by_dynamic_code(office: Office, code: RecognisedDynamicCode, visit: str, window: str, actor: str) -> None:
    digest, nonce = digest_dynamic_code(code.token), token_hex(8)
    answer = office.door.perform(
        ResolveDynamicCode(digest=digest, visit=visit, window=window, purpose="identify", nonce=nonce),
        actor,
    )
    if answer.nonce != nonce:
        raise Refused("nonce", "The answer belongs to another question. Nothing was taken over; ask for a fresh code.")
    with office.store.read() as tx:
        person = tx.get("persons", id=answer.subject)
        organisation = tx.get("organisations", id=answer.subject)
    office.door.perform(
        IdentifyPerson(
            visit=visit,
            person=answer.subject,
            result="green",
            notes="",
            code_key=digest,
            since=office.now,
            personal=_shown_person(person, organisation),
        ),
        actor,
    )


def _shown_person(person: Row | None, organisation: Row | None) -> ShownPerson | None:
    if person is not None:
        return ShownPerson(name=person["name"] or "", number=person["id_number"] or "")
    if organisation is not None:
        return ShownPerson(name=organisation["name"], number=organisation["credit_code"])
    return None


def _find_person_id(office: Office, number: str) -> str:
    """Return the id of the person or organisation with an identity number; empty if the city has none."""
    with office.store.read() as tx:
        row = tx.query_one("people.subject_by_number", number=number)
    return str(row["id"]) if row else ""

"""Verifies a signed or a dynamic code of a citizen, and records its holder as the person of the visit or as a party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.visits import IdentifyParty, IdentifyPerson, RefuseCode, ShownPerson, parse_check_notes
from clerk_app.licences.code_verification import Result, Sighting
from clerk_app.licences.licence_verification import LicenceVerdict, verify_licence_code
from clerk_app.licences.reasons import localized_name
from clerk_app.licences.recognised_code import RecognisedDynamicCode, SignedLicence
from clerk_app.licences.repository import ResolveDynamicCode, digest_dynamic_code
from clerk_app.locales import _, localize_name
from clerk_app.roles.counter.stored_findings import encode_finding
from clerk_app.text.durations import format_age
from clerk_app.views.shared import LabelledValue
from db.engines import Row

SIGHTING_PERIOD = timedelta(days=1)
"""How long the use of a code at another window is reported when the code is shown again."""

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class VerifiedCode:
    """A citizen's code that was verified, or that the authority resolved. `verdict` is that of a signed code."""

    shown: ShownPerson | None
    person: str  # id of the person or organisation; empty if not registered
    result: str
    notes: str
    code_key: str
    since: int
    verdict: LicenceVerdict | None = None
    text: str = ""  # of a signed code
    is_served: bool = False  # whether the holder is the person served, whose role in the draft is not known

    @property
    def number(self) -> str:
        """The identity number or credit code of the holder; empty if it is not known."""
        return self.shown.number if self.shown is not None else ""


def verify_citizen_code(
    office: Office, code: SignedLicence | RecognisedDynamicCode, visit: str, window: str, actor: str
) -> VerifiedCode | LicenceVerdict:
    """Verify a code. Returns the verdict on a signed code that does not verify; its refusal is recorded.

    Raises Refused if the authority does not resolve a dynamic code.
    """
    if isinstance(code, RecognisedDynamicCode):
        return _resolve_dynamic_code(office, code, visit, window, actor)
    verdict = _verify(office, code, visit)
    claims = verdict.claims
    if verdict.result is Result.RED or claims is None:
        reason = str(verdict.reason.value) if verdict.reason else "red"
        office.door.perform(RefuseCode(visit=visit, format=verdict.format_name, reason=reason), actor)
        return verdict
    return VerifiedCode(
        shown=ShownPerson(name=claims.holder_name, number=claims.holder_id_number, licence=claims.licence_number),
        person=_find_person_id(office, claims.holder_id_number),
        result=verdict.result.value,
        notes="\n".join(map(encode_finding, verdict.findings)),
        code_key=claims.cti.hex(),
        since=_sightings_since(office),
        verdict=verdict,
        text=code.text,
    )


def find_served_person(visit: Row | None) -> VerifiedCode | None:
    """Return the code of the person identified in a visit; None without one."""
    if visit is None or not visit["check_result"]:
        return None
    return VerifiedCode(
        shown=ShownPerson(
            name=visit["shown_name"] or "", number=visit["shown_number"] or "", licence=visit["shown_licence"] or ""
        ),
        person=visit["person"] or "",
        result=visit["check_result"],
        notes="\n".join(parse_check_notes(visit["check_notes"])),
        code_key=visit["code_key"] or "",
        since=0,
        is_served=True,
    )


def record_visitor(office: Office, visit: str, code: VerifiedCode, actor: str) -> None:
    """Record the holder of a code as the person of the visit. Raises Refused if the visit has another person."""
    office.door.perform(
        IdentifyPerson(
            visit=visit,
            person=code.person,
            result=code.result,
            notes=code.notes,
            code_key=code.code_key,
            since=code.since,
            personal=code.shown,
        ),
        actor,
    )


def record_party(office: Office, visit: str, role: str, code: VerifiedCode, actor: str) -> None:
    """Record the holder of a code as another party of the draft."""
    office.door.perform(
        IdentifyParty(
            visit=visit,
            role=role,
            how="code",
            person=code.person,
            result=code.result,
            notes=code.notes,
            code_key=code.code_key,
            personal=code.shown,
        ),
        actor,
    )


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
    return office.corrected_now - SIGHTING_PERIOD // _MICROSECOND


def _verify(office: Office, code: SignedLicence, visit: str) -> LicenceVerdict:
    trust, status = office.read_trust_lists()

    def find_sighting(cti: bytes) -> Sighting | None:
        since = _sightings_since(office)
        with office.store.read() as tx:
            use = tx.query_one("hall.last_code_use", code_key=cti.hex(), visit=visit, since=since)
            window = tx.get("windows", id=use["window_id"]) if use else None
        return (
            Sighting(office.local_time(use["started_at"]), localize_name(window["name"]) if window else "")
            if use
            else None
        )

    lifetime = office.code_policy.lifetime
    return verify_licence_code(
        code.text, trust, status, office.utc, find_sighting=find_sighting, max_presentation_age=lifetime
    )


def _resolve_dynamic_code(
    office: Office, code: RecognisedDynamicCode, visit: str, window: str, actor: str
) -> VerifiedCode:
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
    return VerifiedCode(
        shown=_shown_person(person, organisation),
        person=answer.subject,
        result="green",
        notes="",
        code_key=digest,
        since=office.corrected_now,
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

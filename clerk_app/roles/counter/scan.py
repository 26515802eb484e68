"""What a code or number means at a window: who it proves, which case or ticket it opens, or why it is not believed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.visits import IdentifyPerson, RefuseCode, ShownPerson
from clerk_app.ledger.numbers import is_case_number
from clerk_app.licences.code_verification import Result
from clerk_app.licences.foreign.verification import verify_foreign_code
from clerk_app.licences.formats.code_format import (
    CodeFormatName,
    ForeignCode,
    LookupKey,
    RecognisedDynamicCode,
    SignedLicence,
    recognise_code,
)
from clerk_app.licences.licence_verification import LicenceVerdict, Sighting, verify_licence_code
from clerk_app.licences.reasons import Finding, Reason, format_age, localized_name
from clerk_app.licences.repository import ResolveDynamicCode, digest_dynamic_code
from clerk_app.locales import _, translate
from clerk_app.views import LabelledValue
from db.engines import Row
from scanners import KeyboardWedge

_TICKET = re.compile(r"[A-Fa-f][0-9]{3}")
_HOLD_TWELVE_DIGITS = ("number", "money", "bank_account")  # kinds of fields of which a case number is a good value
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ScannedTicket:
    """A printed ticket, by its number."""

    number: str


@dataclass(frozen=True)
class ScannedCaseNumber:
    """A receipt, by its case number."""

    number: str


@dataclass(frozen=True)
class ScannedCitizenCode:
    """A code that may say who is here."""

    text: str


@dataclass(frozen=True)
class UnrecognisedText:
    """Not taken for anything: the sentence says why."""

    form: str
    sentence: str


def recognise_scan(
    office: Office, text: str
) -> ScannedTicket | ScannedCaseNumber | ScannedCitizenCode | UnrecognisedText:
    """What `text` is. Looks nothing up; a code of another issuer says what it is worth, and opens nothing."""
    typed = KeyboardWedge.from_settings(office.settings.wedge_prefix).parse_line(text)
    if typed is not None and typed.trouble is not None:
        return UnrecognisedText("wedge", translate(typed.trouble.sentence).format(**typed.trouble.facts))
    text = (typed.text if typed is not None else text).strip()
    if _TICKET.fullmatch(text):
        return ScannedTicket(text.upper())
    found = recognise_code(text, office.code_policy)
    if isinstance(found, SignedLicence | RecognisedDynamicCode):
        return ScannedCitizenCode(text)
    if isinstance(found, LookupKey) and found.format_name is CodeFormatName.CASE_NUMBER:
        if is_case_number(text):
            return ScannedCaseNumber(text)
        return UnrecognisedText(
            found.format_name.value, _("This looks like a case number, but its check digit is wrong.")
        )
    if isinstance(found, ForeignCode):
        verdict = verify_foreign_code(found, office.read_trust_lists()[0], office.utc)
        return UnrecognisedText(found.format_name.value, verdict.sentences()[0])
    return UnrecognisedText(found.format_name.value, found.sentence())


def is_scanned_code(office: Office, text: str, kind: str) -> bool:
    """Whether a field of this kind holds nothing but a code: a scanner typed it there, and nobody meant the field.

    The check digit alone leaves one number in ten, so a kind that can hold twelve digits keeps them; a telephone number
    of twelve begins with the 0 of its area code, a case number with its year. A free text is never taken for so long a
    number. Dynamic codes of bare digits look like too much else: only an address or a prefix tells them.
    """
    found = recognise_code(text, office.code_policy)
    if isinstance(found, LookupKey) and found.format_name is CodeFormatName.CASE_NUMBER and is_case_number(found.value):
        return kind not in _HOLD_TWELVE_DIGITS and not (kind == "phone" and found.value.startswith("0"))
    return isinstance(found, SignedLicence | ForeignCode) or found.format_name is CodeFormatName.DYNAMIC_URL


def encode_finding(finding: Finding) -> str:
    """A doubt as one line to keep: its reason and facts, to be said in the language of whoever reads it later."""
    return json.dumps({"reason": finding.reason.value} | {name: _kept(fact) for name, fact in finding.facts.items()})


def describe_stored_finding(line: str) -> str:
    """A line of `note_of` in the language spoken now; one that was kept as a sentence, or is not known, as it is."""
    try:
        kept = json.loads(line)
        reason = Reason(kept.pop("reason"))
        return Finding(reason, {name: _fact(fact) for name, fact in kept.items()}).sentence()
    except (ValueError, KeyError, TypeError, AttributeError):
        return line


def _kept(fact: object) -> object:
    if isinstance(fact, timedelta):
        return {"seconds": fact.total_seconds()}
    if isinstance(fact, datetime):
        return {"at": fact.isoformat()}
    return {"names": dict(fact)} if isinstance(fact, Mapping) else fact


def _fact(kept: object) -> object:
    match kept:
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"at": moment}:
            return datetime.fromisoformat(moment)
        case {"names": names}:
            return names
    return kept


def identify_citizen(office: Office, text: str, visit: str, window: str, actor: str) -> Callable[[], str] | None:
    """Proves who a citizen's code belongs to and records it with the visit; what is not believed is recorded too.

    None when the visit has its person now; otherwise what says why not, in the language spoken then. Raises Refused
    for a dynamic code that the authority does not resolve, and when the code is another person's than the one served.
    """
    found = recognise_code(text, office.code_policy)
    if isinstance(found, RecognisedDynamicCode):
        _identify_dynamic(office, found, visit, window, actor)
        return None
    verdict = _verify(office, text, visit)
    if verdict.result is Result.RED or verdict.claims is None:
        reason = verdict.reason.value if verdict.reason else "red"
        office.door.perform(RefuseCode(visit=visit, format=verdict.format_name.value, reason=str(reason)), actor)
        return lambda: verdict.sentences()[0]
    claims = verdict.claims
    office.door.perform(
        IdentifyPerson(
            visit=visit,
            person=_subject(office, claims.holder_id_number),
            result=verdict.result.value,
            notes="\n".join(map(encode_finding, verdict.findings)),
            code_key=claims.cti.hex(),
            since=office.now - _DAY // timedelta(microseconds=1),
            personal=ShownPerson(name=claims.holder_name, number=claims.holder_id_number),
        ),
        actor,
    )
    return None


def read_code_facts(office: Office, text: str, visit: str) -> Callable[[], tuple[LabelledValue, ...]]:
    """What a signed code says and who says it, for the card on the screen, in the language spoken then."""
    return partial(_facts, _verify(office, text, visit))


def _facts(verdict: LicenceVerdict) -> tuple[LabelledValue, ...]:
    claims = verdict.claims
    if claims is None:
        return ()
    facts = [LabelledValue(_("Issued by"), localized_name(claims.issuer_names))]
    if claims.valid_until:
        facts.append(LabelledValue(_("Valid to"), claims.valid_until.isoformat()))
    if verdict.status_age is not None:
        facts.append(LabelledValue(_("Revocations known"), _("{age} ago").format(age=format_age(verdict.status_age))))
    return tuple(facts)


def _verify(office: Office, text: str, visit: str) -> LicenceVerdict:
    trust, status = office.read_trust_lists()

    def seen(cti: bytes) -> Sighting | None:
        with office.store.read() as tx:
            row = tx.query_one(
                "hall.last_code_use",
                code_key=cti.hex(),
                visit=visit,
                since=office.now - _DAY // timedelta(microseconds=1),
            )
            window = tx.get("windows", id=row["window_id"]) if row else None
        return Sighting(office.local_time(row["started_at"]), window["name"] if window else "") if row else None

    return verify_licence_code(
        text, trust, status, office.utc, find_sighting=seen, max_presentation_age=office.code_policy.lifetime
    )


def _identify_dynamic(office: Office, code: RecognisedDynamicCode, visit: str, window: str, actor: str) -> None:
    digest, nonce = digest_dynamic_code(code.token), token_hex(8)
    answer = office.door.perform(
        ResolveDynamicCode(digest=digest, visit=visit, window=window, purpose="identify", nonce=nonce),
        actor,
    )
    if answer.nonce != nonce:
        raise Refused("nonce", "The answer belongs to another question. Nothing was taken over; ask for a fresh code.")
    with office.store.read() as tx:
        person = tx.get("persons", id=answer.subject)
        body = tx.get("organisations", id=answer.subject)
    office.door.perform(
        IdentifyPerson(
            visit=visit,
            person=answer.subject,
            result="green",
            notes="",
            code_key=digest,
            since=office.now,
            personal=_shown(person, body),
        ),
        actor,
    )


def _shown(person: Row | None, body: Row | None) -> ShownPerson | None:
    if person is not None:
        return ShownPerson(name=person["name"] or "", number=person["id_number"] or "")
    return ShownPerson(name=body["name"], number=body["credit_code"]) if body is not None else None


def _subject(office: Office, number: str) -> str:
    with office.store.read() as tx:
        row = tx.query_one("people.subject_by_number", number=number)
    return str(row["id"]) if row else ""

"""What a code or number means at a window: who it proves, which case or ticket it opens, or why it is not believed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

from clerk_app.desk import Pair
from clerk_app.desks.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.visits import Identify, RefuseCode, ShownPerson
from clerk_app.ledger.numbers import is_case_number
from clerk_app.licences.checks import Result
from clerk_app.licences.codes import DynamicCode, ForeignCode, Form, LookUpKey, SignedLicence, recognise
from clerk_app.licences.foreign import verify_foreign
from clerk_app.licences.reasons import Finding, Reason, age_in_words, name_in_words
from clerk_app.licences.repository import ResolveCode, code_digest
from clerk_app.licences.verify import Sighting, Verdict, verify
from clerk_app.locales import _, translate
from db.engines import Row
from scanners import Wedge

_TICKET = re.compile(r"[A-Fa-f][0-9]{3}")
_HOLD_TWELVE_DIGITS = ("number", "money", "bank_account")  # kinds of fields of which a case number is a good value
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ticket:
    """A printed ticket, by its number."""

    number: str


@dataclass(frozen=True)
class CaseNumber:
    """A receipt, by its case number."""

    number: str


@dataclass(frozen=True)
class Citizen:
    """A code that may say who is here."""

    text: str


@dataclass(frozen=True)
class Nothing:
    """Not taken for anything: the sentence says why."""

    form: str
    sentence: str


def read(office: Office, text: str) -> Ticket | CaseNumber | Citizen | Nothing:
    """What `text` is. Looks nothing up; a code of another issuer says what it is worth, and opens nothing."""
    typed = Wedge.of(office.settings.wedge_prefix).read(text)
    if typed is not None and typed.trouble is not None:
        return Nothing("wedge", translate(typed.trouble.sentence).format(**typed.trouble.facts))
    text = (typed.text if typed is not None else text).strip()
    if _TICKET.fullmatch(text):
        return Ticket(text.upper())
    found = recognise(text, office.code_policy)
    if isinstance(found, SignedLicence | DynamicCode):
        return Citizen(text)
    if isinstance(found, LookUpKey) and found.form is Form.CASE_NUMBER:
        if is_case_number(text):
            return CaseNumber(text)
        return Nothing(found.form.value, _("This looks like a case number, but its check digit is wrong."))
    if isinstance(found, ForeignCode):
        verdict = verify_foreign(found, office.trust()[0], office.utc)
        return Nothing(found.form.value, verdict.sentences()[0])
    return Nothing(found.form.value, found.sentence())


def was_scanned(office: Office, text: str, kind: str) -> bool:
    """Whether a field of this kind holds nothing but a code: a scanner typed it there, and nobody meant the field.

    The check digit alone leaves one number in ten, so a kind that can hold twelve digits keeps them; a telephone number
    of twelve begins with the 0 of its area code, a case number with its year. A free text is never taken for so long a
    number. Dynamic codes of bare digits look like too much else: only an address or a prefix tells them.
    """
    found = recognise(text, office.code_policy)
    if isinstance(found, LookUpKey) and found.form is Form.CASE_NUMBER and is_case_number(found.value):
        return kind not in _HOLD_TWELVE_DIGITS and not (kind == "phone" and found.value.startswith("0"))
    return isinstance(found, SignedLicence | ForeignCode) or found.form is Form.DYNAMIC_URL


def note_of(finding: Finding) -> str:
    """A doubt as one line to keep: its reason and facts, to be said in the language of whoever reads it later."""
    return json.dumps({"reason": finding.reason.value} | {name: _kept(fact) for name, fact in finding.facts.items()})


def note_in_words(line: str) -> str:
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


def identify(office: Office, text: str, visit: str, window: str, actor: str) -> Callable[[], str] | None:
    """Proves who a citizen's code belongs to and records it with the visit; what is not believed is recorded too.

    None when the visit has its person now; otherwise what says why not, in the language spoken then. Raises Refused
    for a dynamic code that the authority does not resolve, and when the code is another person's than the one served.
    """
    found = recognise(text, office.code_policy)
    if isinstance(found, DynamicCode):
        _identify_dynamic(office, found, visit, window, actor)
        return None
    verdict = _verify(office, text, visit)
    if verdict.result is Result.RED or verdict.claims is None:
        reason = verdict.reason.value if verdict.reason else "red"
        office.door.perform(RefuseCode(visit=visit, format=verdict.form.value, reason=str(reason)), actor)
        return lambda: verdict.sentences()[0]
    claims = verdict.claims
    office.door.perform(
        Identify(
            visit=visit,
            person=_subject(office, claims.holder_id_number),
            result=verdict.result.value,
            notes="\n".join(map(note_of, verdict.findings)),
            code_key=claims.cti.hex(),
            since=office.now - _DAY // timedelta(microseconds=1),
            personal=ShownPerson(name=claims.holder_name, number=claims.holder_id_number),
        ),
        actor,
    )
    return None


def check_facts(office: Office, text: str, visit: str) -> Callable[[], tuple[Pair, ...]]:
    """What a signed code says and who says it, for the card on the screen, in the language spoken then."""
    return partial(_facts, _verify(office, text, visit))


def _facts(verdict: Verdict) -> tuple[Pair, ...]:
    claims = verdict.claims
    if claims is None:
        return ()
    facts = [Pair(_("Issued by"), name_in_words(claims.issuer_names))]
    if claims.valid_until:
        facts.append(Pair(_("Valid to"), claims.valid_until.isoformat()))
    if verdict.status_age is not None:
        facts.append(Pair(_("Revocations known"), _("{age} ago").format(age=age_in_words(verdict.status_age))))
    return tuple(facts)


def _verify(office: Office, text: str, visit: str) -> Verdict:
    trust, status = office.trust()

    def seen(cti: bytes) -> Sighting | None:
        with office.store.read() as look:
            row = look.one(
                "hall.seen_since",
                code_key=cti.hex(),
                visit=visit,
                since=office.now - _DAY // timedelta(microseconds=1),
            )
            window = look.row("windows", id=row["window_id"]) if row else None
        return Sighting(office.wall(row["started_at"]), window["name"] if window else "") if row else None

    return verify(text, trust, status, office.utc, seen=seen, fresh=office.code_policy.life)


def _identify_dynamic(office: Office, code: DynamicCode, visit: str, window: str, actor: str) -> None:
    digest, nonce = code_digest(code.token), token_hex(8)
    answer = office.door.perform(
        ResolveCode(digest=digest, visit=visit, window=window, purpose="identify", nonce=nonce),
        actor,
    )
    if answer.nonce != nonce:
        raise Refused("nonce", "The answer belongs to another question. Nothing was taken over; ask for a fresh code.")
    with office.store.read() as look:
        person = look.row("persons", id=answer.subject)
        body = look.row("organisations", id=answer.subject)
    office.door.perform(
        Identify(
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
    with office.store.read() as look:
        row = look.one("people.subject_by_number", number=number)
    return str(row["id"]) if row else ""

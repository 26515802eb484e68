"""From the text of a signed code to what it is worth.

Every step either holds or ends the whole with its own reason (fail closed), in this order: length, prefix, base45,
unpacking, structure, algorithm, trust list, key, signature, content, times, authority, check characters, revocation,
reuse, the licence's own days, text. Nothing before the signature is shown to anyone; nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clerk_app.licences import cbor, cose
from clerk_app.licences.checks import Checks, Outcome, Result
from clerk_app.licences.claims import EXP, IAT, ISS, NBF, LicenceClaims, made_safe, read_licence, safe_text
from clerk_app.licences.codes import PRESENTED_FOR, Form
from clerk_app.licences.folder import StatusLists
from clerk_app.licences.identifiers import is_credit_code, is_id_number, read_licence_number
from clerk_app.licences.presentation import Presentation, read_presentation
from clerk_app.licences.reasons import CHINA, Finding, ListFault, Reason
from clerk_app.licences.status import StatusList
from clerk_app.licences.trust import CLOCK_SLACK, TrustedKey, TrustList, age_finding, instant
from clerk_app.licences.unpack import Refusal, from_base45, inflated, refuse, unprefixed

PREFIX, PRESENTED = "EL1:", "EL2:"
_ALGORITHMS = {cose.ES256, cose.EDDSA, cose.SM2}
_TYPE_BY_STANDARD = 21  # characters of a type code by GB/T 36904
_CREDIT_CODE = 18


@dataclass(frozen=True)
class Sighting:
    """That a code was shown before: when, and at which place in words."""

    at: datetime
    place: str


@dataclass(frozen=True, kw_only=True)
class Verdict(Outcome):
    """What a code is worth. Red has no claims."""

    claims: LicenceClaims | None = None
    cti: bytes | None = None  # the code's own id, for the record; None until the signature held
    status_age: timedelta | None = None
    form: Form = Form.EL1

    def plain(self) -> dict[str, object]:
        """The verdict for `--json`: times in ISO form, ages in seconds, bytes as hexadecimal."""
        claims = self.claims.plain() if self.claims else None
        return {"format": self.form.value, "claims": claims, **super().plain()}

    def ages(self) -> dict[str, timedelta | None]:
        """Both lists'."""
        return super().ages() | {"status": self.status_age}


def verify(
    text: str,
    trust: TrustList | ListFault,
    status: StatusLists,
    now: datetime,
    *,
    seen: Callable[[bytes], Sighting | None] | None = None,
    last_trusted: datetime | None = None,
    fresh: timedelta = PRESENTED_FOR,
) -> Verdict:
    """What the `EL1:` or `EL2:` code `text` is worth at `now` (aware). Never raises for any text.

    `seen` tells where a code (by its cti) was shown before; without it that stays a doubt. `last_trusted` is the latest
    time that this machine knows for certain: a clock behind it verifies nothing. `fresh` is how long what a phone signs
    is accepted; its id takes the place of the licence code's as the verdict's `cti`.
    """
    presented = text.strip().startswith(PRESENTED)
    check = _Check(trust, status, now, Form.EL2 if presented else Form.EL1)
    try:
        if last_trusted and now < last_trusted - CLOCK_SLACK:
            raise refuse(Reason.CLOCK_BEHIND, known=last_trusted)
        data = inflated(from_base45(unprefixed(text, PRESENTED if presented else PREFIX)))
        presentation = read_presentation(data) if presented else None
        claims = check.proved(_licence(presentation.licence if presentation else data))
        claims = check.in_hand(claims, presentation, fresh)
        check.revocation(claims)
        check.reuse(claims, seen)
        check.own_days(claims)
        claims, changed = made_safe(claims)
        if changed:
            check.doubt(Finding(Reason.HIDDEN_CHARACTERS))
    except Refusal as refusal:
        return check.verdict(Result.RED, (refusal.finding,), None)
    return check.verdict(check.passed(), tuple(check.doubts), claims)


def _licence(data: bytes) -> cose.Sign1:
    """The COSE_Sign1 of a licence, structurally sound and not proved at all."""
    try:
        message = cose.read_sign1(data)
    except (cbor.CborError, cose.CoseError):
        raise refuse(Reason.BAD_STRUCTURE) from None
    if not message.tagged:
        raise refuse(Reason.BAD_STRUCTURE)
    return message


class _Check(Checks):
    """One licence on its way."""

    def __init__(self, trust: TrustList | ListFault, status: StatusLists, now: datetime, form: Form) -> None:
        super().__init__(trust, now)
        self.status = status
        self.form = form
        self.cti: bytes | None = None
        self.status_age: timedelta | None = None

    def verdict(self, result: Result, findings: tuple[Finding, ...], claims: LicenceClaims | None) -> Verdict:
        return Verdict(
            result=result,
            findings=findings,
            issuer=self.issuer,
            trust_age=self.trust_age,
            claims=claims,
            cti=self.cti,
            status_age=self.status_age,
            form=self.form,
        )

    def proved(self, message: cose.Sign1) -> LicenceClaims:
        """The claims that an issuer entitled to make them has signed, in time and free of slips."""
        key = self._key(message)
        self.issuer = key
        said = _payload(message)
        claims = self._in_time(said, key)
        self.cti = claims.cti
        _authorised(claims, key)
        _well_numbered(claims, self.now)
        return claims

    def _key(self, message: cose.Sign1) -> TrustedKey:
        """The trusted key that signed `message`."""
        algorithm, kid = _headers(message)
        key = self.trusted().keys.get(kid)
        if key is None:
            raise refuse(Reason.UNKNOWN_ISSUER)
        if fault := key.fault(self.now):
            raise Refusal(fault)
        if algorithm != key.public.algorithm:
            raise refuse(Reason.ANOTHER_ALGORITHM, issuer=key.names)
        if not cose.signed_by(message, key.public):
            raise refuse(Reason.NOT_GENUINE, issuer=key.names)
        return key

    def _in_time(self, said: Mapping[int | str, cbor.Value], key: TrustedKey) -> LicenceClaims:
        """The claims, if `now` lies in the code's time. RFC 8392 3.1.4: at its expiry a code is no longer accepted."""
        if EXP not in said:
            raise refuse(Reason.NO_EXPIRY)
        try:
            issued, expires = instant(said.get(IAT)), instant(said[EXP])
            starts = instant(said[NBF]) if NBF in said else issued
        except (TypeError, ValueError):
            raise refuse(Reason.BAD_TIME) from None
        if issued > self.now + CLOCK_SLACK:
            raise refuse(Reason.ISSUED_IN_FUTURE, issued=issued)
        if starts > self.now + CLOCK_SLACK:
            raise refuse(Reason.NOT_YET, since=starts)
        if self.now >= expires:
            raise refuse(Reason.EXPIRED, expired=expires)
        if issued < key.valid_from - CLOCK_SLACK:
            raise refuse(Reason.KEY_NOT_YET, issuer=key.names, since=key.valid_from)
        try:
            return read_licence(said, issued, expires, key.names)
        except ValueError:
            raise refuse(Reason.BAD_CONTENT) from None

    def in_hand(self, claims: LicenceClaims, presented: Presentation | None, fresh: timedelta) -> LicenceClaims:
        """Refuses what another phone signed, or this one not just now; without a phone's signature that is a doubt."""
        if presented is None:
            if claims.device:
                self.doubt(Finding(Reason.WITHOUT_PHONE))
            return claims
        if claims.device is None:
            raise refuse(Reason.NOT_BOUND)
        if not cose.signed_by(presented.message, claims.device):
            raise refuse(Reason.WRONG_DEVICE)
        if presented.issued_at > self.now + CLOCK_SLACK:
            raise refuse(Reason.PRESENTED_IN_FUTURE, issued=presented.issued_at)
        if self.now - presented.issued_at > fresh:
            raise refuse(Reason.PRESENTATION_OLD, age=self.now - presented.issued_at)
        self.cti = presented.id
        return replace(claims, cti=presented.id)

    def revocation(self, claims: LicenceClaims) -> None:
        """Refuses a revoked or suspended licence, and one whose list is missing, unusable or too old."""
        if claims.status_index is None:
            self.doubt(Finding(Reason.NO_STATUS))
            return
        names = claims.issuer_names
        try:
            listed = self.status.find(claims.status_uri, names)
        except ListFault as fault:
            raise Refusal(fault.finding) from None
        self._usable(listed, claims)
        revoked = listed.revoked(claims.status_index)
        if revoked is None:
            raise refuse(Reason.STATUS_MISSING, issuer=names)
        if revoked:
            raise refuse(Reason.REVOKED, issuer=names, listed=listed.issued_at, age=self.status_age)

    def _usable(self, listed: StatusList, claims: LicenceClaims) -> None:
        names = claims.issuer_names
        if listed.signer.issuer != claims.issuer_code:
            raise refuse(Reason.STATUS_NOT_GENUINE, issuer=names)
        self.status_age = age = listed.age(self.now)
        if fault := listed.fault(self.now):
            raise Refusal(fault)
        stale = Finding(Reason.STATUS_STALE, {"issuer": names, "age": age})
        old = Finding(Reason.STATUS_OLD, {"issuer": names, "age": age})
        self.by_age(age_finding(age, listed.issued_at, stale, old), old)

    def reuse(self, claims: LicenceClaims, seen: Callable[[bytes], Sighting | None] | None) -> None:
        """A signed code does not change, so a copy of it is as genuine: only the record of sightings can tell."""
        if seen is None:
            self.doubt(Finding(Reason.REUSE_NOT_CHECKED))
        elif sighting := seen(claims.cti):
            age = max(self.now - sighting.at, timedelta())
            if self.form is Form.EL2:  # a phone signs anew each time: what was shown before is a copy
                raise refuse(Reason.PRESENTATION_REUSED, age=age, place=sighting.place)
            self.doubt(Finding(Reason.SHOWN_BEFORE, {"age": age, "place": sighting.place}))

    def own_days(self, claims: LicenceClaims) -> None:
        """The licence's own validity, which is not the code's."""
        today = self.now.astimezone(CHINA).date()
        if claims.valid_from and today < claims.valid_from:
            raise refuse(Reason.LICENCE_NOT_YET, since=claims.valid_from)
        if claims.valid_until and today > claims.valid_until:
            raise refuse(Reason.LICENCE_EXPIRED, until=claims.valid_until)


def _headers(message: cose.Sign1) -> tuple[int, bytes]:
    """Algorithm and key id, from the protected header alone, which must hold nothing else."""
    algorithm, kid = message.headers.get(cose.ALG), message.headers.get(cose.KID)
    if not isinstance(algorithm, int) or isinstance(algorithm, bool) or algorithm not in _ALGORITHMS:
        raise refuse(Reason.BAD_ALGORITHM)
    if not isinstance(kid, bytes) or set(message.headers) != {cose.ALG, cose.KID} or message.unprotected:
        raise refuse(Reason.BAD_HEADER)
    return algorithm, kid


def _payload(message: cose.Sign1) -> Mapping[int | str, cbor.Value]:
    try:
        said = cbor.decode(message.payload)
    except cbor.CborError:
        raise refuse(Reason.BAD_CONTENT) from None
    if not isinstance(said, dict) or not isinstance(said.get(ISS), str):
        raise refuse(Reason.BAD_CONTENT)
    return said


def _authorised(claims: LicenceClaims, key: TrustedKey) -> None:
    if claims.issuer_code != key.issuer:
        raise refuse(Reason.ANOTHER_ISSUER, issuer=key.names)
    if claims.licence_type not in key.types:
        raise refuse(Reason.NO_AUTHORITY, issuer=key.names, type=safe_text(claims.licence_type))


def _well_numbered(claims: LicenceClaims, now: datetime) -> None:
    """Check characters, and that the licence number names the same type and issuer as far as it spells them out."""
    if claims.licence_number:
        number = read_licence_number(claims.licence_number)
        if number is None:
            raise refuse(Reason.BAD_LICENCE_NUMBER)
        other_type = len(claims.licence_type) == _TYPE_BY_STANDARD and number.type_code != claims.licence_type
        other_issuer = len(number.issuer) == _CREDIT_CODE and number.issuer != claims.issuer_code
        if other_type or other_issuer:
            raise refuse(Reason.BAD_LICENCE_NUMBER)
    if not is_credit_code(claims.issuer_code):
        raise refuse(Reason.BAD_ISSUER_CODE)
    holder = claims.holder_id_number
    if not is_id_number(holder, now.astimezone(CHINA).date()) and not is_credit_code(holder):
        raise refuse(Reason.BAD_ID_NUMBER)

"""From the text of a signed code to what it is worth.

Every step either holds or ends the whole with its own reason (fail closed), in this order: length, prefix, base45,
unpacking, structure, algorithm, trust list, key, signature, content, times, authority, check characters, revocation,
reuse, the licence's own days, text. Nothing before the signature is shown to anyone; nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from clerk_app.licences import cbor, cose
from clerk_app.licences.claims import EXP, IAT, ISS, NBF, LicenceClaims, made_safe, read_licence, safe_text
from clerk_app.licences.codes import Form
from clerk_app.licences.folder import StatusLists
from clerk_app.licences.identifiers import is_credit_code, is_id_number, read_licence_number
from clerk_app.licences.reasons import CHINA, Finding, ListFault, Reason
from clerk_app.licences.status import StatusList
from clerk_app.licences.trust import CLOCK_SLACK, TrustedKey, TrustList, age_finding, instant
from clerk_app.licences.unpack import Refusal, from_base45, inflated, refuse, unprefixed

PREFIX = "EL1:"
_ALGORITHMS = {cose.ES256, cose.EDDSA, cose.SM2}
_TYPE_BY_STANDARD = 21  # characters of a type code by GB/T 36904
_CREDIT_CODE = 18


class Result(Enum):
    """Green: proved. Amber: genuine, with a doubt that the clerk must settle. Red: not to be used."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Sighting:
    """That a code was shown before: when, and at which place in words."""

    at: datetime
    place: str


@dataclass(frozen=True)
class Verdict:
    """What a code is worth. Red has one finding and no claims; amber one finding for each doubt; green none."""

    result: Result
    findings: tuple[Finding, ...]
    claims: LicenceClaims | None = None
    issuer: TrustedKey | None = None  # who signed it; None until the signature held
    cti: bytes | None = None  # the code's own id, for the record; None until the signature held
    trust_age: timedelta | None = None
    status_age: timedelta | None = None

    @property
    def reason(self) -> Reason | None:
        """The first finding's reason; None on green."""
        return self.findings[0].reason if self.findings else None

    def plain(self) -> dict[str, object]:
        """The verdict for `--json`: times in ISO form, ages in seconds, bytes as hexadecimal."""
        ages = {"trust": self.trust_age, "status": self.status_age}
        return {
            "format": Form.EL1.value,
            "result": self.result.value,
            "reason": self.reason.value if self.reason else None,
            "reasons": [finding.reason.value for finding in self.findings],
            "claims": self.claims.plain() if self.claims else None,
            "issuer": {"code": self.issuer.issuer, "names": dict(self.issuer.names)} if self.issuer else None,
            "ages": {name: age.total_seconds() for name, age in ages.items() if age is not None},
        }

    def sentences(self) -> tuple[str, ...]:
        """Every finding as a sentence in the language spoken now."""
        return tuple(finding.sentence() for finding in self.findings)


def verify(
    text: str,
    trust: TrustList | ListFault,
    status: StatusLists,
    now: datetime,
    *,
    seen: Callable[[bytes], Sighting | None] | None = None,
    last_trusted: datetime | None = None,
) -> Verdict:
    """What the `EL1:` code `text` is worth at `now` (aware). Never raises for any text.

    `seen` tells where a code (by its cti) was shown before; without it that stays a doubt. `last_trusted` is the latest
    time that this machine knows for certain: a clock behind it verifies nothing.
    """
    check = _Check(trust, status, now)
    try:
        if last_trusted and now < last_trusted - CLOCK_SLACK:
            raise refuse(Reason.CLOCK_BEHIND, known=last_trusted)
        claims = check.proved(unpack(text))
        check.revocation(claims)
        check.reuse(claims, seen)
        check.own_days(claims)
        claims, changed = made_safe(claims)
        if changed:
            check.doubt(Finding(Reason.HIDDEN_CHARACTERS))
    except Refusal as refusal:
        return check.verdict(Result.RED, (refusal.finding,), None)
    return check.verdict(Result.AMBER if check.doubts else Result.GREEN, tuple(check.doubts), claims)


def unpack(text: str) -> cose.Sign1:
    """The COSE_Sign1 in the text of a code, structurally sound and not proved at all."""
    packed = from_base45(unprefixed(text, PREFIX))
    try:
        message = cose.read_sign1(inflated(packed))
    except (cbor.CborError, cose.CoseError):
        raise refuse(Reason.BAD_STRUCTURE) from None
    if not message.tagged:
        raise refuse(Reason.BAD_STRUCTURE)
    return message


class _Check:
    """One code on its way: what is known of it so far, and the doubts collected."""

    def __init__(self, trust: TrustList | ListFault, status: StatusLists, now: datetime) -> None:
        self.trust = trust
        self.status = status
        self.now = now
        self.doubts: list[Finding] = []
        self.issuer: TrustedKey | None = None
        self.cti: bytes | None = None
        self.trust_age: timedelta | None = None
        self.status_age: timedelta | None = None

    def doubt(self, finding: Finding) -> None:
        self.doubts.append(finding)

    def verdict(self, result: Result, findings: tuple[Finding, ...], claims: LicenceClaims | None) -> Verdict:
        return Verdict(result, findings, claims, self.issuer, self.cti, self.trust_age, self.status_age)

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
        key = self._trusted().keys.get(kid)
        if key is None:
            raise refuse(Reason.UNKNOWN_ISSUER)
        if fault := key.fault(self.now):
            raise Refusal(fault)
        if algorithm != key.public.algorithm:
            raise refuse(Reason.ANOTHER_ALGORITHM, issuer=key.names)
        if not cose.signed_by(message, key.public):
            raise refuse(Reason.NOT_GENUINE, issuer=key.names)
        return key

    def _trusted(self) -> TrustList:
        if isinstance(self.trust, ListFault):
            raise Refusal(self.trust.finding)
        self.trust_age = age = self.trust.age(self.now)
        stale, old = Finding(Reason.TRUST_STALE, {"age": age}), Finding(Reason.TRUST_OLD, {"age": age})
        self._by_age(age_finding(age, self.trust.issued_at, stale, old), old)
        return self.trust

    def _by_age(self, finding: Finding | None, old: Finding) -> None:
        if finding is old:
            self.doubt(old)
        elif finding:
            raise Refusal(finding)

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
        self._by_age(age_finding(age, listed.issued_at, stale, old), old)

    def reuse(self, claims: LicenceClaims, seen: Callable[[bytes], Sighting | None] | None) -> None:
        """A signed code does not change, so a copy of it is as genuine: only the record of sightings can tell."""
        if seen is None:
            self.doubt(Finding(Reason.REUSE_NOT_CHECKED))
        elif sighting := seen(claims.cti):
            age = max(self.now - sighting.at, timedelta())
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

"""From the text of a signed code to what it is worth.

Every step either holds or ends the whole with its own reason (fail closed), in this order: length, prefix, base45,
unpacking, structure, algorithm, trust list, key, signature, content, times, authority, check characters, revocation,
reuse, the licence's own days, text. Nothing before the signature is shown to anyone; nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clerk_app.licences.claims import (
    EXP,
    IAT,
    ISS,
    NBF,
    LicenceClaims,
    read_licence_claims,
    sanitize_claims,
    sanitize_text,
)
from clerk_app.licences.code_verification import CodeVerdict, CodeVerification, Result
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.encoding import CodeRejected, decode_base45, decompress, rejection, strip_prefix
from clerk_app.licences.formats.code_format import DEFAULT_CODE_LIFETIME, CodeFormatName
from clerk_app.licences.identifiers import is_credit_code, is_id_number, read_licence_number
from clerk_app.licences.presentation import Presentation, read_presentation
from clerk_app.licences.reasons import CHINA_TIMEZONE, Finding, ListFault, Reason
from clerk_app.licences.status_list import StatusList
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import CLOCK_SLACK, TrustedKey, TrustList, check_age, parse_timestamp

LICENCE_PREFIX, PRESENTATION_PREFIX = "EL1:", "EL2:"
_ALGORITHMS = {cose.ES256, cose.EDDSA, cose.SM2}
_TYPE_BY_STANDARD = 21  # characters of a type code by GB/T 36904
_CREDIT_CODE = 18


@dataclass(frozen=True)
class Sighting:
    """That a code was shown before: when, and at which place in words."""

    at: datetime
    place: str


@dataclass(frozen=True, kw_only=True)
class LicenceVerdict(CodeVerdict):
    """What a code is worth. Red has no claims."""

    claims: LicenceClaims | None = None
    cti: bytes | None = None  # the code's own id, for the record; None until the signature held
    status_age: timedelta | None = None
    format_name: CodeFormatName = CodeFormatName.EL1

    def to_dict(self) -> dict[str, object]:
        """The verdict for `--json`: times in ISO form, ages in seconds, bytes as hexadecimal."""
        claims = self.claims.to_dict() if self.claims else None
        return {"format": self.format_name.value, "claims": claims, **super().to_dict()}

    def ages(self) -> dict[str, timedelta | None]:
        """Both lists'."""
        return super().ages() | {"status": self.status_age}


def verify_licence_code(
    text: str,
    trust: TrustList | ListFault,
    status: StatusLists,
    now: datetime,
    *,
    find_sighting: Callable[[bytes], Sighting | None] | None = None,
    last_trusted: datetime | None = None,
    max_presentation_age: timedelta = DEFAULT_CODE_LIFETIME,
) -> LicenceVerdict:
    """What the `EL1:` or `EL2:` code `text` is worth at `now` (aware). Never raises for any text.

    `seen` tells where a code (by its cti) was shown before; without it that stays a doubt. `last_trusted` is the latest
    time that this machine knows for certain: a clock behind it verifies nothing. `fresh` is how long what a phone signs
    is accepted; its id takes the place of the licence code's as the verdict's `cti`.
    """
    presented = text.strip().startswith(PRESENTATION_PREFIX)
    check = _LicenceVerification(trust, status, now, CodeFormatName.EL2 if presented else CodeFormatName.EL1)
    try:
        if last_trusted and now < last_trusted - CLOCK_SLACK:
            raise rejection(Reason.CLOCK_BEHIND, known=last_trusted)
        data = decompress(decode_base45(strip_prefix(text, PRESENTATION_PREFIX if presented else LICENCE_PREFIX)))
        presentation = read_presentation(data) if presented else None
        claims = check.verify_claims(_read_licence_message(presentation.licence if presentation else data))
        claims = check.check_presentation(claims, presentation, max_presentation_age)
        check.check_revocation(claims)
        check.check_reuse(claims, find_sighting)
        check.check_validity_days(claims)
        claims, changed = sanitize_claims(claims)
        if changed:
            check.add_doubt(Finding(Reason.HIDDEN_CHARACTERS))
    except CodeRejected as refusal:
        return check.build_verdict(Result.RED, (refusal.finding,), None)
    return check.build_verdict(check.accepted_result(), tuple(check.doubts), claims)


def _read_licence_message(data: bytes) -> cose.Sign1:
    """The COSE_Sign1 of a licence, structurally sound and not proved at all."""
    try:
        message = cose.read_sign1(data)
    except (cbor.CborError, cose.CoseError):
        raise rejection(Reason.BAD_STRUCTURE) from None
    if not message.tagged:
        raise rejection(Reason.BAD_STRUCTURE)
    return message


class _LicenceVerification(CodeVerification):
    """One licence on its way."""

    def __init__(self, trust: TrustList | ListFault, status: StatusLists, now: datetime, form: CodeFormatName) -> None:
        super().__init__(trust, now)
        self.status = status
        self.format_name = form
        self.cti: bytes | None = None
        self.status_age: timedelta | None = None

    def build_verdict(
        self, result: Result, findings: tuple[Finding, ...], claims: LicenceClaims | None
    ) -> LicenceVerdict:
        return LicenceVerdict(
            result=result,
            findings=findings,
            issuer=self.issuer,
            trust_age=self.trust_age,
            claims=claims,
            cti=self.cti,
            status_age=self.status_age,
            format_name=self.format_name,
        )

    def verify_claims(self, message: cose.Sign1) -> LicenceClaims:
        """The claims that an issuer entitled to make them has signed, in time and free of slips."""
        key = self._find_signing_key(message)
        self.issuer = key
        said = _read_payload(message)
        claims = self._check_times(said, key)
        self.cti = claims.cti
        _check_authority(claims, key)
        _check_numbers(claims, self.now)
        return claims

    def _find_signing_key(self, message: cose.Sign1) -> TrustedKey:
        """The trusted key that signed `message`."""
        algorithm, kid = _read_headers(message)
        key = self.usable_trust_list().keys.get(kid)
        if key is None:
            raise rejection(Reason.UNKNOWN_ISSUER)
        if fault := key.find_fault(self.now):
            raise CodeRejected(fault)
        if algorithm != key.public.algorithm:
            raise rejection(Reason.ANOTHER_ALGORITHM, issuer=key.names)
        if not cose.is_signed_by(message, key.public):
            raise rejection(Reason.NOT_GENUINE, issuer=key.names)
        return key

    def _check_times(self, said: Mapping[int | str, cbor.Value], key: TrustedKey) -> LicenceClaims:
        """The claims, if `now` lies in the code's time. RFC 8392 3.1.4: at its expiry a code is no longer accepted."""
        if EXP not in said:
            raise rejection(Reason.NO_EXPIRY)
        try:
            issued, expires = parse_timestamp(said.get(IAT)), parse_timestamp(said[EXP])
            starts = parse_timestamp(said[NBF]) if NBF in said else issued
        except (TypeError, ValueError):
            raise rejection(Reason.BAD_TIME) from None
        if issued > self.now + CLOCK_SLACK:
            raise rejection(Reason.ISSUED_IN_FUTURE, issued=issued)
        if starts > self.now + CLOCK_SLACK:
            raise rejection(Reason.NOT_YET, since=starts)
        if self.now >= expires:
            raise rejection(Reason.EXPIRED, expired=expires)
        if issued < key.valid_from - CLOCK_SLACK:
            raise rejection(Reason.KEY_NOT_YET, issuer=key.names, since=key.valid_from)
        try:
            return read_licence_claims(said, issued, expires, key.names)
        except ValueError:
            raise rejection(Reason.BAD_CONTENT) from None

    def check_presentation(
        self, claims: LicenceClaims, presented: Presentation | None, fresh: timedelta
    ) -> LicenceClaims:
        """Refuses what another phone signed, or this one not just now; without a phone's signature that is a doubt."""
        if presented is None:
            if claims.device:
                self.add_doubt(Finding(Reason.WITHOUT_PHONE))
            return claims
        if claims.device is None:
            raise rejection(Reason.NOT_BOUND)
        if not cose.is_signed_by(presented.message, claims.device):
            raise rejection(Reason.WRONG_DEVICE)
        if presented.issued_at > self.now + CLOCK_SLACK:
            raise rejection(Reason.PRESENTED_IN_FUTURE, issued=presented.issued_at)
        if self.now - presented.issued_at > fresh:
            raise rejection(Reason.PRESENTATION_OLD, age=self.now - presented.issued_at)
        self.cti = presented.id
        return replace(claims, cti=presented.id)

    def check_revocation(self, claims: LicenceClaims) -> None:
        """Refuses a revoked or suspended licence, and one whose list is missing, unusable or too old."""
        if claims.status_index is None:
            self.add_doubt(Finding(Reason.NO_STATUS))
            return
        names = claims.issuer_names
        try:
            listed = self.status.find(claims.status_uri, names)
        except ListFault as fault:
            raise CodeRejected(fault.finding) from None
        self._check_status_list(listed, claims)
        revoked = listed.is_revoked(claims.status_index)
        if revoked is None:
            raise rejection(Reason.STATUS_MISSING, issuer=names)
        if revoked:
            raise rejection(Reason.REVOKED, issuer=names, listed=listed.issued_at, age=self.status_age)

    def _check_status_list(self, listed: StatusList, claims: LicenceClaims) -> None:
        names = claims.issuer_names
        if listed.signer.issuer != claims.issuer_code:
            raise rejection(Reason.STATUS_NOT_GENUINE, issuer=names)
        self.status_age = age = listed.age(self.now)
        if fault := listed.find_fault(self.now):
            raise CodeRejected(fault)
        stale = Finding(Reason.STATUS_STALE, {"issuer": names, "age": age})
        old = Finding(Reason.STATUS_OLD, {"issuer": names, "age": age})
        self.apply_age_rule(check_age(age, listed.issued_at, stale, old), old)

    def check_reuse(self, claims: LicenceClaims, find_sighting: Callable[[bytes], Sighting | None] | None) -> None:
        """A signed code does not change, so a copy of it is as genuine: only the record of sightings can tell."""
        if find_sighting is None:
            self.add_doubt(Finding(Reason.REUSE_NOT_CHECKED))
        elif sighting := find_sighting(claims.cti):
            age = max(self.now - sighting.at, timedelta())
            if self.format_name is CodeFormatName.EL2:  # a phone signs anew each time: what was shown before is a copy
                raise rejection(Reason.PRESENTATION_REUSED, age=age, place=sighting.place)
            self.add_doubt(Finding(Reason.SHOWN_BEFORE, {"age": age, "place": sighting.place}))

    def check_validity_days(self, claims: LicenceClaims) -> None:
        """The licence's own validity, which is not the code's."""
        today = self.now.astimezone(CHINA_TIMEZONE).date()
        if claims.valid_from and today < claims.valid_from:
            raise rejection(Reason.LICENCE_NOT_YET, since=claims.valid_from)
        if claims.valid_until and today > claims.valid_until:
            raise rejection(Reason.LICENCE_EXPIRED, until=claims.valid_until)


def _read_headers(message: cose.Sign1) -> tuple[int, bytes]:
    """Algorithm and key id, from the protected header alone, which must hold nothing else."""
    algorithm, kid = message.headers.get(cose.ALG), message.headers.get(cose.KID)
    if not isinstance(algorithm, int) or isinstance(algorithm, bool) or algorithm not in _ALGORITHMS:
        raise rejection(Reason.BAD_ALGORITHM)
    if not isinstance(kid, bytes) or set(message.headers) != {cose.ALG, cose.KID} or message.unprotected:
        raise rejection(Reason.BAD_HEADER)
    return algorithm, kid


def _read_payload(message: cose.Sign1) -> Mapping[int | str, cbor.Value]:
    try:
        said = cbor.decode(message.payload)
    except cbor.CborError:
        raise rejection(Reason.BAD_CONTENT) from None
    if not isinstance(said, dict) or not isinstance(said.get(ISS), str):
        raise rejection(Reason.BAD_CONTENT)
    return said


def _check_authority(claims: LicenceClaims, key: TrustedKey) -> None:
    if claims.issuer_code != key.issuer:
        raise rejection(Reason.ANOTHER_ISSUER, issuer=key.names)
    if claims.licence_type not in key.types:
        raise rejection(Reason.NO_AUTHORITY, issuer=key.names, type=sanitize_text(claims.licence_type))


def _check_numbers(claims: LicenceClaims, now: datetime) -> None:
    """Check characters, and that the licence number names the same type and issuer as far as it spells them out."""
    if claims.licence_number:
        number = read_licence_number(claims.licence_number)
        if number is None:
            raise rejection(Reason.BAD_LICENCE_NUMBER)
        other_type = len(claims.licence_type) == _TYPE_BY_STANDARD and number.type_code != claims.licence_type
        other_issuer = len(number.issuer) == _CREDIT_CODE and number.issuer != claims.issuer_code
        if other_type or other_issuer:
            raise rejection(Reason.BAD_LICENCE_NUMBER)
    if not is_credit_code(claims.issuer_code):
        raise rejection(Reason.BAD_ISSUER_CODE)
    holder = claims.holder_id_number
    if not is_id_number(holder, now.astimezone(CHINA_TIMEZONE).date()) and not is_credit_code(holder):
        raise rejection(Reason.BAD_ID_NUMBER)

"""Verification of signed licence codes (`EL1:`, `EL2:`).

The steps run in this order: clock, length, prefix, base45, decompression, structure, algorithm, trust list, key,
signature, content, times, authority, check characters, presentation, revocation, reuse, validity of the licence, text.
A step that fails ends the verification with a reason of its own (fail closed). No claim is returned before the
signature is verified, and no step uses the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

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
from clerk_app.licences.code_verification import CodeVerdict, CodeVerification, Result, Sighting, VerificationContext
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.encoding import CodeRejected, decode_base45, decompress, rejection, strip_prefix
from clerk_app.licences.identifiers import is_credit_code, is_id_number, read_licence_number
from clerk_app.licences.presentation import Presentation, read_presentation
from clerk_app.licences.reasons import CHINA_TIMEZONE, Finding, ListFault, Reason
from clerk_app.licences.recognised_code import DEFAULT_CODE_LIFETIME, PRESENTED_LICENCE_FORMAT, SIGNED_LICENCE_FORMAT
from clerk_app.licences.status_list import StatusList
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import CLOCK_SLACK, TrustedKey, TrustList, check_age, parse_timestamp

LICENCE_PREFIX, PRESENTATION_PREFIX = "EL1:", "EL2:"
_ALGORITHMS = {cose.ES256, cose.EDDSA, cose.SM2}
_STANDARD_TYPE_LENGTH = 21  # characters of a type code by GB/T 36904
_CREDIT_CODE_LENGTH = 18


class LicenceVerdict(CodeVerdict, frozen=True, kw_only=True):
    """The verdict on an `EL1:` or `EL2:` code. `claims` is None if the result is red."""

    claims: LicenceClaims | None = None
    cti: bytes | None = None  # id of the code, to be recorded; None until the signature is verified
    status_age: timedelta | None = None
    format_name: str = SIGNED_LICENCE_FORMAT

    def ages(self) -> dict[str, timedelta | None]:
        """The ages of the trust list and of the status list."""
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
    """Verify the `EL1:` or `EL2:` code `text` at `now` (aware). Never raises, whatever the text is.

    The arguments are those of VerificationContext. In the verdict on an `EL2:` code, `cti` is the id of the
    presentation, not of the licence code in it.
    """
    presented = text.strip().startswith(PRESENTATION_PREFIX)
    context = VerificationContext(
        trust=trust,
        status=status,
        now=now,
        find_sighting=find_sighting,
        last_trusted=last_trusted,
        max_presentation_age=max_presentation_age,
    )
    verification = _LicenceVerification(context, PRESENTED_LICENCE_FORMAT if presented else SIGNED_LICENCE_FORMAT)
    try:
        claims = verification.run(text)
    except CodeRejected as rejected:
        return verification.build_verdict(Result.RED, (rejected.finding,), None)
    return verification.build_verdict(verification.accepted_result(), tuple(verification.warnings), claims)


def _read_licence_message(data: bytes) -> cose.Sign1:
    """Read the COSE_Sign1 of a licence, without verifying it. Raises CodeRejected."""
    try:
        message = cose.read_sign1(data)
    except (cbor.CborError, cose.CoseError):
        raise rejection(Reason.BAD_STRUCTURE) from None
    if not message.tagged:
        raise rejection(Reason.BAD_STRUCTURE)
    return message


class _LicenceVerification(CodeVerification):
    """The verification of one licence code. Each step raises CodeRejected if the code must not be used."""

    def __init__(self, context: VerificationContext, format_name: str) -> None:
        super().__init__(context)
        self.format_name = format_name
        self.cti: bytes | None = None
        self.status_age: timedelta | None = None

    def run(self, text: str) -> LicenceClaims:
        """Run every step and return the claims, with texts that are safe to show in a terminal. Raises CodeRejected."""
        last_trusted = self.context.last_trusted
        if last_trusted and self.now < last_trusted - CLOCK_SLACK:
            raise rejection(Reason.CLOCK_BEHIND, known=last_trusted)
        presented = self.format_name == PRESENTED_LICENCE_FORMAT
        data = decompress(decode_base45(strip_prefix(text, PRESENTATION_PREFIX if presented else LICENCE_PREFIX)))
        presentation = read_presentation(data) if presented else None
        claims = self.verify_claims(_read_licence_message(presentation.licence if presentation else data))
        claims = self.check_presentation(claims, presentation)
        self.check_revocation(claims)
        self.check_reuse(claims)
        self.check_validity_days(claims)
        claims, changed = sanitize_claims(claims)
        if changed:
            self.add_warning(Finding(Reason.HIDDEN_CHARACTERS))
        return claims

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
        """Return the claims after the checks of signature, times, authority and check characters."""
        key = self._find_signing_key(message)
        self.issuer = key
        claims = self._check_times(_read_payload(message), key)
        self.cti = claims.cti
        _check_authority(claims, key)
        _check_numbers(claims, self.now)
        return claims

    def _find_signing_key(self, message: cose.Sign1) -> TrustedKey:
        """Return the key on the trust list that signed `message`."""
        algorithm, kid = _read_headers(message)
        trust = self.usable_trust_list()
        key = trust.keys.get(kid)
        if removal := trust.find_removal(kid, self.now):
            raise CodeRejected(removal)
        if key is None:
            raise rejection(Reason.UNKNOWN_ISSUER)
        if fault := key.find_fault(self.now):
            raise CodeRejected(fault)
        if algorithm != key.public.algorithm:
            raise rejection(Reason.ANOTHER_ALGORITHM, issuer=key.names)
        if not cose.is_signed_by(message, key.public):
            raise rejection(Reason.NOT_GENUINE, issuer=key.names)
        return key

    def _check_times(self, payload: Mapping[int | str, cbor.Value], key: TrustedKey) -> LicenceClaims:
        """Return the claims if the code is valid at `now` and its key was valid when it was issued."""
        if EXP not in payload:
            raise rejection(Reason.NO_EXPIRY)
        try:
            issued, expires = parse_timestamp(payload.get(IAT)), parse_timestamp(payload[EXP])
            starts = parse_timestamp(payload[NBF]) if NBF in payload else issued
        except (TypeError, ValueError):
            raise rejection(Reason.BAD_TIME) from None
        self.check_period(issued, starts, expires)
        if issued < key.valid_from - CLOCK_SLACK:
            raise rejection(Reason.KEY_NOT_YET, issuer=key.names, since=key.valid_from)
        try:
            return read_licence_claims(payload, issued, expires, key.names)
        except ValueError:
            raise rejection(Reason.BAD_CONTENT) from None

    def check_presentation(self, claims: LicenceClaims, presentation: Presentation | None) -> LicenceClaims:
        """Check that the presentation was signed recently by the phone to which the licence is bound.

        Returns the claims; with a presentation, their `cti` is the id of the presentation. A bound licence without a
        presentation adds a warning.
        """
        if presentation is None:
            if claims.device:
                self.add_warning(Finding(Reason.WITHOUT_PHONE))
            return claims
        if claims.device is None:
            raise rejection(Reason.NOT_BOUND)
        if not cose.is_signed_by(presentation.message, claims.device):
            raise rejection(Reason.WRONG_DEVICE)
        if presentation.issued_at > self.now + CLOCK_SLACK:
            raise rejection(Reason.PRESENTED_IN_FUTURE, issued=presentation.issued_at)
        if self.now - presentation.issued_at > self.context.max_presentation_age:
            raise rejection(Reason.PRESENTATION_OLD, age=self.now - presentation.issued_at)
        self.cti = presentation.id
        return msgspec.structs.replace(claims, cti=presentation.id)

    def check_revocation(self, claims: LicenceClaims) -> None:
        """Check in a usable and recent status list that the licence is neither revoked nor suspended.

        A licence without a place in a status list adds a warning.
        """
        if claims.status_index is None:
            self.add_warning(Finding(Reason.NO_STATUS))
            return
        names = claims.issuer_names
        try:
            listed = self.context.status.find(claims.status_uri, names)
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

    def check_reuse(self, claims: LicenceClaims) -> None:
        """Check whether the code was shown before, since a copy of a signed code passes every other check.

        A presentation (`EL2:`) that was shown before is rejected; an `EL1:` code adds a warning.
        """
        find_sighting = self.context.find_sighting
        if find_sighting is None:
            self.add_warning(Finding(Reason.REUSE_NOT_CHECKED))
        elif sighting := find_sighting(claims.cti):
            age = max(self.now - sighting.at, timedelta())
            if self.format_name == PRESENTED_LICENCE_FORMAT:  # a phone signs a new presentation for each showing
                raise rejection(Reason.PRESENTATION_REUSED, age=age, place=sighting.place)
            self.add_warning(Finding(Reason.SHOWN_BEFORE, {"age": age, "place": sighting.place}))

    def check_validity_days(self, claims: LicenceClaims) -> None:
        """Check that today (in China) is within the validity days of the licence. The code has its own expiry."""
        today = self.now.astimezone(CHINA_TIMEZONE).date()
        if claims.valid_from and today < claims.valid_from:
            raise rejection(Reason.LICENCE_NOT_YET, since=claims.valid_from)
        if claims.valid_until and today > claims.valid_until:
            raise rejection(Reason.LICENCE_EXPIRED, until=claims.valid_until)


def _read_headers(message: cose.Sign1) -> tuple[int, bytes]:
    """Return the algorithm and the key id from the protected header. Raises CodeRejected if there are other headers."""
    algorithm, kid = message.headers.get(cose.ALG), message.headers.get(cose.KID)
    if not isinstance(algorithm, int) or isinstance(algorithm, bool) or algorithm not in _ALGORITHMS:
        raise rejection(Reason.BAD_ALGORITHM)
    if not isinstance(kid, bytes) or set(message.headers) != {cose.ALG, cose.KID} or message.unprotected:
        raise rejection(Reason.BAD_HEADER)
    return algorithm, kid


def _read_payload(message: cose.Sign1) -> Mapping[int | str, cbor.Value]:
    try:
        payload = cbor.decode(message.payload)
    except cbor.CborError:
        raise rejection(Reason.BAD_CONTENT) from None
    if not isinstance(payload, dict) or not isinstance(payload.get(ISS), str):
        raise rejection(Reason.BAD_CONTENT)
    return payload


def _check_authority(claims: LicenceClaims, key: TrustedKey) -> None:
    if claims.issuer_code != key.issuer:
        raise rejection(Reason.ANOTHER_ISSUER, issuer=key.names)
    if claims.licence_type not in key.types:
        raise rejection(Reason.NO_AUTHORITY, issuer=key.names, type=sanitize_text(claims.licence_type))


def _check_numbers(claims: LicenceClaims, now: datetime) -> None:
    """Check the check characters of all numbers, and that the licence number agrees with type and issuer."""
    if claims.licence_number:
        number = read_licence_number(claims.licence_number)
        if number is None:
            raise rejection(Reason.BAD_LICENCE_NUMBER)
        other_type = len(claims.licence_type) == _STANDARD_TYPE_LENGTH and number.type_code != claims.licence_type
        other_issuer = len(number.issuer) == _CREDIT_CODE_LENGTH and number.issuer != claims.issuer_code
        if other_type or other_issuer:
            raise rejection(Reason.BAD_LICENCE_NUMBER)
    if not is_credit_code(claims.issuer_code):
        raise rejection(Reason.BAD_ISSUER_CODE)
    holder = claims.holder_id_number
    if not is_id_number(holder, now.astimezone(CHINA_TIMEZONE).date()) and not is_credit_code(holder):
        raise rejection(Reason.BAD_ID_NUMBER)

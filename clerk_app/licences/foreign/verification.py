"""The verification steps that all codes of other issuers share.

The signing key must be on the trust list of this office, with the type `HC1:t`, `HC1:v`, `HC1:r` or `claim-169`. The
issuer named there is the organ that is responsible for the key. This office has no list of revoked codes of other
issuers, so the best result is amber.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from clerk_app.licences.claims import EXP, IAT, ISS, NBF, sanitize_text
from clerk_app.licences.code_verification import CodeVerdict, CodeVerification, Result, VerificationContext
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.encoding import CodeRejected, rejection
from clerk_app.licences.foreign import health_certificate
from clerk_app.licences.reasons import Finding, Reason, localized_name
from clerk_app.licences.trust_list import TrustedKey
from clerk_app.locales import _

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")
ClaimMap = Mapping[int | str, cbor.Value]


@dataclass(frozen=True, kw_only=True)
class ForeignClaims:
    """The claims of a code of another issuer, as text that is safe to show in a terminal; "" for a missing claim."""

    holder_name: str
    birth_date: str
    stated_issuer: str
    kinds: tuple[str, ...]  # licence types, as in `TrustedKey.types`
    fields: Mapping[str, str]  # by the field names of the specification of the format
    issued_at: datetime
    expires_at: datetime

    def to_dict(self) -> dict[str, object]:
        """Return the claims as JSON values for `--json`."""
        return {
            "holder_name": self.holder_name,
            "birth_date": self.birth_date,
            "issuer": self.stated_issuer,
            "kinds": list(self.kinds),
            "fields": dict(self.fields),
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }


class ForeignVerdict(CodeVerdict, frozen=True, kw_only=True):
    """The verdict on a code of another issuer: red, or amber with its claims."""

    claims: ForeignClaims | None = None

    def sentences(self) -> tuple[str, ...]:
        """Return a sentence that names signer and holder (amber only), then a sentence for each finding."""
        if self.claims is None or self.issuer is None:
            return super().sentences()
        proved = _("{issuer} has signed this code of {name}, born {day}. It is not a licence of this city.")
        names = {"issuer": localized_name(self.issuer.names), "name": self.claims.holder_name}
        return (proved.format(**names, day=self.claims.birth_date or "?"), *super().sentences())


class ForeignVerification(CodeVerification):
    """The verification of one code of another issuer. Each step raises CodeRejected if the code must not be used."""

    def find_signing_key(
        self,
        kids: Sequence[bytes],
        message: cose.Sign1,
        is_genuine: Callable[[cose.Sign1, cose.PublicKey], bool],
        kind: str,
    ) -> TrustedKey:
        """Return the trusted key that signed `message`. Raises CodeRejected if there is none.

        The candidates are the keys with an id in `kids` and with a type that begins with `kind`.
        """
        trust = self.usable_trust_list()
        listed = [trust.keys[kid] for kid in kids if kid in trust.keys]
        candidates = [key for key in listed if any(name.startswith(kind) for name in key.types)]
        if not candidates:
            removals = (trust.find_removal(kid, self.now) for kid in kids)
            if removal := next(filter(None, removals), None):
                raise CodeRejected(removal)
            raise rejection(Reason.UNKNOWN_ISSUER)
        for key in candidates:
            if is_genuine(message, key.public):
                if fault := trust.find_removal(key.public.kid, self.now) or key.find_fault(self.now):
                    raise CodeRejected(fault)
                self.issuer = key
                return key
        if len(candidates) > 1:
            raise rejection(Reason.UNKNOWN_ISSUER)
        raise rejection(Reason.NOT_GENUINE, issuer=candidates[0].names)

    def build_claims(
        self, payload: ClaimMap, key: TrustedKey, kinds: tuple[str, ...], fields: Mapping[str, cbor.Value]
    ) -> ForeignClaims:
        """Return the claims if the code is valid now and `key` is trusted for all of `kinds`."""
        issued, expires = self._check_times(payload)
        if not kinds or not set(kinds) <= key.types:
            raise rejection(Reason.NO_AUTHORITY, issuer=key.names, type=", ".join(kinds))
        text = {name: value for name, value in fields.items() if isinstance(value, str)}
        safe = {name: sanitize_text(value) for name, value in text.items()}
        if safe != text:
            self.add_warning(Finding(Reason.HIDDEN_CHARACTERS))
        issuer = payload.get(ISS)
        return ForeignClaims(
            holder_name=safe.get("fullName", safe.get("nam", "")),
            birth_date=safe.get("dateOfBirth", safe.get("dob", "")),
            stated_issuer=sanitize_text(issuer) if isinstance(issuer, str) else "",
            kinds=kinds,
            fields=safe,
            issued_at=issued,
            expires_at=expires,
        )

    def _check_times(self, payload: ClaimMap) -> tuple[datetime, datetime]:
        """Return the times of issue and expiry if the code is valid now."""
        if EXP not in payload:
            raise rejection(Reason.NO_EXPIRY)
        try:
            moments = [health_certificate.read_seconds(payload.get(label)) for label in (IAT, EXP)]
            issued, expires = (datetime.fromtimestamp(moment, UTC) for moment in moments)
            starts = (
                datetime.fromtimestamp(health_certificate.read_seconds(payload[NBF]), UTC) if NBF in payload else issued
            )
        except (ValueError, OverflowError):
            raise rejection(Reason.BAD_TIME) from None
        self.check_period(issued, starts, expires)
        return issued, expires


def run_verification(
    context: VerificationContext,
    format_name: str,
    read_claims: Callable[[ForeignVerification], ForeignClaims],
) -> ForeignVerdict:
    """Run `read_claims`, the steps of one format; return the verdict, which is red if a step raised CodeRejected."""
    verification = ForeignVerification(context)
    claims, result = None, Result.RED
    try:
        claims = read_claims(verification)
    except CodeRejected as rejected:
        findings: tuple[Finding, ...] = (rejected.finding,)
    else:
        verification.add_warning(Finding(Reason.NO_STATUS))
        findings, result = tuple(verification.warnings), verification.accepted_result()
    return ForeignVerdict(
        result=result,
        findings=findings,
        issuer=verification.issuer,
        trust_age=verification.trust_age,
        format_name=format_name,
        claims=claims,
    )


def parse_structure(read: Callable[[bytes], cose.Sign1], data: bytes) -> cose.Sign1:
    """Return `read(data)`. Raises CodeRejected if `data` is not a COSE_Sign1."""
    try:
        return read(data)
    except (cbor.CborError, cose.CoseError):
        raise rejection(Reason.BAD_STRUCTURE) from None


def parse_content(read: Callable[[_Input], _Output], content: _Input) -> _Output:
    """Return `read(content)`. Raises CodeRejected if `read` raises ValueError."""
    try:
        return read(content)
    except ValueError:
        raise rejection(Reason.BAD_CONTENT) from None

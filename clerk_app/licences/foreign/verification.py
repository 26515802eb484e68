"""Codes of other issuers over the same chain as our own, for a city that switches them on.

`HC1:` (EU health certificates) and claim 169 (IANA CWT, MOSIP ID QR). Who signed them must be on this office's own
list of trusted issuers, as a key for the types `HC1:t`, `HC1:v`, `HC1:r` or `claim-169`; its issuer is the organ that
answers for that key. None of them can be revoked here, so the best that they can be is amber.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from clerk_app.licences.claims import EXP, IAT, ISS, NBF, sanitize_text
from clerk_app.licences.code_verification import CodeVerdict, CodeVerification, Result
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.encoding import CodeRejected, decode_base45, decompress, rejection, strip_prefix
from clerk_app.licences.foreign import claim169, health_certificate
from clerk_app.licences.formats.code_format import CodeFormatName, ForeignCode
from clerk_app.licences.reasons import Finding, ListFault, Reason, localized_name
from clerk_app.licences.trust_list import CLOCK_SLACK, TrustedKey, TrustList
from clerk_app.locales import _

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")
_ClaimMap = Mapping[int | str, cbor.Value]


@dataclass(frozen=True, kw_only=True)
class ForeignClaims:
    """What such a code says, as text that is fit for a terminal; what it leaves out is empty."""

    holder_name: str
    birth_date: str
    stated_issuer: str
    kinds: tuple[str, ...]  # types of `TrustedKey.types`
    fields: Mapping[str, str]  # by the names of its own specification
    issued_at: datetime
    expires_at: datetime

    def to_dict(self) -> dict[str, object]:
        """The claims for `--json`."""
        return {
            "holder_name": self.holder_name,
            "birth_date": self.birth_date,
            "issuer": self.stated_issuer,
            "kinds": list(self.kinds),
            "fields": dict(self.fields),
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }


@dataclass(frozen=True, kw_only=True)
class ForeignVerdict(CodeVerdict):
    """What a code of another issuer is worth: red, or amber with its claims."""

    format_name: CodeFormatName
    claims: ForeignClaims | None = None

    def to_dict(self) -> dict[str, object]:
        """The verdict for `--json`."""
        claims = self.claims.to_dict() if self.claims else None
        return {"format": self.format_name.value, "claims": claims, **super().to_dict()}

    def sentences(self) -> tuple[str, ...]:
        """What was proved, in one sentence, and then every finding."""
        if self.claims is None or self.issuer is None:
            return super().sentences()
        proved = _("{issuer} vouches for this code of {name}, born {day}. It is no licence of this city.")
        names = {"issuer": localized_name(self.issuer.names), "name": self.claims.holder_name}
        return (proved.format(**names, day=self.claims.birth_date or "?"), *super().sentences())


def verify_foreign_code(
    code: ForeignCode, trust: TrustList | ListFault, now: datetime, secrets: Sequence[bytes] = ()
) -> ForeignVerdict:
    """What `code` is worth at `now` (aware). Never raises for any text. `secrets` open encrypted codes."""
    check = _ForeignVerification(trust, now)
    try:
        claims = (
            check.verify_health_certificate(code.text)
            if code.format_name is CodeFormatName.HC1
            else check.verify_identity_code(code.text, secrets)
        )
    except CodeRejected as refusal:
        return ForeignVerdict(
            result=Result.RED,
            findings=(refusal.finding,),
            issuer=check.issuer,
            trust_age=check.trust_age,
            format_name=code.format_name,
        )
    check.add_doubt(Finding(Reason.NO_STATUS))
    return ForeignVerdict(
        result=check.accepted_result(),
        findings=tuple(check.doubts),
        issuer=check.issuer,
        trust_age=check.trust_age,
        format_name=code.format_name,
        claims=claims,
    )


class _ForeignVerification(CodeVerification):
    """One code of another issuer on its way."""

    def verify_health_certificate(self, text: str) -> ForeignClaims:
        """An EU health certificate."""
        message = _parse_structure(
            cose.read_foreign_sign1,
            decompress(decode_base45(strip_prefix(text, health_certificate.HC1_PREFIX)), required=True),
        )
        kid = health_certificate.read_key_id(message)
        key = self._find_signing_key([] if kid is None else [kid], message, health_certificate.is_genuine, "HC1:")
        said = _parse_content(health_certificate.read_claims, message.payload)
        kinds = tuple(f"HC1:{kind}" for kind in health_certificate.list_statement_kinds(said))
        found = health_certificate.get_certificate(said)
        names = found.get("nam")
        parts = [names.get("fn"), names.get("gn")] if isinstance(names, dict) else []
        name = " ".join(part for part in parts if isinstance(part, str))
        return self._build_claims(said, key, kinds, {"ver": found.get("ver"), "dob": found.get("dob"), "nam": name})

    def verify_identity_code(self, text: str, secrets: Sequence[bytes]) -> ForeignClaims:
        """An identity code with claim 169. Where it does not name its key, each key for such codes is tried."""
        data = decompress(decode_base45(strip_prefix(text, "")), required=True)
        message = _parse_structure(
            lambda data: cose.read_foreign_sign1(claim169.decrypt_if_needed(data, secrets)), data
        )
        kid = message.headers.get(cose.KID, message.unprotected.get(cose.KID))
        kids = [kid] if isinstance(kid, bytes) else list(self.usable_trust_list().keys)
        key = self._find_signing_key(kids, message, cose.is_signed_by, CodeFormatName.CLAIM_169.value)
        said = _parse_content(lambda payload: _require_map(cbor.decode(payload, cbor.FOREIGN_RULES)), message.payload)
        fields = _parse_content(claim169.read_fields, said)
        return self._build_claims(said, key, (CodeFormatName.CLAIM_169.value,), fields)

    def _find_signing_key(
        self,
        kids: Sequence[bytes],
        message: cose.Sign1,
        genuine: Callable[[cose.Sign1, cose.PublicKey], bool],
        kind: str,
    ) -> TrustedKey:
        """The key among `kids` that is trusted with types that begin with `kind`, and signed `message`."""
        trusted = self.usable_trust_list().keys
        listed = [trusted[kid] for kid in kids if kid in trusted]
        candidates = [key for key in listed if any(one.startswith(kind) for one in key.types)]
        if not candidates:
            raise rejection(Reason.UNKNOWN_ISSUER)
        for key in candidates:
            if genuine(message, key.public):
                if fault := key.find_fault(self.now):
                    raise CodeRejected(fault)
                self.issuer = key
                return key
        if len(candidates) > 1:
            raise rejection(Reason.UNKNOWN_ISSUER)
        raise rejection(Reason.NOT_GENUINE, issuer=candidates[0].names)

    def _build_claims(
        self, said: _ClaimMap, key: TrustedKey, kinds: tuple[str, ...], fields: Mapping[str, cbor.Value]
    ) -> ForeignClaims:
        issued, expires = self._check_times(said)
        if not kinds or not set(kinds) <= key.types:
            raise rejection(Reason.NO_AUTHORITY, issuer=key.names, type=", ".join(kinds))
        text = {name: value for name, value in fields.items() if isinstance(value, str)}
        safe = {name: sanitize_text(value) for name, value in text.items()}
        if safe != text:
            self.add_doubt(Finding(Reason.HIDDEN_CHARACTERS))
        issuer = said.get(ISS)
        return ForeignClaims(
            holder_name=safe.get("fullName", safe.get("nam", "")),
            birth_date=safe.get("dateOfBirth", safe.get("dob", "")),
            stated_issuer=sanitize_text(issuer) if isinstance(issuer, str) else "",
            kinds=kinds,
            fields=safe,
            issued_at=issued,
            expires_at=expires,
        )

    def _check_times(self, said: _ClaimMap) -> tuple[datetime, datetime]:
        """When it was issued and ends, if `now` lies between."""
        if EXP not in said:
            raise rejection(Reason.NO_EXPIRY)
        try:
            moments = [health_certificate.read_seconds(said.get(label)) for label in (IAT, EXP)]
            issued, expires = (datetime.fromtimestamp(moment, UTC) for moment in moments)
            starts = datetime.fromtimestamp(health_certificate.read_seconds(said[NBF]), UTC) if NBF in said else issued
        except (ValueError, OverflowError):
            raise rejection(Reason.BAD_TIME) from None
        if issued > self.now + CLOCK_SLACK:
            raise rejection(Reason.ISSUED_IN_FUTURE, issued=issued)
        if starts > self.now + CLOCK_SLACK:
            raise rejection(Reason.NOT_YET, since=starts)
        if self.now >= expires:
            raise rejection(Reason.EXPIRED, expired=expires)
        return issued, expires


def _parse_structure(read: Callable[[bytes], cose.Sign1], data: bytes) -> cose.Sign1:
    try:
        return read(data)
    except claim169.EncryptedCodeError:
        raise rejection(Reason.ENCRYPTED) from None
    except (cbor.CborError, cose.CoseError):
        raise rejection(Reason.BAD_STRUCTURE) from None


def _parse_content(read: Callable[[_Input], _Output], given: _Input) -> _Output:
    try:
        return read(given)
    except ValueError:
        raise rejection(Reason.BAD_CONTENT) from None


def _require_map(value: cbor.Value) -> _ClaimMap:
    if not isinstance(value, dict):
        raise ValueError("no claims")
    return value

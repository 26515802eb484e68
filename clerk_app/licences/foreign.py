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

from clerk_app.licences import cbor, claim169, cose, hcert
from clerk_app.licences.checks import Checks, Outcome, Result
from clerk_app.licences.claims import EXP, IAT, ISS, NBF, safe_text
from clerk_app.licences.codes import ForeignCode, Form
from clerk_app.licences.reasons import Finding, ListFault, Reason, name_in_words
from clerk_app.licences.trust import CLOCK_SLACK, TrustedKey, TrustList
from clerk_app.licences.unpack import Refusal, from_base45, inflated, refuse, unprefixed
from clerk_app.locales import _

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")
_Said = Mapping[int | str, cbor.Value]


@dataclass(frozen=True, kw_only=True)
class ForeignClaims:
    """What such a code says, as text that is fit for a terminal; what it leaves out is empty."""

    holder_name: str
    birth_date: str
    said_issuer: str
    kinds: tuple[str, ...]  # types of `TrustedKey.types`
    fields: Mapping[str, str]  # by the names of its own specification
    issued_at: datetime
    expires_at: datetime

    def plain(self) -> dict[str, object]:
        """The claims for `--json`."""
        return {
            "holder_name": self.holder_name,
            "birth_date": self.birth_date,
            "issuer": self.said_issuer,
            "kinds": list(self.kinds),
            "fields": dict(self.fields),
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }


@dataclass(frozen=True, kw_only=True)
class ForeignVerdict(Outcome):
    """What a code of another issuer is worth: red, or amber with its claims."""

    form: Form
    claims: ForeignClaims | None = None

    def plain(self) -> dict[str, object]:
        """The verdict for `--json`."""
        claims = self.claims.plain() if self.claims else None
        return {"format": self.form.value, "claims": claims, **super().plain()}

    def sentences(self) -> tuple[str, ...]:
        """What was proved, in one sentence, and then every finding."""
        if self.claims is None or self.issuer is None:
            return super().sentences()
        proved = _("{issuer} vouches for this code of {name}, born {day}. It is no licence of this city.")
        names = {"issuer": name_in_words(self.issuer.names), "name": self.claims.holder_name}
        return (proved.format(**names, day=self.claims.birth_date or "?"), *super().sentences())


def verify_foreign(
    code: ForeignCode, trust: TrustList | ListFault, now: datetime, secrets: Sequence[bytes] = ()
) -> ForeignVerdict:
    """What `code` is worth at `now` (aware). Never raises for any text. `secrets` open encrypted codes."""
    check = _Check(trust, now)
    try:
        claims = check.health(code.text) if code.form is Form.HC1 else check.identity(code.text, secrets)
    except Refusal as refusal:
        return ForeignVerdict(
            result=Result.RED,
            findings=(refusal.finding,),
            issuer=check.issuer,
            trust_age=check.trust_age,
            form=code.form,
        )
    check.doubt(Finding(Reason.NO_STATUS))
    return ForeignVerdict(
        result=check.passed(),
        findings=tuple(check.doubts),
        issuer=check.issuer,
        trust_age=check.trust_age,
        form=code.form,
        claims=claims,
    )


class _Check(Checks):
    """One code of another issuer on its way."""

    def health(self, text: str) -> ForeignClaims:
        """An EU health certificate."""
        message = _structure(cose.read_foreign, inflated(from_base45(unprefixed(text, hcert.PREFIX)), always=True))
        kid = hcert.key_id(message)
        key = self._key([] if kid is None else [kid], message, hcert.genuine, "HC1:")
        said = _content(hcert.read_claims, message.payload)
        kinds = tuple(f"HC1:{kind}" for kind in hcert.kinds(said))
        found = hcert.certificate(said)
        names = found.get("nam")
        parts = [names.get("fn"), names.get("gn")] if isinstance(names, dict) else []
        name = " ".join(part for part in parts if isinstance(part, str))
        return self._claims(said, key, kinds, {"ver": found.get("ver"), "dob": found.get("dob"), "nam": name})

    def identity(self, text: str, secrets: Sequence[bytes]) -> ForeignClaims:
        """An identity code with claim 169. Where it does not name its key, each key for such codes is tried."""
        data = inflated(from_base45(unprefixed(text, "")), always=True)
        message = _structure(lambda data: cose.read_foreign(claim169.opened(data, secrets)), data)
        kid = message.headers.get(cose.KID, message.unprotected.get(cose.KID))
        kids = [kid] if isinstance(kid, bytes) else list(self.trusted().keys)
        key = self._key(kids, message, cose.signed_by, Form.CLAIM_169.value)
        said = _content(lambda payload: _map(cbor.decode(payload, cbor.FOREIGN)), message.payload)
        fields = _content(claim169.read_fields, said)
        return self._claims(said, key, (Form.CLAIM_169.value,), fields)

    def _key(
        self,
        kids: Sequence[bytes],
        message: cose.Sign1,
        genuine: Callable[[cose.Sign1, cose.PublicKey], bool],
        kind: str,
    ) -> TrustedKey:
        """The key among `kids` that is trusted with types that begin with `kind`, and signed `message`."""
        trusted = self.trusted().keys
        listed = [trusted[kid] for kid in kids if kid in trusted]
        candidates = [key for key in listed if any(one.startswith(kind) for one in key.types)]
        if not candidates:
            raise refuse(Reason.UNKNOWN_ISSUER)
        for key in candidates:
            if genuine(message, key.public):
                if fault := key.fault(self.now):
                    raise Refusal(fault)
                self.issuer = key
                return key
        if len(candidates) > 1:
            raise refuse(Reason.UNKNOWN_ISSUER)
        raise refuse(Reason.NOT_GENUINE, issuer=candidates[0].names)

    def _claims(
        self, said: _Said, key: TrustedKey, kinds: tuple[str, ...], fields: Mapping[str, cbor.Value]
    ) -> ForeignClaims:
        issued, expires = self._times(said)
        if not kinds or not set(kinds) <= key.types:
            raise refuse(Reason.NO_AUTHORITY, issuer=key.names, type=", ".join(kinds))
        text = {name: value for name, value in fields.items() if isinstance(value, str)}
        safe = {name: safe_text(value) for name, value in text.items()}
        if safe != text:
            self.doubt(Finding(Reason.HIDDEN_CHARACTERS))
        issuer = said.get(ISS)
        return ForeignClaims(
            holder_name=safe.get("fullName", safe.get("nam", "")),
            birth_date=safe.get("dateOfBirth", safe.get("dob", "")),
            said_issuer=safe_text(issuer) if isinstance(issuer, str) else "",
            kinds=kinds,
            fields=safe,
            issued_at=issued,
            expires_at=expires,
        )

    def _times(self, said: _Said) -> tuple[datetime, datetime]:
        """When it was issued and ends, if `now` lies between."""
        if EXP not in said:
            raise refuse(Reason.NO_EXPIRY)
        try:
            moments = [hcert.seconds(said.get(label)) for label in (IAT, EXP)]
            issued, expires = (datetime.fromtimestamp(moment, UTC) for moment in moments)
            starts = datetime.fromtimestamp(hcert.seconds(said[NBF]), UTC) if NBF in said else issued
        except (ValueError, OverflowError):
            raise refuse(Reason.BAD_TIME) from None
        if issued > self.now + CLOCK_SLACK:
            raise refuse(Reason.ISSUED_IN_FUTURE, issued=issued)
        if starts > self.now + CLOCK_SLACK:
            raise refuse(Reason.NOT_YET, since=starts)
        if self.now >= expires:
            raise refuse(Reason.EXPIRED, expired=expires)
        return issued, expires


def _structure(read: Callable[[bytes], cose.Sign1], data: bytes) -> cose.Sign1:
    try:
        return read(data)
    except claim169.Encrypted:
        raise refuse(Reason.ENCRYPTED) from None
    except (cbor.CborError, cose.CoseError):
        raise refuse(Reason.BAD_STRUCTURE) from None


def _content(read: Callable[[_Given], _Made], given: _Given) -> _Made:
    try:
        return read(given)
    except ValueError:
        raise refuse(Reason.BAD_CONTENT) from None


def _map(value: cbor.Value) -> _Said:
    if not isinstance(value, dict):
        raise ValueError("no claims")
    return value

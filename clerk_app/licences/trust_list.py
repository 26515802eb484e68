"""The list of trusted issuers: who may sign which licences, signed itself by one pinned root key.

The file is a COSE_Sign1 (tag 18) of the root; its protected header says `typ` so that no other signed thing can
stand for it. Its payload is a CBOR map:

    {"version": int,  "issued_at": seconds since 1970,
     "keys": [{"kid": bytes, "issuer": credit code, "names": {"zh": text, "en": text}, "alg": COSE number,
               "public": bytes, "from": seconds, "until": seconds, "types": [licence type code, ...]}, ...]}

A key's time is when its signatures are accepted, so a key that no longer signs stays until its last code has expired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.identifiers import is_credit_code
from clerk_app.licences.reasons import Finding, ListFault, Reason

AMBER_AFTER = timedelta(hours=24)
RED_AFTER = timedelta(days=7)
CLOCK_SLACK = timedelta(seconds=60)
_TYP = "application/vnd.clerk.trust-list+cbor"
_SECONDS_END = 2**32


@dataclass(frozen=True)
class TrustedKey:
    """A key of an issuer: for which licences, and when its signatures are accepted."""

    public: cose.PublicKey
    issuer: str  # unified social credit code
    names: Mapping[str, str]  # {"zh": ..., "en": ...}
    valid_from: datetime
    valid_until: datetime
    types: frozenset[str]  # licence type codes it may sign

    def find_fault(self, now: datetime) -> Finding | None:
        """Why its signatures are not accepted at `now`."""
        if now < self.valid_from - CLOCK_SLACK:
            return Finding(Reason.KEY_NOT_YET, {"issuer": self.names, "since": self.valid_from})
        if now >= self.valid_until:
            return Finding(Reason.KEY_RETIRED, {"issuer": self.names, "until": self.valid_until})
        return None


@dataclass(frozen=True)
class TrustList:
    """The issuers that this office believes."""

    version: int
    issued_at: datetime
    keys: Mapping[bytes, TrustedKey]  # by kid

    def age(self, now: datetime) -> timedelta:
        """How long ago the authority wrote it; below zero when this machine's clock is behind."""
        return now - self.issued_at


def sign_trust_list(version: int, keys: Sequence[TrustedKey], root: cose.Signer, now: datetime) -> bytes:
    """The signed list, ready to be kept as a file. `version` must be higher than every one before."""
    payload = {
        "version": version,
        "issued_at": int(now.timestamp()),
        "keys": [
            {
                "kid": key.public.kid,
                "issuer": key.issuer,
                "names": dict(key.names),
                "alg": key.public.algorithm,
                "public": key.public.raw,
                "from": int(key.valid_from.timestamp()),
                "until": int(key.valid_until.timestamp()),
                "types": sorted(key.types),
            }
            for key in keys
        ],
    }
    return cose.create_sign1(cbor.encode(payload), root, {cose.TYP: _TYP})


def read_trust_list(data: bytes, root: cose.PublicKey, minimum_version: int = 0) -> TrustList:
    """The list in `data`; ListFault when it is unreadable, not the root's, or older than `minimum_version`."""
    try:
        message = cose.read_sign1(data)
        if message.headers.get(cose.TYP) != _TYP or not cose.is_signed_by(message, root):
            raise ListFault(Reason.TRUST_NOT_GENUINE)
        made = _parse_trust_list(cbor.decode(message.payload))
    except (cbor.CborError, cose.CoseError, KeyError, TypeError, ValueError) as fault:
        raise ListFault(Reason.TRUST_UNREADABLE) from fault
    if made.version < minimum_version:
        raise ListFault(Reason.TRUST_ROLLED_BACK, version=made.version, seen=minimum_version)
    return made


def check_age(age: timedelta, clock: datetime, stale: Finding, old: Finding) -> Finding | None:
    """The age rule of both lists: behind the clock and after seven days red, after 24 hours amber."""
    if age < -CLOCK_SLACK:
        return Finding(Reason.CLOCK_BEHIND, {"known": clock})
    if age > RED_AFTER:
        return stale
    return old if age > AMBER_AFTER else None


def parse_timestamp(seconds: object) -> datetime:
    """The instant of a CBOR integer of seconds since 1970; TypeError and ValueError for anything else."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TypeError("seconds")
    if not 0 <= seconds < _SECONDS_END:
        raise ValueError("seconds")
    return datetime.fromtimestamp(seconds, UTC)


def _parse_trust_list(said: cbor.Value) -> TrustList:
    if not isinstance(said, dict) or not isinstance(said["keys"], list):
        raise TypeError("trust list")
    keys = [_parse_trusted_key(one) for one in said["keys"]]
    by_kid = {key.public.kid: key for key in keys}
    if len(by_kid) != len(keys):
        raise ValueError("two keys under one id")
    return TrustList(_require_int(said["version"]), parse_timestamp(said["issued_at"]), by_kid)


def _parse_trusted_key(said: cbor.Value) -> TrustedKey:
    match said:
        case {
            "kid": bytes() as kid,
            "issuer": str() as issuer,
            "names": dict() as names,
            "alg": int() as algorithm,
            "public": bytes() as raw,
            "from": since,
            "until": until,
            "types": list() as types,
        } if kid and is_credit_code(issuer):
            cose.ALGORITHMS[algorithm].load_verifier(raw)  # an unreadable key is found here, not at the counter
            return TrustedKey(
                cose.PublicKey(kid, algorithm, raw),
                issuer,
                {_require_text(language): _require_text(name) for language, name in names.items()},
                parse_timestamp(since),
                parse_timestamp(until),
                frozenset(_require_text(one) for one in types),
            )
    raise TypeError("trusted key")


def _require_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _require_int(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("integer")
    return value

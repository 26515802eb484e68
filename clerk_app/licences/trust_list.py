"""The trust list: which issuer may sign which licences. It is signed with the authority's root key, which is pinned.

The file is a COSE_Sign1 (tag 18) signed with the root key. The `typ` in its protected header prevents any other object
signed with that key from being accepted as a trust list. The payload is a CBOR map:

    {"version": int,  "issued_at": seconds since 1970,
     "keys": [{"kid": bytes, "issuer": credit code, "names": {"zh": text, "en": text}, "alg": COSE number,
               "public": bytes, "from": seconds, "until": seconds, "types": [licence type code, ...]}, ...],
     "removed": [{"issuer": credit code, "names": {...}, "since": seconds, "kids": [bytes, ...]}, ...],
     "date_key": {"kid": bytes, "alg": COSE number, "public": bytes, "until": seconds}}

`removed` is left out if it is empty; its issuers do not count from the time `since`; `kids` are the keys that they had.
`date_key` is left out unless the root key is kept on another machine (`trust_date.py`).
Signatures of a key are accepted from the time `from` until before the time `until`. A key that no longer signs stays in
the list until the last code signed with it has expired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.identifiers import is_credit_code
from clerk_app.licences.reasons import Finding, ListFault, Reason

AMBER_AFTER = timedelta(hours=24)  # age of a list above which a code is at best amber
RED_AFTER = timedelta(days=7)  # age of a list above which no code is accepted
CLOCK_SLACK = timedelta(seconds=60)  # tolerated difference between two clocks
TRUST_LIST_TYPE = "application/vnd.clerk.trust-list+cbor"
_SECONDS_END = 2**32


class TrustedKey(msgspec.Struct, frozen=True):
    """A key of an issuer, the licences it may sign, and when its signatures are accepted."""

    public: cose.PublicKey
    issuer: str  # unified social credit code
    names: Mapping[str, str]  # {"zh": ..., "en": ...}
    valid_from: datetime
    valid_until: datetime
    types: frozenset[str]  # licence type codes it may sign

    def find_fault(self, now: datetime) -> Finding | None:
        """Return the reason why signatures of this key are not accepted at `now`; None if they are accepted."""
        if now < self.valid_from - CLOCK_SLACK:
            return Finding(Reason.KEY_NOT_YET, {"issuer": self.names, "since": self.valid_from})
        if now >= self.valid_until:
            return Finding(Reason.KEY_RETIRED, {"issuer": self.names, "until": self.valid_until})
        return None


class RemovedIssuer(msgspec.Struct, frozen=True):
    """An issuer that does not count from `since` on, and the ids of its keys."""

    issuer: str
    names: Mapping[str, str]
    since: datetime
    kids: frozenset[bytes]


class DateKey(msgspec.Struct, frozen=True):
    """The key that states until the time `until` that the list is the newest one."""

    public: cose.PublicKey
    until: datetime


class TrustList(msgspec.Struct, frozen=True):
    """The issuers that this office trusts, and those that were removed, by credit code.

    `dated_at` is the time of a statement of the date key that the list is the newest one.
    """

    version: int
    issued_at: datetime
    keys: Mapping[bytes, TrustedKey]  # by kid
    removed: Mapping[str, RemovedIssuer] = msgspec.field(default_factory=dict)
    date_key: DateKey | None = None
    dated_at: datetime | None = None

    @property
    def newest_date(self) -> datetime:
        """The time at which the list was the newest one for the last time: that of its signature or of a statement."""
        return self.dated_at or self.issued_at

    def age(self, now: datetime) -> timedelta:
        """Return the time since `newest_date`; negative if the clock of this machine is behind."""
        return now - self.newest_date

    def replaces(self, other: TrustList) -> bool:
        """Return whether this list is newer than `other`, or the same one signed again later."""
        is_same = (self.version, self.keys, self.removed, self.date_key) == (
            other.version,
            other.keys,
            other.removed,
            other.date_key,
        )
        return self.version > other.version or (is_same and self.issued_at > other.issued_at)

    def find_removal(self, kid: bytes, now: datetime) -> Finding | None:
        """Return the reason why a key is not accepted at `now` because its issuer was removed; None for the others."""
        for removed in self.removed.values():
            if kid in removed.kids and now >= removed.since:
                return Finding(Reason.ISSUER_REMOVED, {"issuer": removed.names, "since": removed.since})
        return None

    def remove_issuer(self, issuer: str, since: datetime, now: datetime) -> TrustList:
        """Return the list without an issuer from `since` on: its keys are cut, or left out if that time has come."""
        own = [key for key in self.keys.values() if key.issuer == issuer]
        others = {kid: key for kid, key in self.keys.items() if key.issuer != issuer}
        cut = [msgspec.structs.replace(key, valid_until=min(key.valid_until, since)) for key in own]
        known = self.removed.get(issuer)
        kids = frozenset(key.public.kid for key in own) | (known.kids if known is not None else frozenset())
        names = max(own, key=lambda key: key.valid_from).names
        return msgspec.structs.replace(
            self,
            keys=others | {key.public.kid: key for key in cut if now < key.valid_until},
            removed={**self.removed, issuer: RemovedIssuer(issuer, names, since, kids)},
        )

    def find_newest_key(self, issuer: str, now: datetime) -> TrustedKey | None:
        """Return the newest key of `issuer` whose signatures are accepted at `now`; None without one."""
        usable = [key for key in self.keys.values() if key.issuer == issuer and key.find_fault(now) is None]
        return max(usable, key=lambda key: key.valid_from, default=None)


def sign_trust_list(
    version: int,
    keys: Sequence[TrustedKey],
    root: cose.Signer,
    now: datetime,
    removed: Iterable[RemovedIssuer] = (),
    date_key: DateKey | None = None,
) -> bytes:
    """Sign a trust list; return the bytes of its file. `version` must be higher than every earlier one."""
    payload: dict[str, Any] = {
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
    entries = [
        {
            "issuer": each.issuer,
            "names": dict(each.names),
            "since": int(each.since.timestamp()),
            "kids": sorted(each.kids),
        }
        for each in removed
    ]
    if entries:
        payload["removed"] = entries
    if date_key is not None:
        public = date_key.public
        described = {"kid": public.kid, "alg": public.algorithm, "public": public.raw}
        payload["date_key"] = {**described, "until": int(date_key.until.timestamp())}
    return cose.create_sign1(cbor.encode(payload), root, {cose.TYP: TRUST_LIST_TYPE})


def sign_same_list(trust: TrustList, version: int, root: cose.Signer, now: datetime) -> bytes:
    """Sign the issuers, removed issuers and date key of a list again; return the bytes of its file."""
    return sign_trust_list(version, list(trust.keys.values()), root, now, trust.removed.values(), trust.date_key)


def read_trust_list(data: bytes, root: cose.PublicKey, minimum_version: int = 0) -> TrustList:
    """Read and verify the list in `data`. Raises ListFault if it is unreadable, forged or below `minimum_version`."""
    return read_trust_list_of_roots(data, (root,), minimum_version)


def read_trust_list_of_roots(data: bytes, roots: Sequence[cose.PublicKey], minimum_version: int = 0) -> TrustList:
    """Like `read_trust_list`; the list may be signed with any of several root keys, for example after a rotation."""
    try:
        message = cose.read_sign1(data)
        is_signed = any(cose.is_signed_by(message, root) for root in roots)
        if message.headers.get(cose.TYP) != TRUST_LIST_TYPE or not is_signed:
            raise ListFault(Reason.TRUST_NOT_GENUINE)
        trust = _parse_trust_list(cbor.decode(message.payload))
    except (cbor.CborError, cose.CoseError, KeyError, TypeError, ValueError) as fault:
        raise ListFault(Reason.TRUST_UNREADABLE) from fault
    if trust.version < minimum_version:
        raise ListFault(Reason.TRUST_ROLLED_BACK, version=trust.version, seen=minimum_version)
    return trust


def check_age(age: timedelta, clock: datetime, stale: Finding, old: Finding) -> Finding | None:
    """Apply the age rule for trust lists and status lists; return the finding, or None for a recent list.

    Returns CLOCK_BEHIND if the list was issued in the future (`clock` is its issue time), `stale` after seven days, and
    `old` after 24 hours.
    """
    if age < -CLOCK_SLACK:
        return Finding(Reason.CLOCK_BEHIND, {"known": clock})
    if age > RED_AFTER:
        return stale
    return old if age > AMBER_AFTER else None


def parse_timestamp(seconds: object) -> datetime:
    """Convert a CBOR integer of seconds since 1970. Raises TypeError or ValueError for anything else."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TypeError("seconds")
    if not 0 <= seconds < _SECONDS_END:
        raise ValueError("seconds")
    return datetime.fromtimestamp(seconds, UTC)


def _parse_trust_list(payload: cbor.Value) -> TrustList:
    if not isinstance(payload, dict) or not isinstance(payload["keys"], list):
        raise TypeError("trust list")
    keys = [_parse_trusted_key(entry) for entry in payload["keys"]]
    by_kid = {key.public.kid: key for key in keys}
    if len(by_kid) != len(keys):
        raise ValueError("two keys with the same id")
    removed = [_parse_removed(entry) for entry in _require_list(payload.get("removed", []))]
    return TrustList(
        _require_int(payload["version"]),
        parse_timestamp(payload["issued_at"]),
        by_kid,
        {each.issuer: each for each in removed},
        _parse_date_key(payload["date_key"]) if "date_key" in payload else None,
    )


def _parse_date_key(entry: cbor.Value) -> DateKey:
    match entry:
        case {"kid": bytes() as kid, "alg": int() as algorithm, "public": bytes() as raw, "until": until} if kid:
            cose.ALGORITHMS[algorithm].load_verifier(raw)
            return DateKey(cose.PublicKey(kid, algorithm, raw), parse_timestamp(until))
    raise TypeError("date key")


def _parse_removed(entry: cbor.Value) -> RemovedIssuer:
    match entry:
        case {"issuer": str() as issuer, "names": dict() as names, "since": since, "kids": list() as kids} if (
            is_credit_code(issuer)
        ):
            return RemovedIssuer(
                issuer, _read_names(names), parse_timestamp(since), frozenset(_require_bytes(kid) for kid in kids)
            )
    raise TypeError("removed issuer")


def _parse_trusted_key(entry: cbor.Value) -> TrustedKey:
    match entry:
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
            cose.ALGORITHMS[algorithm].load_verifier(raw)  # an unreadable key raises here, while the list is loaded
            return TrustedKey(
                cose.PublicKey(kid, algorithm, raw),
                issuer,
                _read_names(names),
                parse_timestamp(since),
                parse_timestamp(until),
                frozenset(_require_text(kind) for kind in types),
            )
    raise TypeError("trusted key")


def _read_names(names: Mapping[Any, object]) -> dict[str, str]:
    return {_require_text(language): _require_text(name) for language, name in names.items()}


def _require_list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("list")
    return value


def _require_bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("bytes")
    return value


def _require_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _require_int(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("integer")
    return value

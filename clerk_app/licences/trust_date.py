"""Daily date of a trust list whose root key is on another machine: the timestamp role of TUF (The Update Framework).

The root key signs the list seldom and names a *date key* in it. The center has the private date key, and signs with it
that the list is still the newest one. The file `date.cose` is a COSE_Sign1 (tag 18) with this payload:

    {"version": int, "digest": SHA-256 of the file of the list, "issued_at": seconds since 1970}

The date key can neither add nor change an issuer, and it dates nothing after the time that the root key has set.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.trust_list import TrustList, parse_timestamp

DATE_FILE = "date.cose"
DATE_TYPE = "application/vnd.clerk.trust-date+cbor"


def sign_trust_date(trust: TrustList, signed: bytes, key: cose.Signer, now: datetime) -> bytes:
    """Sign that a list is the newest one at `now`; `signed` are the bytes of its file."""
    payload = {"version": trust.version, "digest": sha256(signed).digest(), "issued_at": int(now.timestamp())}
    return cose.create_sign1(cbor.encode(payload), key, {cose.TYP: DATE_TYPE})


def read_trust_date(data: bytes, trust: TrustList, signed: bytes) -> datetime | None:
    """Return the date that a statement gives to a list; None for one of another list, or that is not genuine.

    A list without a usable statement has the date of its own signature, which is older: no code is accepted longer.
    """
    key = trust.date_key
    if key is None:
        return None
    try:
        message = cose.read_sign1(data)
        if message.headers.get(cose.TYP) != DATE_TYPE or not cose.is_signed_by(message, key.public):
            return None
        payload = cbor.decode(message.payload)
        if not isinstance(payload, dict):
            return None
        dated_at = parse_timestamp(payload.get("issued_at"))
    except (cbor.CborError, cose.CoseError, TypeError, ValueError):
        return None
    is_same = payload.get("version") == trust.version and payload.get("digest") == sha256(signed).digest()
    return dated_at if is_same and trust.issued_at < dated_at < key.until else None

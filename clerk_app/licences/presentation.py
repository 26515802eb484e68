"""`EL2:`, a signed licence presented by the phone it was issued to: a copy of the code is worthless a minute later.

A COSE_Sign1 (tag 18) of the phone's key; its protected header names the algorithm and nothing else, for the key is the
one in the licence (claim 8, `cnf`, RFC 8747). Its payload is a CBOR map of two:

    6 issued at (seconds since 1970)        -65538 the COSE_Sign1 of the licence, as it lies in its `EL1:` code
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from clerk_app.licences.claims import IAT
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.encoding import rejection
from clerk_app.licences.reasons import Reason
from clerk_app.licences.trust_list import parse_timestamp

_LICENCE = -65538
_ID_BYTES = 16


@dataclass(frozen=True)
class Presentation:
    """A presentation as received. Nothing in it is proved before the licence and then the phone's signature are."""

    message: cose.Sign1
    issued_at: datetime
    licence: bytes

    @property
    def id(self) -> bytes:
        """What tells it from every other one: made of what was signed, as a signature can be rewritten."""
        return sha256(self.message.payload).digest()[:_ID_BYTES]


def read_presentation(data: bytes) -> Presentation:
    """The presentation in `data`; Refusal when it is none."""
    try:
        message = cose.read_sign1(data)
        said = cbor.decode(message.payload)
    except (cbor.CborError, cose.CoseError):
        raise rejection(Reason.BAD_STRUCTURE) from None
    if not message.tagged:
        raise rejection(Reason.BAD_STRUCTURE)
    if set(message.headers) != {cose.ALG} or message.unprotected:
        raise rejection(Reason.BAD_HEADER)
    if not isinstance(said, dict) or set(said) != {IAT, _LICENCE}:
        raise rejection(Reason.BAD_CONTENT)
    licence = said[_LICENCE]
    if not isinstance(licence, bytes):
        raise rejection(Reason.BAD_CONTENT)
    try:
        return Presentation(message, parse_timestamp(said[IAT]), licence)
    except (TypeError, ValueError):
        raise rejection(Reason.BAD_TIME) from None


def sign_presentation(licence: bytes, device: cose.Signer, now: datetime) -> bytes:
    """The presentation of `licence` (its COSE_Sign1) by the phone with the key `device`."""
    payload = cbor.encode({IAT: int(now.timestamp()), _LICENCE: licence})
    protected = cbor.encode({cose.ALG: device.algorithm})
    return cose.create_sign1_with_headers(protected, payload, device)

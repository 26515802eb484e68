"""Presentations (`EL2:`): a signed licence, signed again by the phone to which it was issued.

A presentation is valid for about a minute, so a copy of it soon expires. It is a COSE_Sign1 (tag 18) signed with the
key of the phone. The protected header holds only the algorithm, because the public key is in the licence (claim 8,
`cnf`, RFC 8747). The payload is a CBOR map with two entries:

    6        issued at (seconds since 1970)
    -65538   the COSE_Sign1 of the licence, as in its `EL1:` code
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import msgspec

from clerk_app.licences.claims import IAT
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.encoding import rejection
from clerk_app.licences.reasons import Reason
from clerk_app.licences.trust_list import parse_timestamp

_LICENCE = -65538
_ID_BYTES = 16


class Presentation(msgspec.Struct, frozen=True):
    """A presentation as received, not yet verified."""

    message: cose.Sign1
    issued_at: datetime
    licence: bytes

    @property
    def id(self) -> bytes:
        """The first 16 bytes of the SHA-256 of the payload, so that an altered signature does not change the id."""
        return sha256(self.message.payload).digest()[:_ID_BYTES]


def read_presentation(data: bytes) -> Presentation:
    """Read the presentation in `data`. Raises CodeRejected."""
    try:
        message = cose.read_sign1(data)
        payload = cbor.decode(message.payload)
    except (cbor.CborError, cose.CoseError):
        raise rejection(Reason.BAD_STRUCTURE) from None
    if not message.tagged:
        raise rejection(Reason.BAD_STRUCTURE)
    if set(message.headers) != {cose.ALG} or message.unprotected:
        raise rejection(Reason.BAD_HEADER)
    if not isinstance(payload, dict) or set(payload) != {IAT, _LICENCE}:
        raise rejection(Reason.BAD_CONTENT)
    licence = payload[_LICENCE]
    if not isinstance(licence, bytes):
        raise rejection(Reason.BAD_CONTENT)
    try:
        return Presentation(message, parse_timestamp(payload[IAT]), licence)
    except (TypeError, ValueError):
        raise rejection(Reason.BAD_TIME) from None


def sign_presentation(licence: bytes, device: cose.Signer, now: datetime) -> bytes:
    """Sign `licence` (its COSE_Sign1) as a presentation of the phone with the key `device`."""
    payload = cbor.encode({IAT: int(now.timestamp()), _LICENCE: licence})
    protected = cbor.encode({cose.ALG: device.algorithm})
    return cose.create_sign1_with_headers(protected, payload, device)

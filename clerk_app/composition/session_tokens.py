"""Tickets and sessions of staff: CBOR Web Tokens (RFC 8392) with a key (`cnf`, RFC 8747) in COSE_Sign1 (RFC 9052).

The center signs a ticket after an online sign-in: it binds a person to a machine and to the public key that the machine
made for them. That key signs a session, whose own key signs entries. Whoever has the center's public keys can therefore
check later who made an entry, and where. Times are microseconds UTC here, and seconds in the tokens.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import sha256

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.machine_keys import PublicKey, SigningKey, encode_base64url
from clerk_app.licences.crypto import cbor, cose

SHIFT_SECONDS = 10 * 3600
"""Longest time of a session."""
_ISS, _SUB, _AUD, _EXP, _NBF, _IAT, _CTI, _CNF = 1, 2, 3, 4, 5, 6, 7, 8  # RFC 8392, 4; RFC 8747, 3.1
_COSE_KEY = 1  # RFC 8747, 3.2
_ORGAN_AND_ROLE, _TICKET_DIGEST = -65538, -65539  # private use
_SECOND = 1_000_000
_ID_BYTES = 16


class Ticket(msgspec.Struct, frozen=True):
    """What a ticket says, after its signature was verified."""

    center: str
    staff: str
    node: str
    issued_at: int
    expires_at: int
    key: PublicKey
    role: str
    organ: str
    digest: bytes  # SHA-256 of the token

    def is_valid_at(self, moment: int) -> bool:
        """Return whether the ticket may open a session at this time."""
        return moment < self.expires_at  # a clock that lost its date shows an earlier time


class Session(msgspec.Struct, frozen=True):
    """What a session says, after its signature was verified."""

    id: str
    staff: str
    node: str
    begins_at: int
    ends_at: int
    key: PublicKey
    ticket_issued_at: int
    ticket_expires_at: int


def is_revoked(ticket_issued_at: int, revoked_at: int) -> bool:
    """Return whether a ticket was issued before the person's tickets were revoked (microseconds UTC; 0: never)."""
    return ticket_issued_at < revoked_at // _SECOND * _SECOND  # a ticket has seconds


class _Signer:
    """A machine's or person's key as signer of COSE."""

    algorithm = cose.EDDSA

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.kid = key.public.raw[:8]

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def make_ticket(
    center_key: SigningKey,
    *,
    center: str,
    staff: str,
    node: str,
    role: str,
    organ: str,
    key: PublicKey,
    issued_at: int,
    expires_at: int,
) -> bytes:
    """Return the ticket of a person at a machine. `key` is the public key that the machine made for them."""
    claims = {
        _ISS: center,
        _SUB: staff,
        _AUD: node,
        _EXP: expires_at // _SECOND,
        _NBF: issued_at // _SECOND,
        _IAT: issued_at // _SECOND,
        _CTI: secrets.token_bytes(_ID_BYTES),
        _CNF: {_COSE_KEY: cose.encode_cose_key(_cose_key(key))},
        _ORGAN_AND_ROLE: {"organ": organ, "role": role},
    }
    return cose.create_sign1(cbor.encode(claims), _Signer(center_key))


def read_ticket(token: bytes, center_keys: Iterable[PublicKey] | None = None) -> Ticket:
    """Return what a ticket says. Raises Refused ("session") unless one of the center's keys signed it.

    Without `center_keys` the signature is not verified: a machine that sealed the ticket itself did that before.
    """
    claims = _read_claims(token, center_keys)
    match claims:
        case {
            1: str() as center,
            2: str() as staff,
            3: str() as node,
            4: int() as expires,
            6: int() as issued,
            8: {1: dict() as key},
            -65538: {"organ": str() as organ, "role": str() as role},
        }:
            return Ticket(
                center=center,
                staff=staff,
                node=node,
                issued_at=issued * _SECOND,
                expires_at=expires * _SECOND,
                key=_read_key(key),
                role=role,
                organ=organ,
                digest=sha256(token).digest(),
            )
    raise _invalid()


def make_session(
    ticket_key: SigningKey, ticket: Ticket, ticket_token: bytes, key: PublicKey, *, begins_at: int
) -> tuple[str, bytes, int]:
    """Return id, token and end of a session that begins now; it ends with the shift."""
    session_id = secrets.token_bytes(_ID_BYTES)
    ends_at = begins_at + SHIFT_SECONDS * _SECOND
    claims = {
        _SUB: ticket.staff,
        _AUD: ticket.node,
        _EXP: ends_at // _SECOND,
        _IAT: begins_at // _SECOND,
        _CTI: session_id,
        _CNF: {_COSE_KEY: cose.encode_cose_key(_cose_key(key))},
        _TICKET_DIGEST: sha256(ticket_token).digest(),
    }
    return encode_base64url(session_id), cose.create_sign1(cbor.encode(claims), _Signer(ticket_key)), ends_at


def read_session(token: bytes, ticket: Ticket) -> Session:
    """Return what a session says. Raises Refused ("session") unless the ticket's key signed it for the same person."""
    claims = _read_claims(token, (ticket.key,))
    match claims:
        case {
            2: str() as staff,
            3: str() as node,
            4: int() as ends,
            6: int() as begins,
            7: bytes() as session_id,
            8: {1: dict() as key},
            -65539: bytes() as digest,
        } if (staff, node, digest) == (ticket.staff, ticket.node, ticket.digest) and ends - begins <= SHIFT_SECONDS:
            if not ticket.is_valid_at(begins * _SECOND):
                raise _invalid()
            return Session(
                id=encode_base64url(session_id),
                staff=staff,
                node=node,
                begins_at=begins * _SECOND,
                ends_at=ends * _SECOND,
                key=_read_key(key),
                ticket_issued_at=ticket.issued_at,
                ticket_expires_at=ticket.expires_at,
            )
    raise _invalid()


def _read_claims(token: bytes, keys: Iterable[PublicKey] | None) -> cbor.Value:
    try:
        message = cose.read_sign1(token)
        if keys is not None and not any(cose.is_signed_by(message, _cose_key(key)) for key in keys):
            raise _invalid()
        return cbor.decode(message.payload)
    except (cbor.CborError, cose.CoseError, ValueError) as error:
        raise _invalid() from error


def _read_key(value: cbor.Value) -> PublicKey:
    try:
        key = cose.decode_cose_key(value)
    except ValueError as error:
        raise _invalid() from error
    if key.algorithm != cose.EDDSA:
        raise _invalid()
    return PublicKey(key.raw)


def _cose_key(key: PublicKey) -> cose.PublicKey:
    return cose.PublicKey(b"", cose.EDDSA, key.raw)


def _invalid() -> Refused:
    return Refused("session", "This sign-in is not one that the center has confirmed for this person and machine.")

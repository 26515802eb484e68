"""Status lists of revoked licences: IETF Token Status List (draft-ietf-oauth-status-list), one bit per licence, as CWT.

A set bit marks a licence that is revoked or suspended. Bit 0 of byte 0 is licence 0. A list belongs to one issuer and
has a number; issuer and number form its URI (`sub` in the list, `uri` in the licence). Any key of that issuer on the
trust list may sign it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.reasons import Finding, ListFault, Reason
from clerk_app.licences.trust_list import TrustedKey, TrustList, parse_timestamp

_TYP = "application/statuslist+cwt"
_SUB, _EXP, _IAT = 2, 4, 6  # RFC 8392
_STATUS_LIST = 65533
_MAX_UNPACKED_BYTES = 4 * 1024 * 1024  # 32 million licences in one list


class StatusList(msgspec.Struct, frozen=True):
    """The revocation bits of the licences of one issuer that refer to this list."""

    uri: str
    issued_at: datetime
    expires_at: datetime | None
    signer: TrustedKey
    bits: bytes

    def is_revoked(self, index: int) -> bool | None:
        """Return whether the licence at `index` is revoked or suspended; None if the list is too short."""
        if not 0 <= index < 8 * len(self.bits):
            return None
        return bool(self.bits[index // 8] >> (index % 8) & 1)

    def age(self, now: datetime) -> timedelta:
        """Return the time since the list was issued; negative if the clock of this machine is behind."""
        return now - self.issued_at

    def find_fault(self, now: datetime) -> Finding | None:
        """Return a finding if the list has expired at `now` or its signing key is not accepted; None otherwise."""
        if self.expires_at and now >= self.expires_at:
            return Finding(Reason.STATUS_STALE, {"issuer": self.signer.names, "age": self.age(now)})
        if self.signer.find_fault(now):
            return Finding(Reason.STATUS_NOT_GENUINE, {"issuer": self.signer.names})
        return None


def build_status_uri(issuer: str, number: int) -> str:
    """Return the URI of a list: an identifier, not an address. It is short because every code contains it."""
    return f"el:{issuer}:{number}"


def pack_status_bits(revoked: Iterable[int], size: int) -> bytes:
    """Pack one bit for each of `size` licences, set for those in `revoked`. Raises ValueError for other indexes."""
    bits = bytearray((size + 7) // 8)
    for index in revoked:
        if not 0 <= index < size:
            raise ValueError(index)
        bits[index // 8] |= 1 << (index % 8)
    return bytes(bits)


def sign_status_list(
    uri: str, bits: bytes, signer: cose.Signer, now: datetime, lifetime: timedelta | None = None
) -> bytes:
    """Sign a status list; return the bytes of its file. Without `lifetime` the list has no expiry."""
    claims: dict[int, object] = {
        _SUB: uri,
        _IAT: int(now.timestamp()),
        _STATUS_LIST: {"bits": 1, "lst": zlib.compress(bits, 9)},
    }
    if lifetime is not None:
        claims[_EXP] = int((now + lifetime).timestamp())
    return cose.create_sign1(cbor.encode(claims), signer, {cose.TYP: _TYP})


def read_status_list(
    data: bytes, issuer: str, uri: str, trust: TrustList, minimum_issued: datetime | None = None
) -> StatusList:
    """Read and verify a list of `issuer`. Raises ListFault if unreadable, forged or older than `minimum_issued`."""
    names = next((key.names for key in trust.keys.values() if key.issuer == issuer), {"": issuer})
    try:
        message = cose.read_sign1(data)
        kid = message.headers.get(cose.KID)
        signer = trust.keys.get(kid) if isinstance(kid, bytes) else None
        genuine = signer is not None and signer.issuer == issuer and cose.is_signed_by(message, signer.public)
        if signer is None or not genuine or message.headers.get(cose.TYP) != _TYP:
            raise ListFault(Reason.STATUS_NOT_GENUINE, issuer=names)
        listed = _parse_status_list(cbor.decode(message.payload), signer)
    except (cbor.CborError, cose.CoseError, zlib.error, KeyError, TypeError, ValueError) as fault:
        raise ListFault(Reason.STATUS_UNREADABLE, issuer=names) from fault
    if listed.uri != uri:
        raise ListFault(Reason.STATUS_NOT_GENUINE, issuer=names)
    if minimum_issued and listed.issued_at < minimum_issued:
        raise ListFault(Reason.STATUS_ROLLED_BACK, issuer=names, version=listed.issued_at, seen=minimum_issued)
    return listed


def _parse_status_list(payload: cbor.Value, signer: TrustedKey) -> StatusList:
    match payload:
        case {2: str() as uri, 6: issued, 65533: {"bits": 1, "lst": bytes() as packed}, **others}:
            expires_at = parse_timestamp(others[_EXP]) if _EXP in others else None
            return StatusList(uri, parse_timestamp(issued), expires_at, signer, _decompress_bits(packed))
    raise TypeError("status list")


def _decompress_bits(packed: bytes) -> bytes:
    stream = zlib.decompressobj()
    bits = stream.decompress(packed, _MAX_UNPACKED_BYTES)
    if not stream.eof or stream.unused_data:
        raise ValueError("status bits")
    return bits

"""Status lists of revoked licences: IETF Token Status List (draft-ietf-oauth-status-list), as CWT.

The status of a licence has one bit (1: revoked or suspended) or, as soon as one licence is suspended, two (1: revoked,
2: suspended). The lowest bits of byte 0 belong to licence 0. A list belongs to one issuer and has a number; issuer and
number form its URI (`sub` in the list, `uri` in the licence). Any key of that issuer on the trust list may sign it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.reasons import Finding, ListFault, Reason
from clerk_app.licences.trust_list import TrustedKey, TrustList, parse_timestamp

STATUS_LIST_TYPE = "application/statuslist+cwt"
_SUB, _EXP, _IAT = 2, 4, 6  # RFC 8392
_STATUS_LIST = 65533
_MAX_UNPACKED_BYTES = 4 * 1024 * 1024  # 32 million licences in one list, 16 million if one is suspended
NOT_REVOKED, REVOKED, SUSPENDED = 0, 1, 2


class StatusList(msgspec.Struct, frozen=True):
    """The status of the licences of one issuer that refer to this list. `width` is the number of bits of each."""

    uri: str
    issued_at: datetime
    expires_at: datetime | None
    signer: TrustedKey
    bits: bytes
    width: int = 1

    @property
    def size(self) -> int:
        """Number of licences that the list has room for."""
        return 8 // self.width * len(self.bits)

    def status(self, index: int) -> int | None:
        """Return NOT_REVOKED, REVOKED, SUSPENDED or another value of the draft; None if the list is too short."""
        if not 0 <= index < self.size:
            return None
        byte, place = divmod(index, 8 // self.width)
        return self.bits[byte] >> (place * self.width) & ((1 << self.width) - 1)

    def is_revoked(self, index: int) -> bool | None:
        """Return whether the licence at `index` is revoked or suspended; None if the list is too short."""
        status = self.status(index)
        return None if status is None else status != NOT_REVOKED

    def marked(self) -> dict[int, int]:
        """Return the status of each licence that is revoked or suspended, by index."""
        per_byte = 8 // self.width
        indexes = (
            index
            for byte, value in enumerate(self.bits)
            if value
            for index in range(byte * per_byte, (byte + 1) * per_byte)
        )
        return {index: status for index in indexes if (status := self.status(index))}

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


def pack_statuses(marked: Mapping[int, int], size: int) -> tuple[bytes, int]:
    """Pack the statuses of `size` licences; return the bytes and the bits of each (1, or 2 if one is suspended).

    Raises ValueError for an index outside the list or another status.
    """
    if SUSPENDED not in marked.values():
        if set(marked.values()) - {NOT_REVOKED, REVOKED}:
            raise ValueError("status")
        return pack_status_bits((index for index, status in marked.items() if status), size), 1
    bits = bytearray((size + 3) // 4)
    for index, status in marked.items():
        if not 0 <= index < size or status not in (NOT_REVOKED, REVOKED, SUSPENDED):
            raise ValueError(index)
        bits[index // 4] |= status << (index % 4 * 2)
    return bytes(bits), 2


def sign_status_list(
    uri: str, bits: bytes, signer: cose.Signer, now: datetime, lifetime: timedelta | None = None, width: int = 1
) -> bytes:
    """Sign a status list; return the bytes of its file. Without `lifetime` the list has no expiry."""
    claims: dict[int, object] = {
        _SUB: uri,
        _IAT: int(now.timestamp()),
        _STATUS_LIST: {"bits": width, "lst": zlib.compress(bits, 9)},
    }
    if lifetime is not None:
        claims[_EXP] = int((now + lifetime).timestamp())
    return cose.create_sign1(cbor.encode(claims), signer, {cose.TYP: STATUS_LIST_TYPE})


def read_status_uri(data: bytes) -> str:
    """Return the URI in a status list that was not verified. Raises ValueError if it is unreadable."""
    try:
        payload = cbor.decode(cose.read_sign1(data).payload)
    except (cbor.CborError, cose.CoseError) as fault:
        raise ValueError("status list") from fault
    uri = payload.get(_SUB) if isinstance(payload, dict) else None
    if not isinstance(uri, str):
        raise ValueError("status list")
    return uri


def read_status_issuer(data: bytes) -> str:
    """Return the issuer that a status list names, which was not verified; empty if it is unreadable."""
    try:
        _scheme, issuer, _number = read_status_uri(data).split(":")
    except ValueError:
        return ""
    return issuer


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
        if signer is None or not genuine or message.headers.get(cose.TYP) != STATUS_LIST_TYPE:
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
        case {2: str() as uri, 6: issued, 65533: {"bits": int() as width, "lst": bytes() as packed}, **others} if (
            width in (1, 2) and not isinstance(width, bool)
        ):
            expires_at = parse_timestamp(others[_EXP]) if _EXP in others else None
            return StatusList(uri, parse_timestamp(issued), expires_at, signer, _decompress_bits(packed), width)
    raise TypeError("status list")


def _decompress_bits(packed: bytes) -> bytes:
    stream = zlib.decompressobj()
    bits = stream.decompress(packed, _MAX_UNPACKED_BYTES)
    if not stream.eof or stream.unused_data:
        raise ValueError("status bits")
    return bits

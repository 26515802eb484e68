"""What a verifier needs of an X.509 certificate (RFC 5280): its name, its key, what the key may be used for.

Only these three places are read. A reader of whole certificates refuses some that real authorities have issued, for a
slip in an extension that nobody asks about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from clerk_app.licences.crypto import cose

_SEQUENCE, _OCTETS, _OID, _VERSION, _EXTENSIONS = 0x30, 0x04, 0x06, 0xA0, 0xA3
_EXTENDED_KEY_USAGE = bytes.fromhex("551d25")  # 2.5.29.37
_KID_BYTES = 8  # EU health certificates name a key by as many bytes of its certificate's SHA-256


@dataclass(frozen=True)
class Certificate:
    """A signer's certificate. Nothing is said about who issued it."""

    key: cose.PublicKey
    usages: frozenset[str]  # object identifiers of its extended key usage, dotted; empty: it says nothing


@dataclass(frozen=True)
class _Element:
    tag: int
    content: bytes
    encoded: bytes


def read_certificate(der: bytes) -> Certificate:
    """The certificate in `der`; ValueError when it is none, or its key is of a kind that signs no code."""
    fields = _read_fields(der)
    if fields and fields[0].tag == _VERSION:
        del fields[0]
    if len(fields) < 6:
        raise ValueError("certificate")
    key_info = fields[5]  # after serial number, algorithm, issuer, validity and subject
    extensions = b"".join(one.content for one in fields[6:] if one.tag == _EXTENSIONS)
    return Certificate(
        _read_key(sha256(der).digest()[:_KID_BYTES], key_info.encoded), frozenset(_read_usages(extensions))
    )


def _read_fields(der: bytes) -> list[_Element]:
    """The fields of the signed part."""
    certificate = list(_read_elements(der))
    if len(certificate) != 1 or certificate[0].tag != _SEQUENCE:
        raise ValueError("certificate")
    signed = next(_read_elements(certificate[0].content), None)
    if signed is None or signed.tag != _SEQUENCE:
        raise ValueError("certificate")
    return list(_read_elements(signed.content))


def _read_elements(data: bytes) -> Iterator[_Element]:
    """The DER elements that lie one after another in `data`."""
    at = 0
    while at < len(data):
        start = at
        if len(data) - at < 2:
            raise ValueError("cut short")
        tag, length = data[at], data[at + 1]
        at += 2
        if length >= 0x80:
            width = length - 0x80
            if not 1 <= width <= 4 or tag & 0x1F == 0x1F:
                raise ValueError("length")
            length = int.from_bytes(data[at : at + width], "big")
            at += width
        if length > len(data) - at:
            raise ValueError("cut short")
        yield _Element(tag, data[at : at + length], data[start : at + length])
        at += length


def _read_key(kid: bytes, key_info: bytes) -> cose.PublicKey:
    try:
        public = serialization.load_der_public_key(key_info)
    except UnsupportedAlgorithm as fault:
        raise ValueError("a key of another kind") from fault
    if isinstance(public, rsa.RSAPublicKey):
        return cose.PublicKey(kid, cose.PS256, key_info)
    if isinstance(public, ec.EllipticCurvePublicKey):
        point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return cose.PublicKey(kid, cose.ES256, point)
    if isinstance(public, ed25519.Ed25519PublicKey):
        return cose.PublicKey(kid, cose.EDDSA, public.public_bytes_raw())
    raise ValueError("a key of another kind")


def _read_usages(extensions: bytes) -> Iterator[str]:
    for listed in _read_elements(extensions):
        for extension in _read_elements(listed.content):
            parts = list(_read_elements(extension.content))
            if len(parts) >= 2 and parts[0].tag == _OID and parts[0].content == _EXTENDED_KEY_USAGE:
                for purposes in _read_elements(parts[-1].content):
                    yield from (_format_oid(one.content) for one in _read_elements(purposes.content))


def _format_oid(content: bytes) -> str:
    """An object identifier as people write it (ITU-T X.690 8.19)."""
    numbers, number = [], 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2) if numbers else 0
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]])) if numbers else ""

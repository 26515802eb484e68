"""Reads the parts of an X.509 certificate (RFC 5280) that a verifier needs: digest, key, extended key usage.

Only these parts are read, because a full parser rejects certificates of real authorities for errors in unrelated
extensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from clerk_app.licences.crypto import cose

_SEQUENCE, _OCTETS, _OID, _VERSION, _EXTENSIONS = 0x30, 0x04, 0x06, 0xA0, 0xA3
_EXTENDED_KEY_USAGE = bytes.fromhex("551d25")  # 2.5.29.37
ANY_USAGE = "2.5.29.37.0"  # anyExtendedKeyUsage: the key may be used for every purpose
_KID_BYTES = 8  # the kid of an EU health certificate: the first bytes of the certificate's SHA-256


@dataclass(frozen=True)
class Certificate:
    """The certificate of a signer. Its own signature and issuer are not verified."""

    key: cose.PublicKey
    usages: frozenset[str] | None  # dotted object identifiers of the extended key usage; None without the extension


@dataclass(frozen=True)
class _Element:
    tag: int
    content: bytes
    encoded: bytes


def read_certificate(der: bytes) -> Certificate:
    """Read the certificate in `der`. Raises ValueError if `der` is not a certificate or the key type is unsupported."""
    fields = _read_fields(der)
    if fields and fields[0].tag == _VERSION:
        del fields[0]
    if len(fields) < 6:
        raise ValueError("certificate")
    key_info = fields[5]  # after serial number, algorithm, issuer, validity and subject
    extensions = b"".join(field.content for field in fields[6:] if field.tag == _EXTENSIONS)
    return Certificate(_read_key(sha256(der).digest()[:_KID_BYTES], key_info.encoded), _read_usages(extensions))


def _read_fields(der: bytes) -> list[_Element]:
    """Read the fields of the TBSCertificate."""
    certificate = list(_read_elements(der))
    if len(certificate) != 1 or certificate[0].tag != _SEQUENCE:
        raise ValueError("certificate")
    signed = next(_read_elements(certificate[0].content), None)
    if signed is None or signed.tag != _SEQUENCE:
        raise ValueError("certificate")
    return list(_read_elements(signed.content))


def _read_elements(data: bytes) -> Iterator[_Element]:
    """Read consecutive DER elements."""
    offset = 0
    while offset < len(data):
        start = offset
        if len(data) - offset < 2:
            raise ValueError("truncated")
        tag, length = data[offset], data[offset + 1]
        offset += 2
        if length >= 0x80:
            width = length - 0x80
            if not 1 <= width <= 4 or tag & 0x1F == 0x1F:
                raise ValueError("length")
            length = int.from_bytes(data[offset : offset + width], "big")
            offset += width
        if length > len(data) - offset:
            raise ValueError("truncated")
        yield _Element(tag, data[offset : offset + length], data[start : offset + length])
        offset += length


def _read_key(kid: bytes, key_info: bytes) -> cose.PublicKey:
    from cryptography.hazmat.primitives import serialization  # imports all formats of keys

    try:
        public = serialization.load_der_public_key(key_info)
    except UnsupportedAlgorithm as fault:
        raise ValueError("a key of an unsupported type") from fault
    if isinstance(public, rsa.RSAPublicKey):
        return cose.PublicKey(kid, cose.PS256, key_info)
    if isinstance(public, ec.EllipticCurvePublicKey):
        point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return cose.PublicKey(kid, cose.ES256, point)
    if isinstance(public, ed25519.Ed25519PublicKey):
        return cose.PublicKey(kid, cose.EDDSA, public.public_bytes_raw())
    raise ValueError("a key of an unsupported type")


def _read_usages(extensions: bytes) -> frozenset[str] | None:
    for sequence in _read_elements(extensions):
        for extension in _read_elements(sequence.content):
            parts = list(_read_elements(extension.content))
            if len(parts) >= 2 and parts[0].tag == _OID and parts[0].content == _EXTENDED_KEY_USAGE:
                purposes = [
                    purpose for usage in _read_elements(parts[-1].content) for purpose in _read_elements(usage.content)
                ]
                return frozenset(_format_oid(purpose.content) for purpose in purposes)
    return None


def _format_oid(content: bytes) -> str:
    """Format an encoded object identifier in dotted form (ITU-T X.690 8.19)."""
    numbers, number = [], 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2) if numbers else 0
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]])) if numbers else ""

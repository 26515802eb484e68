"""COSE_Sign1 (RFC 9052): a payload, its protected headers and one signature over the bytes as they were received.

Whoever checks a signature decides the algorithm, not whoever wrote the code: it is taken from the protected header only
and must be the one that the known key is for (RFC 9053 2, RFC 8725 3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from clerk_app.licences import cbor

ALG, CRIT, KID, TYP = 1, 2, 4, 16  # header labels: RFC 9052 3.1, RFC 9596
ES256, EDDSA = -7, -8  # RFC 9053 2.1, 2.2
_SIGN1, _CWT = 18, 61
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class CoseError(ValueError):
    """These bytes are no COSE_Sign1. The text is for engineers."""


@dataclass(frozen=True)
class Sign1:
    """A COSE_Sign1 as received. Nothing in it is proved before `signed_by` says so."""

    protected: bytes  # as received: the signature is over these
    headers: Mapping[int | str, cbor.Value]  # what `protected` says
    unprotected: Mapping[int | str, cbor.Value]
    payload: bytes
    signature: bytes
    tagged: bool  # carries tag 18, alone or within 61


@dataclass(frozen=True)
class Algorithm:
    """One signature algorithm: its COSE number, its name, and how a raw public key becomes a check."""

    id: int
    name: str
    open: Callable[[bytes], Callable[[bytes, bytes], bool]]  # public key -> (message, signature) -> genuine?


@dataclass(frozen=True)
class PublicKey:
    """A key that signatures are checked against; `raw` is SEC1 uncompressed (ES256) or 32 bytes (EdDSA)."""

    kid: bytes
    algorithm: int
    raw: bytes


class Signer(Protocol):
    """Who can sign."""

    @property
    def kid(self) -> bytes: ...
    @property
    def algorithm(self) -> int: ...
    def sign(self, message: bytes) -> bytes: ...


def read_sign1(data: bytes, envelope: cbor.Rules = cbor.ENVELOPE, headers: cbor.Rules = cbor.STRICT) -> Sign1:
    """The COSE_Sign1 in `data`, tagged 18, 61(18) or not at all; CborError or CoseError when it is something else."""
    value = cbor.decode(data, envelope)
    tagged = False
    if isinstance(value, cbor.Tag) and value.number == _CWT:
        value = value.value
        if not isinstance(value, cbor.Tag):
            raise CoseError("a CWT tag around something untagged")
    if isinstance(value, cbor.Tag):
        if value.number != _SIGN1:
            raise CoseError("not tagged as COSE_Sign1")
        tagged, value = True, value.value
    match value:
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
            said = cbor.decode(protected, headers) if protected else {}
            if not isinstance(said, dict):
                raise CoseError("protected headers are no map")
            return Sign1(protected, said, unprotected, payload, signature, tagged)
    raise CoseError("not the four parts of a COSE_Sign1")


def signed_by(message: Sign1, key: PublicKey, aad: bytes = b"") -> bool:
    """Whether `key` signed exactly this: the protected header names the key's own algorithm and the signature holds.

    `aad` is the externally supplied data of RFC 9052 4.3. Raises ValueError when the key itself cannot be read.
    """
    named = message.headers.get(ALG)
    if named != key.algorithm or isinstance(named, bool) or key.algorithm not in ALGORITHMS:
        return False
    check = ALGORITHMS[key.algorithm].open(key.raw)
    return check(_to_be_signed(message.protected, message.payload, aad), message.signature)


def sign1(payload: bytes, signer: Signer, headers: Mapping[int, object] | None = None) -> bytes:
    """`payload` as a tagged COSE_Sign1 of `signer`, with its algorithm, key id and `headers` protected."""
    protected = cbor.encode({ALG: signer.algorithm, KID: signer.kid, **(headers or {})})
    signature = signer.sign(_to_be_signed(protected, payload, b""))
    return cbor.encode(cbor.Tag(_SIGN1, [protected, {}, payload, signature]))


def _to_be_signed(protected: bytes, payload: bytes, aad: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, aad, payload])


def _open_es256(raw: bytes) -> Callable[[bytes, bytes], bool]:
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)

    def check(message: bytes, signature: bytes) -> bool:
        if len(signature) != 64:
            return False  # DER, or cut: RFC 9053 2.1 wants r || s
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if not (0 < r < _P256_ORDER and 0 < s < _P256_ORDER):
            return False
        try:
            public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True

    return check


def _open_eddsa(raw: bytes) -> Callable[[bytes, bytes], bool]:
    public = ed25519.Ed25519PublicKey.from_public_bytes(raw)

    def check(message: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return check


def sign_es256(private: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """r || s over `message`, 64 bytes."""
    r, s = decode_dss_signature(private.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


ALGORITHMS = {one.id: one for one in (Algorithm(ES256, "ES256", _open_es256), Algorithm(EDDSA, "EdDSA", _open_eddsa))}
"""What signatures are believed; another one (SM2, GM/T 0003) is one more row with its private number."""

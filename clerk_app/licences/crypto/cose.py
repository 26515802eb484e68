"""COSE_Sign1 (RFC 9052): a payload, its protected headers and one signature over the bytes as received.

The algorithm is read from the protected header only and must be the algorithm of the trusted key. The author of a code
therefore cannot choose a weaker algorithm (RFC 9053 2, RFC 8725 3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from clerk_app.licences.crypto import cbor
from clerk_app.licences.crypto.sm2 import load_sm2_verifier

ALG, CRIT, KID, TYP = 1, 2, 4, 16  # header labels: RFC 9052 3.1, RFC 9596
ES256, EDDSA = -7, -8  # RFC 9053 2.1, 2.2
PS256 = -37  # RFC 8230; only in codes of other issuers
SM2 = -65537  # SM2 with SM3 has no registered number; this one is for private use (RFC 9053 11.1)
_SIGN1, _CWT = 18, 61
_KTY, _CRV, _X, _Y = 1, -1, -2, -3  # labels of a COSE_Key
_OKP, _EC2, _ED25519, _P256, _P256_BYTES = 1, 2, 6, 1, 65
_CURVES: dict[int, ec.EllipticCurve] = {65: ec.SECP256R1(), 97: ec.SECP384R1()}  # by length of a point in bytes


class CoseError(ValueError):
    """The bytes are not a COSE_Sign1. The message is for engineers."""


class Sign1(msgspec.Struct, frozen=True):
    """A COSE_Sign1 as received. Its content must not be used before `is_signed_by` has verified the signature."""

    protected: bytes  # the bytes as received, which are signed
    headers: Mapping[int | str, cbor.Value]  # `protected`, decoded
    unprotected: Mapping[int | str, cbor.Value]
    payload: bytes
    signature: bytes
    tagged: bool  # has tag 18, possibly inside tag 61


class Algorithm(msgspec.Struct, frozen=True):
    """A signature algorithm: its COSE number, its name, and how to make a verifier from a raw public key."""

    id: int
    name: str
    load_verifier: Callable[[bytes], Callable[[bytes, bytes], bool]]  # public key -> (message, signature) -> genuine?


class PublicKey(msgspec.Struct, frozen=True):
    """A key that verifies signatures.

    `raw` is a point in SEC1's uncompressed form (ES256, SM2), 32 bytes (EdDSA) or a SubjectPublicKeyInfo (PS256).
    """

    kid: bytes
    algorithm: int
    raw: bytes


class Signer(Protocol):
    """A private key that can sign."""

    @property
    def kid(self) -> bytes: ...
    @property
    def algorithm(self) -> int: ...
    def sign(self, message: bytes) -> bytes: ...


def read_foreign_sign1(data: bytes) -> Sign1:
    """Read the COSE_Sign1 of another issuer, in any form of CBOR and with any number of tags 18 and 61.

    Raises CborError or CoseError.
    """
    value = cbor.decode(
        data, msgspec.structs.replace(cbor.FOREIGN_RULES, tags=cbor.FOREIGN_RULES.tags | {_SIGN1, _CWT})
    )
    tagged = isinstance(value, cbor.Tag)
    while isinstance(value, cbor.Tag) and value.number in (_SIGN1, _CWT):
        value = value.value
    return _build_sign1(value, tagged, cbor.FOREIGN_RULES)


def read_sign1(
    data: bytes, envelope: cbor.DecodingRules = cbor.ENVELOPE_RULES, headers: cbor.DecodingRules = cbor.STRICT_RULES
) -> Sign1:
    """Read the COSE_Sign1 in `data`, tagged 18, 61(18) or not at all. Raises CborError or CoseError."""
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
    return _build_sign1(value, tagged, headers)


def _build_sign1(value: cbor.Value, tagged: bool, headers: cbor.DecodingRules) -> Sign1:
    match value:
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
            decoded = cbor.decode(protected, headers) if protected else {}
            if not isinstance(decoded, dict):
                raise CoseError("protected headers are no map")
            return Sign1(protected, decoded, unprotected, payload, signature, tagged)
    raise CoseError("not the four parts of a COSE_Sign1")


def is_signed_by(message: Sign1, key: PublicKey, aad: bytes = b"") -> bool:
    """Return whether the protected header names the algorithm of `key` and the signature is valid.

    `aad` is the externally supplied data of RFC 9052 4.3. Raises ValueError if the key cannot be read.
    """
    named = message.headers.get(ALG)
    if named != key.algorithm or isinstance(named, bool) or key.algorithm not in ALGORITHMS:
        return False
    return is_signature_valid(message, key, aad)


def is_signature_valid(message: Sign1, key: PublicKey, aad: bytes = b"") -> bool:
    """Return whether the signature is valid for `key`, whatever algorithm the headers name. Raises ValueError."""
    verify = ALGORITHMS[key.algorithm].load_verifier(key.raw)
    return verify(_encode_sig_structure(message.protected, message.payload, aad), message.signature)


def create_sign1(payload: bytes, signer: Signer, headers: Mapping[int, object] | None = None) -> bytes:
    """Sign `payload` as a tagged COSE_Sign1; algorithm, key id and `headers` are protected."""
    return create_sign1_with_headers(
        cbor.encode({ALG: signer.algorithm, KID: signer.kid, **(headers or {})}), payload, signer
    )


def create_sign1_with_headers(protected: bytes, payload: bytes, signer: Signer) -> bytes:
    """Sign `payload` as a tagged COSE_Sign1 with exactly this encoded protected header."""
    signature = signer.sign(_encode_sig_structure(protected, payload, b""))
    return cbor.encode(cbor.Tag(_SIGN1, [protected, {}, payload, signature]))


def encode_cose_key(key: PublicKey) -> dict[int, object]:
    """Return the COSE_Key of a P-256 (compressed point) or Ed25519 key (RFC 9053 7.1, 7.2). Raises ValueError."""
    if key.algorithm == EDDSA:
        return {_KTY: _OKP, _CRV: _ED25519, _X: key.raw}
    if key.algorithm == ES256 and len(key.raw) == _P256_BYTES:
        return {_KTY: _EC2, _CRV: _P256, _X: key.raw[1:33], _Y: bool(key.raw[-1] & 1)}
    raise ValueError("a key of another type")


def decode_cose_key(value: cbor.Value) -> PublicKey:
    """Read a COSE_Key, with a compressed or an uncompressed point. Its kid is empty. Raises ValueError."""
    match value:
        case {1: 1, -1: 6, -2: bytes() as x} if len(x) == 32:
            return PublicKey(b"", EDDSA, x)
        case {1: 2, -1: 1, -2: bytes() as x, -3: bool() as odd} if len(x) == 32:
            point = bytes([3 if odd else 2]) + x
        case {1: 2, -1: 1, -2: bytes() as x, -3: bytes() as y} if len(x) == len(y) == 32:
            point = b"\x04" + x + y
        case _:
            raise ValueError("a key of another type")
    numbers = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point).public_numbers()
    raw = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    return PublicKey(b"", ES256, raw)


def _encode_sig_structure(protected: bytes, payload: bytes, aad: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, aad, payload])


def _load_es256_verifier(raw: bytes) -> Callable[[bytes, bytes], bool]:
    """Load a P-256 or P-384 key. One European authority uses P-384 with ES256, which RFC 9053 2.1 allows."""
    if len(raw) not in _CURVES:
        raise ValueError("a point of an unsupported curve")
    public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[len(raw)], raw)
    width = len(raw) // 2

    def verify(message: bytes, signature: bytes) -> bool:
        if len(signature) != 2 * width:
            return False  # DER, or truncated: RFC 9053 2.1 requires r || s
        r, s = int.from_bytes(signature[:width], "big"), int.from_bytes(signature[width:], "big")
        return _is_valid(lambda: public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256())))

    return verify


def _load_ps256_verifier(raw: bytes) -> Callable[[bytes, bytes], bool]:
    """Load an RSA key for RSASSA-PSS with SHA-256 and a salt of the same length; at least 2048 bits (RFC 8230 2)."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # imports all formats of keys

    try:
        public = load_der_public_key(raw)
    except UnsupportedAlgorithm as fault:
        raise ValueError("no RSA key") from fault
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < 2048:
        raise ValueError("no RSA key of 2048 bits")
    pss = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)
    return lambda message, signature: _is_valid(lambda: public.verify(signature, message, pss, SHA256()))


def _is_valid(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except InvalidSignature:
        return False
    return True


def _load_eddsa_verifier(raw: bytes) -> Callable[[bytes, bytes], bool]:
    public = ed25519.Ed25519PublicKey.from_public_bytes(raw)

    return lambda message, signature: _is_valid(lambda: public.verify(signature, message))


def sign_es256(private: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Sign `message`; return r || s, 64 bytes."""
    r, s = decode_dss_signature(private.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


ALGORITHMS = {
    algorithm.id: algorithm
    for algorithm in (
        Algorithm(ES256, "ES256", _load_es256_verifier),
        Algorithm(EDDSA, "EdDSA", _load_eddsa_verifier),
        Algorithm(PS256, "PS256", _load_ps256_verifier),
        Algorithm(SM2, "SM2", load_sm2_verifier),
    )
}
"""The supported algorithms by COSE number. To support another algorithm, add a row."""

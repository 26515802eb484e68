"""The issuing side: keys, signed codes, codes that live a minute. For the authority and the sample city."""

from __future__ import annotations

import os
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import base45
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from clerk_app.errors import BadData
from clerk_app.licences.claims import LicenceData, encode_licence_payload
from clerk_app.licences.crypto import cose
from clerk_app.licences.encoding import decode_base45, decompress, strip_prefix
from clerk_app.licences.formats.code_format import CodePolicy
from clerk_app.licences.identifiers import is_credit_code, is_id_number
from clerk_app.licences.licence_verification import LICENCE_PREFIX, PRESENTATION_PREFIX
from clerk_app.licences.presentation import sign_presentation

_KID_BYTES = 8
_CTI_BYTES = 12


@dataclass(frozen=True)
class IssuerKey:
    """A private key that signs licences or lists."""

    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

    @property
    def algorithm(self) -> int:
        """Its COSE algorithm."""
        return cose.ES256 if isinstance(self.private, ec.EllipticCurvePrivateKey) else cose.EDDSA

    @property
    def public(self) -> cose.PublicKey:
        """Its public half, named by the first 8 bytes of the SHA-256 of its SubjectPublicKeyInfo."""
        return _build_public_key(self.private.public_key())

    @property
    def kid(self) -> bytes:
        """The name of the key in codes and lists."""
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        """The signature over `message` in COSE's form."""
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return cose.sign_es256(self.private, message)
        return self.private.sign(message)

    def save(self, path: Path) -> None:
        """Writes the key as PEM that only its owner can read. Raises FileExistsError rather than lose another key."""
        pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)

    def save_public(self, path: Path) -> None:
        """Writes the public half as PEM: what counters pin as root, or a trust list is made from."""
        path.write_bytes(
            self.private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    @classmethod
    def load(cls, path: Path) -> IssuerKey:
        """The key saved at `path`; BadData when it is none, or when others can read it."""
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise BadData("Others can read the private key {path}. Take their rights away (chmod 600).", path=path)
        try:
            private = serialization.load_pem_private_key(path.read_bytes(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
            raise BadData("The file {path} holds no private key.", path=path) from fault
        if isinstance(private, ed25519.Ed25519PrivateKey):
            return cls(private)
        if isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
            return cls(private)
        raise BadData("The key in {path} is of a kind that cannot sign licences (P-256 and Ed25519 can).", path=path)


def new_issuer_key(algorithm: int = cose.ES256) -> IssuerKey:
    """A new key for ES256 or EdDSA."""
    if algorithm == cose.ES256:
        return IssuerKey(ec.generate_private_key(ec.SECP256R1()))
    if algorithm == cose.EDDSA:
        return IssuerKey(ed25519.Ed25519PrivateKey.generate())
    raise ValueError(algorithm)


def load_public_key(path: Path) -> cose.PublicKey:
    """The public key in a PEM file; BadData when there is none that licences are signed with."""
    try:
        public = serialization.load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise BadData("The file {path} holds no public key.", path=path) from fault
    if isinstance(public, ed25519.Ed25519PublicKey) or (
        isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1)
    ):
        return _build_public_key(public)
    raise BadData("The key in {path} is of a kind that cannot sign licences (P-256 and Ed25519 can).", path=path)


def sign_licence(
    licence: LicenceData, key: cose.Signer, now: datetime, lifetime: timedelta, cti: bytes | None = None
) -> str:
    """The text of a signed code for `licence`, good from `now` for `lifetime`. Every code has its own id (`cti`)."""
    issued = int(now.timestamp())
    payload = encode_licence_payload(
        licence, cti or secrets.token_bytes(_CTI_BYTES), issued, issued + int(lifetime.total_seconds())
    )
    return encode_code(cose.create_sign1(payload, key))


def create_presentation_code(licence: str, device: cose.Signer, now: datetime) -> str:
    """The text of the `EL2:` code that a phone with the key `device` makes of its `EL1:` code, good for a minute."""
    signed = decompress(decode_base45(strip_prefix(licence, LICENCE_PREFIX)))
    return encode_code(sign_presentation(signed, device, now), PRESENTATION_PREFIX)


def encode_code(signed: bytes, prefix: str = LICENCE_PREFIX) -> str:
    """The text of a code that holds `signed`, compressed where that makes it shorter."""
    compressed = zlib.compress(signed, 9)
    shorter = compressed if len(compressed) < len(signed) else signed
    return prefix + str(base45.b45encode(shorter), "ascii")


def new_dynamic_digits(policy: CodePolicy) -> str:
    """A random dynamic code of digits that cannot be taken for an identity number or a credit code."""
    while True:
        digits = "".join(secrets.choice("0123456789") for _ in range(policy.digit_count))
        if not is_id_number(digits) and not is_credit_code(digits):
            return digits


def new_dynamic_token() -> str:
    """An opaque token of 128 random bits, for an address of `CodePolicy.urls`."""
    return secrets.token_urlsafe(16)


def _build_public_key(public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> cose.PublicKey:
    info = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    kid = sha256(info).digest()[:_KID_BYTES]
    if isinstance(public, ed25519.Ed25519PublicKey):
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return cose.PublicKey(kid, cose.EDDSA, raw)
    raw = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return cose.PublicKey(kid, cose.ES256, raw)

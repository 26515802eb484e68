"""Issuer keys: private keys that sign codes and lists, and the public keys read from PEM files."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from clerk_app.errors import BadData
from clerk_app.licences.crypto import cose
from db.files import create_file, replace_file

_KID_BYTES = 8


class IssuerKey(msgspec.Struct, frozen=True):
    """A private key that signs licences or lists."""

    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

    @property
    def algorithm(self) -> int:
        """The COSE number of the algorithm."""
        return cose.ES256 if isinstance(self.private, ec.EllipticCurvePrivateKey) else cose.EDDSA

    @property
    def public(self) -> cose.PublicKey:
        """The public key; its kid is the first 8 bytes of the SHA-256 of its SubjectPublicKeyInfo."""
        return _build_public_key(self.private.public_key())

    @property
    def kid(self) -> bytes:
        """The key id in the header of codes and lists."""
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message` in COSE form (64 bytes)."""
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return cose.sign_es256(self.private, message)
        return self.private.sign(message)

    def save(self, path: Path) -> None:
        """Write the private key as PEM, readable only by its owner. Raises FileExistsError if the file exists."""
        pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        create_file(path, pem)

    def save_public(self, path: Path) -> None:
        """Write the public key as a PEM file, for use as the pinned root key or as a key in a trust list."""
        pem = self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        replace_file(path, pem)

    @classmethod
    def load(cls, path: Path) -> IssuerKey:
        """Load the key at `path`. Raises BadData if it is not a usable key or other users can read the file."""
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
    """Generate a key for ES256 or EdDSA. Raises ValueError for another algorithm."""
    if algorithm == cose.ES256:
        return IssuerKey(ec.generate_private_key(ec.SECP256R1()))
    if algorithm == cose.EDDSA:
        return IssuerKey(ed25519.Ed25519PrivateKey.generate())
    raise ValueError(algorithm)


def load_public_key(path: Path) -> cose.PublicKey:
    """Load the public key in a PEM file. Raises BadData if it holds no P-256 or Ed25519 key."""
    try:
        public = serialization.load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise BadData("The file {path} holds no public key.", path=path) from fault
    if isinstance(public, ed25519.Ed25519PublicKey) or (
        isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1)
    ):
        return _build_public_key(public)
    raise BadData("The key in {path} is of a kind that cannot sign licences (P-256 and Ed25519 can).", path=path)


def encode_public_key(public: cose.PublicKey) -> bytes:
    """Return a P-256 or Ed25519 key as PEM. Raises ValueError for another key."""
    return _load_raw_key(public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def fingerprint(public: cose.PublicKey) -> str:
    """Return the SHA-256 of the SubjectPublicKeyInfo of a P-256 or Ed25519 key, in hex in groups of four.

    Its first 16 digits are the kid. Raises ValueError for another key.
    """
    info = _load_raw_key(public).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = sha256(info).hexdigest()
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def _load_raw_key(public: cose.PublicKey) -> ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey:
    if public.algorithm == cose.EDDSA:
        return ed25519.Ed25519PublicKey.from_public_bytes(public.raw)
    if public.algorithm == cose.ES256:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public.raw)
    raise ValueError(public.algorithm)


def _build_public_key(public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> cose.PublicKey:
    info = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    kid = sha256(info).digest()[:_KID_BYTES]
    if isinstance(public, ed25519.Ed25519PublicKey):
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return cose.PublicKey(kid, cose.EDDSA, raw)
    raw = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return cose.PublicKey(kid, cose.ES256, raw)

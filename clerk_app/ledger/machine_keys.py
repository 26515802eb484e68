"""Ed25519 keys of machines: private key files of a node and of a center, public keys, signatures, fingerprints.

The files lie in the folder `keys` of the office, are readable by this user only (0600), and are part of neither the
store nor a backup. A private key is a PEM file (PKCS 8, RFC 8410), a public key is text: 43 characters of base64url.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clerk_app.errors import BadData
from db.files import create_file, create_folder, replace_file

MAX_EARLIER_KEYS = 50  # public keys that a node has replaced, which are kept and stated
KEYS_FOLDER = "keys"
MACHINE_KEY_FILE = "machine.key"
CENTER_KEY_FILE = "center.key"
SIGNATURE_BYTES = 64
FINGERPRINT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 characters that are not mistaken for one another
_GROUP_LENGTH, _FINGERPRINT_GROUPS = 4, 4  # 80 bits
_PUBLIC_BYTES = 32


class PublicKey(msgspec.Struct, frozen=True):
    """A public key; two are equal if their bytes are."""

    raw: bytes

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Return the key written as `text`. Raises BadData."""
        try:
            raw = base64.urlsafe_b64decode(f"{text}=")
        except (ValueError, binascii.Error) as error:
            raise BadData("This is not the public key of a machine.") from error
        if len(raw) != _PUBLIC_BYTES or encode_base64url(raw) != text:
            raise BadData("This is not the public key of a machine.")
        return cls(raw)

    @property
    def text(self) -> str:
        """The key as stored and sent: base64url without padding."""
        return encode_base64url(self.raw)

    @property
    def fingerprint(self) -> str:
        """80 bits of the key's SHA-256 for a person to compare: four groups of four characters."""
        return format_groups(sha256(self.raw).digest(), _FINGERPRINT_GROUPS)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Return whether `signature` is this key's signature of `data`. Never raises."""
        return len(signature) == SIGNATURE_BYTES and _load_verifier()(self.raw, signature, data)


class SigningKey:
    """A private key. Its representation shows the public key only."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = PublicKey(private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SigningKey({self.public.fingerprint})"

    @classmethod
    def generate(cls) -> SigningKey:
        """Return a new random key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """Return the key of a seed of 32 bytes."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, pem: bytes) -> SigningKey:
        """Return the key of a PEM file. Raises ValueError."""
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # imports all formats of keys

        private = load_pem_private_key(pem, None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")
        return cls(private)

    def to_pem(self) -> bytes:
        """Return the key as PKCS 8 in PEM, unencrypted."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, data: bytes) -> bytes:
        """Return the signature of `data`: 64 bytes."""
        return self._private.sign(data)

    def derive_secret(self, purpose: bytes) -> bytes:
        """Return 32 bytes for a purpose, derived from the private key by HKDF-SHA256 (RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=purpose).derive(self._private.private_bytes_raw())


def encode_statement(purpose: str, *facts: Any) -> bytes:
    """Return the bytes that are signed for a purpose: a JSON array of the purpose and its facts."""
    return msgspec.json.encode([purpose, *facts])


def encode_base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes:
    """Return the bytes of base64url without padding; no bytes for text that is not base64url."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""


def format_groups(data: bytes, group_count: int) -> str:
    """Return the first bits of `data` as groups of four characters joined by dashes, five bits each character."""
    bits, length = int.from_bytes(data, "big"), len(data) * 8
    characters = "".join(
        FINGERPRINT_ALPHABET[bits >> (length - 5 * place) & 31] for place in range(1, group_count * _GROUP_LENGTH + 1)
    )
    groups = (characters[at : at + _GROUP_LENGTH] for at in range(0, len(characters), _GROUP_LENGTH))
    return "-".join(groups)


class EarlierKey(msgspec.Struct, frozen=True, array_like=True):
    """A public key that a node has replaced, and its signature of `node_key_statement` for the next one."""

    public_key: Annotated[str, msgspec.Meta(max_length=64)]
    successor_signature: Annotated[str, msgspec.Meta(max_length=100)]


def machine_key_path(folder: Path) -> Path:
    """Return the path of a node's private key in the folder of its office."""
    return folder / KEYS_FOLDER / MACHINE_KEY_FILE


def center_key_path(folder: Path) -> Path:
    """Return the path of a center's private key in the folder of its office."""
    return folder / KEYS_FOLDER / CENTER_KEY_FILE


def read_signing_key(path: Path) -> SigningKey | None:
    """Return the key in a file; None without the file. Raises BadData if others can read it, or it is damaged."""
    try:
        mode, pem = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    if mode & 0o077:
        raise BadData("The key {path} can be read by other users. Remove that permission: chmod 600", path=path)
    try:
        return SigningKey.from_pem(pem)
    except (ValueError, TypeError) as error:
        raise BadData("The key {path} is damaged.", path=path) from error


def read_own_key(folder: Path) -> SigningKey | None:
    """Return the key with which this machine signs: of the center, or of the node; None if it has none yet."""
    return read_signing_key(center_key_path(folder)) or read_signing_key(machine_key_path(folder))


def write_signing_key(path: Path, key: SigningKey) -> None:
    """Write a key file, replacing an existing one; create its folder, which is readable by this user only."""
    create_folder(path.parent)
    replace_file(path, key.to_pem())


def read_or_create_signing_key(path: Path) -> SigningKey:
    """Return the key in a file, which is created with a new key if it is absent. Raises BadData."""
    found = read_signing_key(path)
    if found is not None:
        return found
    create_folder(path.parent)
    created = SigningKey.generate()
    try:
        create_file(path, created.to_pem())
    except FileExistsError:  # another program created it at the same moment
        return read_or_create_signing_key(path)
    return created


@cache
def _load_verifier() -> Callable[[bytes, bytes, bytes], bool]:
    """Return the function that verifies, with a public key, a signature of a message.

    libsodium takes a third of the time of `cryptography`, releases the interpreter lock meanwhile, so that threads
    verify at once, and refuses keys of small order, with which one signature is valid for every message. It is
    imported on first use, because it slows the start of a window.
    """
    from nacl.bindings import crypto_sign_open
    from nacl.exceptions import BadSignatureError

    def verify(public_key: bytes, signature: bytes, data: bytes) -> bool:
        try:
            crypto_sign_open(signature + data, public_key)
        except (BadSignatureError, ValueError):
            return False
        return True

    return verify

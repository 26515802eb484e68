"""The key of an encrypted store: from a systemd credential, or unwrapped with a passphrase when a program starts."""

from __future__ import annotations

import os
import secrets
import sys
from getpass import getpass
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from clerk_app.composition.settings import Settings
from clerk_app.errors import BadData
from clerk_app.locales import _
from db.engines import sqlite_library
from db.engines.store_encryption import check_key
from db.files import create_folder, replace_file

CREDENTIAL_NAME = "clerk-store-key"
WRAPPED_KEY_FILE = "store-key.json"
PASSPHRASE_VARIABLE = "CLERK_PASSPHRASE_FILE"  # noqa: S105 - name of a variable
MIN_PASSPHRASE_CHARACTERS = 12
_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES = 32, 16, 12
_MEMORY_KIB, _PASSES, _LANES = 65_536, 3, 1  # argon2id, about 0.3 s


class WrappedKey(msgspec.Struct, frozen=True):
    """A store key under a passphrase: ChaCha20-Poly1305 with a key derived by argon2id."""

    salt: bytes
    memory_kib: int
    passes: int
    nonce: bytes
    wrapped: bytes


def generate_store_key() -> str:
    """Return a new random key as 64 hex digits."""
    return secrets.token_hex(_KEY_BYTES)


def unlock_store(folder: Path, settings: Settings) -> None:
    """Make the store of an office usable in this process. Does nothing without `store_key` in its settings.

    Raises BadData if the key cannot be had, or the store is not encrypted yet.
    """
    if not settings.store_key or settings.store or sqlite_library.store_key():  # the last: unlocked in this process
        return
    store = folder / "store.db"
    if store.exists() and not sqlite_library.is_encrypted(store):
        raise BadData(
            "The store {path} is not encrypted yet, and office.toml has a store_key: clerk db encrypt", path=store
        )
    use_key(load_store_key(folder, settings))
    if store.exists():
        check_key(store)


def use_key(key: str) -> None:
    """Use a store key in this process. Raises BadData without the package for it."""
    try:
        sqlite_library.use_store_key(key)
    except ImportError as error:
        raise BadData(
            "Encrypted stores need the packages of the extra `encryption`: pip install 'clerk[encryption]'"
        ) from error
    except ValueError as error:
        raise BadData("The store key is not 64 hex digits.") from error


def load_store_key(folder: Path, settings: Settings) -> str:
    """Return the key from its source. Raises BadData if it is missing or the passphrase is wrong."""
    if settings.store_key == "credential":
        return _read_credential()
    path = wrapped_key_path(folder)
    try:
        wrapped = msgspec.json.decode(path.read_bytes(), type=WrappedKey)
    except FileNotFoundError:
        raise BadData("The key file {path} is missing. Bring it back: clerk keys recover", path=path) from None
    except (OSError, ValueError, RecursionError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    return unwrap_key(wrapped, read_passphrase(_("Passphrase of the store: ")))


def wrapped_key_path(folder: Path) -> Path:
    """Return the path of the store key under a passphrase."""
    return folder / "keys" / WRAPPED_KEY_FILE


def wrap_key(key: str, passphrase: str) -> WrappedKey:
    """Return a key under a passphrase. Raises BadData if the passphrase is short."""
    if len(passphrase) < MIN_PASSPHRASE_CHARACTERS:
        raise BadData("A passphrase has at least {count} characters.", count=MIN_PASSPHRASE_CHARACTERS)
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    derived = _derive(passphrase, salt, _MEMORY_KIB, _PASSES)
    return WrappedKey(salt, _MEMORY_KIB, _PASSES, nonce, ChaCha20Poly1305(derived).encrypt(nonce, key.encode(), None))


def unwrap_key(wrapped: WrappedKey, passphrase: str) -> str:
    """Return the key. Raises BadData if the passphrase is wrong."""
    derived = _derive(passphrase, wrapped.salt, wrapped.memory_kib, wrapped.passes)
    try:
        return ChaCha20Poly1305(derived).decrypt(wrapped.nonce, wrapped.wrapped, None).decode()
    except InvalidTag:
        raise BadData("The passphrase is wrong.") from None


def write_wrapped_key(folder: Path, wrapped: WrappedKey) -> None:
    """Store a wrapped key."""
    path = wrapped_key_path(folder)
    create_folder(path.parent)
    replace_file(path, msgspec.json.encode(wrapped))


def read_passphrase(prompt: str) -> str:
    """Return the passphrase from the file named by CLERK_PASSPHRASE_FILE, or typed at the terminal. Raises BadData."""
    file = os.environ.get(PASSPHRASE_VARIABLE)
    if file:
        try:
            return Path(file).read_text("utf-8").splitlines()[0]
        except (OSError, UnicodeDecodeError, IndexError) as error:
            raise BadData("{path} cannot be read: {text}", path=file, text=error) from error
    if not sys.stdin.isatty():
        raise BadData("The store needs its passphrase: start the program at a terminal, or set CLERK_PASSPHRASE_FILE.")
    return getpass(prompt)


def _read_credential() -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(folder) / CREDENTIAL_NAME
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(
            "The store key is missing: systemd gave no credential {name} (LoadCredentialEncrypted=).",
            name=CREDENTIAL_NAME,
        ) from error


def _derive(passphrase: str, salt: bytes, memory_kib: int, passes: int) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, passes, memory_kib, _LANES, _KEY_BYTES, Type.ID)

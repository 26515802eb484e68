"""Sealed tickets: the private keys of persons at this machine, which only their PIN and this machine together open.

A sealed key is a file of the folder `keys/tickets`. It is encrypted (ChaCha20-Poly1305) under a key derived (HKDF) from
argon2id(PIN), a secret of this machine and the key of its encrypted store, which a TPM or a passphrase keeps (setting
`store_key`). A machine without one seals nothing: whoever takes its disk could try all PINs. There is no hash of a PIN:
a wrong PIN does not decrypt. After MAX_WRONG_PINS wrong ones in a row the file is destroyed, and the person has to sign
in while the center is in reach.

A plain machine keeps the sealed key of a person in the memory of the program until they sign out, so that they can
unlock the screen without the center.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clerk_app.errors import BadData
from clerk_app.ledger.machine_keys import KEYS_FOLDER, SigningKey
from clerk_app.text.cleaning import fold_width
from db.files import create_file, destroy_file, replace_file

MAX_WRONG_PINS = 10
TICKETS_FOLDER = "tickets"
SECRET_FILE = "seal.secret"  # noqa: S105 - the name of a file
_TIME_COST, _MEMORY_KIB, _PARALLELISM = 3, 65_536, 1  # 0.3 s for a guess, with disk and machine secret at hand
_KEY_BYTES, _NONCE_BYTES, _SALT_BYTES = 32, 12, 16


class SealedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """The file of one person: the ticket, its sealed private key, and wrong PINs in a row."""

    staff: str
    ticket: bytes
    salt: bytes
    nonce: bytes
    sealed_key: bytes
    failures: int = 0
    store_key_id: str = ""  # of the store's key; "" in files of programs that sealed without one


class SealedTickets:
    """The sealed tickets in the folder of an office."""

    def __init__(self, folder: Path, store_key: str) -> None:
        """`store_key` is the key of the encrypted store in hex; "" for a plain store."""
        self._keys = folder / KEYS_FOLDER
        self._folder = self._keys / TICKETS_FOLDER
        self._on_disk = bool(store_key)
        self._in_memory: dict[str, SealedTicket] = {}  # by person; of a plain machine
        self._store_key = bytes.fromhex(store_key) or secrets.token_bytes(_KEY_BYTES)
        self._store_key_id = sha256(b"clerk sealed ticket" + self._store_key).hexdigest()[:16]

    def can_open(self, staff: str) -> bool:
        """Return whether this person can be signed in without the center: at a plain machine only to unlock."""
        return self._on_disk or staff in self._in_memory

    def seal(self, staff: str, pin: str, ticket: bytes, key: SigningKey) -> None:
        """Keep a person's ticket and its key; a plain machine removes files of an earlier version. Raises OSError."""
        if self._on_disk:
            self._create_folder()
        else:
            for path in self._folder.glob("*.json"):
                destroy_file(path)
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        cipher = ChaCha20Poly1305(self._derive_key(pin, salt))
        sealed = cipher.encrypt(nonce, key.to_pem(), ticket)
        self._write(
            SealedTicket(
                staff=staff,
                ticket=ticket,
                salt=salt,
                nonce=nonce,
                sealed_key=sealed,
                store_key_id=self._store_key_id,
            )
        )

    def unseal(self, staff: str, pin: str) -> tuple[bytes, SigningKey] | None:
        """Return a person's ticket and its key; None without one, or for a wrong PIN.

        A wrong PIN is counted before it is tried, so that ending the program does not save the count.
        """
        stored = self._read(staff)
        if stored is None or stored.store_key_id != self._store_key_id:
            self._derive_key(pin, bytes(_SALT_BYTES))  # as long as a wrong PIN
            return None
        self._write(msgspec.structs.replace(stored, failures=stored.failures + 1))
        cipher = ChaCha20Poly1305(self._derive_key(pin, stored.salt))
        try:
            pem = cipher.decrypt(stored.nonce, stored.sealed_key, stored.ticket)
        except InvalidTag:
            if stored.failures + 1 >= MAX_WRONG_PINS:
                self.destroy(staff)
            return None
        self._write(stored)
        return stored.ticket, SigningKey.from_pem(pem)

    def destroy(self, staff: str) -> None:
        """Remove the sealed key of a person, and overwrite its file."""
        self.end_unlocking(staff)
        destroy_file(self._path(staff))

    def end_unlocking(self, staff: str) -> None:
        """Remove the sealed key of a person from memory, because they have signed out of a plain machine."""
        self._in_memory.pop(staff, None)

    def _derive_key(self, pin: str, salt: bytes) -> bytes:
        try:
            digits = fold_width(pin)
        except BadData:
            digits = pin
        stretched = hash_secret_raw(digits.encode(), salt, _TIME_COST, _MEMORY_KIB, _PARALLELISM, _KEY_BYTES, Type.ID)
        kdf = HKDF(SHA256(), _KEY_BYTES, self._read_secret(), b"clerk sealed ticket 2")
        return kdf.derive(stretched + self._store_key)

    def _read_secret(self) -> bytes:
        path = self._keys / SECRET_FILE
        try:
            return path.read_bytes()
        except FileNotFoundError:
            self._create_folder()
            with suppress(FileExistsError):  # another program created it at the same moment
                create_file(path, secrets.token_bytes(_KEY_BYTES), private=True)
            return path.read_bytes()

    def _create_folder(self) -> None:
        for folder in (self._keys, self._folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.chmod(folder, 0o700)

    def _path(self, staff: str) -> Path:
        return self._folder / f"{sha256(staff.encode()).hexdigest()[:32]}.json"

    def _read(self, staff: str) -> SealedTicket | None:
        if not self._on_disk:
            return self._in_memory.get(staff)
        try:
            return msgspec.json.decode(self._path(staff).read_bytes(), type=SealedTicket)
        except (FileNotFoundError, ValueError, RecursionError):
            return None

    def _write(self, ticket: SealedTicket) -> None:
        if not self._on_disk:
            self._in_memory[ticket.staff] = ticket
            return
        replace_file(self._path(ticket.staff), msgspec.json.encode(ticket), private=True)

"""Checkpoints of a log as signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

clerk/c1/5f3a...                                    origin: center and epoch
1042                                                number of entries
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=        root of the tree, base64

— clerk/c1 AbCd...                                  signature of the center
— n1a2b3c4d EfGh...                                 cosignature of a window (cosignature/v1)
"""

from __future__ import annotations

import base64
import binascii
import struct
from hashlib import sha256

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.machine_keys import PublicKey, SigningKey
from clerk_app.ledger.merkle_tree import HASH_BYTES

MAX_NOTE_CHARACTERS = 100_000  # about 500 cosignatures
_ED25519, _COSIGNATURE = 1, 4  # signature types of C2SP signed-note
_SIGNATURE_PREFIX = "\u2014 "
_KEY_ID_BYTES, _TIME_BYTES = 4, 8


class Checkpoint(msgspec.Struct, frozen=True):
    """Size and root of a log at one moment."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


class SignedNote(msgspec.Struct, frozen=True):
    """A checkpoint with its signature lines: (name, key id and signature)."""

    checkpoint: Checkpoint
    signatures: tuple[tuple[str, bytes], ...]

    @property
    def text(self) -> str:
        """The note."""
        return self.checkpoint.body + "\n" + "".join(format_signature(*signature) for signature in self.signatures)

    def is_signed_by(self, name: str, key: PublicKey) -> bool:
        """Return whether the note has a signature of this key under this name."""
        expected = _key_id(name, _ED25519, key)
        return any(
            found == name
            and data[:_KEY_ID_BYTES] == expected
            and key.verifies(data[_KEY_ID_BYTES:], self.checkpoint.body.encode())
            for found, data in self.signatures
        )

    def cosigned_at(self, name: str, key: PublicKey) -> int | None:
        """Return when this key cosigned the note under this name, in seconds UTC; None if it did not."""
        for found, data in self.signatures:
            if found == name and (time := verify_cosignature(self.checkpoint, name, key, data)) is not None:
                return time
        return None


def sign_checkpoint(checkpoint: Checkpoint, name: str, key: SigningKey) -> SignedNote:
    """Return the checkpoint as a note that its log has signed."""
    signature = _key_id(name, _ED25519, key.public) + key.sign(checkpoint.body.encode())
    return SignedNote(checkpoint, ((name, signature),))


def cosign_checkpoint(checkpoint: Checkpoint, name: str, key: SigningKey, seconds: int) -> bytes:
    """Return the cosignature of a witness at a time in seconds UTC: key id, time, signature."""
    signature = key.sign(_cosigned_text(checkpoint, seconds))
    return _key_id(name, _COSIGNATURE, key.public) + struct.pack(">Q", seconds) + signature


def verify_cosignature(checkpoint: Checkpoint, name: str, key: PublicKey, data: bytes) -> int | None:
    """Return the time of a cosignature, in seconds UTC; None if it is not one of this key."""
    start = _KEY_ID_BYTES + _TIME_BYTES
    if len(data) < start or data[:_KEY_ID_BYTES] != _key_id(name, _COSIGNATURE, key):
        return None
    (seconds,) = struct.unpack(">Q", data[_KEY_ID_BYTES:start])
    return int(seconds) if key.verifies(data[start:], _cosigned_text(checkpoint, seconds)) else None


def format_signature(name: str, data: bytes) -> str:
    """Return a signature line of a note."""
    return f"{_SIGNATURE_PREFIX}{name} {base64.b64encode(data).decode('ascii')}\n"


def parse_note(text: str) -> SignedNote:
    """Read a note. Raises BadData if it is not a checkpoint."""
    try:
        if len(text) > MAX_NOTE_CHARACTERS:
            raise ValueError
        body, separator, signatures = text.partition("\n\n")
        origin, size, root = body.split("\n")
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
        is_checkpoint = separator and checkpoint.body == body + "\n" and len(checkpoint.root) == HASH_BYTES
        if not is_checkpoint or not origin or checkpoint.size < 0 or not signatures.endswith("\n"):
            raise ValueError
        return SignedNote(checkpoint, tuple(_parse_signature(line) for line in signatures[:-1].split("\n")))
    except (ValueError, binascii.Error) as error:
        raise BadData("This is not a checkpoint of a log.") from error


def _parse_signature(line: str) -> tuple[str, bytes]:
    name, _space, encoded = line.removeprefix(_SIGNATURE_PREFIX).partition(" ")
    if not line.startswith(_SIGNATURE_PREFIX) or not name:
        raise ValueError
    return name, base64.b64decode(encoded, validate=True)


def _key_id(name: str, signature_type: int, key: PublicKey) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([signature_type]) + key.raw).digest()[:_KEY_ID_BYTES]


def _cosigned_text(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.body}".encode()

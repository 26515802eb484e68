"""Invitation codes: 20 characters of a secret and 16 characters that identify the center's key.

The secret is the seed of a key pair. The center stores the public key only, and the machine that enrols signs with the
private one: the code is not sent, so a server that pretends to be the center learns nothing that it could use. The 16
characters are the fingerprint of the center's key (80 bits), which the machine compares with the key it receives.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from clerk_app.errors import BadData
from clerk_app.ledger.machine_keys import FINGERPRINT_ALPHABET, PublicKey, SigningKey, encode_statement, format_groups
from clerk_app.text.cleaning import fold_width

_SECRET_LENGTH, _FINGERPRINT_LENGTH = 20, 16  # characters of 5 bits
_SECRET_GROUPS = 5


@dataclass(frozen=True, repr=False)
class InvitationCode:
    """A code without its dashes: the secret, and the fingerprint of the center's key."""

    secret: str
    center: str

    @classmethod
    def generate(cls, center_key: PublicKey) -> InvitationCode:
        """Return a new random code of a center."""
        secret = format_groups(secrets.token_bytes(16), _SECRET_GROUPS)
        return cls(_characters(secret), _characters(center_key.fingerprint))

    @classmethod
    def parse(cls, text: str) -> InvitationCode:
        """Return a typed code; dashes, spaces and letter case make no difference. Raises BadData."""
        characters = _characters(text)
        if len(characters) != _SECRET_LENGTH + _FINGERPRINT_LENGTH:
            raise BadData(
                "A code has {count} letters and digits, in groups of four. Type it as the center printed it.",
                count=_SECRET_LENGTH + _FINGERPRINT_LENGTH,
            )
        return cls(characters[:_SECRET_LENGTH], characters[_SECRET_LENGTH:])

    @property
    def text(self) -> str:
        """The code in groups of four, for people."""
        characters = self.secret + self.center
        return "-".join(characters[at : at + 4] for at in range(0, len(characters), 4))

    @cached_property
    def key(self) -> SigningKey:
        """The key pair derived from the secret."""
        return SigningKey.from_seed(sha256(b"clerk invitation 1 " + self.secret.encode()).digest())

    @property
    def invitation(self) -> str:
        """The id of the invitation: the derived public key in hex."""
        return self.key.public.raw.hex()

    def is_of(self, center_key: PublicKey) -> bool:
        """Return whether the code was given out by the center with this key."""
        return center_of_codes(center_key) == self.center


def center_of_codes(center_key: PublicKey) -> str:
    """Return the part of a code that names the center with this key."""
    return _characters(center_key.fingerprint)


def code_statement(center_key: PublicKey | str, public_key: str) -> bytes:
    """Return the bytes that prove a code: fingerprint of the center's key, and the machine's public key.

    `center_key` is the key, or the characters of its fingerprint.
    """
    center = center_key if isinstance(center_key, str) else center_key.fingerprint
    return encode_statement("clerk-code-1", _characters(center), public_key)


def possession_statement(invitation: str, public_key: str) -> bytes:
    """Return the bytes that a machine signs to prove that it has the private key of `public_key`."""
    return encode_statement("clerk-enrol-1", invitation, public_key)


def _characters(text: str) -> str:
    return "".join(character for character in fold_width(text).upper() if character in FINGERPRINT_ALPHABET)

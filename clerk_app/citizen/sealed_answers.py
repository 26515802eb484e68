"""Answers of the center that only the asking program can read: personal data that no history may contain.

A decision is stored for ever and has no personal data. What a kiosk shows to a citizen about themselves is therefore
encrypted (X25519, HKDF-SHA256, ChaCha20-Poly1305) for a key that exists in the memory of that program alone.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clerk_app.errors import BadData

_KEY_BYTES = 32
_NONCE = bytes(12)  # each message has a key of its own
_PURPOSE = b"clerk kiosk answer 1"


class AnswerKey:
    """A private key in memory, which opens the answers to one program."""

    def __init__(self) -> None:
        self._private = X25519PrivateKey.generate()
        self.public = urlsafe_b64encode(self._private.public_key().public_bytes_raw()).decode()

    def open(self, sealed: str) -> bytes:
        """Return the content of an answer. Raises BadData if it is not for this key."""
        try:
            message = urlsafe_b64decode(sealed)
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(message[:_KEY_BYTES]))
            return ChaCha20Poly1305(_derive(shared, message[:_KEY_BYTES])).decrypt(_NONCE, message[_KEY_BYTES:], None)
        except (ValueError, InvalidTag) as error:
            raise BadData("The answer of the center cannot be read by this program.") from error


def seal_answer(public: str, content: bytes) -> str:
    """Encrypt `content` for the public key of an `AnswerKey`. Raises BadData if this is no key."""
    try:
        receiver = X25519PublicKey.from_public_bytes(urlsafe_b64decode(public))
        once = X25519PrivateKey.generate()
        shared = once.exchange(receiver)
    except ValueError as error:
        raise BadData("This is no key for an answer.") from error
    own = once.public_key().public_bytes_raw()
    return urlsafe_b64encode(own + ChaCha20Poly1305(_derive(shared, own)).encrypt(_NONCE, content, None)).decode()


def _derive(shared: bytes, public: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=public, info=_PURPOSE).derive(shared)

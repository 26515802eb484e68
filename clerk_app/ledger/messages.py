"""What an authority and its windows say to each other: JSON, each message with its version.

A newer program may add fields; an older one lets them pass, and keeps an entry's bytes as it received them. What a
program does not understand in an entry is refused and written down, so that it blocks nothing behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

import msgspec

from clerk_app.ledger.entries import Sealed
from clerk_app.ledger.performing import Arrived

VERSION = 1
MOST_ENTRIES = 5_000  # in one batch, and documents in one wish: what is longer is no honest message

Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]  # as far as every JSON program counts (RFC 8259, section 6)
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Incarnation = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Name = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]  # PostgreSQL keeps no NUL in a text
NOTHING = msgspec.Raw()  # a part that is not there
GONE = msgspec.Raw(b"null")  # a document that the node may not hold (any more)


def raw(content: bytes | None) -> msgspec.Raw:
    """JSON that was written before, as a part of a message; NOTHING for none."""
    return msgspec.Raw(content) if content else NOTHING


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message or part of one. Unknown fields of newer versions are let pass."""


class Sent(Message, frozen=True, kw_only=True):
    """An entry as its node sends it. Times are microseconds UTC."""

    kind: Name
    actor: Name
    said_at: Whole
    ahead: Whole = 0  # what the node added to the time said, to correct its clock
    plain: msgspec.Raw
    personal: msgspec.Raw = NOTHING
    salt: bytes | None = None
    erased: bytes | None = None  # digest of the personal part, where retention has taken that
    decided: msgspec.Raw = NOTHING  # where the decision is final, or the authority has forgotten it
    refused_before: bool = False  # by an authority that has forgotten it: it must not happen after all
    because: Number = 0  # the entry it stands on, if that had no answer yet when this one was made

    @property
    def sealed(self) -> Sealed:
        """The command's bytes."""
        personal = bytes(self.personal) or None
        digest = hashlib.sha256((self.salt or b"") + personal).digest() if personal is not None else self.erased
        salt = self.salt if personal is not None else None  # alone it would look as if something had been taken away
        return Sealed(self.kind, bytes(self.plain), personal, salt, digest)

    def arrived(self, node: str, incarnation: int, number: int) -> Arrived:
        """The entry as the door takes it."""
        return Arrived(
            key=(node, incarnation, number),
            sealed=self.sealed,
            actor=self.actor,
            said_at=self.said_at,
            corrected_at=self.said_at + self.ahead,
            decided=bytes(self.decided) or None,
            refused_before=self.refused_before,
            because=self.because,
        )


class Told(Message, frozen=True, kw_only=True):
    """What every message of a node says. Who it is stands in its key, not here."""

    version: int = VERSION
    incarnation: Incarnation
    epoch: str = ""  # of the center, as the node knows it; empty at first
    sent_at: Whole  # by the node's clock
    cursors: dict[str, Number] = {}  # how far it has read each scope


class Push(Told, frozen=True, kw_only=True):
    """Entries in order, from number `first` on. `head` is over their digests: a batch that was cut is noticed."""

    first: Number
    entries: Annotated[tuple[Sent, ...], msgspec.Meta(max_length=MOST_ENTRIES)]
    head: bytes


class Ask(Told, frozen=True, kw_only=True):
    """A question that is answered before everything that waits. A repeat with its number gets the same answer."""

    number: Number
    entry: Sent


class Pull(Told, frozen=True, kw_only=True):
    """What changed? With `wait`, seconds until an empty answer is given."""

    wait: float = 0.0
    most: Annotated[int, msgspec.Meta(ge=1)] = 500  # documents in one answer


class Want(Told, frozen=True, kw_only=True):
    """These documents, as the authority has them now."""

    documents: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MOST_ENTRIES)]


class Enrol(Message, frozen=True, kw_only=True):
    """A new node joins with the code that the center's people gave to it."""

    version: int = VERSION
    code: Annotated[str, msgspec.Meta(max_length=200)]
    key_digest: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""  # SHA-256 of a key that it made itself


class Enrolled(Message, frozen=True, kw_only=True):
    """Who the node is from now on. A key that the center made is told once: it keeps only the digest.

    Its case numbers and everything that it may see come by the first pull, from empty cursors.
    """

    version: int = VERSION
    center: str
    center_name: str
    epoch: str
    node: str
    key: str  # 32 random bytes, base64url; empty where the node made it itself
    name: str
    node_kind: str  # window | kiosk
    hall: str
    window: str
    organs: tuple[str, ...]
    settings: msgspec.Raw = NOTHING  # what all offices of the city share, named as in office.toml
    root: str = ""  # the public key (PEM) of the authority that signs the trust list


class Lists(Message, frozen=True, kw_only=True):
    """The signed lists as they lie at the center, by their path in the folder: who is trusted, and what was revoked."""

    version: int = VERSION
    files: dict[Name, bytes]


class Trouble(Message, frozen=True, kw_only=True):
    """Why there is no answer. `sentence` is an English message id; its places are filled from `facts`."""

    reason: str
    sentence: str
    facts: dict[str, str] = {}


class Refusing(Message, frozen=True, kw_only=True):
    """Why an entry was refused."""

    reason: str
    sentence: str
    facts: dict[str, str] = {}


class Changes(Message, frozen=True, kw_only=True):
    """Documents as the node may hold them (GONE: no more), and how far they bring its cursors."""

    documents: dict[str, msgspec.Raw] = {}
    same: tuple[str, ...] = ()  # these stand as the node itself wrote them
    cursors: dict[str, int] = {}
    more: bool = False
    total: int = 0  # documents still to come, roughly: for a first pull's progress


class Answer(Message, frozen=True, kw_only=True):
    """The authority's answer to any message."""

    version: int = VERSION
    center: str
    epoch: str
    now: int  # by the authority's clock
    last: int = 0  # the node's newest entry that the authority has, of the incarnation that it spoke in
    asked: int = 0  # the newest of its questions that the authority has
    safe: int = 0  # its entries up to here outlive the authority's machine
    refused: dict[int, Refusing] = {}
    decided: dict[int, msgspec.Raw] = {}  # decisions that differ from the node's own
    fork: int = 0  # the number under which the authority has something else
    answer: msgspec.Raw = NOTHING  # of a question
    changes: Changes = Changes()


def head_of(entries: Sequence[Sent]) -> bytes:
    """What a batch says of itself: SHA-256 over the digests of its entries."""
    whole = hashlib.sha256()
    for entry in entries:
        whole.update(entry.sealed.digest)
    return whole.digest()

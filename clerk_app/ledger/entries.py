"""The stored form of an entry: encoding, hash link and decoding.

The link of an entry covers the previous link of its chain, its heading, digest(command), digest(salt + personal) and
digest(decision). Personal bytes and their salt can therefore be erased, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from functools import cache
from operator import itemgetter
from typing import Any, ClassVar, get_type_hints

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.commands import Actor, Command, CommandDecision, Entry, Moment, Rule, Rules
from clerk_app.ledger.personal_parts import PARTED_COMMANDS, digest_personal, join_parts, seal_parts

GENESIS_LINK = bytes(32)  # previous link of the first entry of a chain


class Refusal(CommandDecision, frozen=True, kw_only=True):
    """Stored in place of a decision: why a command was refused."""

    stored_name: ClassVar[str] = "Refusal"
    reason: str
    sentence: str
    facts: dict[str, str] = {}


UNSTORED_PERSONAL = frozenset(
    {"AnswerCodeSlip", "AskCase", "BringCase", "FindCases", "FindRegistered", "GiveRating", "OpenCitizenSession"}
)
"""Stored names of commands whose personal part is used once to decide, and never stored: only its digest is."""

UNSTORED_IF_REFUSED = PARTED_COMMANDS | {"RequestCorrection", "ReceiveApplication"}
"""Stored names of commands whose personal part is not stored if they were refused: no row would name it for a later
erasure."""

RECEIVED_ERASED = "received_erased"
"""Fact of a refusal: the command came without its personal part, so its erasure is not in this store's log."""


# a Struct, because one is created per command and creating a frozen dataclass takes nine times as long
class SealedCommand(msgspec.Struct, frozen=True):
    """A command as bytes, with its personal part separate."""

    kind: str
    plain: bytes
    personal: bytes | None
    salt: bytes | None
    personal_digest: bytes | None

    @property
    def is_erased(self) -> bool:
        """Whether the personal part was erased."""
        return self.personal is None and self.personal_digest is not None

    def for_log(self, *, is_refused: bool = False) -> SealedCommand:
        """Return the command as the log stores it: without a personal part that is never stored.

        See UNSTORED_PERSONAL and UNSTORED_IF_REFUSED.
        """
        is_unstored = self.kind in UNSTORED_PERSONAL or (is_refused and self.kind in UNSTORED_IF_REFUSED)
        if is_unstored and self.personal is not None:
            return msgspec.structs.replace(self, personal=None, salt=None)
        return self

    @property
    def digest(self) -> bytes:
        """SHA-256 by which a repeat is recognised as the same command."""
        return hashlib.sha256(self.kind.encode() + b"\0" + self.plain + (self.personal_digest or b"")).digest()


def seal(command: Command[Any]) -> SealedCommand:
    """Encode a command of this node."""
    personal = getattr(command, "personal", None)
    if personal is None:
        return SealedCommand(command.stored_name, msgspec.json.encode(command), None, None, None)
    plain = msgspec.json.encode(msgspec.structs.replace(command, personal=None))
    if command.stored_name in PARTED_COMMANDS:
        parts, digest = seal_parts([msgspec.json.encode(part) for part in personal])
        return SealedCommand(command.stored_name, plain, parts, b"", digest)
    salt = secrets.token_bytes(16)
    secret = msgspec.json.encode(personal)
    return SealedCommand(command.stored_name, plain, secret, salt, hashlib.sha256(salt + secret).digest())


def unseal(rule: Rule[Any, Any], plain: bytes, personal: bytes | None) -> Command[Any]:
    """Decode a command; its `personal` is None if the personal part was erased. Raises msgspec.DecodeError."""
    command: Command[Any] = msgspec.json.decode(plain, type=rule.command)
    if personal is None:
        return command
    if rule.kind in PARTED_COMMANDS:
        personal = join_parts(personal)
    part = _personal_type(type(command))
    return msgspec.structs.replace(command, personal=msgspec.json.decode(personal, type=part))


@cache
def _personal_type(command: type[Command[Any]]) -> Any:
    return get_type_hints(command)["personal"]


def open_sealed_command(rules: Rules, sealed: SealedCommand) -> Command[Any]:
    """Decode a command of another node.

    Raises BadData when this program cannot decode it, or its personal part does not match its digest.
    """
    personal = sealed.personal
    if personal is not None and digest_personal(sealed.kind, sealed.salt, personal) != sealed.personal_digest:
        raise BadData("The personal part of this entry is not the one that was sealed.")
    try:
        return unseal(rules[sealed.kind], sealed.plain, sealed.personal)
    except (KeyError, ValueError, RecursionError) as error:
        raise BadData("This program does not understand an entry of the kind {kind}.", kind=sealed.kind) from error


def sealed_from_row(row: Mapping[str, Any]) -> SealedCommand:
    """Return the command of an entry's row, without decoding it."""
    return SealedCommand(row["kind"], row["command"], row["personal"], row["salt"], row["personal_digest"])


def entry_from_row(rule: Rule[Any, Any], row: Mapping[str, Any]) -> Entry[Any, Any]:
    """Return the entry for `apply` from the row of an accepted command."""
    command = unseal(rule, row["command"], row["personal"])
    return Entry(moment_from_row(row), command, msgspec.json.decode(row["decision"], type=rule.decision))


def refused_entry_from_row(rule: Rule[Any, Any], row: Mapping[str, Any]) -> Entry[Any, Refusal]:
    """Return the entry for `apply_refusal` from the row of a refused command. Raises msgspec.DecodeError."""
    command = unseal(rule, row["command"], row["personal"])
    return Entry(moment_from_row(row), command, msgspec.json.decode(row["decision"], type=Refusal))


def moment_from_row(row: Mapping[str, Any]) -> Moment:
    """Return the moment of an entry, as far as its row has it."""
    return Moment(
        node=row["node"],
        incarnation=row["incarnation"],
        number=row["number"],
        actor=Actor(row["actor"]),
        said_at=row["said_at"],
        corrected_at=row["corrected_at"],
        decided_at=row["decided_at"],
    )


_LINKED_COLUMNS = (
    "node", "incarnation", "number", "stream", "revision", "kind", "outcome", "actor", "said_at", "corrected_at",
    "decided_at", "decided_by",
)  # fmt: skip


_read_linked_columns = itemgetter(*_LINKED_COLUMNS)
_NO_BYTES_DIGEST = hashlib.sha256(b"").digest()  # of an absent personal part


def encode_heading(row: Mapping[str, Any]) -> bytes:
    """Return the heading of an entry as it is hashed: a JSON array."""
    return msgspec.json.encode(_read_linked_columns(row))


def compute_link(row: Mapping[str, Any]) -> bytes:
    """Return the link of an entry: the SHA-256 hash over the hashes of its previous link, heading and parts.

    The parts are the plain command, the digest of the personal part and the decision.
    """
    sha256, personal = hashlib.sha256, row["personal_digest"]
    digests = (
        sha256(row["previous"]).digest(),
        sha256(encode_heading(row)).digest(),
        sha256(row["command"]).digest(),
        sha256(personal).digest() if personal else _NO_BYTES_DIGEST,
        sha256(row["decision"]).digest(),
    )
    return sha256(b"".join(digests)).digest()

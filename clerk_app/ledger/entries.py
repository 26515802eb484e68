"""An entry's bytes: what is written down, what the chain covers, how it is read back.

The link of an entry covers the link before it at the same node, its heading, digest(command), digest(salt + personal)
and digest(decision). So personal bytes and their salt can be erased and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, get_type_hints

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.commands import Actor, Command, CommandDecision, Entry, Moment, Rule, Rules

GENESIS_LINK = bytes(32)  # what the first entry of a node links to


class Refusal(CommandDecision, frozen=True, kw_only=True):
    """Why a command was refused, kept in place of its decision."""

    stored_name: ClassVar[str] = "Refusal"
    reason: str
    sentence: str
    facts: dict[str, str] = {}


class SealedCommand(
    msgspec.Struct, frozen=True
):  # one is made for each command: a frozen dataclass takes nine times as long
    """A command as bytes, its personal part apart."""

    kind: str
    plain: bytes
    personal: bytes | None
    salt: bytes | None
    personal_digest: bytes | None

    @property
    def digest(self) -> bytes:
        """What makes two sendings of one key the same command."""
        return hashlib.sha256(self.kind.encode() + b"\0" + self.plain + (self.personal_digest or b"")).digest()


def seal(command: Command[Any]) -> SealedCommand:
    """The bytes of a command made here."""
    personal = getattr(command, "personal", None)
    if personal is None:
        return SealedCommand(command.stored_name, msgspec.json.encode(command), None, None, None)
    salt = secrets.token_bytes(16)
    secret = msgspec.json.encode(personal)
    plain = msgspec.json.encode(msgspec.structs.replace(command, personal=None))
    return SealedCommand(command.stored_name, plain, secret, salt, hashlib.sha256(salt + secret).digest())


def unseal(rule: Rule[Any, Any], plain: bytes, personal: bytes | None) -> Command[Any]:
    """The command behind the bytes; without its personal part if that was erased. Raises msgspec.DecodeError."""
    command: Command[Any] = msgspec.json.decode(plain, type=rule.command)
    if personal is None:
        return command
    part = _personal_type(type(command))
    return msgspec.structs.replace(command, personal=msgspec.json.decode(personal, type=part))


@cache
def _personal_type(command: type[Command[Any]]) -> Any:
    return get_type_hints(command)["personal"]


def open_sealed_command(rules: Rules, sealed: SealedCommand) -> Command[Any]:
    """The command that another node sealed. Raises BadData when it is none that is known here, or not whole."""
    salted = (sealed.salt or b"") + (sealed.personal or b"")
    if sealed.personal is not None and hashlib.sha256(salted).digest() != sealed.personal_digest:
        raise BadData("The personal part of this entry is not the one that was sealed.")
    try:
        return unseal(rules[sealed.kind], sealed.plain, sealed.personal)
    except (KeyError, ValueError, RecursionError) as error:
        raise BadData("This program does not understand an entry of the kind {kind}.", kind=sealed.kind) from error


def sealed_from_row(row: Mapping[str, Any]) -> SealedCommand:
    """The command's bytes out of an entry's row."""
    return SealedCommand(row["kind"], row["command"], row["personal"], row["salt"], row["personal_digest"])


def entry_from_row(rule: Rule[Any, Any], row: Mapping[str, Any]) -> Entry[Any, Any]:
    """What `apply` needs, out of an entry's row that was done."""
    moment = Moment(
        node=row["node"],
        incarnation=row["incarnation"],
        number=row["number"],
        actor=Actor(row["actor"]),
        said_at=row["said_at"],
        corrected_at=row["corrected_at"],
        decided_at=row["decided_at"],
    )
    command = unseal(rule, row["command"], row["personal"])
    return Entry(moment, command, msgspec.json.decode(row["decision"], type=rule.decision))


_sha256 = hashlib.sha256
_LINKED_COLUMNS = (
    "node", "incarnation", "number", "stream", "revision", "kind", "outcome", "actor", "said_at", "corrected_at",
    "decided_at", "decided_by",
)  # fmt: skip


def compute_link(row: Mapping[str, Any]) -> bytes:
    """The link an entry's row must carry."""
    heading = msgspec.json.encode([row[name] for name in _LINKED_COLUMNS])
    parts = (row["previous"], heading, row["command"], row["personal_digest"] or b"", row["decision"])
    return _sha256(b"".join([_sha256(part).digest() for part in parts])).digest()

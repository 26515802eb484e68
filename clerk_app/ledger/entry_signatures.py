"""Signatures of entries: a node signs a statement of each shared entry, with the key of the actor's session.

An entry without a person is signed by the machine's key. The statement covers everything that the node sends. The
center verifies it on arrival; it can be verified again at any time with the public keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

import msgspec

from clerk_app.ledger.entries import SealedCommand
from clerk_app.ledger.machine_keys import SigningKey, encode_statement

STATEMENT_PURPOSE = "clerk-entry-1"


class SigningIdentity(NamedTuple):
    """A key, and the session that it belongs to; "" for the machine's key."""

    session: str
    key: SigningKey


class EntrySigner(Protocol):
    """Finds the key that signs the entries of an actor at this machine."""

    @property
    def center(self) -> str:
        """Id of the center that the entries are for."""
        ...

    def require_identity(self, actor: str, kind: str, revoked_at: int = 0) -> None:
        """Raise Refused if the center would reject an entry of this kind, because the actor is not signed in here.

        `revoked_at` is when the actor's earlier sign-ins ended (microseconds UTC).
        """
        ...

    def find_identity(self, actor: str) -> SigningIdentity | None:
        """Return the key of the actor's session, or of the machine; None at a machine without a key."""
        ...


class EntrySignature(msgspec.Struct, frozen=True):
    """A signed statement, with the session whose key signed it ("" for the machine's key)."""

    session: str
    statement: bytes
    signature: bytes


class StatementFacts(msgspec.Struct, frozen=True, array_like=True):
    """The parts of a statement, in their order. Digests are hex; empty where there is nothing to digest."""

    purpose: str
    center: str
    chain: str
    incarnation: int
    number: int
    kind: str
    actor: str
    session: str
    said_at: int
    clock_correction: int
    plain: str
    personal: str
    decision: str
    depends_on: int


def build_facts(
    center: str,
    key: tuple[str, int, int],
    sealed: SealedCommand,
    *,
    actor: str,
    session: str,
    said_at: int,
    clock_correction: int,
    final_decision: bytes,
    depends_on: int,
) -> StatementFacts:
    """Return the facts of an entry. `final_decision` is b"" if the center decides the command again."""
    chain, incarnation, number = key
    return StatementFacts(
        purpose=STATEMENT_PURPOSE,
        center=center,
        chain=chain,
        incarnation=incarnation,
        number=number,
        kind=sealed.kind,
        actor=actor,
        session=session,
        said_at=said_at,
        clock_correction=clock_correction,
        plain=sha256(sealed.plain).hexdigest(),
        personal=(sealed.personal_digest or b"").hex(),
        decision=sha256(final_decision).hexdigest() if final_decision else "",
        depends_on=depends_on,
    )


def encode_facts(facts: StatementFacts) -> bytes:
    """Return the statement that is signed."""
    return encode_statement(*msgspec.structs.astuple(facts))


def decode_facts(statement: bytes) -> StatementFacts:
    """Return the facts of a statement. Raises msgspec.DecodeError."""
    return msgspec.json.decode(statement, type=StatementFacts)


def sign_entry(
    signer: EntrySigner | None,
    key: tuple[str, int, int],
    sealed: SealedCommand,
    *,
    actor: str,
    said_at: int,
    clock_correction: int,
    final_decision: bytes = b"",
    depends_on: int = 0,
) -> EntrySignature | None:
    """Return the signed statement of an entry; None at a machine without a key."""
    identity = signer.find_identity(actor) if signer is not None else None
    if signer is None or identity is None:
        return None
    facts = build_facts(
        signer.center,
        key,
        sealed,
        actor=actor,
        session=identity.session,
        said_at=said_at,
        clock_correction=clock_correction,
        final_decision=final_decision,
        depends_on=depends_on,
    )
    statement = encode_facts(facts)
    return EntrySignature(identity.session, statement, identity.key.sign(statement))


def sign_heading(
    signer: EntrySigner | None,
    heading: Mapping[str, Any],
    sealed: SealedCommand,
    final_decision: bytes,
    depends_on: int,
) -> EntrySignature | None:
    """Return the signed statement of an entry with this heading (columns of its row), like `sign_entry`."""
    return sign_entry(
        signer,
        (heading["node"], heading["incarnation"], heading["number"]),
        sealed,
        actor=heading["actor"],
        said_at=heading["said_at"],
        clock_correction=heading["corrected_at"] - heading["said_at"],
        final_decision=final_decision,
        depends_on=depends_on,
    )


def signature_columns(signed: EntrySignature | None) -> dict[str, str | bytes | None]:
    """Return the columns of an entry's row."""
    if signed is None:
        return {"session": None, "statement": None, "signature": None}
    return {"session": signed.session, "statement": signed.statement, "signature": signed.signature}

"""A command received from another node."""

from __future__ import annotations

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.entries import SealedCommand
from clerk_app.ledger.entry_signatures import EntrySignature
from clerk_app.ledger.receipts import Receipt
from db.engines import Transaction

AWAITED = "awaited"
"""Reason of a refusal that is not recorded: the sender keeps the entry, and sends it again later."""
CommandKey = tuple[str, int, int]
"""Chain of the node, incarnation and number: identifies a command."""


# a Struct like `SealedCommand`: the center copies each command several times while it checks it
class RemoteCommand(msgspec.Struct, frozen=True):
    """A command received from another node.

    `decision` is the decision as JSON. It is set if the sending node's decision is final, or if the authority made it
    and lost it in a restore. A decision that is not final is made again, because other nodes may have worked without
    it. If `decision` is None, the receiver decides.

    `previously_refused`: the authority refused the command before it was restored from a backup. `depends_on` is the
    number of an unanswered entry of the node on which the command builds; 0 for none. `receipt` is what the node sent
    as the authority's receipt; `is_proven`: the authority made it, and lost the entry in its last restore.
    """

    key: CommandKey
    sealed: SealedCommand
    actor: str
    said_at: int  # microseconds UTC, by the clock of the sending node
    corrected_at: int  # `said_at` plus the measured offset of that clock
    decision: bytes | None = None
    depends_on: int = 0
    previously_refused: bool = False
    receipt: Receipt | None = None
    is_proven: bool = False
    may_wait: bool = False
    """Whether a refusal by its rule is not final yet: after a restore, entries that it depends on may still come."""
    signature: EntrySignature | None = None
    """Verified signature of the entry; None of a node that signs nothing."""
    is_moved: bool = False
    """Whether it was signed under another number: after a fork, or a call that a restored center lacks."""
    rejection: Refused | None = None
    """The error if the entry is not from the machine and person that it names."""
    doubt: Refused | None = None
    """The objection to keep the command with: the person's sign-in had ended, and the machine could not know it."""
    actor_refusal: Refused | None = None
    """The error if the actor is treated as unauthorised: the entry is from a stolen machine."""


def awaited() -> Refused:
    """Return the error for an entry that is decided later, when other machines have sent again what is lost."""
    return Refused(AWAITED, "The center waits for what other machines send again first.")


def require_new_signature(tx: Transaction, remote: RemoteCommand) -> None:
    """Raise Refused if an entry with this signature was performed, whatever its number."""
    signed = remote.signature
    if signed and tx.query_one("ledger.entry_with_signature", signature=signed.signature) is not None:
        raise Refused("signature", "The center has recorded this before, under another number. It is not done twice.")

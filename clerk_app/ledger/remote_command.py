"""A command received from another node."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.ledger.entries import SealedCommand

CommandKey = tuple[str, int, int]
"""Chain of the node, incarnation and number: identifies a command."""


@dataclass(frozen=True)
class RemoteCommand:
    """A command received from another node.

    `decision` is the node's decision, as bytes, where it is final or was given by an authority that has lost it in a
    restore; a decision that is not final is decided again, because others may have worked without it.
    `previously_refused`: the authority had refused the command before it was restored. `depends_on` is the number of
    an earlier entry that was unanswered when this command was made and that it builds on, 0 for none.
    """

    key: CommandKey
    sealed: SealedCommand
    actor: str
    said_at: int
    corrected_at: int
    decision: bytes | None = None
    depends_on: int = 0
    previously_refused: bool = False

"""What a window asked its center and was answered, as it stands in the window's own log."""

from __future__ import annotations

from typing import Any

import msgspec

from clerk_app.ledger.chain_tips import CALLS_SUFFIX, ChainTips, append_decided_entry
from clerk_app.ledger.commands import Rule
from clerk_app.ledger.entries import SealedCommand
from clerk_app.ledger.replication.messages import Response
from clerk_app.sync.outbox import StoredResult
from db.engines import Transaction


def record_call(
    tx: Transaction,
    rule: Rule[Any, Any],
    sealed: SealedCommand,
    actor: str,
    number: int,
    response: Response,
    *,
    said_at: int,
    corrected_at: int,
) -> None:
    """Writes the question with its answer; times are microseconds UTC."""
    heads = ChainTips(tx)
    assert heads.own_chain is not None
    voice, incarnation = heads.own_chain[0] + CALLS_SUFFIX, heads.own_chain[1]
    decision = msgspec.json.decode(response.result, type=rule.decision)
    command = msgspec.json.decode(sealed.plain, type=rule.command)
    stream = rule.stream(command, decision)
    heading = {
        "stream": stream,
        "actor": actor,
        "said_at": said_at,
        "corrected_at": corrected_at,
        "decided_at": response.now,
        "decided_by": response.center,
        "answered_at": said_at,
    }
    append_decided_entry(tx, heads, (voice, incarnation), number, sealed, bytes(response.result), heading)
    kept = msgspec.json.encode(StoredResult(decision=response.result))
    tx.execute("ledger.store_answer", node=voice, incarnation=incarnation, number=number, answer=kept)

"""What a window asked its center and was answered, as it stands in the window's own log."""

from __future__ import annotations

from typing import Any

import msgspec

from clerk_app.ledger.commands import Rule
from clerk_app.ledger.entries import Sealed
from clerk_app.ledger.heads import ASKS, Heads, write_done
from clerk_app.ledger.messages import Answer
from clerk_app.sync.outbox import Outcome
from db.engines import Transaction


def keep_question(
    tx: Transaction,
    rule: Rule[Any, Any],
    sealed: Sealed,
    actor: str,
    number: int,
    answer: Answer,
    *,
    said_at: int,
    corrected_at: int,
) -> None:
    """Writes the question with its answer; times are microseconds UTC."""
    heads = Heads(tx)
    assert heads.here is not None
    voice, incarnation = heads.here[0] + ASKS, heads.here[1]
    decision = msgspec.json.decode(answer.answer, type=rule.decision)
    command = msgspec.json.decode(sealed.plain, type=rule.command)
    stream = rule.stream(command, decision)
    heading = {
        "stream": stream,
        "actor": actor,
        "said_at": said_at,
        "corrected_at": corrected_at,
        "decided_at": answer.now,
        "decided_by": answer.center,
        "answered_at": said_at,
    }
    write_done(tx, heads, (voice, incarnation), number, sealed, bytes(answer.answer), heading)
    kept = msgspec.json.encode(Outcome(decision=answer.answer))
    tx.run("ledger.set_answer", node=voice, incarnation=incarnation, number=number, answer=kept)

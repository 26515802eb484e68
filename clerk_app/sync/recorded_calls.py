"""Records answered calls (remote commands) in the window's log, so that they can be sent again to a restored center."""

from __future__ import annotations

from typing import Any

import msgspec

from clerk_app.ledger.chain_tips import CALLS_SUFFIX, ChainTips, append_decided_entry
from clerk_app.ledger.commands import Rule
from clerk_app.ledger.entries import SealedCommand
from clerk_app.ledger.entry_signatures import EntrySignature, EntrySigner, sign_entry, signature_columns
from clerk_app.ledger.receipts import Receipt
from clerk_app.ledger.replication.messages import CallRequest, EntryMessage, Response, raw_or_absent
from clerk_app.sync.outbox import StoredResult, read_proofs
from clerk_app.sync.window_rows import own_node
from db.engines import Row, Transaction


def build_call_request(
    tx: Transaction,
    signer: EntrySigner | None,
    fields: dict[str, Any],
    number: int,
    sealed: SealedCommand,
    actor: str,
    *,
    said_at: int,
    clock_correction: int,
) -> tuple[CallRequest, EntrySignature | None]:
    """Return the request of a call by `actor`, and its signature; `fields` are those of every request."""
    key = (own_node(tx)["id"] + CALLS_SUFFIX, fields["incarnation"], number)
    signed = sign_entry(signer, key, sealed, actor=actor, said_at=said_at, clock_correction=clock_correction)
    entry = EntryMessage(
        kind=sealed.kind,
        actor=actor,
        said_at=said_at,
        clock_correction=clock_correction,
        plain=msgspec.Raw(sealed.plain),
        personal=raw_or_absent(sealed.personal),
        salt=sealed.salt,
        session=signed.session if signed is not None else "",
        signature=signed.signature if signed is not None else b"",
    )
    return CallRequest(**fields, number=number, entry=entry, sessions=read_proofs(tx, (entry,))), signed


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
    signed: EntrySignature | None = None,
) -> None:
    """Append a call and its decision to the chain of the node's calls. Times are in microseconds UTC.

    The entry has the time of the receipt: the center may have received the call at the first of several attempts.
    """
    receipt = response.receipts.get(number)
    if receipt is not None:
        said_at, corrected_at = receipt.said_at, receipt.said_at + corrected_at - said_at
    if not rule.keep_personal:
        sealed = msgspec.structs.replace(sealed, personal=None, salt=None)
    tips = ChainTips(tx)
    if tips.own_chain is None:
        raise RuntimeError("this store has no node of its own")
    chain, incarnation = tips.own_chain[0] + CALLS_SUFFIX, tips.own_chain[1]
    decision = msgspec.json.decode(response.result, type=rule.decision)
    command = msgspec.json.decode(sealed.plain, type=rule.command)
    heading = {
        "stream": rule.stream(command, decision),
        "actor": actor,
        "said_at": said_at,
        "corrected_at": corrected_at,
        "decided_at": response.now,
        "decided_by": response.center,
        "answered_at": said_at,
        **signature_columns(signed),
    }
    append_decided_entry(tx, tips, (chain, incarnation), number, sealed, bytes(response.result), heading)
    answer = msgspec.json.encode(StoredResult(decision=response.result, receipt=receipt))
    tx.execute("ledger.store_answer", node=chain, incarnation=incarnation, number=number, answer=answer)


def record_resent_call(
    tx: Transaction, row: Row, stored: StoredResult, number: int, receipt: Receipt | None, now: int
) -> None:
    """Mark a call that was sent again as answered, and store its new number and receipt. `now` is in microseconds."""
    key = {name: row[name] for name in ("node", "incarnation", "number")}
    resent_as = number if number != row["number"] else 0
    result = msgspec.structs.replace(stored, resent_as=resent_as, receipt=receipt or stored.receipt)
    tx.execute("ledger.mark_answered_up_to", **key, at=now)
    if result != stored:
        tx.execute("ledger.store_answer", **key, answer=msgspec.json.encode(result))

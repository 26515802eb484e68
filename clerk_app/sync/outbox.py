"""The outbox: builds push requests from the entries of this node that the center has not answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from clerk_app.errors import BadData, ClerkError, Refused
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, find_unanswered_predecessor
from clerk_app.ledger.commands import Command, Rule, Rules
from clerk_app.ledger.entries import open_sealed_command, sealed_from_row
from clerk_app.ledger.entry_signatures import build_facts, decode_facts, encode_facts
from clerk_app.ledger.receipts import Receipt
from clerk_app.ledger.replication.messages import (
    ABSENT,
    EntryMessage,
    PushRequest,
    RejectionBody,
    Response,
    SessionProof,
    compute_batch_digest,
    raw_or_absent,
)
from clerk_app.locales import mark
from clerk_app.sync.transport import Transport
from db.engines import Row, Store, Transaction

MAX_ENTRIES = 500  # entries in one request
MAX_BYTES = 1_000_000  # size of one request before compression; the last entry may exceed it
UNREADABLE = RejectionBody(
    reason="unread",
    sentence=mark("The center cannot read this entry as it is kept here, so it is not done. Do it again."),
)
_NO_COMMAND = msgspec.Raw(b"null")
_MAX_TIMESTAMP = 2**53  # the limit of clerk_app.ledger.replication.messages.JsonInteger


class StoredResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The center's result of an entry or call, as stored in the column `answer` of the entry."""

    decision: msgspec.Raw = ABSENT
    refused: RejectionBody | None = None
    receipt: Receipt | None = None
    resent_as: int = msgspec.field(name="told_as", default=0)  # new number of a call at a restored center


def next_push_request(
    tx: Transaction,
    rules: Rules,
    request_fields: dict[str, Any],
    skip: int = 0,
    *,
    single: bool = False,
    before: int | None = None,
) -> PushRequest | None:
    """Return the next batch: consecutive entries of one incarnation, or only one, with positions below `before`.

    None if there are not more than `skip` entries.
    """
    rows = tx.query_all("ledger.unanswered_entries", many=(1 if single else MAX_ENTRIES) + skip)[skip:]
    rows = [row for row in rows if before is None or row["position"] < before]
    entries: list[EntryMessage] = []
    size = 0
    for row in rows:
        if row["incarnation"] != rows[0]["incarnation"] or (entries and size > MAX_BYTES):
            break
        entries.append(build_entry_message(tx, rules, row))
        size += len(row["command"]) + len(row["personal"] or b"") + len(row["decision"])
    if not entries:
        return None
    return PushRequest(
        **{**request_fields, "incarnation": rows[0]["incarnation"]},
        first=rows[0]["number"],
        entries=tuple(entries),
        batch_digest=compute_batch_digest(entries),
        sessions=read_proofs(tx, entries),
    )


def split_request(push: PushRequest, rules: Rules) -> Iterator[PushRequest]:
    """Yield the requests to try, one after another, while the center cannot read them.

    The first is `push`; each further request has half of the entries, from the first on. A single entry is sent twice,
    because it may have been damaged in transit, and then as a placeholder. An entry that is final and valid here gets
    no placeholder: its receipt was handed out, and a newer version of the center may be able to read it.
    """
    yield push
    while len(push.entries) > 1:
        push = _with_entries(push, push.entries[: len(push.entries) // 2])
        yield push
    yield push
    if not _is_final_and_valid(push.entries[0], rules):
        yield _with_entries(push, (placeholder_entry(push.entries[0]),))


def push_placeholder(transport: Transport, push: PushRequest) -> Response:
    """Push a placeholder; its entry counts as one that the center could not read."""
    response = transport.push(push)
    return msgspec.structs.replace(response, refused=dict.fromkeys(response.refused, UNREADABLE))


def is_placeholder(push: PushRequest) -> bool:
    """Return whether a request consists of one placeholder entry."""
    return len(push.entries) == 1 and push.entries[0].plain == _NO_COMMAND


def placeholder_entry(entry: EntryMessage) -> EntryMessage:
    """Return an entry that the center rejects, so that later numbers are not blocked by an unreadable one."""
    kind, actor = (text.replace("\0", "")[:200] for text in (entry.kind, entry.actor))
    said_at = max(-_MAX_TIMESTAMP, min(entry.said_at, _MAX_TIMESTAMP))
    return EntryMessage(kind=kind, actor=actor, said_at=said_at, plain=_NO_COMMAND)


def forgotten_calls(tx: Transaction, rules: Rules) -> Sequence[Row]:
    """Return the rows of calls that a restored center lacks and whose decisions still apply."""
    rows = tx.query_all("ledger.unanswered_calls", like=f"%{CALLS_SUFFIX}")
    return [row for row in rows if (rule := rules.get(row["kind"])) is not None and rule.survives_restore]


def has_lost_calls(store: Store, rules: Rules) -> bool:
    """Return whether there are calls of `forgotten_calls`."""
    with store.read() as tx:
        return bool(forgotten_calls(tx, rules))


def has_unsent_entries(store: Store) -> bool:
    """Return whether an entry of this machine is not answered."""
    with store.read() as tx:
        return bool(tx.query_all("ledger.unanswered_entries", many=1))


def has_work_to_send(store: Store, rules: Rules) -> bool:
    """Return whether an entry or a lost call waits to be sent."""
    return has_unsent_entries(store) or has_lost_calls(store, rules)


def must_push_before(store: Store, rule: Rule[Any, Any], command: Command[Any]) -> bool:
    """Return whether unanswered entries have to reach the center before the call of a command (own_entries_first)."""
    if rule.own_entries_first:
        return has_unsent_entries(store)
    with store.read() as tx:
        return tx.query_one("ledger.unanswered_positions_of_document", document=rule.stream(command, None)) is not None


def build_entry_message(tx: Transaction, rules: Rules, row: Row) -> EntryMessage:
    """Build the message of an entry from its row."""
    rule = rules.get(row["kind"])
    stored = msgspec.json.decode(row["answer"], type=StoredResult) if row["answer"] else None
    is_final = rule is not None and rule.objections is not None
    depends_on = find_unanswered_predecessor(tx, row)
    decision = msgspec.Raw(row["decision"]) if is_final else stored.decision if stored else ABSENT
    return EntryMessage(
        kind=row["kind"],
        actor=row["actor"],
        said_at=row["said_at"],
        clock_correction=row["corrected_at"] - row["said_at"],
        plain=msgspec.Raw(row["command"]),
        personal=raw_or_absent(row["personal"]),
        salt=row["salt"],
        erased=row["personal_digest"] if row["personal"] is None else None,
        decision=decision,
        previously_refused=stored is not None and stored.refused is not None and not is_final,
        depends_on=depends_on,
        session=row["session"] or "",
        signature=row["signature"] or b"",
        statement=_changed_statement(row, depends_on, is_final=is_final),
        receipt=stored.receipt if stored else None,
    )


def _changed_statement(row: Row, depends_on: int, *, is_final: bool) -> bytes:
    """Return the signed statement of an entry if the receiver cannot build it, because the number changed; else b""."""
    statement: bytes = row["statement"] or b""
    if not statement or row["node"].endswith(CALLS_SUFFIX):  # the time of a call is not that of its first request
        return statement
    facts = build_facts(
        decode_facts(statement).center,
        (row["node"], row["incarnation"], row["number"]),
        sealed_from_row(row),
        actor=row["actor"],
        session=row["session"],
        said_at=row["said_at"],
        clock_correction=row["corrected_at"] - row["said_at"],
        final_decision=row["decision"] if is_final else b"",
        depends_on=depends_on,
    )
    return b"" if encode_facts(facts) == statement else statement


def read_proofs(tx: Transaction, entries: Iterable[EntryMessage]) -> dict[str, SessionProof]:
    """Return the proofs of the sessions in which entries were made."""
    rows = [tx.get("staff_sessions", id=session) for session in sorted({entry.session for entry in entries})]
    return {row["id"]: SessionProof(ticket=row["ticket"], token=row["token"]) for row in rows if row is not None}


def _is_final_and_valid(entry: EntryMessage, rules: Rules) -> bool:
    rule = rules.get(entry.kind)
    if rule is None or rule.objections is None:
        return False
    try:
        open_sealed_command(rules, entry.sealed_command)
        msgspec.json.decode(entry.decision, type=rule.decision)
    except (BadData, ValueError, RecursionError):
        return False
    return True


def _with_entries(push: PushRequest, entries: tuple[EntryMessage, ...]) -> PushRequest:
    return msgspec.structs.replace(push, entries=entries, batch_digest=compute_batch_digest(entries))


def is_unreadable(error: ClerkError) -> bool:
    """Return whether an error means that the center could not read the message, or that it was too large."""
    return isinstance(error, BadData) or (isinstance(error, Refused) and error.reason == "too_large")

"""What waits to be sent: this node's entries that the authority has not answered, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import open_sealed_command
from clerk_app.ledger.replication.messages import (
    ABSENT,
    EntryMessage,
    PushRequest,
    RejectionBody,
    compute_batch_digest,
    raw_or_absent,
)
from clerk_app.locales import mark
from db.engines import Row, Transaction

MAX_ENTRIES = 500
MAX_BYTES = 1_000_000
UNREADABLE = RejectionBody(
    reason="unread",
    sentence=mark("The center cannot read this entry as it is kept here, so it is not done. Do it again."),
)
_NO_COMMAND = msgspec.Raw(b"null")
_MAX_TIMESTAMP = 2**53  # as far as moments are read (clerk_app.ledger.replication.messages.Whole)


def next_push_request(tx: Transaction, rules: Rules, request_fields: dict[str, Any]) -> PushRequest | None:
    """The next batch: entries of one incarnation, without a gap; None when nothing waits."""
    rows = tx.query_all("ledger.unanswered_entries", many=MAX_ENTRIES)
    entries: list[EntryMessage] = []
    size = 0
    for row in rows:
        if row["incarnation"] != rows[0]["incarnation"] or (entries and size > MAX_BYTES):
            break
        entries.append(build_sent_entry(tx, rules, row))
        size += len(row["command"]) + len(row["personal"] or b"") + len(row["decision"])
    if not entries:
        return None
    return PushRequest(
        **{**request_fields, "incarnation": rows[0]["incarnation"]},
        first=rows[0]["number"],
        entries=tuple(entries),
        batch_digest=compute_batch_digest(entries),
    )


def split_request(push: PushRequest, rules: Rules) -> Iterator[PushRequest]:
    """What is sent, one after the other, as long as the authority cannot read it: fewer entries, in the end one.

    That one is sent twice, since it may have been garbled on the way, and then by its number alone. What is final and
    sound here is not given up so: its receipt is out, and the authority may be of an older version.
    """
    yield push
    while len(push.entries) > 1:
        push = _with_entries(push, push.entries[: len(push.entries) // 2])
        yield push
    yield push
    if not _is_final_and_valid(push.entries[0], rules):
        yield _with_entries(push, (placeholder_entry(push.entries[0]),))


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


def is_placeholder(push: PushRequest) -> bool:
    """Whether it stands for an entry that could not be read."""
    return len(push.entries) == 1 and push.entries[0].plain == _NO_COMMAND


def placeholder_entry(entry: EntryMessage) -> EntryMessage:
    """In the place of an entry: no command is made of this, so it is refused, and its number blocks nothing."""
    kind, actor = (text.replace("\0", "")[:200] for text in (entry.kind, entry.actor))
    return EntryMessage(
        kind=kind, actor=actor, said_at=max(-_MAX_TIMESTAMP, min(entry.said_at, _MAX_TIMESTAMP)), plain=_NO_COMMAND
    )


def _with_entries(push: PushRequest, entries: tuple[EntryMessage, ...]) -> PushRequest:
    return msgspec.structs.replace(push, entries=entries, batch_digest=compute_batch_digest(entries))


def forgotten_calls(tx: Transaction, rules: Rules) -> Sequence[Row]:
    """Answered questions that the authority has forgotten, and whose answers still hold."""
    rows = tx.query_all("ledger.unanswered_calls", like=f"%{CALLS_SUFFIX}")
    return [row for row in rows if (rule := rules.get(row["kind"])) is not None and rule.lasting]


def build_sent_entry(tx: Transaction, rules: Rules, row: Row) -> EntryMessage:
    """An entry's row as it is sent."""
    rule = rules.get(row["kind"])
    before = msgspec.json.decode(row["answer"], type=StoredResult) if row["answer"] else None
    final = rule is not None and rule.objections is not None
    decided = msgspec.Raw(row["decision"]) if final else before.decision if before else ABSENT
    return EntryMessage(
        kind=row["kind"],
        actor=row["actor"],
        said_at=row["said_at"],
        clock_correction=row["corrected_at"] - row["said_at"],
        plain=msgspec.Raw(row["command"]),
        personal=raw_or_absent(row["personal"]),
        salt=row["salt"],
        erased=row["personal_digest"] if row["personal"] is None else None,
        decision=decided,
        previously_refused=before is not None and before.refused is not None and not final,
        depends_on=_depends_on(tx, row),
    )


class StoredResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the authority said of an entry, as it is kept beside it."""

    decision: msgspec.Raw = ABSENT
    refused: RejectionBody | None = None
    resent_as: int = msgspec.field(
        name="told_as", default=0
    )  # of a question: the number under which an authority that had forgotten it knows it now


def _depends_on(tx: Transaction, row: Row) -> int:
    """The entry of the same history before this one, if that had no answer yet when this one was made."""
    before = tx.query_one("ledger.previous_in_stream", stream=row["stream"], revision=row["revision"], node=row["node"])
    if before is None or before["incarnation"] != row["incarnation"]:
        return 0
    answered = before["answered_at"]
    return int(before["number"]) if answered is None or answered > row["decided_at"] else 0

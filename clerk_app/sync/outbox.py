"""What waits to be sent: this node's entries that the authority has not answered, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import opened
from clerk_app.ledger.heads import ASKS
from clerk_app.ledger.messages import NOTHING, Push, Refusing, Sent, head_of, raw
from clerk_app.locales import mark
from db.engines import Row, Transaction

MOST_ENTRIES = 500
MOST_BYTES = 1_000_000
UNREAD = Refusing(
    reason="unread",
    sentence=mark("The center cannot read this entry as it is kept here, so it is not done. Do it again."),
)
_NO_COMMAND = msgspec.Raw(b"null")
_FURTHEST = 2**53  # as far as moments are read (clerk_app.ledger.messages.Whole)


def next_push(look: Transaction, rules: Rules, told: dict[str, Any]) -> Push | None:
    """The next batch: entries of one incarnation, without a gap; None when nothing waits."""
    rows = look.all("ledger.outbox", many=MOST_ENTRIES)
    entries: list[Sent] = []
    size = 0
    for row in rows:
        if row["incarnation"] != rows[0]["incarnation"] or (entries and size > MOST_BYTES):
            break
        entries.append(sent(look, rules, row))
        size += len(row["command"]) + len(row["personal"] or b"") + len(row["decision"])
    if not entries:
        return None
    return Push(
        **{**told, "incarnation": rows[0]["incarnation"]},
        first=rows[0]["number"],
        entries=tuple(entries),
        head=head_of(entries),
    )


def in_parts(push: Push, rules: Rules) -> Iterator[Push]:
    """What is sent, one after the other, as long as the authority cannot read it: fewer entries, in the end one.

    That one is sent twice, since it may have been garbled on the way, and then by its number alone. What is final and
    sound here is not given up so: its receipt is out, and the authority may be of an older version.
    """
    yield push
    while len(push.entries) > 1:
        push = _of(push, push.entries[: len(push.entries) // 2])
        yield push
    yield push
    if not _is_given_out(push.entries[0], rules):
        yield _of(push, (hollow(push.entries[0]),))


def _is_given_out(entry: Sent, rules: Rules) -> bool:
    rule = rules.get(entry.kind)
    if rule is None or rule.objections is None:
        return False
    try:
        opened(rules, entry.sealed)
        msgspec.json.decode(entry.decided, type=rule.decision)
    except (BadData, ValueError, RecursionError):
        return False
    return True


def is_hollow(push: Push) -> bool:
    """Whether it stands for an entry that could not be read."""
    return len(push.entries) == 1 and push.entries[0].plain == _NO_COMMAND


def hollow(entry: Sent) -> Sent:
    """In the place of an entry: no command is made of this, so it is refused, and its number blocks nothing."""
    kind, actor = (text.replace("\0", "")[:200] for text in (entry.kind, entry.actor))
    return Sent(kind=kind, actor=actor, said_at=max(-_FURTHEST, min(entry.said_at, _FURTHEST)), plain=_NO_COMMAND)


def _of(push: Push, entries: tuple[Sent, ...]) -> Push:
    return msgspec.structs.replace(push, entries=entries, head=head_of(entries))


def forgotten_questions(look: Transaction, rules: Rules) -> Sequence[Row]:
    """Answered questions that the authority has forgotten, and whose answers still hold."""
    rows = look.all("ledger.forgotten_questions", like=f"%{ASKS}")
    return [row for row in rows if (rule := rules.get(row["kind"])) is not None and rule.lasting]


def sent(look: Transaction, rules: Rules, row: Row) -> Sent:
    """An entry's row as it is sent."""
    rule = rules.get(row["kind"])
    before = msgspec.json.decode(row["answer"], type=Outcome) if row["answer"] else None
    final = rule is not None and rule.objections is not None
    decided = msgspec.Raw(row["decision"]) if final else before.decision if before else NOTHING
    return Sent(
        kind=row["kind"],
        actor=row["actor"],
        said_at=row["said_at"],
        ahead=row["corrected_at"] - row["said_at"],
        plain=msgspec.Raw(row["command"]),
        personal=raw(row["personal"]),
        salt=row["salt"],
        erased=row["personal_digest"] if row["personal"] is None else None,
        decided=decided,
        refused_before=before is not None and before.refused is not None and not final,
        because=_stands_on(look, row),
    )


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the authority said of an entry, as it is kept beside it."""

    decision: msgspec.Raw = NOTHING
    refused: Refusing | None = None
    told_as: int = 0  # of a question: the number under which an authority that had forgotten it knows it now


def _stands_on(look: Transaction, row: Row) -> int:
    """The entry of the same history before this one, if that had no answer yet when this one was made."""
    before = look.one("ledger.before", stream=row["stream"], revision=row["revision"], node=row["node"])
    if before is None or before["incarnation"] != row["incarnation"]:
        return 0
    answered = before["answered_at"]
    return int(before["number"]) if answered is None or answered > row["decided_at"] else 0

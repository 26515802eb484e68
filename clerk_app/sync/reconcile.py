"""An answer of the center takes its place in the window's store, in one transaction.

Documents are replaced by the authority's. Where entries without an answer had written them too, they go on from there:
the document is put back to how the authority has it, and those entries are applied again, in their order, together with
every other document that they touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from clerk_app.ledger.commands import Rules
from clerk_app.ledger.documents import Kinds, Rows, from_bytes, to_bytes
from clerk_app.ledger.entries import entry_of
from clerk_app.ledger.heads import ASKS, take_counts
from clerk_app.ledger.messages import GONE, Answer, Changes, Push, Refusing, Told
from clerk_app.ledger.provisional import SILENCE
from clerk_app.sync.outbox import Outcome
from db.engines import Row, Store, Transaction

ANEW = ""  # the scope under which it stands that everything is being told anew, and to whom
PUT_BACK = "."  # and when that began last, microseconds UTC
_ENDLESS = 2**53  # more than there are numbers


@dataclass(frozen=True)
class Taken:
    """What an answer brought."""

    documents: int
    refused: int
    more: bool
    anew: bool  # the center came back from a backup


def take(
    store: Store,
    rules: Rules,
    kinds: Kinds,
    answer: Answer,
    told: Told,
    now: int,
    offset: int,
    also: Callable[[Transaction], None] | None = None,
) -> Taken:
    """Takes over what the center says to `told`; `also` is done in the same transaction.

    Where another answer has come in between, what this one says of documents may be old: it is asked again.
    """
    incarnation = told.incarnation
    with store.write() as tx:
        here = tx.one("ledger.here")
        line = tx.one("ledger.center_line")
        assert here is not None
        assert line is not None
        anew = bool(line["epoch"]) and line["epoch"] != answer.epoch
        node = here["id"]
        _mark_answered(tx, node, incarnation, answer, _answered(answer, told), now)
        if anew:
            _begin_again(tx, node, incarnation, now)
        if also is not None:
            also(tx)
        desk = _Desk(tx, rules, kinds)
        if anew or _cursors(tx) != told.cursors:
            answer = msgspec.structs.replace(answer, changes=Changes(more=True))
        brought = {name: _rows(raw) for name, raw in answer.changes.documents.items() if kinds.knows(name)}
        brought |= desk.kept_as_written(answer.changes.same)
        if not answer.changes.more and not anew:
            brought |= desk.settled(brought)
        desk.put(brought)
        for scope, version in answer.changes.cursors.items():
            tx.put("cursors", ("scope",), scope=scope, version=version)
        take_counts(tx)
        tx.touched.clear()
        tx.change(
            "center_lines",
            {"center": line["center"]},
            epoch=answer.epoch,
            safe=answer.safe if incarnation == here["incarnation"] else line["safe"],
            clock_offset=offset,
            **in_reach(line, now),
        )
    return Taken(len(brought), len(answer.refused), answer.changes.more, anew)


def in_reach(line: Row, now: int) -> dict[str, int | None]:
    """What to note when the center was heard: since when without a silence, and that nothing is lost."""
    heard = line["measured_at"]
    held = line["lost_at"] is None and heard is not None and now - heard < SILENCE
    return {"reached_at": line["reached_at"] if held else now, "measured_at": now, "lost_at": None}


def _cursors(tx: Transaction) -> dict[str, int]:
    return {row["scope"]: row["version"] for row in tx.rows("cursors") if row["scope"] not in (ANEW, PUT_BACK)}


def _answered(answer: Answer, told: Told) -> int:
    """Up to which entry this is the answer: only to what was sent with it, because only of that it says what became.

    The authority may have more (an answer to it was lost, or another program spoke under our name).
    """
    if not isinstance(told, Push):
        return 0
    sent = told.first + len(told.entries) - 1
    return min(answer.last, sent, answer.fork - 1 if answer.fork else sent)


def _mark_answered(tx: Transaction, node: str, incarnation: int, answer: Answer, answered: int, now: int) -> None:
    tx.run("ledger.forgotten_after", node=node, incarnation=incarnation, number=answer.last)
    tx.run("ledger.forgotten_after", node=node + ASKS, incarnation=incarnation, number=answer.asked)
    for number, refusing in answer.refused.items():
        _keep_outcome(tx, node, incarnation, number, Outcome(refused=refusing))
        row = tx.one("ledger.by_key", node=node, incarnation=incarnation, number=number)
        if row is not None and row["answered_at"] is None:
            show_refusal(tx, row["position"], refusing, now)
    for number, decision in answer.decided.items():
        _keep_outcome(tx, node, incarnation, number, Outcome(decision=decision))
    tx.run("ledger.answered_up_to", node=node, incarnation=incarnation, number=answered, at=now)


def show_refusal(tx: Transaction, position: int, refusing: Refusing, now: int) -> None:
    """Puts an entry among the work that came back."""
    tx.put(
        "refusals",
        ("position",),
        position=position,
        reason=refusing.reason,
        sentence=refusing.sentence,
        facts=msgspec.json.encode(refusing.facts),
        told_at=now,
    )


def _keep_outcome(tx: Transaction, node: str, incarnation: int, number: int, outcome: Outcome) -> None:
    tx.run(
        "ledger.set_answer",
        node=node,
        incarnation=incarnation,
        number=number,
        answer=msgspec.json.encode(outcome),
    )


def _begin_again(tx: Transaction, node: str, incarnation: int, now: int) -> None:
    """Another life of the center: what was read of its feed says nothing any more, and under the numbers that it knows
    there may stand what another program said as this node. All is told again, but for what another number stands for.
    """
    tx.run("ledger.forget_cursors")
    tx.insert("cursors", scope=ANEW, version=0)
    tx.insert("cursors", scope=PUT_BACK, version=now)
    for each in range(1, incarnation + 1):
        tx.run("ledger.forgotten_after", node=node + ASKS, incarnation=each, number=0)
        moved = [row["number"] for row in tx.rows("ledger_entries", node=node, incarnation=each) if _is_moved(row)]
        tx.run("ledger.forgotten_before", node=node, incarnation=each, number=min(moved, default=_ENDLESS))


def _is_moved(row: Row) -> bool:
    said = msgspec.json.decode(row["answer"], type=Outcome).refused if row["answer"] else None
    return said is not None and said.reason == "fork"


def _rows(raw: msgspec.Raw) -> Rows | None:
    return from_bytes(bytes(raw)) if raw != GONE else None


class _Desk:
    """The documents of one transaction, and the entries without an answer that lie on them."""

    def __init__(self, tx: Transaction, rules: Rules, kinds: Kinds) -> None:
        self._tx = tx
        self._rules = rules
        self._kinds = kinds

    def kept_as_written(self, documents: Iterable[str]) -> dict[str, Rows | None]:
        """Takes note of documents that stand at the authority as this node's answered entries made them.

        Those on which more has been written since are returned as the authority has them: they have to be put in place.
        """
        under_more: dict[str, Rows | None] = {}
        for name in filter(self._kinds.knows, documents):
            if self._tx.one("ledger.open_positions", document=name) is not None:
                under_more[name] = self._as_written(name)
            else:
                self._kinds.confirm(self._tx, name)
                self._tx.run("ledger.forget_answered", document=name)
                self._tx.remove("bases", document=name)
        return under_more

    def settled(self, but: Mapping[str, Rows | None]) -> dict[str, Rows | None]:
        """Documents on which nothing waits any more, and of which the authority said nothing: as it had them."""
        rows = self._tx.all("ledger.settled_bases")
        return {row["document"]: _of_base(row) for row in rows if row["document"] not in but}

    def put(self, brought: Mapping[str, Rows | None]) -> None:
        """Puts the documents in place, with what has no answer yet on top."""
        versions = dict(brought)
        waiting = self._all_that_hangs_together(versions)
        for name, rows in versions.items():
            self._kinds.replace(self._tx, name, rows)
            self._tx.run("ledger.forget_answered", document=name)
            if self._tx.one("ledger.open_positions", document=name) is None:
                self._tx.remove("bases", document=name)
            else:
                self._tx.put("bases", ("document",), document=name, content=to_bytes(rows) if rows else None)
        for position in sorted(waiting):
            self._apply_again(position)

    def _all_that_hangs_together(self, versions: dict[str, Rows | None]) -> set[int]:
        """The waiting entries on these documents; their other documents are added, as the authority had them."""
        waiting: set[int] = set()
        names = list(versions)
        while names:
            name = names.pop()
            for row in self._tx.all("ledger.open_positions", document=name):
                if row["position"] in waiting:
                    continue
                waiting.add(row["position"])
                for other in self._tx.all("ledger.documents_of", position=row["position"]):
                    if other["document"] not in versions:
                        base = self._tx.row("bases", document=other["document"])
                        versions[other["document"]] = _of_base(base) if base else None
                        names.append(other["document"])
        return waiting

    def _as_written(self, name: str) -> Rows | None:
        base = self._tx.row("bases", document=name)
        self._kinds.replace(self._tx, name, _of_base(base) if base else None)
        for row in self._tx.all("ledger.answered_positions", document=name):
            self._apply_again(row["position"])
        self._kinds.confirm(self._tx, name)
        return self._kinds.rows(self._tx, name)

    def _apply_again(self, position: int) -> None:
        """As far as it still can be: whether it is accepted, the authority says."""
        row: Row | None = self._tx.row("ledger_entries", position=position)
        assert row is not None
        rule = self._rules[row["kind"]]
        with self._tx.attempt():
            rule.apply(self._tx, entry_of(rule, row))


def _of_base(row: Row) -> Rows | None:
    return from_bytes(row["content"]) if row["content"] else None

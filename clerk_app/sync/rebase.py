"""An answer of the center takes its place in the window's store, in one transaction.

Documents are replaced by the authority's. Where entries without an answer had written them too, they go on from there:
the document is put back to how the authority has it, and those entries are applied again, in their order, together with
every other document that they touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from clerk_app.ledger.chain_tips import CALLS_SUFFIX, apply_queue_counts
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import entry_from_row
from clerk_app.ledger.offline_authority import SILENCE_LIMIT
from clerk_app.ledger.replication.documents import DocumentTypes, Rows, decode_rows, encode_rows
from clerk_app.ledger.replication.messages import (
    REMOVED,
    DocumentChanges,
    NodeRequest,
    PushRequest,
    RejectionBody,
    Response,
)
from clerk_app.sync.outbox import StoredResult
from db.engines import Row, Store, Transaction

REDELIVERY_SCOPE = ""  # the scope under which it stands that everything is being told anew, and to whom
RESTORE_SCOPE = "."  # and when that began last, microseconds UTC
_MAX_NUMBER = 2**53  # more than there are numbers


@dataclass(frozen=True)
class AppliedResponse:
    """What an answer brought."""

    documents: int
    refused: int
    more: bool
    restored: bool  # the center came back from a backup


def apply_response(
    store: Store,
    rules: Rules,
    document_types: DocumentTypes,
    response: Response,
    request: NodeRequest,
    now: int,
    offset: int,
    extra_writes: Callable[[Transaction], None] | None = None,
) -> AppliedResponse:
    """Takes over what the center says to `told`; `also` is done in the same transaction.

    Where another answer has come in between, what this one says of documents may be old: it is asked again.
    """
    incarnation = request.incarnation
    with store.write() as tx:
        here = tx.query_one("ledger.own_node")
        line = tx.query_one("ledger.center_connection")
        assert here is not None
        assert line is not None
        anew = bool(line["epoch"]) and line["epoch"] != response.epoch
        node = here["id"]
        _mark_answered(tx, node, incarnation, response, _answered_up_to(response, request), now)
        if anew:
            _reset_for_new_epoch(tx, node, incarnation, now)
        if extra_writes is not None:
            extra_writes(tx)
        desk = Rebase(tx, rules, document_types)
        if anew or _read_cursors(tx) != request.cursors:
            response = msgspec.structs.replace(response, changes=DocumentChanges(more=True))
        brought = {
            name: _decode_rows(raw) for name, raw in response.changes.documents.items() if document_types.is_known(name)
        }
        brought |= desk.confirm_unchanged(response.changes.unchanged)
        if not response.changes.more and not anew:
            brought |= desk.settled_documents(brought)
        desk.replace_documents(brought)
        for scope, version in response.changes.cursors.items():
            tx.upsert("cursors", ("scope",), scope=scope, version=version)
        apply_queue_counts(tx)
        tx.changed_documents.clear()
        tx.update(
            "center_lines",
            {"center": line["center"]},
            epoch=response.epoch,
            safe=response.durable_number if incarnation == here["incarnation"] else line["safe"],
            clock_offset=offset,
            **contact_columns(line, now),
        )
    return AppliedResponse(len(brought), len(response.refused), response.changes.more, anew)


def contact_columns(center_line: Row, now: int) -> dict[str, int | None]:
    """What to note when the center was heard: since when without a silence, and that nothing is lost."""
    heard = center_line["measured_at"]
    held = center_line["lost_at"] is None and heard is not None and now - heard < SILENCE_LIMIT
    return {"reached_at": center_line["reached_at"] if held else now, "measured_at": now, "lost_at": None}


def _read_cursors(tx: Transaction) -> dict[str, int]:
    return {
        row["scope"]: row["version"]
        for row in tx.select("cursors")
        if row["scope"] not in (REDELIVERY_SCOPE, RESTORE_SCOPE)
    }


def _answered_up_to(answer: Response, request: NodeRequest) -> int:
    """Up to which entry this is the answer: only to what was sent with it, because only of that it says what became.

    The authority may have more (an answer to it was lost, or another program spoke under our name).
    """
    if not isinstance(request, PushRequest):
        return 0
    sent = request.first + len(request.entries) - 1
    return min(answer.last_number, sent, answer.fork - 1 if answer.fork else sent)


def _mark_answered(tx: Transaction, node: str, incarnation: int, answer: Response, answered: int, now: int) -> None:
    tx.execute("ledger.mark_unanswered_after", node=node, incarnation=incarnation, number=answer.last_number)
    tx.execute(
        "ledger.mark_unanswered_after", node=node + CALLS_SUFFIX, incarnation=incarnation, number=answer.last_call
    )
    for number, refusing in answer.refused.items():
        _store_result(tx, node, incarnation, number, StoredResult(refused=refusing))
        row = tx.query_one("ledger.entry_by_key", node=node, incarnation=incarnation, number=number)
        if row is not None and row["answered_at"] is None:
            record_rejected_work(tx, row["position"], refusing, now)
    for number, decision in answer.decided.items():
        _store_result(tx, node, incarnation, number, StoredResult(decision=decision))
    tx.execute("ledger.mark_answered_up_to", node=node, incarnation=incarnation, number=answered, at=now)


def record_rejected_work(tx: Transaction, position: int, refusing: RejectionBody, now: int) -> None:
    """Puts an entry among the work that came back."""
    tx.upsert(
        "refusals",
        ("position",),
        position=position,
        reason=refusing.reason,
        sentence=refusing.sentence,
        facts=msgspec.json.encode(refusing.facts),
        told_at=now,
    )


def _store_result(tx: Transaction, node: str, incarnation: int, number: int, result: StoredResult) -> None:
    tx.execute(
        "ledger.store_answer",
        node=node,
        incarnation=incarnation,
        number=number,
        answer=msgspec.json.encode(result),
    )


def _reset_for_new_epoch(tx: Transaction, node: str, incarnation: int, now: int) -> None:
    """Another life of the center: what was read of its feed says nothing any more, and under the numbers that it knows
    there may stand what another program said as this node. All is told again, but for what another number stands for.
    """
    tx.execute("ledger.delete_cursors")
    tx.insert("cursors", scope=REDELIVERY_SCOPE, version=0)
    tx.insert("cursors", scope=RESTORE_SCOPE, version=now)
    for each in range(1, incarnation + 1):
        tx.execute("ledger.mark_unanswered_after", node=node + CALLS_SUFFIX, incarnation=each, number=0)
        moved = [
            row["number"] for row in tx.select("ledger_entries", node=node, incarnation=each) if _is_renumbered(row)
        ]
        tx.execute("ledger.mark_unanswered_before", node=node, incarnation=each, number=min(moved, default=_MAX_NUMBER))


def _is_renumbered(row: Row) -> bool:
    said = msgspec.json.decode(row["answer"], type=StoredResult).refused if row["answer"] else None
    return said is not None and said.reason == "fork"


def _decode_rows(raw: msgspec.Raw) -> Rows | None:
    return decode_rows(bytes(raw)) if raw != REMOVED else None


class Rebase:
    """The documents of one transaction, and the entries without an answer that lie on them."""

    def __init__(self, tx: Transaction, rules: Rules, document_types: DocumentTypes) -> None:
        self._tx = tx
        self._rules = rules
        self._document_types = document_types

    def confirm_unchanged(self, documents: Iterable[str]) -> dict[str, Rows | None]:
        """Takes note of documents that stand at the authority as this node's answered entries made them.

        Those on which more has been written since are returned as the authority has them: they have to be put in place.
        """
        under_more: dict[str, Rows | None] = {}
        for name in filter(self._document_types.is_known, documents):
            if self._tx.query_one("ledger.unanswered_positions_of_document", document=name) is not None:
                under_more[name] = self._rebuild_answered(name)
            else:
                self._document_types.confirm(self._tx, name)
                self._tx.execute("ledger.delete_answered_positions", document=name)
                self._tx.delete("bases", document=name)
        return under_more

    def settled_documents(self, excluded: Mapping[str, Rows | None]) -> dict[str, Rows | None]:
        """Documents on which nothing waits any more, and of which the authority said nothing: as it had them."""
        rows = self._tx.query_all("ledger.bases_without_unanswered")
        return {row["document"]: _base_rows(row) for row in rows if row["document"] not in excluded}

    def replace_documents(self, brought: Mapping[str, Rows | None]) -> None:
        """Puts the documents in place, with what has no answer yet on top."""
        versions = dict(brought)
        waiting = self._collect_dependent_entries(versions)
        for name, rows in versions.items():
            self._document_types.replace(self._tx, name, rows)
            self._tx.execute("ledger.delete_answered_positions", document=name)
            if self._tx.query_one("ledger.unanswered_positions_of_document", document=name) is None:
                self._tx.delete("bases", document=name)
            else:
                self._tx.upsert("bases", ("document",), document=name, content=encode_rows(rows) if rows else None)
        for position in sorted(waiting):
            self._reapply_entry(position)

    def _collect_dependent_entries(self, versions: dict[str, Rows | None]) -> set[int]:
        """The waiting entries on these documents; their other documents are added, as the authority had them."""
        waiting: set[int] = set()
        names = list(versions)
        while names:
            name = names.pop()
            for row in self._tx.query_all("ledger.unanswered_positions_of_document", document=name):
                if row["position"] in waiting:
                    continue
                waiting.add(row["position"])
                for other in self._tx.query_all("ledger.unanswered_documents_of_entry", position=row["position"]):
                    if other["document"] not in versions:
                        base = self._tx.get("bases", document=other["document"])
                        versions[other["document"]] = _base_rows(base) if base else None
                        names.append(other["document"])
        return waiting

    def _rebuild_answered(self, name: str) -> Rows | None:
        base = self._tx.get("bases", document=name)
        self._document_types.replace(self._tx, name, _base_rows(base) if base else None)
        for row in self._tx.query_all("ledger.answered_positions_of_document", document=name):
            self._reapply_entry(row["position"])
        self._document_types.confirm(self._tx, name)
        return self._document_types.read_rows(self._tx, name)

    def _reapply_entry(self, position: int) -> None:
        """As far as it still can be: whether it is accepted, the authority says."""
        row: Row | None = self._tx.get("ledger_entries", position=position)
        assert row is not None
        rule = self._rules[row["kind"]]
        with self._tx.savepoint(ignore=(Exception,)):
            rule.apply(self._tx, entry_from_row(rule, row))


def _base_rows(row: Row) -> Rows | None:
    return decode_rows(row["content"]) if row["content"] else None

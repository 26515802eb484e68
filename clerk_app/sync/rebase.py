"""Applies a response of the center to the window's store, in one transaction.

Documents are replaced by those of the center. Unanswered entries are rebased: each document that they wrote is reset to
the center's version, then they are applied again in order, together with every other document that they touch.
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
from clerk_app.sync.window_rows import center_line, own_node
from db.engines import Row, Store, Transaction

REDELIVERY_SCOPE = ""  # this row of `cursors` exists while all documents are read anew; its version: by which program
RESTORE_SCOPE = "."  # the version of this row is when the center's last restore was noticed, microseconds UTC
_MAX_NUMBER = 2**53  # above all entry numbers


@dataclass(frozen=True)
class AppliedResponse:
    """What a response contained: numbers of documents and rejected entries."""

    documents: int
    refused: int
    more: bool  # the center has more documents to send
    restored: bool  # the center has a new epoch


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
    """Apply the response to a request; `extra_writes` runs in the same transaction. Times are in microseconds.

    When another response was applied since the request was made, its documents may be out of date: they are dropped,
    and `more` is set.
    """
    incarnation = request.incarnation
    with store.write() as tx:
        own, line = own_node(tx), center_line(tx)
        is_new_epoch = bool(line["epoch"]) and line["epoch"] != response.epoch
        node = own["id"]
        _mark_answered(tx, node, incarnation, response, _answered_up_to(response, request), now)
        if is_new_epoch:
            _reset_for_new_epoch(tx, node, incarnation, now)
        if extra_writes is not None:
            extra_writes(tx)
        rebase = Rebase(tx, rules, document_types)
        if is_new_epoch or _read_cursors(tx) != request.cursors:
            response = msgspec.structs.replace(response, changes=DocumentChanges(more=True))
        documents = {
            name: _decode_rows(raw) for name, raw in response.changes.documents.items() if document_types.is_known(name)
        }
        documents |= rebase.confirm_unchanged(response.changes.unchanged)
        if not response.changes.more and not is_new_epoch:
            documents |= rebase.settled_documents(documents)
        rebase.replace_documents(documents)
        for scope, version in response.changes.cursors.items():
            tx.upsert("cursors", ("scope",), scope=scope, version=version)
        apply_queue_counts(tx)
        tx.changed_documents.clear()
        tx.update(
            "center_lines",
            {"center": line["center"]},
            epoch=response.epoch,
            safe=response.durable_number if incarnation == own["incarnation"] else line["safe"],
            clock_offset=offset,
            **contact_columns(line, now),
        )
    return AppliedResponse(len(documents), len(response.refused), response.changes.more, is_new_epoch)


def contact_columns(line: Row, now: int) -> dict[str, int | None]:
    """Return the columns of the connection's row for a contact at `now`: `reached_at` is kept unless it was silent."""
    measured_at = line["measured_at"]
    is_connected = line["lost_at"] is None and measured_at is not None and now - measured_at < SILENCE_LIMIT
    return {"reached_at": line["reached_at"] if is_connected else now, "measured_at": now, "lost_at": None}


def record_rejected_work(tx: Transaction, position: int, rejection: RejectionBody, now: int) -> None:
    """Add an entry to the rejected work, which a person must settle."""
    tx.upsert(
        "refusals",
        ("position",),
        position=position,
        reason=rejection.reason,
        sentence=rejection.sentence,
        facts=msgspec.json.encode(rejection.facts),
        told_at=now,
    )


def _read_cursors(tx: Transaction) -> dict[str, int]:
    rows = tx.select("cursors")
    return {row["scope"]: row["version"] for row in rows if row["scope"] not in (REDELIVERY_SCOPE, RESTORE_SCOPE)}


def _answered_up_to(response: Response, request: NodeRequest) -> int:
    """Return up to which entry the response holds results: at most the last one in the request.

    The center may have later entries (a response was lost, or another program used this node's identity), but this
    response does not hold their results.
    """
    if not isinstance(request, PushRequest):
        return 0
    last_sent = request.first + len(request.entries) - 1
    return min(response.last_number, last_sent, response.fork - 1 if response.fork else last_sent)


def _mark_answered(tx: Transaction, node: str, incarnation: int, response: Response, answered: int, now: int) -> None:
    tx.execute("ledger.mark_unanswered_after", node=node, incarnation=incarnation, number=response.last_number)
    tx.execute(
        "ledger.mark_unanswered_after", node=node + CALLS_SUFFIX, incarnation=incarnation, number=response.last_call
    )
    for number, rejection in response.refused.items():
        _store_result(tx, node, incarnation, number, StoredResult(refused=rejection))
        row = tx.query_one("ledger.entry_by_key", node=node, incarnation=incarnation, number=number)
        if row is not None and row["answered_at"] is None:
            record_rejected_work(tx, row["position"], rejection, now)
    for number, decision in response.decided.items():
        _store_result(tx, node, incarnation, number, StoredResult(decision=decision))
    tx.execute("ledger.mark_answered_up_to", node=node, incarnation=incarnation, number=answered, at=now)


def _store_result(tx: Transaction, node: str, incarnation: int, number: int, result: StoredResult) -> None:
    answer = msgspec.json.encode(result)
    tx.execute("ledger.store_answer", node=node, incarnation=incarnation, number=number, answer=answer)


def _reset_for_new_epoch(tx: Transaction, node: str, incarnation: int, now: int) -> None:
    """Prepare to send all entries and read all documents again, because the center was restored.

    The cursors mean nothing in the new epoch, and the center may have another program's entries under our numbers.
    Entries that were rewritten under another number (fork recovery) are not sent again.
    """
    tx.execute("ledger.delete_cursors")
    tx.insert("cursors", scope=REDELIVERY_SCOPE, version=0)
    tx.insert("cursors", scope=RESTORE_SCOPE, version=now)
    for each in range(1, incarnation + 1):
        tx.execute("ledger.mark_unanswered_after", node=node + CALLS_SUFFIX, incarnation=each, number=0)
        entries = tx.select("ledger_entries", node=node, incarnation=each)
        first_renumbered = min((row["number"] for row in entries if _is_renumbered(row)), default=_MAX_NUMBER)
        tx.execute("ledger.mark_unanswered_before", node=node, incarnation=each, number=first_renumbered)


def _is_renumbered(row: Row) -> bool:
    rejection = msgspec.json.decode(row["answer"], type=StoredResult).refused if row["answer"] else None
    return rejection is not None and rejection.reason == "fork"


def _decode_rows(raw: msgspec.Raw) -> Rows | None:
    return decode_rows(bytes(raw)) if raw != REMOVED else None


class Rebase:
    """Replaces documents in one transaction and applies unanswered entries to them again.

    The table `bases` holds the center's version of each document that an unanswered entry wrote.
    """

    def __init__(self, tx: Transaction, rules: Rules, document_types: DocumentTypes) -> None:
        self._tx = tx
        self._rules = rules
        self._document_types = document_types

    def confirm_unchanged(self, documents: Iterable[str]) -> dict[str, Rows | None]:
        """Note that the center has these documents exactly as this node's answered entries wrote them.

        Returns the center's version of those that unanswered entries have written since: they must be replaced.
        """
        to_replace: dict[str, Rows | None] = {}
        for name in filter(self._document_types.is_known, documents):
            if self._tx.query_one("ledger.unanswered_positions_of_document", document=name) is not None:
                to_replace[name] = self._rebuild_answered(name)
            else:
                self._document_types.confirm(self._tx, name)
                self._tx.execute("ledger.delete_answered_positions", document=name)
                self._tx.delete("bases", document=name)
        return to_replace

    def settled_documents(self, excluded: Mapping[str, Rows | None]) -> dict[str, Rows | None]:
        """Return the center's version of documents that no unanswered entry wrote any more, except `excluded`."""
        rows = self._tx.query_all("ledger.bases_without_unanswered")
        return {row["document"]: _base_rows(row) for row in rows if row["document"] not in excluded}

    def replace_documents(self, documents: Mapping[str, Rows | None]) -> None:
        """Replace the documents, then apply the unanswered entries on them again."""
        versions = dict(documents)
        unanswered = self._collect_dependent_entries(versions)
        for name, rows in versions.items():
            self._document_types.replace(self._tx, name, rows)
            self._tx.execute("ledger.delete_answered_positions", document=name)
            if self._tx.query_one("ledger.unanswered_positions_of_document", document=name) is None:
                self._tx.delete("bases", document=name)
            else:
                self._tx.upsert("bases", ("document",), document=name, content=encode_rows(rows) if rows else None)
        for position in sorted(unanswered):
            self._reapply_entry(position)

    def _collect_dependent_entries(self, versions: dict[str, Rows | None]) -> set[int]:
        """Return positions of the unanswered entries on these documents; adds the other documents that they wrote."""
        positions: set[int] = set()
        names = list(versions)
        while names:
            name = names.pop()
            for row in self._tx.query_all("ledger.unanswered_positions_of_document", document=name):
                if row["position"] in positions:
                    continue
                positions.add(row["position"])
                for other in self._tx.query_all("ledger.unanswered_documents_of_entry", position=row["position"]):
                    if other["document"] not in versions:
                        base = self._tx.get("bases", document=other["document"])
                        versions[other["document"]] = _base_rows(base) if base else None
                        names.append(other["document"])
        return positions

    def _rebuild_answered(self, name: str) -> Rows | None:
        """Return the document as the answered entries made it from its base."""
        base = self._tx.get("bases", document=name)
        self._document_types.replace(self._tx, name, _base_rows(base) if base else None)
        for row in self._tx.query_all("ledger.answered_positions_of_document", document=name):
            self._reapply_entry(row["position"])
        self._document_types.confirm(self._tx, name)
        return self._document_types.read_rows(self._tx, name)

    def _reapply_entry(self, position: int) -> None:
        """Apply an entry again if it still can be: the center decides whether it is accepted."""
        row = self._tx.get("ledger_entries", position=position)
        if row is None:
            raise RuntimeError(f"the log has no entry at position {position}")
        rule = self._rules[row["kind"]]
        with self._tx.savepoint(ignore=(Exception,)):
            rule.apply(self._tx, entry_from_row(rule, row))


def _base_rows(row: Row) -> Rows | None:
    return decode_rows(row["content"]) if row["content"] else None

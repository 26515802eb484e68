"""Applies a response of the center to the window's store, in one transaction.

Documents are replaced by the center's versions. Unanswered entries on these documents are rebased: all documents that
the entries wrote are reset to the center's versions, and the entries are applied again in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from clerk_app.errors import ClerkError
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, apply_queue_counts
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import entry_from_row
from clerk_app.ledger.offline_authority import answers_now
from clerk_app.ledger.replication.documents import DocumentTypes, Rows, decode_rows, encode_rows
from clerk_app.ledger.replication.messages import (
    ABSENT,
    REMOVED,
    DocumentChanges,
    NodeRequest,
    PullRequest,
    PushRequest,
    RejectionBody,
    Response,
)
from clerk_app.log import log_event, log_exception
from clerk_app.sync.lost_scopes import PURGE_SCOPE, find_lost_documents, finish_scope_loss, request_purge
from clerk_app.sync.outbox import StoredResult
from clerk_app.sync.window_rows import center_line, own_node
from db.engines import Row, Store, Transaction
from db.errors import StoreError

# The row of `cursors` with this scope exists during a redelivery; its version identifies the program that reads it.
REDELIVERY_SCOPE = ""
# The version of this row is the time when the center's last restore was detected, in microseconds UTC.
RESTORE_SCOPE = "."
MARKERS = (RESTORE_SCOPE, PURGE_SCOPE)  # rows of `cursors` that are not sent to the center
_MAX_NUMBER = 2**53  # higher than every entry number


@dataclass(frozen=True)
class AppliedResponse:
    """Result of applying a response: how many documents and rejected entries it contained, and the rebased entries."""

    documents: int
    refused: int
    more: bool  # the center has more documents to send
    restored: bool  # the center has a new epoch
    reapplied: frozenset[int] = frozenset()  # positions of the entries that were applied again
    skipped: Mapping[int, Exception] = field(default_factory=dict)  # positions of those that could not be


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

    If another response was applied after the request was built, the documents in `response` may be out of date. They
    are then ignored, and `more` is set.
    """
    incarnation = request.incarnation
    _prepare_documents(store, document_types, response)
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
            name: rows
            for name, raw in response.changes.documents.items()
            if document_types.is_known(name) and (rows := _decode_or_skip(name, raw)) is not _UNREADABLE
        }
        documents |= rebase.confirm_unchanged(response.changes.unchanged)
        if not response.changes.more and not is_new_epoch:
            documents |= rebase.settled_documents(documents)
        rebase.replace_documents(documents)
        lost = find_lost_documents(tx, document_types, request.cursors, response.changes.cursors)
        has_lost_scopes = bool(response.changes.cursors) and not set(request.cursors) <= set(response.changes.cursors)
        if has_lost_scopes:
            rebase.replace_documents(lost)
            finish_scope_loss(tx)
        else:
            if any(rows is None for rows in documents.values()):
                request_purge(tx)
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
    return AppliedResponse(
        len(documents),
        len(response.refused),
        response.changes.more or has_lost_scopes,
        is_new_epoch,
        frozenset(rebase.reapplied),
        rebase.skipped,
    )


def _prepare_documents(store: Store, document_types: DocumentTypes, response: Response) -> None:
    """Do what takes long for some received documents before the transaction that replaces them."""
    for name, raw in response.changes.documents.items():
        if not document_types.needs_preparation(name):
            continue
        try:
            if raw != REMOVED:
                document_types.prepare(store, name, decode_rows(bytes(raw)))
        except (ClerkError, StoreError):
            raise
        except Exception as error:  # the transaction leaves this document out, and stores the others
            _log_unreadable(name, error)


def has_no_news(request: PullRequest, response: Response) -> bool:
    """Return whether the response to a long poll has no changes."""
    changes = response.changes
    is_current = all(version == request.cursors.get(scope, 0) for scope, version in changes.cursors.items())
    return is_current and not changes.documents and not changes.unchanged and response.epoch == request.epoch


def contact_columns(line: Row, now: int) -> dict[str, int | None]:
    """Return the columns of the connection's row after a contact at `now`.

    `reached_at`, the start of the connected period, is kept unless the connection was lost, or silent for
    SILENCE_LIMIT or longer.
    """
    return {"reached_at": line["reached_at"] if answers_now(line, now) else now, "measured_at": now, "lost_at": None}


def record_rejected_work(tx: Transaction, position: int, rejection: RejectionBody, now: int) -> None:
    """Add the entry at `position` to the rejected work, which a person must settle."""
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
    return {row["scope"]: row["version"] for row in rows if row["scope"] not in (REDELIVERY_SCOPE, *MARKERS)}


def _answered_up_to(response: Response, request: NodeRequest) -> int:
    """Return the number of the last entry whose result is in the response; 0 if the request pushed no entries.

    The number is at most that of the last entry in the request. The center may have later entries (a response was lost,
    or another program used this node's identity), but this response does not contain their results.
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
    results = _collect_results(response) if answered else {}
    for number, result in results.items():
        _store_result(tx, node, incarnation, number, result)
    for number, rejection in response.refused.items() if answered else ():
        row = tx.query_one("ledger.entry_by_key", node=node, incarnation=incarnation, number=number)
        if row is not None and row["answered_at"] is None:
            record_rejected_work(tx, row["position"], rejection, now)
    tx.execute("ledger.mark_answered_up_to", node=node, incarnation=incarnation, number=answered, at=now)


def _collect_results(response: Response) -> dict[int, StoredResult]:
    """Return the results of the pushed entries in a response, by number."""
    return {
        number: StoredResult(
            decision=response.decided.get(number, ABSENT),
            refused=response.refused.get(number),
            receipt=response.receipts.get(number),
        )
        for number in sorted(response.refused.keys() | response.decided.keys() | response.receipts.keys())
    }


def _store_result(tx: Transaction, node: str, incarnation: int, number: int, result: StoredResult) -> None:
    answer = msgspec.json.encode(result)
    tx.execute("ledger.store_answer", node=node, incarnation=incarnation, number=number, answer=answer)


def record_contact(store: Store, now: int) -> None:
    """Record that the center has just answered. `now` is in microseconds UTC."""
    with store.write() as tx:
        line = tx.query_one("ledger.center_connection")
        if line is not None:
            tx.update("center_lines", {"center": line["center"]}, **contact_columns(line, now))


def follow_epoch(store: Store, epoch: str, now: int) -> bool:
    """Prepare to send all entries again if a center that accepts nothing else has this new epoch; return whether."""
    with store.write() as tx:
        own, line = own_node(tx), center_line(tx)
        if not epoch or not line["epoch"] or line["epoch"] == epoch:
            return False
        _reset_for_new_epoch(tx, own["id"], own["incarnation"], now)
        tx.update("center_lines", {"center": line["center"]}, epoch=epoch)
    return True


def _reset_for_new_epoch(tx: Transaction, node: str, incarnation: int, now: int) -> None:
    """Prepare to send all entries and read all documents again, because the center was restored.

    The cursors are not valid in the new epoch, and the center may have entries of another program under the numbers of
    this node. Entries that fork recovery appended again under another number are not sent again.
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


_UNREADABLE: Rows = {}


def _decode_or_skip(name: str, raw: msgspec.Raw) -> Rows | None:
    """Return the rows of a document, None for a removed one; _UNREADABLE, logged, for one that is not readable."""
    try:
        return decode_rows(bytes(raw)) if raw != REMOVED else None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        _log_unreadable(name, error)
        return _UNREADABLE


def _log_unreadable(name: str, error: Exception) -> None:
    log_event("sync", "unreadable document", name=name[:100])
    log_exception("sync", error)


class Rebase:
    """Replaces documents in one transaction and applies unanswered entries to them again.

    The table `bases` holds the center's version of each document that an unanswered entry wrote.
    """

    def __init__(self, tx: Transaction, rules: Rules, document_types: DocumentTypes) -> None:
        self._tx = tx
        self._rules = rules
        self._document_types = document_types
        self.reapplied: set[int] = set()  # positions of the entries that were applied again
        self.skipped: dict[int, Exception] = {}  # by position: why an entry could not be applied again

    def confirm_unchanged(self, documents: Iterable[str]) -> dict[str, Rows | None]:
        """Confirm that the center has these documents exactly as the answered entries of this node wrote them.

        Returns the center's version of the documents that unanswered entries have written since. The caller must
        replace these documents.
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
        """Return the center's version of each document that has a base but no unanswered entry, except `excluded`."""
        rows = self._tx.query_all("ledger.bases_without_unanswered")
        return {row["document"]: _base_rows(row) for row in rows if row["document"] not in excluded}

    def replace_documents(self, documents: Mapping[str, Rows | None]) -> None:
        """Replace the documents, then reapply the unanswered entries that wrote them."""
        versions = dict(documents)
        unanswered = self._collect_dependent_entries(versions)
        for name, rows in versions.items():
            with self._tx.savepoint(ignore=(Exception,)) as savepoint:
                self._document_types.replace(self._tx, name, rows)
            if savepoint.error is not None:  # one document that this program cannot keep must not stop the others
                _log_unreadable(name, savepoint.error)
            self._tx.execute("ledger.delete_answered_positions", document=name)
            if self._tx.query_one("ledger.unanswered_positions_of_document", document=name) is None:
                self._tx.delete("bases", document=name)
            else:
                self._tx.upsert("bases", ("document",), document=name, content=encode_rows(rows) if rows else None)
        for position in sorted(unanswered):
            self._reapply_entry(position)

    def _collect_dependent_entries(self, versions: dict[str, Rows | None]) -> set[int]:
        """Return the positions of the unanswered entries that wrote these documents.

        The center's versions of all other documents that these entries wrote are added to `versions`.
        """
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
        """Reset a document to its base, apply the answered entries again, and return the resulting rows."""
        base = self._tx.get("bases", document=name)
        self._document_types.replace(self._tx, name, _base_rows(base) if base else None)
        for row in self._tx.query_all("ledger.answered_positions_of_document", document=name):
            self._reapply_entry(row["position"])
        self._document_types.confirm(self._tx, name)
        return self._document_types.read_rows(self._tx, name)

    def _reapply_entry(self, position: int) -> None:
        """Apply an entry again; skip it if it can no longer be applied, because the center decides about it.

        Raises the error of a failing store: nothing of the response may be committed then.
        """
        row = self._tx.get("ledger_entries", position=position)
        if row is None:
            raise RuntimeError(f"the log has no entry at position {position}")
        rule = self._rules[row["kind"]]
        with self._tx.savepoint(ignore=(Exception,)) as savepoint:
            rule.apply(self._tx, entry_from_row(rule, row))
        if savepoint.error is None:
            self.reapplied.add(position)
            self.skipped.pop(position, None)
        else:
            self.skipped[position] = savepoint.error
            self.reapplied.discard(position)


def _base_rows(row: Row) -> Rows | None:
    return decode_rows(row["content"]) if row["content"] else None

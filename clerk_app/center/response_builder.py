"""Builds responses to nodes: results of the request, and documents changed since the cursors. Only reads the store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.checkpoints import CheckpointProofs, log_origin
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.receipts import Receipt
from clerk_app.ledger.replication.document_cache import DocumentCache, DocumentReader, FeedPosition
from clerk_app.ledger.replication.documents import DocumentTypes, Reader
from clerk_app.ledger.replication.messages import (
    REMOVED,
    DocumentChanges,
    NodeRequest,
    PullRequest,
    RejectionBody,
    Response,
    raw_or_absent,
)
from clerk_app.log import log_event, log_exception
from db.engines import Row, Store, Transaction
from db.errors import StoreError

MAX_DOCUMENTS = 500  # in one response
_ENOUGH_BYTES = 16 * 1024 * 1024  # of documents in one response, after which no further one is added
WatermarkLookup = Callable[[Row, str, int], int]
"""(node state, node, incarnation) -> number of the newest entry that survives the loss of the center's machine."""


class RequestResult(msgspec.Struct, frozen=True, kw_only=True):
    """Results of a push or call request, by the number of the entry or call. Decisions are JSON."""

    completed: int = 0  # how many entries were performed or refused
    refused: dict[int, RejectionBody] = {}
    decided: dict[int, bytes] = {}  # decisions made by the center
    fork: int = 0  # number under which the center stores a different entry; 0 without a fork
    awaiting: int = 0  # number of an entry or call that is to be sent again later; 0 for none
    answer: bytes = b""  # JSON; the decision of a call
    receipts: dict[int, Receipt] = {}
    own_streams: tuple[str, ...] = ()  # streams to which final entries of the node were appended


class ResponseContext(msgspec.Struct, frozen=True, kw_only=True):
    """Input of a response: the reader, epoch and cursors of its request, and the result of the request."""

    reader: Reader
    incarnation: int
    epoch: str
    cursors: dict[str, int]
    max_documents: int = MAX_DOCUMENTS
    witnessed: int | None = None  # entries of the last checkpoint that the node has
    result: RequestResult = RequestResult()

    @classmethod
    def for_message(
        cls,
        node: Row,
        message: NodeRequest,
        result: RequestResult | None = None,
        max_documents: int = MAX_DOCUMENTS,
        *,
        now: int,
    ) -> ResponseContext:
        """Return the context of the response to a node's message at a time in microseconds."""
        return cls(
            reader=Reader.from_row(node, now),
            incarnation=message.incarnation,
            epoch=message.epoch,
            cursors=message.cursors,
            max_documents=min(max_documents, MAX_DOCUMENTS),
            witnessed=message.witnessed,
            result=result or RequestResult(),
        )


class ResponseBuilder:
    """Builds responses from one store. Thread-safe."""

    def __init__(
        self,
        store: Store,
        document_types: DocumentTypes,
        *,
        watermark: WatermarkLookup | None = None,
        clock: Callable[[], int] = system_clock,
    ):
        self.store = store
        self.document_types = document_types
        self.watermark = watermark or (lambda _node_state, _node, _incarnation: 0)
        self.clock = clock
        self._cache = DocumentCache()
        self._proofs = CheckpointProofs()

    def build_responses(
        self, contexts: Sequence[ResponseContext], lock: AbstractContextManager[object] | None = None
    ) -> list[Response | Exception]:
        """Return a response or an error for each context, all from one snapshot of the store, while holding `lock`."""
        responses: list[Response | Exception] = []
        with lock or nullcontext(), self.store.read() as tx:
            documents = DocumentReader(self.document_types, tx, self._cache)
            newest = _feed_positions(tx, {scope for context in contexts for scope in context.reader.scopes})
            for context in contexts:
                try:
                    node_state = _read_node_state(tx, context)
                    changes = _collect_changes(documents, node_state, context, newest)
                    responses.append(self._build_response(tx, node_state, context, changes))
                except Exception as error:  # fails this response only
                    responses.append(error)
        return responses

    def build_fetch_response(self, context: ResponseContext, documents: Sequence[str]) -> Response:
        """Return the current state of the named documents; those that the reader may not see are marked as removed."""
        with self.store.read() as tx:
            reader = DocumentReader(self.document_types, tx, self._cache)
            rendered = {
                name: _render_or_skip(reader, name, context.reader)
                for name in documents
                if self.document_types.is_known(name)
            }
            found = {name: content for name, content in rendered.items() if content is not None}
            return self._build_response(tx, _read_node_state(tx, context), context, DocumentChanges(documents=found))

    def has_changes(self, reader: Reader, response: Response) -> bool:
        """Return whether the epoch or a feed of the reader's scopes changed since a response. Reads no document."""
        with self.store.read() as tx:
            own_node = tx.get("nodes", here=True)
            is_new_epoch = own_node is not None and own_node["epoch"] != response.epoch
            return is_new_epoch or _feed_positions(tx, reader.scopes) != response.changes.cursors

    def _build_response(
        self, tx: Transaction, node_state: Row, context: ResponseContext, changes: DocumentChanges
    ) -> Response:
        result = context.result
        origin, has_witnessed = log_origin(node_state["id"], node_state["epoch"]), context.witnessed
        is_same_log = context.epoch == node_state["epoch"]
        checkpoint, consistency = self._proofs.find(
            tx, origin, has_witnessed if is_same_log or not has_witnessed else 0
        )
        return Response(
            center=node_state["id"],
            epoch=node_state["epoch"],
            now=self.clock(),
            last_number=node_state["last"] or 0,
            last_call=node_state["asked"] or 0,
            durable_number=self.watermark(node_state, context.reader.node, context.incarnation),
            refused=result.refused,
            decided={number: msgspec.Raw(decision) for number, decision in result.decided.items()},
            fork=result.fork,
            awaiting=result.awaiting,
            result=raw_or_absent(result.answer),
            receipts=result.receipts,
            changes=changes,
            checkpoint=checkpoint,
            consistency=consistency,
        )


def _read_node_state(tx: Transaction, context: ResponseContext) -> Row:
    """Return id and epoch of the center, and the numbers of the node's newest entry (`last`) and call (`asked`)."""
    node = context.reader.node
    row = tx.query_one("ledger.response_heading", node=node, asks=node + CALLS_SUFFIX, incarnation=context.incarnation)
    if row is None:
        raise RuntimeError("this store has no node of its own, so it is not a center")
    return row


def _collect_changes(
    documents: DocumentReader, node_state: Row, context: ResponseContext, newest: Mapping[str, int]
) -> DocumentChanges:
    """Return the documents changed since the node's cursors, from at most `max_documents` rows of the feeds.

    Cursors of another epoch are ignored, so that the feeds are read from the beginning. A document that is equal to
    what the node wrote is not sent, unless the node may see only a part of it; its name is listed in `unchanged`.
    """
    reader = context.reader
    cursors = context.cursors if context.epoch == node_state["epoch"] else {}
    written_by_node = _single_entry_streams(documents.tx, context.result.own_streams)
    changed: dict[str, msgspec.Raw] = {}
    unchanged: dict[str, None] = {}  # an ordered set
    reached: dict[str, int] = {}
    left, size = context.max_documents, 0
    for scope in reader.scopes:
        since = cursors.get(scope, 0)
        page = documents.feed_page(scope, since, left) if newest[scope] > since else []
        for index, row in enumerate(page):
            if size > _ENOUGH_BYTES:
                page, left = page[:index], 0
                break
            name = row["document"]
            if name in changed or name in unchanged or not documents.types.is_held(name, reader):
                continue
            if name in written_by_node and not documents.types.is_reduced(documents.tx, name):
                unchanged[name] = None
                continue
            position = FeedPosition(node_state["epoch"], scope, row["version"])
            content = _render_or_skip(documents, name, reader, position)
            if content is None:
                continue
            if content is not REMOVED or since:
                changed[name] = content
                size += len(bytes(content))
        left = max(left - len(page), 0)
        reached[scope] = newest[scope] if left > 0 else page[-1]["version"] if page else since
    behind = sum(newest[scope] - reached[scope] for scope in reader.scopes)
    return DocumentChanges(
        documents=changed, unchanged=tuple(unchanged), cursors=reached, more=behind > 0, total=behind
    )


def _render_or_skip(
    documents: DocumentReader, name: str, reader: Reader, position: FeedPosition | None = None
) -> msgspec.Raw | None:
    """Return a document; None for one that cannot be read, which is logged and must not stop the others.

    Raises the errors of a failing store.
    """
    try:
        content = documents.visible_document(name, reader, position)
        if content is not None and len(content) > documents.types.max_bytes_of(name):
            raise BadData("The document {name} is too large to be sent.", name=name)
    except StoreError:
        raise
    except Exception as error:  # whatever one damaged or forged row causes
        log_event("response", "unreadable document", name=name[:100])
        log_exception("response", error)
        return None
    return msgspec.Raw(content) if content is not None else REMOVED


def _single_entry_streams(tx: Transaction, streams: Sequence[str]) -> set[str]:
    """Return the streams that have exactly one entry."""
    pending = {stream: tx.start_query("ledger.last_revision", stream=stream) for stream in streams}
    last_rows = {stream: fetch() for stream, fetch in pending.items()}
    return {stream for stream, row in last_rows.items() if row is not None and row["revision"] == 1}


def _feed_positions(tx: Transaction, scopes: Collection[str]) -> dict[str, int]:
    """Return the newest version of each scope's feed; 0 for a scope without a feed."""
    rows = tx.query_all("ledger.feed_versions", scopes=tx.encode_list(sorted(scopes)))
    known = {row["scope"]: row["version"] for row in rows}
    return {scope: known.get(scope, 0) for scope in scopes}


def has_news(message: PullRequest, response: Response) -> bool:
    """Return whether a response contains anything new for the node."""
    changes = response.changes
    has_moved = any(version != message.cursors.get(scope, 0) for scope, version in changes.cursors.items())
    return bool(changes.documents or changes.unchanged or has_moved or message.epoch != response.epoch)

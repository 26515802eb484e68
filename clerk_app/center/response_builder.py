"""What a node is told: what became of what it said, and what changed where it may look. Here nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import msgspec

from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.replication.document_cache import DocumentCache, DocumentReader, FeedPosition
from clerk_app.ledger.replication.documents import DocumentTypes, Reader
from clerk_app.ledger.replication.messages import (
    REMOVED,
    DocumentChanges,
    NodeRequest,
    RejectionBody,
    Response,
    raw_or_absent,
)
from db.engines import Row, Store, Transaction

MAX_DOCUMENTS = 500  # documents in one answer
WatermarkLookup = Callable[[Row, str, int], int]
"""Up to which entry of a node and incarnation everything outlives this machine (center.safety)."""


class RequestResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message. Decisions and answers are JSON."""

    completed: int = 0  # entries that have their answer
    refused: dict[int, RejectionBody] = {}
    decided: dict[int, bytes] = {}
    fork: int = 0
    answer: bytes = b""
    own_streams: tuple[str, ...] = ()  # histories that final entries of the node began, or went on with


class ResponseContext(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to answer a message: who asks, and how far they have read in which life of the authority."""

    reader: Reader
    incarnation: int
    epoch: str
    cursors: dict[str, int]
    max_documents: int = MAX_DOCUMENTS
    result: RequestResult = RequestResult()

    @classmethod
    def for_message(
        cls, node: Row, message: NodeRequest, result: RequestResult | None = None, max_documents: int = MAX_DOCUMENTS
    ) -> ResponseContext:
        """The answer to a node's message."""
        return cls(
            reader=Reader.from_row(node),
            incarnation=message.incarnation,
            epoch=message.epoch,
            cursors=message.cursors,
            max_documents=min(max_documents, MAX_DOCUMENTS),
            result=result or RequestResult(),
        )


class ResponseBuilder:
    """Answers from one store. May be used by several threads."""

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
        self.watermark = watermark or (lambda _here, _node, _incarnation: 0)
        self.clock = clock
        self._cache = DocumentCache()

    def build_responses(
        self, contexts: Sequence[ResponseContext], lock: AbstractContextManager[object] | None = None
    ) -> list[Response | Exception]:
        """The answers, all of one moment; for each that cannot be given the error. `turn` is had meanwhile."""
        answers: list[Response | Exception] = []
        with lock or nullcontext(), self.store.read() as tx:
            look = DocumentReader(self.document_types, tx, self._cache)
            versions = _feed_positions(tx, {scope for one in contexts for scope in one.reader.scopes})
            for one in contexts:
                try:
                    here = _read_node_state(tx, one)
                    answers.append(self._build_response(here, one, _collect_changes(look, here, one, versions)))
                except Exception as error:  # it is this one's own
                    answers.append(error)
        return answers

    def build_fetch_response(self, context: ResponseContext, documents: Sequence[str]) -> Response:
        """These documents as they are now; what the node may not hold is gone for it."""
        with self.store.read() as tx:
            look = DocumentReader(self.document_types, tx, self._cache)
            found = {
                name: _render_document(look, name, context.reader)
                for name in documents
                if self.document_types.is_known(name)
            }
            return self._build_response(_read_node_state(tx, context), context, DocumentChanges(documents=found))

    def has_changes(self, reader: Reader, response: Response) -> bool:
        """Whether there is more to tell than this answer told: cheap, for whoever waits."""
        with self.store.read() as look:
            here = look.get("nodes", here=True)
            anew = here is not None and here["epoch"] != response.epoch
            return anew or _feed_positions(look, reader.scopes) != response.changes.cursors

    def _build_response(self, node_state: Row, context: ResponseContext, changes: DocumentChanges) -> Response:
        said = context.result
        return Response(
            center=node_state["id"],
            epoch=node_state["epoch"],
            now=self.clock(),
            last_number=node_state["last"] or 0,
            last_call=node_state["asked"] or 0,
            durable_number=self.watermark(node_state, context.reader.node, context.incarnation),
            refused=said.refused,
            decided={number: msgspec.Raw(decision) for number, decision in said.decided.items()},
            fork=said.fork,
            result=raw_or_absent(said.answer),
            changes=changes,
        )


def _read_node_state(tx: Transaction, context: ResponseContext) -> Row:
    """Who answers, and the node's newest entry and question."""
    node = context.reader.node
    found = tx.query_one(
        "ledger.response_heading", node=node, asks=node + CALLS_SUFFIX, incarnation=context.incarnation
    )
    assert found is not None
    return found


def _collect_changes(
    cache: DocumentReader, node_state: Row, context: ResponseContext, newest: Mapping[str, int]
) -> DocumentChanges:
    """The documents behind the node's cursors; with another epoch its cursors mean nothing, and all are told."""
    reader = context.reader
    cursors = context.cursors if context.epoch == node_state["epoch"] else {}
    alone = _single_entry_streams(cache.tx, context.result.own_streams)
    found: dict[str, msgspec.Raw] = {}
    same: dict[str, None] = {}
    reached: dict[str, int] = {}
    left = context.max_documents
    for scope in reader.scopes:
        since = cursors.get(scope, 0)
        page = cache.feed_page(scope, since, left) if newest[scope] > since else []
        for row in page:
            name = row["document"]
            if name in found or name in same:
                continue
            if name in alone:
                same[name] = None
                continue
            seen = _render_document(cache, name, reader, FeedPosition(node_state["epoch"], scope, row["version"]))
            if seen is not REMOVED or since:
                found[name] = seen
        left -= len(page)
        reached[scope] = newest[scope] if left > 0 else page[-1]["version"] if page else since
    behind = sum(newest[scope] - reached[scope] for scope in reader.scopes)
    return DocumentChanges(documents=found, unchanged=tuple(same), cursors=reached, more=behind > 0, total=behind)


def _render_document(
    cache: DocumentReader, document: str, reader: Reader, place: FeedPosition | None = None
) -> msgspec.Raw:
    seen = cache.visible_document(document, reader, place)
    return msgspec.Raw(seen) if seen is not None else REMOVED


def _single_entry_streams(tx: Transaction, streams: Sequence[str]) -> set[str]:
    """Those of these histories in which nothing but their first entry stands."""
    asked = {stream: tx.start_query("ledger.last_revision", stream=stream) for stream in streams}
    found = {stream: last() for stream, last in asked.items()}
    return {stream for stream, last in found.items() if last is not None and last["revision"] == 1}


def _feed_positions(tx: Transaction, scopes: Collection[str]) -> dict[str, int]:
    """How far the feed of each has come."""
    rows = tx.query_all("ledger.feed_versions", scopes=tx.encode_list(sorted(scopes)))
    known = {row["scope"]: row["version"] for row in rows}
    return {scope: known.get(scope, 0) for scope in scopes}

"""What a node is told: what became of what it said, and what changed where it may look. Here nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import msgspec

from clerk_app.ledger.documents import Kinds, Reader
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.heads import ASKS
from clerk_app.ledger.looking import Copies, Looking, Place
from clerk_app.ledger.messages import GONE, Answer, Changes, Refusing, Told, raw
from db.engines import Row, Store, Transaction

MOST = 500  # documents in one answer
Safe = Callable[[Row, str, int], int]
"""Up to which entry of a node and incarnation everything outlives this machine (center.safety)."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message. Decisions and answers are JSON."""

    many: int = 0  # entries that have their answer
    refused: dict[int, Refusing] = {}
    decided: dict[int, bytes] = {}
    fork: int = 0
    answer: bytes = b""
    own: tuple[str, ...] = ()  # histories that final entries of the node began, or went on with


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to answer a message: who asks, and how far they have read in which life of the authority."""

    reader: Reader
    incarnation: int
    epoch: str
    cursors: dict[str, int]
    most: int = MOST
    said: Said = Said()

    @classmethod
    def to(cls, node: Row, message: Told, said: Said | None = None, most: int = MOST) -> Telling:
        """The answer to a node's message."""
        return cls(
            reader=Reader.of(node),
            incarnation=message.incarnation,
            epoch=message.epoch,
            cursors=message.cursors,
            most=min(most, MOST),
            said=said or Said(),
        )


class Teller:
    """Answers from one store. May be used by several threads."""

    def __init__(
        self, store: Store, kinds: Kinds, *, safe: Safe | None = None, clock: Callable[[], int] = system_clock
    ):
        self.store = store
        self.kinds = kinds
        self.safe = safe or (lambda _here, _node, _incarnation: 0)
        self.clock = clock
        self._copies = Copies()

    def tell(
        self, tellings: Sequence[Telling], turn: AbstractContextManager[object] | None = None
    ) -> list[Answer | Exception]:
        """The answers, all of one moment; for each that cannot be given the error. `turn` is had meanwhile."""
        answers: list[Answer | Exception] = []
        with turn or nullcontext(), self.store.read() as tx:
            look = Looking(self.kinds, tx, self._copies)
            versions = _versions(tx, {scope for one in tellings for scope in one.reader.scopes})
            for one in tellings:
                try:
                    here = _here(tx, one)
                    answers.append(self._answer(here, one, _changes(look, here, one, versions)))
                except Exception as error:  # it is this one's own
                    answers.append(error)
        return answers

    def want(self, telling: Telling, documents: Sequence[str]) -> Answer:
        """These documents as they are now; what the node may not hold is gone for it."""
        with self.store.read() as tx:
            look = Looking(self.kinds, tx, self._copies)
            found = {name: _seen(look, name, telling.reader) for name in documents if self.kinds.knows(name)}
            return self._answer(_here(tx, telling), telling, Changes(documents=found))

    def has_moved(self, reader: Reader, answer: Answer) -> bool:
        """Whether there is more to tell than this answer told: cheap, for whoever waits."""
        with self.store.read() as look:
            here = look.row("nodes", here=True)
            anew = here is not None and here["epoch"] != answer.epoch
            return anew or _versions(look, reader.scopes) != answer.changes.cursors

    def _answer(self, here: Row, one: Telling, changes: Changes) -> Answer:
        said = one.said
        return Answer(
            center=here["id"],
            epoch=here["epoch"],
            now=self.clock(),
            last=here["last"] or 0,
            asked=here["asked"] or 0,
            safe=self.safe(here, one.reader.node, one.incarnation),
            refused=said.refused,
            decided={number: msgspec.Raw(decision) for number, decision in said.decided.items()},
            fork=said.fork,
            answer=raw(said.answer),
            changes=changes,
        )


def _here(look: Transaction, one: Telling) -> Row:
    """Who answers, and the node's newest entry and question."""
    node = one.reader.node
    found = look.one("ledger.answering", node=node, asks=node + ASKS, incarnation=one.incarnation)
    assert found is not None
    return found


def _changes(look: Looking, here: Row, one: Telling, newest: Mapping[str, int]) -> Changes:
    """The documents behind the node's cursors; with another epoch its cursors mean nothing, and all are told."""
    reader = one.reader
    cursors = one.cursors if one.epoch == here["epoch"] else {}
    alone = _alone(look.tx, one.said.own)
    found: dict[str, msgspec.Raw] = {}
    same: dict[str, None] = {}
    reached: dict[str, int] = {}
    left = one.most
    for scope in reader.scopes:
        since = cursors.get(scope, 0)
        page = look.page(scope, since, left) if newest[scope] > since else []
        for row in page:
            name = row["document"]
            if name in found or name in same:
                continue
            if name in alone:
                same[name] = None
                continue
            seen = _seen(look, name, reader, Place(here["epoch"], scope, row["version"]))
            if seen is not GONE or since:
                found[name] = seen
        left -= len(page)
        reached[scope] = newest[scope] if left > 0 else page[-1]["version"] if page else since
    behind = sum(newest[scope] - reached[scope] for scope in reader.scopes)
    return Changes(documents=found, same=tuple(same), cursors=reached, more=behind > 0, total=behind)


def _seen(look: Looking, document: str, reader: Reader, place: Place | None = None) -> msgspec.Raw:
    seen = look.seen(document, reader, place)
    return msgspec.Raw(seen) if seen is not None else GONE


def _alone(look: Transaction, streams: Sequence[str]) -> set[str]:
    """Those of these histories in which nothing but their first entry stands."""
    asked = {stream: look.ask("ledger.last_revision", stream=stream) for stream in streams}
    found = {stream: last() for stream, last in asked.items()}
    return {stream for stream, last in found.items() if last is not None and last["revision"] == 1}


def _versions(look: Transaction, scopes: Collection[str]) -> dict[str, int]:
    """How far the feed of each has come."""
    rows = look.all("ledger.versions", scopes=look.list_of(sorted(scopes)))
    known = {row["scope"]: row["version"] for row in rows}
    return {scope: known.get(scope, 0) for scope in scopes}

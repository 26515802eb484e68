"""What the center does with each message, whichever way it came: the same door performs it, one look answers it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.documents import Kinds, Reader
from clerk_app.ledger.door import Door
from clerk_app.ledger.heads import ASKS, take_positions
from clerk_app.ledger.looking import Copies, Looking, Place
from clerk_app.ledger.messages import GONE, Answer, Ask, Changes, Pull, Push, Refusing, Sent, Told, Want, head_of
from clerk_app.ledger.performing import Arrived
from db.engines import Row, Transaction

_MOST = 500  # documents in one answer


def key_digest(key: str) -> str:
    """What the center keeps of a node's key."""
    return sha256(key.encode()).hexdigest()


class Authority:
    """One center's store, for its nodes."""

    def __init__(self, door: Door, kinds: Kinds, *, safe: Callable[[Row, str, int], int] | None = None) -> None:
        """`safe` says up to which entry of a node and incarnation everything outlives this machine (center.safety)."""
        self.door = door
        self.store = door.store
        self.kinds = kinds
        self._copies = Copies()
        self._safe = safe or (lambda _here, _node, _incarnation: 0)

    def admit(self, node: str, key: str) -> Row:
        """The node that speaks, if that is its key, and when this store came back from a backup last (`put_back_at`).

        Raises Refused: the one place that decides who may speak.
        """
        with self.store.read() as look:
            row = look.one("ledger.speaker", node=node)
        right = hmac.compare_digest(row["key_digest"] if row else "", key_digest(key))
        if row is None or not right or row["here"]:
            raise Refused("stranger", "The center does not know this window, or its key is wrong. Enrol it anew.")
        if row["shut"]:
            raise Refused("shut", "This window has been shut out by the center.")
        return row

    def push(self, node: Row, message: Push) -> Answer:
        """Performs a batch of entries, each exactly once. Raises BadData (cut or garbled), OutOfReach (store)."""
        return _only(self.hear([(node, message)]))

    def ask(self, node: Row, message: Ask) -> Answer:
        """Answers a question; a repeat gets the same answer. Raises OutOfReach."""
        return _only(self.hear([(node, message)]))

    def hear(self, said: Sequence[tuple[Row, Push | Ask]]) -> list[Answer | Exception]:
        """What several nodes say, performed in one flush: for each its answer, or the error with which it ended."""
        arrived = [self._arriving(node, message) for node, message in said]
        outcomes = iter(self.door.receive_all([one for each in arrived for one in each]))
        answers: list[Answer | Exception] = []
        with self.door.turn, self.store.read() as tx:  # one moment for all answers
            look = Looking(self.kinds, tx, self._copies)
            for (node, message), each in zip(said, arrived, strict=True):
                try:
                    answers.append(self._answer_of(look, node, message, each, list(islice(outcomes, len(each)))))
                except Exception as error:  # it is this message's own
                    answers.append(error)
        return answers

    def _arriving(self, node: Row, message: Push | Ask) -> list[Arrived]:
        """The entries of a message as the door takes them; none of a batch that was cut."""
        put_back_at = node["put_back_at"] or 0
        if isinstance(message, Ask):
            voice = node["id"] + ASKS
            return [self._arrived(message.entry, voice, message.incarnation, message.number, put_back_at)]
        if head_of(message.entries) != message.head:
            return []
        return [
            self._arrived(one, node["id"], message.incarnation, number, put_back_at)
            for number, one in enumerate(message.entries, message.first)
        ]

    def _answer_of(
        self, look: Looking, node: Row, message: Push | Ask, arrived: list[Arrived], outcomes: list[Any]
    ) -> Answer:
        if isinstance(message, Push):
            return self._answer_to_push(look, node, message, arrived, outcomes)
        (outcome,) = outcomes
        if isinstance(outcome, Refused | BadData):
            return self._answer(look, node, message, refused={message.number: _refusing(outcome)})
        if isinstance(outcome, Exception):
            raise outcome if isinstance(outcome, OutOfReach) else OutOfReach("The center could not keep this.")
        return self._answer(look, node, message, answer=msgspec.Raw(msgspec.json.encode(outcome)))

    def _answer_to_push(
        self, look: Looking, node: Row, message: Push, arrived: list[Arrived], outcomes: list[Any]
    ) -> Answer:
        if len(arrived) != len(message.entries) or (not arrived and head_of(()) != message.head):
            raise BadData("The batch of entries did not arrive whole. It will be sent again.")
        refused: dict[int, Refusing] = {}
        decided: dict[int, msgspec.Raw] = {}
        own: set[str] = set()
        fork = 0
        for one, outcome in zip(arrived, outcomes, strict=True):
            number = one.key[2]
            if isinstance(outcome, Refused) and outcome.reason == "gap":
                break
            if isinstance(outcome, Refused) and outcome.reason == "fork":
                fork = number
                break
            if isinstance(outcome, Refused | BadData):
                refused[number] = _refusing(outcome)
            elif isinstance(outcome, Exception):
                raise outcome if isinstance(outcome, OutOfReach) else OutOfReach("The center could not keep this.")
            elif one.decided is not None and self._is_final(one.sealed.kind):
                if one.corrected_at >= (node["put_back_at"] or 0):  # else the node may have more of it than it wrote
                    own.add(self._stream(one, outcome))
            else:
                decided[number] = msgspec.Raw(msgspec.json.encode(outcome))
        return self._answer(look, node, message, refused=refused, decided=decided, fork=fork, own=own)

    def pull(self, node: Row, message: Pull) -> Answer:
        """What changed since the node's cursors, in its scopes."""
        with self.store.read() as tx:
            return self._answer(Looking(self.kinds, tx, self._copies), node, message, most=min(message.most, _MOST))

    def want(self, node: Row, message: Want) -> Answer:
        """These documents as they are now; what the node may not hold is gone for it."""
        reader = Reader.of(node)
        with self.store.read() as tx:
            look = Looking(self.kinds, tx, self._copies)
            found = {name: _seen(look, name, reader) for name in message.documents if self.kinds.knows(name)}
            return self._head(_here(tx, node, message), node, message, Changes(documents=found))

    def versions(self, node: Row) -> dict[str, int]:
        """How far the feed of each of the node's scopes has come: cheap, for whoever waits."""
        with self.store.read() as look:
            return _versions(look, Reader.of(node))

    def open_feed(self) -> None:
        """Tells the feed of everything that was here before there were windows. Once, when a store becomes a center."""
        with self.store.read() as look:
            if look.one("ledger.any_scope") is not None:
                return
        with self.store.write() as tx:
            for kind in self.kinds:
                for scope, key in kind.everything(tx):
                    tx.touch(scope, f"{kind.name}/{key}")
            take_positions(tx)

    def _arrived(self, sent: Sent, voice: str, incarnation: int, number: int, put_back_at: int) -> Arrived:
        """An entry as the door takes it: a node's own decision counts where it is final, or was forgotten here."""
        one = sent.arrived(voice, incarnation, number)
        if self._is_final(sent.kind) or one.corrected_at < put_back_at:
            return one
        return replace(one, decided=None, refused_before=False)

    def _is_final(self, kind: str) -> bool:
        rule = self.door.rules.get(kind)
        return rule is not None and rule.objections is not None

    def _stream(self, one: Arrived, decision: Any) -> str:
        rule = self.door.rules[one.sealed.kind]
        command = msgspec.json.decode(one.sealed.plain, type=rule.command)
        return rule.stream(command, decision)

    def _answer(
        self, look: Looking, node: Row, message: Told, *, most: int = _MOST, own: set[str] | None = None, **said: Any
    ) -> Answer:
        here = _here(look.tx, node, message)
        changes = _changes(look, here, node, message, most, own or set())
        return self._head(here, node, message, changes, **said)

    def _head(self, here: Row, node: Row, message: Told, changes: Changes, **said: Any) -> Answer:
        return Answer(
            center=here["id"],
            epoch=here["epoch"],
            now=self.door.clock(),
            last=here["last"] or 0,
            asked=here["asked"] or 0,
            safe=self._safe(here, node["id"], message.incarnation),
            changes=changes,
            **said,
        )


def _changes(look: Looking, here: Row, node: Row, message: Told, most: int, own: set[str]) -> Changes:
    """The documents behind the node's cursors; with another epoch its cursors mean nothing, and all are told."""
    reader = Reader.of(node)
    cursors = message.cursors if message.epoch == here["epoch"] else {}
    newest = _versions(look.tx, reader)
    alone = _alone(look.tx, own)
    found: dict[str, msgspec.Raw] = {}
    same: dict[str, None] = {}
    reached: dict[str, int] = {}
    left = most
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


def _here(look: Transaction, node: Row, message: Told) -> Row:
    """Who answers, and the node's newest entry and question."""
    found = look.one("ledger.answering", node=node["id"], asks=node["id"] + ASKS, incarnation=message.incarnation)
    assert found is not None
    return found


def _only(answers: list[Answer | Exception]) -> Answer:
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def _alone(look: Transaction, streams: set[str]) -> set[str]:
    """Those of these histories in which nothing but their first entry stands."""
    asked = {stream: look.ask("ledger.last_revision", stream=stream) for stream in streams}
    found = {stream: last() for stream, last in asked.items()}
    return {stream for stream, last in found.items() if last is not None and last["revision"] == 1}


def _versions(look: Transaction, reader: Reader) -> dict[str, int]:
    known = {row["scope"]: row["version"] for row in look.among("scopes", "scope", reader.scopes)}
    return {scope: known.get(scope, 0) for scope in reader.scopes}


def _refusing(why: Refused | BadData) -> Refusing:
    reason = why.reason if isinstance(why, Refused) else "bad_data"
    return Refusing(reason=reason, sentence=why.sentence, facts={name: str(value) for name, value in why.facts.items()})

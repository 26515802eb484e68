"""What the center does with each message, whichever way it came: the same door performs it, one look answers it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from clerk_app.center.telling import Safe, Said, Teller, Telling
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.documents import Kinds
from clerk_app.ledger.door import Door
from clerk_app.ledger.heads import ASKS, take_positions
from clerk_app.ledger.messages import Answer, Ask, Pull, Push, Refusing, Sent, Want, head_of
from clerk_app.ledger.performing import Arrived
from db.engines import Row

Heard = tuple[Row, Push | Ask]
"""The node that speaks, and what it says."""


def key_digest(key: str) -> str:
    """What the center keeps of a node's key."""
    return sha256(key.encode()).hexdigest()


class Authority:
    """One center's store, for its nodes."""

    def __init__(self, door: Door, kinds: Kinds, *, safe: Safe | None = None) -> None:
        self.door = door
        self.store = door.store
        self.kinds = kinds
        self.teller = Teller(door.store, kinds, safe=safe, clock=door.clock)

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
        return self._hear(node, message)

    def ask(self, node: Row, message: Ask) -> Answer:
        """Answers a question; a repeat gets the same answer. Raises OutOfReach."""
        return self._hear(node, message)

    def pull(self, node: Row, message: Pull) -> Answer:
        """What changed since the node's cursors, in its scopes."""
        return _only(self.teller.tell([Telling.to(node, message, most=message.most)]))

    def want(self, node: Row, message: Want) -> Answer:
        """These documents as they are now; what the node may not hold is gone for it."""
        return self.teller.want(Telling.to(node, message), message.documents)

    def perform(self, heard: Sequence[Heard]) -> list[Said | Exception]:
        """Performs what several nodes say, in one flush: what became of each, or the error with which it ended."""
        arrived = [self._arriving(node, message) for node, message in heard]
        outcomes = iter(self.door.receive_all([one for each in arrived for one in each]))
        became: list[Said | Exception] = []
        for (node, message), each in zip(heard, arrived, strict=True):
            came = list(islice(outcomes, len(each)))
            try:
                became.append(
                    self._said_to_push(node, message, each, came)
                    if isinstance(message, Push)
                    else _said_to_ask(message, came)
                )
            except Exception as error:  # it is this message's own
                became.append(error)
        return became

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

    def _hear(self, node: Row, message: Push | Ask) -> Answer:
        (said,) = self.perform([(node, message)])
        if isinstance(said, Exception):
            raise said
        return _only(self.teller.tell([Telling.to(node, message, said)]))

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

    def _said_to_push(self, node: Row, message: Push, arrived: list[Arrived], outcomes: list[Any]) -> Said:
        if len(arrived) != len(message.entries) or (not arrived and head_of(()) != message.head):
            raise BadData("The batch of entries did not arrive whole. It will be sent again.")
        refused: dict[int, Refusing] = {}
        decided: dict[int, bytes] = {}
        own: dict[str, None] = {}
        many = fork = 0
        for one, outcome in zip(arrived, outcomes, strict=True):
            number = one.key[2]
            if isinstance(outcome, Refused) and outcome.reason == "gap":
                break
            if isinstance(outcome, Refused) and outcome.reason == "fork":
                fork = number
                break
            many += 1
            if isinstance(outcome, Refused | BadData):
                refused[number] = _refusing(outcome)
            elif isinstance(outcome, Exception):
                raise _out_of_reach(outcome)
            elif one.decided is not None and self._is_final(one.sealed.kind):
                if one.corrected_at >= (node["put_back_at"] or 0):  # else the node may have more of it than it wrote
                    own[self._stream(one, outcome)] = None
            else:
                decided[number] = msgspec.json.encode(outcome)
        return Said(many=many, refused=refused, decided=decided, fork=fork, own=tuple(own))

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


def _said_to_ask(message: Ask, outcomes: list[Any]) -> Said:
    (outcome,) = outcomes
    if isinstance(outcome, Refused | BadData):
        return Said(refused={message.number: _refusing(outcome)})
    if isinstance(outcome, Exception):
        raise _out_of_reach(outcome)
    return Said(answer=msgspec.json.encode(outcome))


def _only(answers: list[Answer | Exception]) -> Answer:
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def _out_of_reach(error: Exception) -> OutOfReach:
    return error if isinstance(error, OutOfReach) else OutOfReach("The center could not keep this.")


def _refusing(why: Refused | BadData) -> Refusing:
    reason = why.reason if isinstance(why, Refused) else "bad_data"
    return Refusing(reason=reason, sentence=why.sentence, facts={name: str(value) for name, value in why.facts.items()})

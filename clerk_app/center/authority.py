"""What the center does with each message, whichever way it came: the same door performs it, one look answers it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from clerk_app.center.response_builder import RequestResult, ResponseBuilder, ResponseContext, WatermarkLookup
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, assign_feed_positions
from clerk_app.ledger.door import Door
from clerk_app.ledger.performer import RemoteCommand
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EntryMessage,
    FetchRequest,
    PullRequest,
    PushRequest,
    RejectionBody,
    Response,
    compute_batch_digest,
)
from db.engines import Row

NodeRequest = tuple[Row, PushRequest | CallRequest]
"""The node that speaks, and what it says."""


def compute_key_digest(key: str) -> str:
    """What the center keeps of a node's key."""
    return sha256(key.encode()).hexdigest()


class Authority:
    """One center's store, for its nodes."""

    def __init__(self, door: Door, document_types: DocumentTypes, *, watermark: WatermarkLookup | None = None) -> None:
        self.door = door
        self.store = door.store
        self.document_types = document_types
        self.response_builder = ResponseBuilder(door.store, document_types, watermark=watermark, clock=door.clock)

    def authenticate_node(self, node: str, key: str) -> Row:
        """The node that speaks, if that is its key, and when this store came back from a backup last (`put_back_at`).

        Raises Refused: the one place that decides who may speak.
        """
        with self.store.read() as look:
            row = look.query_one("ledger.node_and_last_restore", node=node)
        right = hmac.compare_digest(row["key_digest"] if row else "", compute_key_digest(key))
        if row is None or not right or row["here"]:
            raise Refused("stranger", "The center does not know this window, or its key is wrong. Enrol it anew.")
        if row["shut"]:
            raise Refused("shut", "This window has been shut out by the center.")
        return row

    def push(self, node: Row, message: PushRequest) -> Response:
        """Performs a batch of entries, each exactly once. Raises BadData (cut or garbled), OutOfReach (store)."""
        return self._perform_and_respond(node, message)

    def call(self, node: Row, message: CallRequest) -> Response:
        """Answers a question; a repeat gets the same answer. Raises OutOfReach."""
        return self._perform_and_respond(node, message)

    def pull(self, node: Row, message: PullRequest) -> Response:
        """What changed since the node's cursors, in its scopes."""
        return _single_response(
            self.response_builder.build_responses(
                [ResponseContext.for_message(node, message, max_documents=message.max_documents)]
            )
        )

    def fetch(self, node: Row, message: FetchRequest) -> Response:
        """These documents as they are now; what the node may not hold is gone for it."""
        return self.response_builder.build_fetch_response(ResponseContext.for_message(node, message), message.documents)

    def perform_requests(self, requests: Sequence[NodeRequest]) -> list[RequestResult | Exception]:
        """Performs what several nodes say, in one flush: what became of each, or the error with which it ended."""
        arrived = [self._remote_commands(node, message) for node, message in requests]
        outcomes = iter(self.door.receive_all([one for each in arrived for one in each]))
        became: list[RequestResult | Exception] = []
        for (node, message), each in zip(requests, arrived, strict=True):
            came = list(islice(outcomes, len(each)))
            try:
                became.append(
                    self._push_result(node, message, each, came)
                    if isinstance(message, PushRequest)
                    else _call_result(message, came)
                )
            except Exception as error:  # it is this message's own
                became.append(error)
        return became

    def announce_existing_documents(self) -> None:
        """Tells the feed of everything that was here before there were windows. Once, when a store becomes a center."""
        with self.store.read() as look:
            if look.query_one("ledger.any_scope") is not None:
                return
        with self.store.write() as tx:
            for kind in self.document_types:
                for scope, key in kind.list_all(tx):
                    tx.mark_changed(scope, f"{kind.name}/{key}")
            assign_feed_positions(tx)

    def _perform_and_respond(self, node: Row, message: PushRequest | CallRequest) -> Response:
        (said,) = self.perform_requests([(node, message)])
        if isinstance(said, Exception):
            raise said
        return _single_response(
            self.response_builder.build_responses([ResponseContext.for_message(node, message, said)])
        )

    def _remote_commands(self, node: Row, message: PushRequest | CallRequest) -> list[RemoteCommand]:
        """The entries of a message as the door takes them; none of a batch that was cut."""
        put_back_at = node["put_back_at"] or 0
        if isinstance(message, CallRequest):
            voice = node["id"] + CALLS_SUFFIX
            return [self._remote_command(message.entry, voice, message.incarnation, message.number, put_back_at)]
        if compute_batch_digest(message.entries) != message.batch_digest:
            return []
        return [
            self._remote_command(one, node["id"], message.incarnation, number, put_back_at)
            for number, one in enumerate(message.entries, message.first)
        ]

    def _push_result(
        self, node: Row, message: PushRequest, commands: list[RemoteCommand], outcomes: list[Any]
    ) -> RequestResult:
        if len(commands) != len(message.entries) or (not commands and compute_batch_digest(()) != message.batch_digest):
            raise BadData("The batch of entries did not arrive whole. It will be sent again.")
        refused: dict[int, RejectionBody] = {}
        decided: dict[int, bytes] = {}
        own: dict[str, None] = {}
        many = fork = 0
        for one, outcome in zip(commands, outcomes, strict=True):
            number = one.key[2]
            if isinstance(outcome, Refused) and outcome.reason == "gap":
                break
            if isinstance(outcome, Refused) and outcome.reason == "fork":
                fork = number
                break
            many += 1
            if isinstance(outcome, Refused | BadData):
                refused[number] = _rejection_of(outcome)
            elif isinstance(outcome, Exception):
                raise _as_out_of_reach(outcome)
            elif one.decision is not None and self._is_final(one.sealed.kind):
                if one.corrected_at >= (node["put_back_at"] or 0):  # else the node may have more of it than it wrote
                    own[self._stream_of(one, outcome)] = None
            else:
                decided[number] = msgspec.json.encode(outcome)
        return RequestResult(completed=many, refused=refused, decided=decided, fork=fork, own_streams=tuple(own))

    def _remote_command(
        self, sent: EntryMessage, origin: str, incarnation: int, number: int, put_back_at: int
    ) -> RemoteCommand:
        """An entry as the door takes it: a node's own decision counts where it is final, or was forgotten here."""
        one = sent.to_remote_command(origin, incarnation, number)
        if self._is_final(sent.kind) or one.corrected_at < put_back_at:
            return one
        return replace(one, decision=None, previously_refused=False)

    def _is_final(self, kind: str) -> bool:
        rule = self.door.rules.get(kind)
        return rule is not None and rule.objections is not None

    def _stream_of(self, remote: RemoteCommand, decision: Any) -> str:
        rule = self.door.rules[remote.sealed.kind]
        command = msgspec.json.decode(remote.sealed.plain, type=rule.command)
        return rule.stream(command, decision)


def _call_result(message: CallRequest, outcomes: list[Any]) -> RequestResult:
    (outcome,) = outcomes
    if isinstance(outcome, Refused | BadData):
        return RequestResult(refused={message.number: _rejection_of(outcome)})
    if isinstance(outcome, Exception):
        raise _as_out_of_reach(outcome)
    return RequestResult(answer=msgspec.json.encode(outcome))


def _single_response(answers: list[Response | Exception]) -> Response:
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def _as_out_of_reach(error: Exception) -> OutOfReach:
    return error if isinstance(error, OutOfReach) else OutOfReach("The center could not keep this.")


def _rejection_of(why: Refused | BadData) -> RejectionBody:
    reason = why.reason if isinstance(why, Refused) else "bad_data"
    return RejectionBody(
        reason=reason, sentence=why.sentence, facts={name: str(value) for name, value in why.facts.items()}
    )

"""Performs the requests of nodes at the center and builds the responses. Independent of the transport."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from clerk_app.center.caught_up import CaughtUpNodes
from clerk_app.center.cosignatures import CosignatureCollector
from clerk_app.center.entry_verifier import EntryVerifier
from clerk_app.center.lost_decisions import LostDecisions
from clerk_app.center.recovery import Recovery
from clerk_app.center.response_builder import RequestResult, ResponseBuilder, ResponseContext, WatermarkLookup
from clerk_app.center.shared_claims import PinTurns, open_claims
from clerk_app.center.shut_list import SHUT_OUT, UNKNOWN_NODE, ShutList
from clerk_app.center.sign_in import sign_in_at_node
from clerk_app.center.staff_list_file import STAFF_COMMANDS, StaffListFile
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, assign_feed_positions
from clerk_app.ledger.door import Door
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.nodes import ShutNode
from clerk_app.ledger.receipts import ReceiptKey
from clerk_app.ledger.received_entries import find_fork
from clerk_app.ledger.remote_command import AWAITED, RemoteCommand
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EntryMessage,
    FetchRequest,
    PullRequest,
    PushRequest,
    RejectionBody,
    Response,
    SessionProof,
    SignInRequest,
    SignInResponse,
    compute_batch_digest,
)
from clerk_app.ledger.replication.wire_errors import encode_error
from clerk_app.log import log_event, log_exception
from db.engines import Row

IncomingRequest = tuple[Row, PushRequest | CallRequest]
"""A request, and the row of the node that sent it (see `authentication.py`)."""


def compute_key_digest(key: str) -> str:
    """Return the SHA-256 of a node's key, in hex. The center stores this digest and not the key."""
    return sha256(key.encode()).hexdigest()


def is_right_key(node: Row, key: str) -> bool:
    """Return whether this is the bearer key of a node. A node without one has no right key."""
    return bool(node["key_digest"]) and hmac.compare_digest(node["key_digest"], compute_key_digest(key))


def unknown_node() -> Refused:
    """Return the error for a request whose node or key is not known."""
    return Refused("stranger", UNKNOWN_NODE)


def shut_out(epoch: str = "") -> Refused:
    """Return the error for a request of an excluded node; `epoch` is that of the center.

    By another epoch than its own, the machine recognises that the center was restored.
    """
    return Refused("shut", SHUT_OUT, **({"epoch": epoch} if epoch else {}))


class Authority:
    """Performs the requests of nodes in one center's store, and builds their responses.

    Commands are performed by the command processor (`Door`).
    """

    def __init__(
        self,
        door: Door,
        document_types: DocumentTypes,
        *,
        watermark: WatermarkLookup | None = None,
        receipt_key: ReceiptKey | None = None,
        center_key: SigningKey | None = None,
        shut_list: ShutList | None = None,
        staff_list: StaffListFile | None = None,
    ) -> None:
        """Without `center_key`, tickets are signed by a key that ends with this process."""
        self.door = door
        self.store = door.store
        self.document_types = document_types
        self.response_builder = ResponseBuilder(door.store, document_types, watermark=watermark, clock=door.clock)
        self.shut_list = shut_list
        self._staff_list = staff_list
        self._center_key = center_key or SigningKey.generate()
        self._caught_up = CaughtUpNodes(door.clock)
        self._verifier = EntryVerifier(
            self.store, self._center_key.public, door.clock, self._final_kinds, self._caught_up
        )
        self._lost_decisions = LostDecisions(door.store, receipt_key)
        self._cosignatures = CosignatureCollector(door.store, door.clock)
        self._recovery = Recovery(door.store, door.clock)
        self.claims = open_claims(door.store, door.clock)
        self._pin_turns = PinTurns(self.claims)

    @cached_property
    def _final_kinds(self) -> frozenset[str]:
        """Kinds of commands of which the sending node's decision is final."""
        return frozenset(rule.kind for rule in self.door.rules if rule.objections is not None)

    def is_shut(self, node: Row) -> bool:
        """Return whether a node is excluded, in the store or in the list outside it. Raises OutOfReach."""
        if node["shut"] or self.shut_list is None:
            return bool(node["shut"])
        try:
            return self.shut_list.is_shut(node["id"])
        except BadData as error:
            log_event("center", "the list of excluded machines cannot be read")
            raise OutOfReach("The center cannot read which machines it has excluded.") from error

    def perform_released(
        self,
        node: Row,
        commands: Sequence[RemoteCommand],
        entries: Sequence[EntryMessage],
        sessions: Mapping[str, SessionProof],
    ) -> list[Any]:
        """Perform entries of an excluded node, checked like any other; return the decision or the error of each."""
        new_proofs: dict[str, SessionProof] = {}
        checked = self._check_origin(node, commands, entries, sessions, new_proofs)
        self._verifier.keep_proofs(new_proofs)
        return self.door.receive_all(checked)

    def verify_entries(self, node: Row, message: PushRequest) -> list[RemoteCommand]:
        """Return the commands of a push, rejected where the signature is wrong; store the proofs of their sessions."""
        new_proofs: dict[str, SessionProof] = {}
        commands = self._verifier.verify(
            node, _pushed_commands(node, message), message.entries, message.sessions, new_proofs
        )
        self._verifier.keep_proofs(new_proofs)
        return commands

    def push(self, node: Row, message: PushRequest) -> Response:
        """Perform a batch of entries, each exactly once. Raises BadData (truncated), OutOfReach (store failed)."""
        return self._perform_and_respond(node, message)

    def call(self, node: Row, message: CallRequest) -> Response:
        """Perform a remote command; a repeated request gets the same result. Raises OutOfReach."""
        return self._perform_and_respond(node, message)

    def pull(self, node: Row, message: PullRequest) -> Response:
        """Return the documents in the node's scopes that changed since its cursors."""
        self._cosignatures.collect(node, message)
        self._recovery.note_pull(node["id"], message)
        context = ResponseContext.for_message(node, message, max_documents=message.max_documents, now=self.door.clock())
        response = _single_response(self.response_builder.build_responses([context]))
        self._caught_up.note(node["id"], message, response)
        return response

    def sign_in(self, node: Row, message: SignInRequest) -> SignInResponse:
        """Sign a person in at a node and return their ticket. Raises Refused, BadData, OutOfReach."""
        response = sign_in_at_node(self.door, self._center_key, node, message, self._pin_turns)
        if message.new_pin:
            self._write_lists()
        return response

    def fetch(self, node: Row, message: FetchRequest) -> Response:
        """Return the current state of the named documents; those that the node may not see are marked as removed."""
        context = ResponseContext.for_message(node, message, now=self.door.clock())
        return self.response_builder.build_fetch_response(context, message.documents)

    def perform_requests(self, requests: Sequence[IncomingRequest]) -> list[RequestResult | Exception]:
        """Perform the requests of several nodes in one group commit; return the result or the error of each."""
        for node, message in requests:
            self._cosignatures.collect(node, message)
        new_proofs: dict[str, SessionProof] = {}
        with self.store.read():  # one snapshot for all requests
            epoch = self._read_epoch()
            commands_by_request = [
                [] if _is_stale(message, epoch) else self._remote_commands(node, message, new_proofs)
                for node, message in requests
            ]
        self._verifier.keep_proofs(new_proofs)  # in one transaction: on a new day, all windows send theirs
        self._remove_entries_after_forks(commands_by_request)
        outcomes = iter(self.door.receive_all([command for commands in commands_by_request for command in commands]))
        outcomes_by_request = [list(islice(outcomes, len(commands))) for commands in commands_by_request]
        self._record_in_lists(commands_by_request)
        receipts_by_request = self._lost_decisions.make_receipts(
            [
                [command for command, outcome in zip(commands, own_outcomes, strict=True) if _is_recorded(outcome)]
                for commands, own_outcomes in zip(commands_by_request, outcomes_by_request, strict=True)
            ]
        )
        results: list[RequestResult | Exception] = []
        for (node, message), commands, own_outcomes, receipts in zip(
            requests, commands_by_request, outcomes_by_request, receipts_by_request, strict=True
        ):
            try:
                result = (
                    RequestResult()
                    if _is_stale(message, epoch)
                    else self._push_result(message, commands, own_outcomes)
                    if isinstance(message, PushRequest)
                    else _call_result(message, own_outcomes)
                )
                if message.may_wait:
                    self._recovery.note_awaiting(node["id"], result.awaiting)
                results.append(msgspec.structs.replace(result, receipts=receipts))
            except Exception as error:  # fails this request only
                results.append(error)
        return results

    def _record_in_lists(self, batches: Sequence[list[RemoteCommand]]) -> None:
        """Write the lists outside the store if one of these commands excludes a node or changes the staff list."""
        kinds = {command.sealed.kind for commands in batches for command in commands}
        if kinds & {ShutNode.stored_name, *STAFF_COMMANDS}:
            self._write_lists()

    def _write_lists(self) -> None:
        try:
            for outside in (self.shut_list, self._staff_list):
                if outside is not None:
                    outside.add_from_store(self.store)
        except (BadData, OSError) as error:  # they are written at the next start
            log_exception("center", error)

    def _read_epoch(self) -> str:
        with self.store.read() as tx:
            own = tx.query_one("ledger.own_node")
        return own["epoch"] if own is not None else ""

    def _remove_entries_after_forks(self, batches: Sequence[list[RemoteCommand]]) -> None:
        """Remove from each batch the entries after a fork: their node sends them again in its next incarnation.

        Performed here, they would follow the entries of the other program, and be performed twice.
        """
        with self.store.read() as tx:
            for commands in batches:
                fork = find_fork(tx, commands)
                if fork is not None:
                    del commands[fork + 1 :]

    def announce_existing_documents(self) -> None:
        """Add every document to the feed if the store has no feed yet, which is so when a store becomes a center."""
        with self.store.read() as tx:
            if tx.query_one("ledger.any_scope") is not None:
                return
        with self.store.write() as tx:
            for document_type in self.document_types:
                for scope, key in document_type.list_all(tx):
                    tx.mark_changed(scope, f"{document_type.name}/{key}")
            assign_feed_positions(tx)

    def _perform_and_respond(self, node: Row, message: PushRequest | CallRequest) -> Response:
        (result,) = self.perform_requests([(node, message)])
        if isinstance(result, Exception):
            raise result
        context = ResponseContext.for_message(node, message, result, now=self.door.clock())
        return _single_response(self.response_builder.build_responses([context]))

    def _remote_commands(
        self, node: Row, message: PushRequest | CallRequest, new_proofs: dict[str, SessionProof]
    ) -> list[RemoteCommand]:
        """Convert the entries of a message to commands; return an empty list for a truncated batch."""
        if isinstance(message, CallRequest):
            chain = node["id"] + CALLS_SUFFIX
            entries: tuple[EntryMessage, ...] = (message.entry,)
            commands = [message.entry.to_remote_command(chain, message.incarnation, message.number)]
        elif compute_batch_digest(message.entries) != message.batch_digest:
            return []
        else:
            entries, commands = message.entries, _pushed_commands(node, message)
        checked = self._check_origin(node, commands, entries, message.sessions, new_proofs)
        if not self._recovery.may_wait(node, message):
            return checked
        return [msgspec.structs.replace(command, may_wait=True) for command in checked]

    def _check_origin(
        self,
        node: Row,
        commands: Sequence[RemoteCommand],
        entries: Sequence[EntryMessage],
        sessions: Mapping[str, SessionProof],
        new_proofs: dict[str, SessionProof],
    ) -> list[RemoteCommand]:
        """Return the commands, rejected where the signature is wrong, and without decisions that no receipt proves."""
        commands = self._verifier.verify(node, commands, entries, sessions, new_proofs)
        commands = self._lost_decisions.keep_proven_decisions(commands, self._final_kinds)
        return self._verifier.refuse_ended(commands)

    def _push_result(self, message: PushRequest, commands: list[RemoteCommand], outcomes: list[Any]) -> RequestResult:
        if not commands and (message.entries or compute_batch_digest(()) != message.batch_digest):
            raise BadData("The batch of entries did not arrive whole. It will be sent again.")
        refused: dict[int, RejectionBody] = {}
        decided: dict[int, bytes] = {}
        own_streams: dict[str, None] = {}  # an ordered set
        completed = fork = awaiting = 0
        for command, outcome in zip(commands, outcomes, strict=True):
            number = command.key[2]
            if isinstance(outcome, Refused) and outcome.reason == "gap":
                break
            if isinstance(outcome, Refused) and outcome.reason == "fork":
                fork = number
                break
            if isinstance(outcome, Refused) and outcome.reason == AWAITED:
                awaiting = number
                break
            completed += 1
            if isinstance(outcome, Refused | BadData):
                refused[number] = encode_error(outcome, RejectionBody)
            elif isinstance(outcome, Exception):
                raise _as_out_of_reach(outcome)
            elif command.decision is not None and command.sealed.kind in self._final_kinds:
                # a lost entry may build on other entries that the restore lost, so its document is sent back
                if command.receipt is None:
                    own_streams[self._stream_of(command, outcome)] = None
            else:
                decided[number] = msgspec.json.encode(outcome)
        return RequestResult(
            completed=completed,
            refused=refused,
            decided=decided,
            fork=fork,
            awaiting=awaiting,
            own_streams=tuple(own_streams),
        )

    def _stream_of(self, remote: RemoteCommand, decision: Any) -> str:
        rule = self.door.rules[remote.sealed.kind]
        command = msgspec.json.decode(remote.sealed.plain, type=rule.command)
        return rule.stream(command, decision)


def _pushed_commands(node: Row, message: PushRequest) -> list[RemoteCommand]:
    return [
        entry.to_remote_command(node["id"], message.incarnation, number)
        for number, entry in enumerate(message.entries, message.first)
    ]


def _is_stale(message: PushRequest | CallRequest, epoch: str) -> bool:
    """Return whether the node does not know yet that this center was restored.

    It performs nothing for such a node, which first has to send again what the restore lost.
    """
    return bool(message.epoch) and message.epoch != epoch


def _is_recorded(outcome: Any) -> bool:
    """Return whether the log has the command under its number: not after a gap, a fork or a failure of the store."""
    if isinstance(outcome, Refused):
        return outcome.reason not in ("gap", "fork", "late", AWAITED)
    return isinstance(outcome, BadData) or not isinstance(outcome, Exception)


def _call_result(message: CallRequest, outcomes: list[Any]) -> RequestResult:
    (outcome,) = outcomes
    if isinstance(outcome, Refused) and outcome.reason == AWAITED:
        return RequestResult(awaiting=message.number)
    if isinstance(outcome, Refused | BadData):
        return RequestResult(refused={message.number: encode_error(outcome, RejectionBody)})
    if isinstance(outcome, Exception):
        raise _as_out_of_reach(outcome)
    return RequestResult(answer=msgspec.json.encode(outcome))


def _single_response(responses: list[Response | Exception]) -> Response:
    (response,) = responses
    if isinstance(response, Exception):
        raise response
    return response


def _as_out_of_reach(error: Exception) -> OutOfReach:
    return error if isinstance(error, OutOfReach) else OutOfReach("The center could not keep this.")

"""Time and network of a simulated city: one true time, machine clocks with offsets, unreliable transports."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import msgspec

from clerk_app.center.authority import Authority
from clerk_app.errors import OutOfReach
from clerk_app.ledger.replication.messages import (
    CallRequest,
    FetchRequest,
    NodeRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
)
from tests.node_authentication import authenticate_node
from tests.simulation.crashing_store import SimulatedCrash, SimulatedMachine
from tests.simulation.ground_truth import GroundTruth, InvariantViolation
from tests.simulation.scenario import OPENING

M = TypeVar("M", bound=NodeRequest)
MAX_MESSAGES = 300  # messages that a node may send in one event
LATENCY = 3_000  # microseconds, in each direction


@dataclass
class SimulatedTime:
    """The true time in microseconds UTC. Each reading advances it by a microsecond."""

    now: int = OPENING

    def tick(self) -> int:
        """Advance by a microsecond and return the time."""
        self.now += 1
        return self.now

    def advance_to(self, at: int) -> None:
        """Advance to `at` microseconds after OPENING; do nothing if it is already later."""
        self.now = max(self.now, OPENING + at)


@dataclass
class MachineClock:
    """The clock of a machine. Its readings are recorded in the ground truth."""

    time: SimulatedTime
    node: str
    truth: GroundTruth
    offset: int = 0  # microseconds
    is_unsure: bool = False
    """Whether the offset changed and the machine restarted, and neither store nor center could correct it since."""

    def __call__(self) -> int:
        now = self.time.tick()
        self.truth.clock_readings[self.node, now + self.offset] = now
        if self.is_unsure:
            self.truth.unsure_readings.add((self.node, now + self.offset))
        return now + self.offset


class CenterHost(Protocol):
    """The center, as transports call it."""

    authority: Authority
    machine: SimulatedMachine

    def restart(self) -> None: ...


@dataclass
class SimulatedTransport:
    """Carries the messages of one node as bytes. `faults` has one fault for each of the next messages.

    `captured` gets each push and call.
    """

    node: str
    time: SimulatedTime
    center: CenterHost
    captured: deque[PushRequest | CallRequest]
    faults: list[str] = field(default_factory=list)
    down_until: int = 0
    adds_fields: bool = False
    """Whether each side adds unknown fields to its messages, as a newer version would."""
    delayed: list[tuple[int, str, bytes]] = field(default_factory=list)
    """Delayed messages as (time of delivery, route, body)."""
    before_response: Callable[[], None] | None = None
    """Called once, at the node, while the next response is in transit."""
    is_down: bool = False
    messages_sent: int = 0  # messages since the event began

    def push(self, message: PushRequest) -> Response:
        self.captured.append(message)
        return self._exchange("push", message)

    def call(self, message: CallRequest, timeout: float | None = None) -> Response:
        self.captured.append(message)
        return self._exchange("call", message)

    def pull(self, message: PullRequest) -> Response:
        return self._exchange("pull", message)

    def fetch(self, message: FetchRequest) -> Response:
        return self._exchange("fetch", message)

    def sign_in(self, message: SignInRequest) -> SignInResponse:
        del message
        raise OutOfReach("Simulated persons do not sign in.")

    def heal(self) -> None:
        """Remove all faults of the network."""
        self.down_until, self.faults, self.before_response = 0, [], None

    def deliver_delayed(self, until: int) -> None:
        """Deliver the delayed messages that are due at `until`; drop their responses."""
        due_messages = [message for message in self.delayed if message[0] <= until]
        self.delayed = [message for message in self.delayed if message[0] > until]
        for _time, route, body in due_messages:
            try:
                self._deliver(route, body)
            except Exception:
                continue

    def _exchange(self, route: str, message: NodeRequest) -> Response:
        self.time.now += LATENCY
        self.messages_sent += 1
        if self.messages_sent > MAX_MESSAGES:
            raise InvariantViolation("a backlog drains in bounded steps", node=self.node, messages=self.messages_sent)
        if self.time.now < self.down_until or self.is_down:
            raise OutOfReach("The line is cut.")
        body = msgspec.json.encode(message)
        if self.adds_fields:
            body = _add_unknown_fields(body)
        fault = self.faults.pop(0) if self.faults else ""
        answer = self._round_trip(fault, route, body)
        if self.adds_fields:
            answer = _add_unknown_fields(answer)
        if self.before_response is not None:
            act, self.before_response = self.before_response, None
            act()
        self.time.now += LATENCY
        try:
            return msgspec.json.decode(answer[: len(answer) // 2] if fault == "cut_answer" else answer, type=Response)
        except msgspec.DecodeError as error:
            raise OutOfReach("The answer was cut.") from error

    def _round_trip(self, fault: str, route: str, body: bytes) -> bytes:
        if fault == "lose_request":
            raise OutOfReach("The request was lost.")
        if fault == "late":
            self.delayed.append((self.time.now + len(body) * 50_000, route, body))
            raise OutOfReach("The request comes late.")
        answer = self._deliver(route, body)
        if fault == "double":
            self.delayed.append((self.time.now + 60_000_000, route, body))
            answer = self._deliver(route, body)
        if fault == "lose_answer":
            raise OutOfReach("The answer was lost.")
        return answer

    def _deliver(self, route: str, body: bytes) -> bytes:
        authority: Authority = self.center.authority
        try:
            row = authenticate_node(authority, self.node, f"key of {self.node}")
            message: Any = msgspec.json.decode(body, type=_REQUEST_TYPES[route])
            answer: Response = getattr(authority, route)(row, message)
            return msgspec.json.encode(answer)
        except SimulatedCrash:
            if not self.center.machine.stopped:
                raise
            self.center.restart()
            raise OutOfReach("The center stopped.") from None


_REQUEST_TYPES: dict[str, type[NodeRequest]] = {
    "push": PushRequest,
    "call": CallRequest,
    "pull": PullRequest,
    "fetch": FetchRequest,
}


def _add_unknown_fields(body: bytes) -> bytes:
    """Return the message with unknown fields, as a newer version of the program would send it."""
    fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    fields["version"] = msgspec.Raw(b"2")
    fields["mood"] = msgspec.Raw(b'{"of": ["a", "newer", "version"]}')
    return msgspec.json.encode(fields)

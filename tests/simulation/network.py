"""Time and the network of a simulated city: one true clock, a clock gone wrong at each machine, wires with bad days."""

from __future__ import annotations

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
)
from tests.simulation.crashing_store import SimulatedCrash, SimulatedMachine
from tests.simulation.ground_truth import GroundTruth, InvariantViolation
from tests.simulation.scenario import OPENING

M = TypeVar("M", bound=NodeRequest)
MAX_MESSAGES = 300  # messages of one act
LATENCY = 3_000  # microseconds that an exchange takes


@dataclass
class SimulatedTime:
    """The time that it is, microseconds UTC; each look is a microsecond after the one before."""

    now: int = OPENING

    def tick(self) -> int:
        """The time, and a microsecond passes."""
        self.now += 1
        return self.now

    def advance_to(self, at: int) -> None:
        """It is so many microseconds after the opening, if it was not later already."""
        self.now = max(self.now, OPENING + at)


@dataclass
class MachineClock:
    """What a machine takes for the time. What it showed when is written down, for whoever looks afterwards."""

    time: SimulatedTime
    node: str
    truth: GroundTruth
    offset: int = 0  # microseconds
    is_unsure: bool = False
    """Whether it was turned and its machine restarted before anything was written or the center was heard."""

    def __call__(self) -> int:
        now = self.time.tick()
        self.truth.clock_readings[self.node, now + self.offset] = now
        if self.is_unsure:
            self.truth.unsure_readings.add((self.node, now + self.offset))
        return now + self.offset


class CenterHost(Protocol):
    """The center, as wires know it."""

    authority: Authority
    machine: SimulatedMachine

    def restart(self) -> None: ...


@dataclass
class SimulatedTransport:
    """Carries one node's messages as bytes. `fates` says what becomes of the next ones."""

    node: str
    time: SimulatedTime
    center: CenterHost
    faults: list[str] = field(default_factory=list)
    down_until: int = 0
    adds_fields: bool = False
    """Whether one side is of a newer version, whose messages say more."""
    delayed: list[tuple[int, str, bytes]] = field(default_factory=list)
    """What the network still holds: when it comes out, which way, the message."""
    before_response: Callable[[], None] | None = None
    """Done at the node while the next answer is on its way."""
    is_down: bool = False
    messages_sent: int = 0  # messages, since the act began

    def push(self, message: PushRequest) -> Response:
        return self._exchange("push", message)

    def call(self, message: CallRequest) -> Response:
        return self._exchange("call", message)

    def pull(self, message: PullRequest) -> Response:
        return self._exchange("pull", message)

    def fetch(self, message: FetchRequest) -> Response:
        return self._exchange("fetch", message)

    def heal(self) -> None:
        """From now on the network is good."""
        self.down_until, self.faults, self.before_response = 0, [], None

    def deliver_delayed(self, until: int) -> None:
        """Delivers what the network has held back so long; nobody waits for the answers any more."""
        due = [one for one in self.delayed if one[0] <= until]
        self.delayed = [one for one in self.delayed if one[0] > until]
        for _at, way, body in due:
            try:
                self._deliver(way, body)
            except Exception:
                continue

    def _exchange(self, way: str, message: NodeRequest) -> Response:
        self.time.now += LATENCY
        self.messages_sent += 1
        if self.messages_sent > MAX_MESSAGES:
            raise InvariantViolation("a backlog drains in bounded steps", node=self.node, messages=self.messages_sent)
        if self.time.now < self.down_until or self.is_down:
            raise OutOfReach("The line is cut.")
        body = msgspec.json.encode(message)
        if self.adds_fields:
            body = _add_unknown_fields(body)
        fate = self.faults.pop(0) if self.faults else ""
        answer = self._round_trip(fate, way, body)
        if self.adds_fields:
            answer = _add_unknown_fields(answer)
        if self.before_response is not None:
            act, self.before_response = self.before_response, None
            act()
        self.time.now += LATENCY
        try:
            return msgspec.json.decode(answer[: len(answer) // 2] if fate == "cut_answer" else answer, type=Response)
        except msgspec.DecodeError as error:
            raise OutOfReach("The answer was cut.") from error

    def _round_trip(self, fate: str, way: str, body: bytes) -> bytes:
        if fate == "lose_request":
            raise OutOfReach("The request was lost.")
        if fate == "late":
            self.delayed.append((self.time.now + len(body) * 50_000, way, body))
            raise OutOfReach("The request comes late.")
        answer = self._deliver(way, body)
        if fate == "double":
            self.delayed.append((self.time.now + 60_000_000, way, body))
            answer = self._deliver(way, body)
        if fate == "lose_answer":
            raise OutOfReach("The answer was lost.")
        return answer

    def _deliver(self, way: str, body: bytes) -> bytes:
        authority: Authority = self.center.authority
        try:
            row = authority.authenticate_node(self.node, f"key of {self.node}")
            message: Any = msgspec.json.decode(body, type=_REQUEST_TYPES[way])
            answer: Response = getattr(authority, way)(row, message)
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
    """The message as a program of a newer version would say it."""
    whole = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    whole["version"] = msgspec.Raw(b"2")
    whole["mood"] = msgspec.Raw(b'{"of": ["a", "newer", "version"]}')
    return msgspec.json.encode(whole)

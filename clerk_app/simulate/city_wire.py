"""Time and the network of a simulated city: one true clock, a clock gone wrong at each machine, wires with bad days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import msgspec

from clerk_app.center.authority import Authority
from clerk_app.errors import OutOfReach
from clerk_app.ledger.messages import Answer, Ask, Pull, Push, Told, Want
from clerk_app.simulate.city_diary import Broken, Diary
from clerk_app.simulate.city_plan import OPENING
from clerk_app.simulate.city_store import Crash, Machine

M = TypeVar("M", bound=Told)
MOST_CARRIED = 300  # messages of one act
LATENCY = 3_000  # microseconds that an exchange takes


@dataclass
class TrueTime:
    """The time that it is, microseconds UTC; each look is a microsecond after the one before."""

    now: int = OPENING

    def look(self) -> int:
        """The time, and a microsecond passes."""
        self.now += 1
        return self.now

    def reach(self, at: int) -> None:
        """It is so many microseconds after the opening, if it was not later already."""
        self.now = max(self.now, OPENING + at)


@dataclass
class WallClock:
    """What a machine takes for the time. What it showed when is written down, for whoever looks afterwards."""

    true: TrueTime
    node: str
    diary: Diary
    ahead: int = 0  # microseconds
    unsure: bool = False
    """Whether it was turned and its machine restarted before anything was written or the center was heard."""

    def __call__(self) -> int:
        now = self.true.look()
        self.diary.shown[self.node, now + self.ahead] = now
        if self.unsure:
            self.diary.doubtful.add((self.node, now + self.ahead))
        return now + self.ahead


class Listening(Protocol):
    """The center, as wires know it."""

    authority: Authority
    machine: Machine

    def restart(self) -> None: ...


@dataclass
class CityWire:
    """Carries one node's messages as bytes. `fates` says what becomes of the next ones."""

    node: str
    true: TrueTime
    center: Listening
    fates: list[str] = field(default_factory=list)
    down_until: int = 0
    newer: bool = False
    """Whether one side is of a newer version, whose messages say more."""
    stray: list[tuple[int, str, bytes]] = field(default_factory=list)
    """What the network still holds: when it comes out, which way, the message."""
    meanwhile: Callable[[], None] | None = None
    """Done at the node while the next answer is on its way."""
    down_for_good: bool = False
    carried: int = 0  # messages, since the act began

    def push(self, message: Push) -> Answer:
        return self._carry("push", message)

    def ask(self, message: Ask) -> Answer:
        return self._carry("ask", message)

    def pull(self, message: Pull) -> Answer:
        return self._carry("pull", message)

    def want(self, message: Want) -> Answer:
        return self._carry("want", message)

    def heal(self) -> None:
        """From now on the network is good."""
        self.down_until, self.fates, self.meanwhile = 0, [], None

    def let_out(self, until: int) -> None:
        """Delivers what the network has held back so long; nobody waits for the answers any more."""
        due = [one for one in self.stray if one[0] <= until]
        self.stray = [one for one in self.stray if one[0] > until]
        for _at, way, body in due:
            try:
                self._deliver(way, body)
            except Exception:  # noqa: S112 - whatever the center says to it, nobody hears
                continue

    def _carry(self, way: str, message: Told) -> Answer:
        self.true.now += LATENCY
        self.carried += 1
        if self.carried > MOST_CARRIED:
            raise Broken("a backlog drains in bounded steps", node=self.node, messages=self.carried)
        if self.true.now < self.down_until or self.down_for_good:
            raise OutOfReach("The line is cut.")
        body = msgspec.json.encode(message)
        if self.newer:
            body = _with_more(body)
        fate = self.fates.pop(0) if self.fates else ""
        answer = self._there_and_back(fate, way, body)
        if self.newer:
            answer = _with_more(answer)
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        self.true.now += LATENCY
        try:
            return msgspec.json.decode(answer[: len(answer) // 2] if fate == "cut_answer" else answer, type=Answer)
        except msgspec.DecodeError as error:
            raise OutOfReach("The answer was cut.") from error

    def _there_and_back(self, fate: str, way: str, body: bytes) -> bytes:
        if fate == "lose_request":
            raise OutOfReach("The request was lost.")
        if fate == "late":
            self.stray.append((self.true.now + len(body) * 50_000, way, body))
            raise OutOfReach("The request comes late.")
        answer = self._deliver(way, body)
        if fate == "double":
            self.stray.append((self.true.now + 60_000_000, way, body))
            answer = self._deliver(way, body)
        if fate == "lose_answer":
            raise OutOfReach("The answer was lost.")
        return answer

    def _deliver(self, way: str, body: bytes) -> bytes:
        authority: Authority = self.center.authority
        try:
            row = authority.admit(self.node, f"key of {self.node}")
            message: Any = msgspec.json.decode(body, type=_KINDS[way])
            answer: Answer = getattr(authority, way)(row, message)
            return msgspec.json.encode(answer)
        except Crash:
            if not self.center.machine.dead:
                raise
            self.center.restart()
            raise OutOfReach("The center stopped.") from None


_KINDS: dict[str, type[Told]] = {"push": Push, "ask": Ask, "pull": Pull, "want": Want}


def _with_more(body: bytes) -> bytes:
    """The message as a program of a newer version would say it."""
    whole = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    whole["version"] = msgspec.Raw(b"2")
    whole["mood"] = msgspec.Raw(b'{"of": ["a", "newer", "version"]}')
    return msgspec.json.encode(whole)

"""The ground truth of a simulated city, recorded beside its stores: issued receipts, clock readings, visitors."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.simulation.scenario import OPENING


class InvariantViolation(Exception):
    """An invariant does not hold: its name, and facts about the violation."""

    def __init__(self, invariant: str, **facts: object) -> None:
        super().__init__(invariant, facts)
        self.invariant = invariant
        self.facts = {name: str(value) for name, value in facts.items()}


@dataclass
class IssuedReceipt:
    """A receipt that a citizen holds."""

    number: str
    program: str
    node: str
    draft: str
    applicant: str  # identity number or credit code
    at: int  # true time, microseconds
    personal_digest: bytes  # digest of the entry's personal part, which is unique
    lost_with_machine: bool = False
    """Whether no store holds its entry any more, because the machine was lost."""


@dataclass
class GroundTruth:
    """What happened in the city, whatever its stores say."""

    receipts: list[IssuedReceipt] = field(default_factory=list)
    clock_readings: dict[tuple[str, int], int] = field(default_factory=dict)
    """True time of each reading of a node's clock, by node and reading."""
    visitors: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Numbers of the persons who were at the node, by node."""
    transfer_origins: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Nodes at which cases began that were brought to a site, by site."""
    typed_values: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Node, field and one thing of each value that was typed into a form."""
    unsure_readings: set[tuple[str, int]] = field(default_factory=set)
    """Node and reading of clocks at moments when neither a stored offset nor the center could correct them."""
    question_counts: Counter[str] = field(default_factory=Counter)
    """Number of calls to the center by node, without those that were refused."""
    copied_nodes: set[str] = field(default_factory=set)
    """Nodes that had more than one store: cloned, or restored from a backup."""
    story: list[str] = field(default_factory=list)

    def record(self, now: int, who: str, text: str) -> None:
        """Append a line to the story."""
        seconds = (now - OPENING) // 1_000_000 + 9 * 3_600
        day, clock = divmod(seconds, 86_400)
        wall = f"{clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}"
        self.story.append(f"{f'+{day} ' if day else ''}{wall} {who}: {text}")

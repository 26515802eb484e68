"""What really happened in a simulated city, written down beside it: who got which receipt, who stood where."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.simulation.scenario import OPENING


class InvariantViolation(Exception):
    """Something must hold and does not: which invariant, and what was seen."""

    def __init__(self, invariant: str, **facts: object) -> None:
        super().__init__(invariant, facts)
        self.invariant = invariant
        self.facts = {name: str(value) for name, value in facts.items()}


@dataclass
class IssuedReceipt:
    """A paper in a citizen's hand."""

    number: str
    program: str
    node: str
    draft: str
    applicant: str  # their number
    at: int  # truly
    personal_digest: bytes  # digest of the personal part: there is no second one
    lost_with_machine: bool = False
    """Whether every store that knew of it is gone with its machine."""


@dataclass
class GroundTruth:
    """What an onlooker knows who sees everything."""

    receipts: list[IssuedReceipt] = field(default_factory=list)
    clock_readings: dict[tuple[str, int], int] = field(default_factory=dict)
    """What a node's clock showed, and when that truly was."""
    visitors: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By node: the numbers of the persons who stood there."""
    transfer_origins: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By centre: the nodes at which the cases had begun that people came with."""
    typed_values: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """What was typed into a form: the node where, the field, and the one thing."""
    unsure_readings: set[tuple[str, int]] = field(default_factory=set)
    """Moments (node, as its clock showed) at which no clock and no center could have said what time it was."""
    question_counts: Counter[str] = field(default_factory=Counter)
    """How many questions each node's people have asked of the center, but for those that were refused."""
    copied_nodes: set[str] = field(default_factory=set)
    """Nodes of which there was more than one store."""
    story: list[str] = field(default_factory=list)

    def record(self, now: int, who: str, words: str) -> None:
        """Writes down what happened."""
        seconds = (now - OPENING) // 1_000_000 + 9 * 3_600
        day, clock = divmod(seconds, 86_400)
        wall = f"{clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}"
        self.story.append(f"{f'+{day} ' if day else ''}{wall} {who}: {words}")

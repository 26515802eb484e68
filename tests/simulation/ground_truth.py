"""The ground truth of a simulated city, recorded outside its stores: issued receipts, clock readings, visitors."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from clerk_app.ledger.replication.messages import CallRequest, PushRequest
from tests.simulation.correction_truth import CorrectionTruth
from tests.simulation.scenario import OPENING

RegistryRows = dict[tuple[str, str, str], dict[str, Any]]
"""Rows by source, kind and identifier."""


class InvariantViolation(Exception):
    """Raised if an invariant does not hold; has its name and facts about the violation."""

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
    """Whether no store has the entry any more, because the machine was lost."""


@dataclass
class GroundTruth:
    """What really happened in the city, independent of its stores."""

    receipts: list[IssuedReceipt] = field(default_factory=list)
    received: dict[str, str] = field(default_factory=dict)
    """By number of a received case whose notice a citizen may hold: the node that received it."""
    unsigned: list[str] = field(default_factory=list)
    """Numbers of the cases that were accepted without a promise or signature that they need."""
    messages: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By text of a message on a case: its id, and the node that sent it."""
    read_messages: set[tuple[str, str]] = field(default_factory=set)
    """Messages that somebody has read, with the node."""
    slips: dict[str, str] = field(default_factory=dict)
    """By ticket whose printed slip a citizen holds: the kiosk's node."""
    clock_readings: dict[tuple[str, int], int] = field(default_factory=dict)
    """True time at each reading of a node's clock, by (node, reading)."""
    visitors: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Identity numbers or credit codes of the citizens who came to each node."""
    transfer_origins: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By site: the nodes at which the cases transferred to that site were accepted."""
    typed_values: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Each value that was typed into a form, with node, field and one thing."""
    unsure_readings: set[tuple[str, int]] = field(default_factory=set)
    """Clock readings (node, reading) that neither a stored offset nor the center could correct."""
    question_counts: Counter[str] = field(default_factory=Counter)
    """Number of calls to the center by node, without refused calls."""
    copied_nodes: set[str] = field(default_factory=set)
    """Nodes that had more than one store, because they were cloned or restored from a backup."""
    captured: deque[PushRequest | CallRequest] = field(default_factory=lambda: deque(maxlen=300))
    """Requests of honest nodes, as an attacker who reads the network has them."""
    registry: RegistryRows = field(default_factory=dict)
    """The last row of each identifier that the center has accepted from a feed."""
    registry_backup: RegistryRows = field(default_factory=dict)
    """The same at the last backup of the center."""
    corrections: CorrectionTruth = field(default_factory=CorrectionTruth)
    """The corrections of the registry."""
    corrections_backup: CorrectionTruth = field(default_factory=CorrectionTruth)
    """The same at the last backup of the center."""
    story: list[str] = field(default_factory=list)

    def record(self, now: int, who: str, text: str) -> None:
        """Append a line with time, node and text to the story."""
        seconds = (now - OPENING) // 1_000_000 + 9 * 3_600
        day, clock = divmod(seconds, 86_400)
        wall = f"{clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}"
        self.story.append(f"{f'+{day} ' if day else ''}{wall} {who}: {text}")

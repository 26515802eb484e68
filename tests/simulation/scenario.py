"""Scenario of a simulated city: its nodes, and a list of actions and faults, all determined by one seed.

Each event has its own seed, so that an event does the same if other events are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from stdnum.cn import uscc

SECOND = 1_000_000
HOUR = 3_600 * SECOND
OPENING = 1_778_029_200 * SECOND  # Wednesday 2026-05-06 09:00 in Shanghai; the following Saturday is a working day
DAY = 24 * HOUR

HALL_NAMES = ("east", "west")  # halls at two sites; neither may see the data of the other
ORGANS = (
    "health", "police", "hr", "medical-insurance", "tax", "planning", "transport", "community", "district-government",
)  # fmt: skip
PERSONS = 20
ENTERPRISES = 4


@dataclass(frozen=True)
class CitySize:
    """Size of the city, simulated hours, and whether faults are injected."""

    windows: int = 8
    departments: int = 4
    hours: float = 1.0
    faults: bool = False


@dataclass(frozen=True)
class NodeSpec:
    """A node: its kind, hall, window and organs."""

    node: str
    kind: str  # window | kiosk
    hall: str
    window: str
    organs: tuple[str, ...]

    @property
    def is_counter(self) -> bool:
        """Whether the node is at a counter window."""
        return bool(self.window)

    @property
    def has_key(self) -> bool:
        """Whether the node has a key pair; the kiosk of the first hall was enrolled by a version without."""
        return self.node != f"k{HALL_NAMES[0]}"

    @property
    def is_department(self) -> bool:
        """Whether the node is the workstation of a department."""
        return not self.hall


def node_specs(size: CitySize) -> tuple[NodeSpec, ...]:
    """Return every node of a city of this size."""
    halls = HALL_NAMES[: 1 + (size.windows > 1)]
    specs = [
        NodeSpec(f"n{at}", "window", f"hall-{hall}", f"w{at}", (f"centre-{hall}",))
        for at in range(1, size.windows + 1)
        for hall in [halls[at % len(halls)]]
    ]
    for at in range(size.departments):
        organs = tuple(ORGANS[at :: size.departments])
        specs.append(NodeSpec(f"d{at + 1}", "window", "", "", organs or (ORGANS[at % len(ORGANS)],)))
    specs += [NodeSpec(f"k{hall}", "kiosk", f"hall-{hall}", "", (f"centre-{hall}",)) for hall in halls]
    return tuple(specs)


HOSTILE_SPECS = (
    NodeSpec("xw", "window", "hall-east", "wx", ("centre-east",)),
    NodeSpec("xd", "window", "", "", (ORGANS[-1],)),
    NodeSpec("xk", "kiosk", "hall-east", "", ("centre-east",)),
)
"""Enrolled machines whose programs are an attacker's."""
HOSTILE_STAFF = {"xw": "clerk-x", "xd": "officer-x", "xk": "kiosk-x"}


@dataclass(frozen=True)
class ScenarioEvent:
    """An action or fault at a time in microseconds after OPENING."""

    at: int
    target: str  # name of a node, "center", or "city" for all nodes
    action: str
    seed: int

    @property
    def rng(self) -> Random:
        """Random generator for all random choices of the event."""
        return Random(self.seed)


POPULATION, POLICE = "population", "police"
FEED_ISSUER = "11310000MB2F30017" + uscc.calc_check_digit("11310000MB2F30017")
FEEDS = {"f1": POPULATION, "f2": POLICE}
"""Machines of issuing organs, and the registers that they send."""

ADMINISTRATORS = {"a1": "admin-1", "a2": "admin-2"}
"""Accounts of the administrators at the center, two persons."""

REPRESENTATIVES = "f3"
"""Machine of the organ that registers who represents an enterprise; it has sent its rows before the city opens."""

PORTAL = "g1"
"""Machine of the portal at which citizens apply."""

LATER = "later"
"""Action of the whole city: some days pass, on which nobody does anything and terms end."""

COUNTER_WEIGHTS = {
    "birth": 22, "passport": 9, "road": 7, "draft": 6, "accept_draft": 6, "ticket": 16, "paper_ticket": 4,
    "take_in": 9, "withdraw": 3, "hand_over": 8, "print": 5, "settle": 3, "not_accept": 2, "discard": 1,
    "renewed_window": 2, "bring": 4, "application": 7, "receive": 5, "continue": 6, "sync": 18, "gap": 6,
    "commitment": 9, "co_signed": 3, "represented": 3, "bring_promised": 6, "withdraw_consent": 4, "write": 6,
    "read": 5,
}  # fmt: skip
DEPARTMENT_WEIGHTS = {
    "claim": 38,
    "work": 36,
    "release": 4,
    "keep": 4,
    "end_procedure": 4,
    "act_on_wait": 4,
    "answer_extension": 4,
    "follow_promise": 9,
    "answer_report": 9,
    "answer_escalation": 4,
    "write": 5,
    "read": 6,
    "sync": 14,
}
KIOSK_WEIGHTS = {"take_ticket": 8, "ask_state": 3, "sync": 2}
PORTAL_WEIGHTS = {"send": 10, "repeat": 4, "withdraw": 2}
FEED_WEIGHTS = {"send": 10, "repeat": 4, "foreign": 1, "doubled": 1}
ADMINISTRATOR_WEIGHTS = {"correct": 5, "decide": 5, "settle": 1}
SUPERVISOR_WEIGHTS = {"take_back": 1, "reassign": 1}

FAULT_WEIGHTS = {
    "lose_request": 6, "lose_answer": 9, "double": 6, "late": 7, "cut_answer": 3, "partition": 5, "partition_all": 1,
    "crash": 9, "crash_center": 4, "full": 2, "full_center": 1, "jump": 4, "copy": 5, "restore": 4, "image": 2,
    "copy_center": 4, "restore_center": 4, "newer": 2, "strange": 3, "meanwhile": 8,
    "hostile": 40,
}  # fmt: skip


def build_scenario(size: CitySize, seed: int) -> tuple[ScenarioEvent, ...]:
    """Return the events that `seed` determines for a city of this size, in order of time."""
    rng = Random(seed)
    length = int(size.hours * HOUR)
    if size.faults and rng.random() < 0.15:
        length += DAY  # the network may be down for a day
    days_pass = rng.random() < 0.4
    events = [event for spec in node_specs(size) for event in _node_events(spec, size, length, rng)]
    if size.faults:
        events += _fault_events(size, length, rng)
    if days_pass:
        events += [_make_event("city", LATER, length, rng) for _event in range(rng.randint(1, 3))]
    for feed in FEEDS:
        names = rng.choices(list(FEED_WEIGHTS), weights=list(FEED_WEIGHTS.values()), k=max(2, round(12 * size.hours)))
        events += [_make_event(feed, name, length, rng) for name in names]
    for administrator in ADMINISTRATORS:
        names = rng.choices(list(ADMINISTRATOR_WEIGHTS), weights=list(ADMINISTRATOR_WEIGHTS.values()), k=16)
        events += [_make_event(administrator, name, length, rng) for name in names]
    names = rng.choices(list(PORTAL_WEIGHTS), weights=list(PORTAL_WEIGHTS.values()), k=max(4, round(30 * size.hours)))
    events += [_make_event(PORTAL, name, length, rng) for name in names]
    return tuple(sorted(events, key=lambda event: (event.at, event.target, event.seed)))


def _node_events(spec: NodeSpec, size: CitySize, length: int, rng: Random) -> list[ScenarioEvent]:
    if spec.is_counter:
        count, weights = 10 * size.hours, COUNTER_WEIGHTS
    elif spec.is_department:
        count, weights = 20 * size.hours, DEPARTMENT_WEIGHTS
    else:
        count, weights = 7 * size.hours, KIOSK_WEIGHTS
    names = rng.choices(list(weights), weights=list(weights.values()), k=max(2, round(count)))
    if not spec.is_counter and spec.is_department:
        names += rng.choices(list(SUPERVISOR_WEIGHTS), k=2)
    return [_make_event(spec.node, name, length, rng) for name in names]


def _fault_events(size: CitySize, length: int, rng: Random) -> list[ScenarioEvent]:
    allowed = dict(FAULT_WEIGHTS)
    for name in FAULT_WEIGHTS:  # leave out some faults, so that rare ones also occur alone
        if rng.random() < 0.35:
            del allowed[name]
    if not allowed:
        return []
    nodes = [spec.node for spec in node_specs(size)]
    names = rng.choices(list(allowed), weights=list(allowed.values()), k=rng.randint(4, 40))
    events = []
    for name in names:
        target = rng.choice(nodes)
        if name == "hostile":
            target = rng.choice(HOSTILE_SPECS).node
        elif name.endswith("_center") or name == "partition_all":
            target = "center" if name.endswith("_center") else "city"
        events.append(_make_event(target, name, length, rng))
    return events


def _make_event(target: str, name: str, length: int, rng: Random) -> ScenarioEvent:
    return ScenarioEvent(rng.randrange(SECOND, length), target, name, rng.getrandbits(48))

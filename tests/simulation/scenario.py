"""A simulated city's plan: its places, and a script of acts and faults, everything from one seed.

Each act carries a draw of its own, so that a script from which acts were left out still does the same with the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SECOND = 1_000_000
HOUR = 3_600 * SECOND
OPENING = 1_778_029_200 * SECOND  # Wednesday 2026-05-06 09:00 in Shanghai; the Saturday after it is worked
DAY = 24 * HOUR

HALL_NAMES = ("east", "west")  # two halls, each with a centre of its own, so that there is something not to be seen
ORGANS = ("health", "police", "hr", "medical-insurance", "tax", "planning", "transport")
PERSONS = 20
ENTERPRISES = 4


@dataclass(frozen=True)
class CitySize:
    """How big the city is, and how long it is watched."""

    windows: int = 8
    departments: int = 4
    hours: float = 1.0
    faults: bool = False


@dataclass(frozen=True)
class NodeSpec:
    """A node: where it stands and what it is for."""

    node: str
    kind: str  # window | kiosk
    hall: str
    window: str
    organs: tuple[str, ...]

    @property
    def is_counter(self) -> bool:
        return bool(self.window)

    @property
    def is_department(self) -> bool:
        return not self.hall


def node_specs(size: CitySize) -> tuple[NodeSpec, ...]:
    """Every node of a city of this size."""
    halls = HALL_NAMES[: 1 + (size.windows > 1)]
    found = [
        NodeSpec(f"n{at}", "window", f"hall-{half}", f"w{at}", (f"centre-{half}",))
        for at in range(1, size.windows + 1)
        for half in [halls[at % len(halls)]]
    ]
    for at in range(size.departments):
        organs = tuple(ORGANS[at :: size.departments])
        found.append(NodeSpec(f"d{at + 1}", "window", "", "", organs or (ORGANS[at % len(ORGANS)],)))
    found += [NodeSpec(f"k{half}", "kiosk", f"hall-{half}", "", (f"centre-{half}",)) for half in halls]
    return tuple(found)


@dataclass(frozen=True)
class ScenarioEvent:
    """Somebody does something (or something happens) so many microseconds after the opening."""

    at: int
    target: str  # node; "center"; "city" for all
    action: str
    seed: int

    @property
    def rng(self) -> Random:
        """What is left open is drawn from here, and from nowhere else."""
        return Random(self.seed)


COUNTER_WEIGHTS = {
    "birth": 22, "passport": 9, "road": 7, "draft": 6, "accept_draft": 6, "ticket": 16, "paper_ticket": 4,
    "take_in": 9, "withdraw": 3, "hand_over": 8, "print": 5, "settle": 3, "not_accept": 2, "discard": 1,
    "renewed_window": 2, "bring": 4, "sync": 18,
}  # fmt: skip
DEPARTMENT_WEIGHTS = {"claim": 38, "work": 36, "release": 4, "keep": 4, "sync": 14}
KIOSK_WEIGHTS = {"take_ticket": 8, "ask_state": 3, "sync": 2}
SUPERVISOR_WEIGHTS = {"take_back": 1, "reassign": 1}

FAULT_WEIGHTS = {
    "lose_request": 6, "lose_answer": 9, "double": 6, "late": 7, "cut_answer": 3, "partition": 5, "partition_all": 1,
    "crash": 9, "crash_center": 4, "full": 2, "full_center": 1, "jump": 4, "copy": 5, "restore": 4, "image": 2,
    "copy_center": 4, "restore_center": 4, "newer": 2, "strange": 3, "meanwhile": 8,
}  # fmt: skip


def build_scenario(size: CitySize, seed: int) -> tuple[ScenarioEvent, ...]:
    """What happens in the city of this seed, in order of time."""
    chance = Random(seed)
    length = int(size.hours * HOUR)
    if size.faults and chance.random() < 0.15:
        length += DAY  # somebody will be without a network for a day
    acts = [act for place in node_specs(size) for act in _node_events(place, size, length, chance)]
    if size.faults:
        acts += _fault_events(size, length, chance)
    return tuple(sorted(acts, key=lambda act: (act.at, act.target, act.seed)))


def _node_events(place: NodeSpec, size: CitySize, length: int, chance: Random) -> list[ScenarioEvent]:
    if place.is_counter:
        many, kinds = 10 * size.hours, COUNTER_WEIGHTS
    elif place.is_department:
        many, kinds = 20 * size.hours, DEPARTMENT_WEIGHTS
    else:
        many, kinds = 7 * size.hours, KIOSK_WEIGHTS
    whats = chance.choices(list(kinds), weights=list(kinds.values()), k=max(2, round(many)))
    if not place.is_counter and place.is_department:
        whats += chance.choices(list(SUPERVISOR_WEIGHTS), k=2)
    return [_make_event(place.node, what, length, chance) for what in whats]


def _fault_events(size: CitySize, length: int, chance: Random) -> list[ScenarioEvent]:
    allowed = dict(FAULT_WEIGHTS)
    for name in FAULT_WEIGHTS:  # not every city has every misfortune: rare ones are seen alone too
        if chance.random() < 0.35:
            del allowed[name]
    if not allowed:
        return []
    nodes = [place.node for place in node_specs(size)]
    whats = chance.choices(list(allowed), weights=list(allowed.values()), k=chance.randint(4, 40))
    found = []
    for what in whats:
        who = "center" if what.endswith("_center") else "city" if what == "partition_all" else chance.choice(nodes)
        found.append(_make_event(who, what, length, chance))
    return found


def _make_event(who: str, what: str, length: int, chance: Random) -> ScenarioEvent:
    return ScenarioEvent(chance.randrange(SECOND, length), who, what, chance.getrandbits(48))

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

HALVES = ("east", "west")  # two halls, each with a centre of its own, so that there is something not to be seen
ORGANS = ("health", "police", "hr", "medical-insurance", "tax", "planning", "transport")
PERSONS = 20
ENTERPRISES = 4


@dataclass(frozen=True)
class Size:
    """How big the city is, and how long it is watched."""

    windows: int = 8
    departments: int = 4
    hours: float = 1.0
    faults: bool = False


@dataclass(frozen=True)
class Place:
    """A node: where it stands and what it is for."""

    node: str
    kind: str  # window | kiosk
    hall: str
    window: str
    organs: tuple[str, ...]

    @property
    def at_counter(self) -> bool:
        return bool(self.window)

    @property
    def at_organ(self) -> bool:
        return not self.hall


def places(size: Size) -> tuple[Place, ...]:
    """Every node of a city of this size."""
    halls = HALVES[: 1 + (size.windows > 1)]
    found = [
        Place(f"n{at}", "window", f"hall-{half}", f"w{at}", (f"centre-{half}",))
        for at in range(1, size.windows + 1)
        for half in [halls[at % len(halls)]]
    ]
    for at in range(size.departments):
        organs = tuple(ORGANS[at :: size.departments])
        found.append(Place(f"d{at + 1}", "window", "", "", organs or (ORGANS[at % len(ORGANS)],)))
    found += [Place(f"k{half}", "kiosk", f"hall-{half}", "", (f"centre-{half}",)) for half in halls]
    return tuple(found)


@dataclass(frozen=True)
class Act:
    """Somebody does something (or something happens) so many microseconds after the opening."""

    at: int
    who: str  # node; "center"; "city" for all
    what: str
    draw: int

    @property
    def chance(self) -> Random:
        """What is left open is drawn from here, and from nowhere else."""
        return Random(self.draw)  # noqa: S311


COUNTER = {
    "birth": 22, "passport": 9, "road": 7, "draft": 6, "accept_draft": 6, "ticket": 16, "paper_ticket": 4,
    "take_in": 9, "withdraw": 3, "hand_over": 8, "print": 5, "settle": 3, "not_accept": 2, "discard": 1,
    "renewed_window": 2, "bring": 4, "sync": 18,
}  # fmt: skip
ORGAN = {"claim": 38, "work": 36, "release": 4, "keep": 4, "sync": 14}
KIOSK = {"take_ticket": 8, "ask_state": 3, "sync": 2}
SUPERVISOR = {"take_back": 1, "reassign": 1}

FAULTS = {
    "lose_request": 6, "lose_answer": 9, "double": 6, "late": 7, "cut_answer": 3, "partition": 5, "partition_all": 1,
    "crash": 9, "crash_center": 4, "full": 2, "full_center": 1, "jump": 4, "copy": 5, "restore": 4, "image": 2,
    "copy_center": 4, "restore_center": 4, "newer": 2, "strange": 3, "meanwhile": 8,
}  # fmt: skip


def script(size: Size, seed: int) -> tuple[Act, ...]:
    """What happens in the city of this seed, in order of time."""
    chance = Random(seed)  # noqa: S311 - nothing is kept secret by it
    length = int(size.hours * HOUR)
    if size.faults and chance.random() < 0.15:
        length += DAY  # somebody will be without a network for a day
    acts = [act for place in places(size) for act in _of_place(place, size, length, chance)]
    if size.faults:
        acts += _faults(size, length, chance)
    return tuple(sorted(acts, key=lambda act: (act.at, act.who, act.draw)))


def _of_place(place: Place, size: Size, length: int, chance: Random) -> list[Act]:
    if place.at_counter:
        many, kinds = 10 * size.hours, COUNTER
    elif place.at_organ:
        many, kinds = 20 * size.hours, ORGAN
    else:
        many, kinds = 7 * size.hours, KIOSK
    whats = chance.choices(list(kinds), weights=list(kinds.values()), k=max(2, round(many)))
    if not place.at_counter and place.at_organ:
        whats += chance.choices(list(SUPERVISOR), k=2)
    return [_act(place.node, what, length, chance) for what in whats]


def _faults(size: Size, length: int, chance: Random) -> list[Act]:
    allowed = dict(FAULTS)
    for name in FAULTS:  # not every city has every misfortune: rare ones are seen alone too
        if chance.random() < 0.35:
            del allowed[name]
    if not allowed:
        return []
    nodes = [place.node for place in places(size)]
    whats = chance.choices(list(allowed), weights=list(allowed.values()), k=chance.randint(4, 40))
    found = []
    for what in whats:
        who = "center" if what.endswith("_center") else "city" if what == "partition_all" else chance.choice(nodes)
        found.append(_act(who, what, length, chance))
    return found


def _act(who: str, what: str, length: int, chance: Random) -> Act:
    return Act(chance.randrange(SECOND, length), who, what, chance.getrandbits(48))

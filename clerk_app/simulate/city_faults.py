"""What goes wrong in a simulated city. Each function is one misfortune, and says in a word what it was."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from clerk_app.errors import ClerkError
from clerk_app.simulate.city_node import Node, Program
from clerk_app.simulate.city_people import Counter
from clerk_app.simulate.city_plan import HOUR, SECOND, Act
from clerk_app.simulate.city_store import Crash

if TYPE_CHECKING:
    from clerk_app.simulate.city import City

_MOST_IMAGES = 2  # programs that speak as one node at a time


def _node(city: City, act: Act) -> Node:
    twins = city.nodes[act.who]
    return twins[act.draw % len(twins)]


def _fate(fate: str) -> Callable[[City, Act], str]:
    def befall(city: City, act: Act) -> str:
        many = act.chance.choice((1, 1, 1, 2, 3))
        _node(city, act).wire.fates += [fate] * many
        return f"the next {many}"

    return befall


def _partition(city: City, act: Act) -> str:
    return _cut(city, [_node(city, act)], act.chance)


def _partition_all(city: City, act: Act) -> str:
    return _cut(city, list(city.programs), act.chance)


def _cut(city: City, programs: list[Node], chance: Random) -> str:
    length = chance.choice((5 * 60 * SECOND, 20 * 60 * SECOND, HOUR, 24 * HOUR))
    for program in programs:
        program.wire.down_until = city.true.now + length
    return f"no network for {length // SECOND} seconds"


def _crash(city: City, act: Act) -> str:
    statements = int(act.chance.expovariate(1 / 60))
    _node(city, act).machine.stops_in = statements
    return f"stops after {statements} statements"


def _crash_center(city: City, act: Act) -> str:
    statements = int(act.chance.expovariate(1 / 80))
    city.center.machine.stops_in = statements
    return f"stops after {statements} statements"


def _full(city: City, act: Act) -> str:
    return _fill(_node(city, act), act.chance)


def _full_center(city: City, act: Act) -> str:
    return _fill(city.center, act.chance)


def _fill(program: Program, chance: Random) -> str:
    full = chance.random() < 0.6
    program.machine.fill(full=full)
    return "the disk is full" if full else "the disk has room"


def _jump(city: City, act: Act) -> str:
    node = _node(city, act)
    by = act.chance.choice((-1, 1)) * act.chance.choice((SECOND, 600 * SECOND, 5 * HOUR, 26 * HOUR))
    node.clock.ahead += by
    return f"the clock is turned by {by // SECOND} seconds"


def _copy(city: City, act: Act) -> str:
    return _backed_up(_node(city, act))


def _copy_center(city: City, act: Act) -> str:
    del act
    return _backed_up(city.center)


def _backed_up(program: Program) -> str:
    program.copy()
    return "backed up"


def _restore(city: City, act: Act) -> str:
    node = _node(city, act)
    if not node.backup.exists():
        return "no backup"
    city.diary.copied.add(node.place.node)
    _put_back(node)
    city.bury()
    return "put back from its backup"


def _restore_center(city: City, act: Act) -> str:
    del act
    if not city.center.backup.exists():
        return "no backup"
    city.diary.copied.add(city.center.name)
    _put_back(city.center)
    city.bury()
    return "put back from its backup"


def _put_back(program: Program) -> None:
    program.machine.stops_in = None
    program.put_back()


def _image(city: City, act: Act) -> str:
    twins = city.nodes[act.who]
    if len(twins) >= _MOST_IMAGES or twins[0].machine.dead:
        return "no second one"
    city.diary.copied.add(act.who)
    twins.append(twins[0].image(f"{act.who}-twin"))
    return "its disk is copied; both go on"


def _newer(city: City, act: Act) -> str:
    _node(city, act).newer()
    return "updated"


def _strange(city: City, act: Act) -> str:
    node = _node(city, act)
    if not node.place.at_counter:
        return "nothing"
    node.newer()
    try:
        return Counter(node, city.diary, act.chance).praise()
    except ClerkError as error:
        return str(error)
    except Crash:
        node.restart()
        return "stopped"


def _meanwhile(city: City, act: Act) -> str:
    """While its next answer is on the way, something is done there."""
    node, chance = _node(city, act), act.chance
    if not node.place.at_counter:
        return "nothing"

    def in_between() -> None:
        wire = node.wire
        down, wire.down_for_good = wire.down_for_good, True  # whoever asks has to wait for the line
        counter = Counter(node, city.diary, chance)
        try:
            counter.take(chance.choice(("birth", "passport")))
        except ClerkError:
            pass
        finally:
            wire.down_for_good = down

    node.wire.meanwhile = in_between
    return "something is done while the next answer is on its way"


FAULTS: dict[str, Callable[[City, Act], str]] = {
    "lose_request": _fate("lose_request"),
    "lose_answer": _fate("lose_answer"),
    "double": _fate("double"),
    "late": _fate("late"),
    "cut_answer": _fate("cut_answer"),
    "partition": _partition,
    "partition_all": _partition_all,
    "crash": _crash,
    "crash_center": _crash_center,
    "full": _full,
    "full_center": _full_center,
    "jump": _jump,
    "copy": _copy,
    "copy_center": _copy_center,
    "restore": _restore,
    "restore_center": _restore_center,
    "image": _image,
    "newer": _newer,
    "strange": _strange,
    "meanwhile": _meanwhile,
}

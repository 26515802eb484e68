"""What goes wrong in a simulated city. Each function is one misfortune, and says in a word what it was."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from clerk_app.errors import ClerkError
from tests.simulation.clerks import CounterClerk
from tests.simulation.crashing_store import SimulatedCrash
from tests.simulation.programs import SimulatedNode, SimulatedProgram
from tests.simulation.scenario import HOUR, SECOND, ScenarioEvent

if TYPE_CHECKING:
    from tests.simulation.city import SimulatedCity

_MAX_CLONES = 2  # programs that speak as one node at a time


def _select_node(city: SimulatedCity, act: ScenarioEvent) -> SimulatedNode:
    twins = city.nodes[act.target]
    return twins[act.seed % len(twins)]


def _message_fault(fate: str) -> Callable[[SimulatedCity, ScenarioEvent], str]:
    def befall(city: SimulatedCity, act: ScenarioEvent) -> str:
        many = act.rng.choice((1, 1, 1, 2, 3))
        _select_node(city, act).transport.faults += [fate] * many
        return f"the next {many}"

    return befall


def _partition_node(city: SimulatedCity, act: ScenarioEvent) -> str:
    return _disconnect(city, [_select_node(city, act)], act.rng)


def _partition_all(city: SimulatedCity, act: ScenarioEvent) -> str:
    return _disconnect(city, list(city.programs), act.rng)


def _disconnect(city: SimulatedCity, programs: list[SimulatedNode], chance: Random) -> str:
    length = chance.choice((5 * 60 * SECOND, 20 * 60 * SECOND, HOUR, 24 * HOUR))
    for program in programs:
        program.transport.down_until = city.time.now + length
    return f"no network for {length // SECOND} seconds"


def _crash_node(city: SimulatedCity, act: ScenarioEvent) -> str:
    statements = int(act.rng.expovariate(1 / 60))
    _select_node(city, act).machine.statements_left = statements
    return f"stops after {statements} statements"


def _crash_center(city: SimulatedCity, act: ScenarioEvent) -> str:
    statements = int(act.rng.expovariate(1 / 80))
    city.center.machine.statements_left = statements
    return f"stops after {statements} statements"


def _fill_node_disk(city: SimulatedCity, act: ScenarioEvent) -> str:
    return _set_disk_full(_select_node(city, act), act.rng)


def _fill_center_disk(city: SimulatedCity, act: ScenarioEvent) -> str:
    return _set_disk_full(city.center, act.rng)


def _set_disk_full(program: SimulatedProgram, chance: Random) -> str:
    full = chance.random() < 0.6
    program.machine.set_disk_full(full=full)
    return "the disk is full" if full else "the disk has room"


def _shift_clock(city: SimulatedCity, act: ScenarioEvent) -> str:
    node = _select_node(city, act)
    by = act.rng.choice((-1, 1)) * act.rng.choice((SECOND, 600 * SECOND, 5 * HOUR, 26 * HOUR))
    node.clock.offset += by
    return f"the clock is turned by {by // SECOND} seconds"


def _back_up_node(city: SimulatedCity, act: ScenarioEvent) -> str:
    return _back_up(_select_node(city, act))


def _back_up_center(city: SimulatedCity, act: ScenarioEvent) -> str:
    del act
    return _back_up(city.center)


def _back_up(program: SimulatedProgram) -> str:
    program.back_up()
    return "backed up"


def _restore_node(city: SimulatedCity, act: ScenarioEvent) -> str:
    node = _select_node(city, act)
    if not node.backup_path.exists():
        return "no backup"
    city.truth.copied_nodes.add(node.spec.node)
    _restore_backup(node)
    city.mark_lost_receipts()
    return "put back from its backup"


def _restore_center(city: SimulatedCity, act: ScenarioEvent) -> str:
    del act
    if not city.center.backup_path.exists():
        return "no backup"
    city.truth.copied_nodes.add(city.center.name)
    _restore_backup(city.center)
    city.mark_lost_receipts()
    return "put back from its backup"


def _restore_backup(program: SimulatedProgram) -> None:
    program.machine.statements_left = None
    program.restore_backup()


def _clone_node(city: SimulatedCity, act: ScenarioEvent) -> str:
    twins = city.nodes[act.target]
    if len(twins) >= _MAX_CLONES or twins[0].machine.stopped:
        return "no second one"
    city.truth.copied_nodes.add(act.target)
    twins.append(twins[0].clone(f"{act.target}-twin"))
    return "its disk is copied; both go on"


def _upgrade_node(city: SimulatedCity, act: ScenarioEvent) -> str:
    _select_node(city, act).upgrade()
    return "updated"


def _send_unknown_command(city: SimulatedCity, act: ScenarioEvent) -> str:
    node = _select_node(city, act)
    if not node.spec.is_counter:
        return "nothing"
    node.upgrade()
    try:
        return CounterClerk(node, city.truth, act.rng).send_praise()
    except ClerkError as error:
        return str(error)
    except SimulatedCrash:
        node.restart()
        return "stopped"


def _act_during_response(city: SimulatedCity, act: ScenarioEvent) -> str:
    """While its next answer is on the way, something is done there."""
    node, chance = _select_node(city, act), act.rng
    if not node.spec.is_counter:
        return "nothing"

    def in_between() -> None:
        wire = node.transport
        down, wire.is_down = wire.is_down, True  # whoever asks has to wait for the line
        counter = CounterClerk(node, city.truth, chance)
        try:
            counter.accept_case(chance.choice(("birth", "passport")))
        except ClerkError:
            pass
        finally:
            wire.is_down = down

    node.transport.before_response = in_between
    return "something is done while the next answer is on its way"


FAULTS: dict[str, Callable[[SimulatedCity, ScenarioEvent], str]] = {
    "lose_request": _message_fault("lose_request"),
    "lose_answer": _message_fault("lose_answer"),
    "double": _message_fault("double"),
    "late": _message_fault("late"),
    "cut_answer": _message_fault("cut_answer"),
    "partition": _partition_node,
    "partition_all": _partition_all,
    "crash": _crash_node,
    "crash_center": _crash_center,
    "full": _fill_node_disk,
    "full_center": _fill_center_disk,
    "jump": _shift_clock,
    "copy": _back_up_node,
    "copy_center": _back_up_center,
    "restore": _restore_node,
    "restore_center": _restore_center,
    "image": _clone_node,
    "newer": _upgrade_node,
    "strange": _send_unknown_command,
    "meanwhile": _act_during_response,
}

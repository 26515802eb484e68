"""Faults of a simulated city. Each function injects one fault and returns its description for the story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Protocol

from clerk_app.errors import ClerkError
from tests.simulation.clerks import CounterClerk
from tests.simulation.crashing_store import SimulatedCrash
from tests.simulation.forgeries import attack
from tests.simulation.ground_truth import GroundTruth
from tests.simulation.hostile import HostileMachine
from tests.simulation.network import SimulatedTime
from tests.simulation.programs import SimulatedCenter, SimulatedNode, SimulatedProgram
from tests.simulation.scenario import HOUR, SECOND, ScenarioEvent

_MAX_CLONES = 2  # programs of one node at the same time


class FaultyCity(Protocol):
    """The parts of a simulated city that faults change."""

    time: SimulatedTime
    truth: GroundTruth
    center: SimulatedCenter
    nodes: dict[str, list[SimulatedNode]]
    hostile: dict[str, HostileMachine]

    @property
    def programs(self) -> Iterator[SimulatedNode]:
        """Every program of every node."""
        ...

    def mark_lost_receipts(self) -> None:
        """Mark the receipts whose entries no store has any more."""
        ...


def _select_node(city: FaultyCity, event: ScenarioEvent) -> SimulatedNode:
    clones = city.nodes[event.target]
    return clones[event.seed % len(clones)]


def _message_fault(fault: str) -> Callable[[FaultyCity, ScenarioEvent], str]:
    def inject(city: FaultyCity, event: ScenarioEvent) -> str:
        count = event.rng.choice((1, 1, 1, 2, 3))
        _select_node(city, event).transport.faults += [fault] * count
        return f"for the next {count} messages"

    return inject


def _partition_node(city: FaultyCity, event: ScenarioEvent) -> str:
    return _disconnect(city, [_select_node(city, event)], event.rng)


def _partition_all(city: FaultyCity, event: ScenarioEvent) -> str:
    return _disconnect(city, list(city.programs), event.rng)


def _disconnect(city: FaultyCity, programs: list[SimulatedNode], rng: Random) -> str:
    length = rng.choice((5 * 60 * SECOND, 20 * 60 * SECOND, HOUR, 24 * HOUR))
    for program in programs:
        program.transport.down_until = city.time.now + length
    return f"no network for {length // SECOND} seconds"


def _crash_node(city: FaultyCity, event: ScenarioEvent) -> str:
    statements = int(event.rng.expovariate(1 / 60))
    _select_node(city, event).machine.statements_left = statements
    return f"stops after {statements} statements"


def _crash_center(city: FaultyCity, event: ScenarioEvent) -> str:
    statements = int(event.rng.expovariate(1 / 80))
    city.center.machine.statements_left = statements
    return f"stops after {statements} statements"


def _fill_node_disk(city: FaultyCity, event: ScenarioEvent) -> str:
    return _set_disk_full(_select_node(city, event), event.rng)


def _fill_center_disk(city: FaultyCity, event: ScenarioEvent) -> str:
    return _set_disk_full(city.center, event.rng)


def _set_disk_full(program: SimulatedProgram, rng: Random) -> str:
    full = rng.random() < 0.6
    program.machine.set_disk_full(full=full)
    return "the disk is full" if full else "the disk has room"


def _shift_clock(city: FaultyCity, event: ScenarioEvent) -> str:
    node = _select_node(city, event)
    offset = event.rng.choice((-1, 1)) * event.rng.choice((SECOND, 600 * SECOND, 5 * HOUR, 26 * HOUR))
    node.clock.offset += offset
    return f"the clock is turned by {offset // SECOND} seconds"


def _back_up_node(city: FaultyCity, event: ScenarioEvent) -> str:
    return _back_up(_select_node(city, event))


def _back_up_center(city: FaultyCity, event: ScenarioEvent) -> str:
    del event
    city.truth.registry_backup = dict(city.truth.registry)
    city.truth.corrections_backup = city.truth.corrections.copy()
    return _back_up(city.center)


def _back_up(program: SimulatedProgram) -> str:
    program.back_up()
    return "backed up"


def _restore_node(city: FaultyCity, event: ScenarioEvent) -> str:
    node = _select_node(city, event)
    if not node.backup_path.exists():
        return "no backup"
    city.truth.copied_nodes.add(node.spec.node)
    _restore_backup(node)
    city.mark_lost_receipts()
    return "restored from the backup"


def _restore_center(city: FaultyCity, event: ScenarioEvent) -> str:
    del event
    if not city.center.backup_path.exists():
        return "no backup"
    city.truth.copied_nodes.add(city.center.name)
    _restore_backup(city.center)
    city.truth.registry = dict(city.truth.registry_backup)
    city.truth.corrections = city.truth.corrections_backup.copy()
    city.mark_lost_receipts()
    return "restored from the backup"


def _restore_backup(program: SimulatedProgram) -> None:
    program.machine.statements_left = None
    program.restore_backup()


def _clone_node(city: FaultyCity, event: ScenarioEvent) -> str:
    clones = city.nodes[event.target]
    if len(clones) >= _MAX_CLONES or clones[0].machine.stopped:
        return "not cloned"
    city.truth.copied_nodes.add(event.target)
    clones.append(clones[0].clone(f"{event.target}-twin"))
    return "disk cloned; both programs run"


def _upgrade_node(city: FaultyCity, event: ScenarioEvent) -> str:
    _select_node(city, event).upgrade()
    return "upgraded"


def _send_unknown_command(city: FaultyCity, event: ScenarioEvent) -> str:
    node = _select_node(city, event)
    if not node.spec.is_counter:
        return "nothing"
    node.upgrade()
    try:
        return CounterClerk(node, city.truth, event.rng).send_praise()
    except ClerkError as error:
        return str(error)
    except SimulatedCrash:
        node.restart()
        return "stopped"


def _act_during_response(city: FaultyCity, event: ScenarioEvent) -> str:
    """Let the clerk accept a case while the next response is in transit."""
    node, rng = _select_node(city, event), event.rng
    if not node.spec.is_counter:
        return "nothing"

    def act() -> None:
        transport = node.transport
        was_down, transport.is_down = transport.is_down, True  # calls to the center fail at once
        counter = CounterClerk(node, city.truth, rng)
        try:
            counter.accept_case(rng.choice(("birth", "passport")))
        except ClerkError:
            pass
        finally:
            transport.is_down = was_down

    node.transport.before_response = act
    return "acts during the next response"


def _attack(city: FaultyCity, event: ScenarioEvent) -> str:
    machine, rng = city.hostile[event.target], event.rng
    machine.transport.messages_sent = 0
    blocks = city.center.rows("number_blocks", node="xw")
    numbers = range(blocks[0]["first"], blocks[0]["last"] + 1)
    return "; ".join(attack(machine, city.truth.captured, numbers, rng) for _attack in range(rng.randint(1, 4)))


FAULTS: dict[str, Callable[[FaultyCity, ScenarioEvent], str]] = {
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
    "hostile": _attack,
}

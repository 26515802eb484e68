"""A city in a box: its center and all its windows in one process, one act after the other, everything from a seed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from clerk_app.errors import BadData, OutOfReach, Refused
from tests.simulation import faults
from tests.simulation.city_files import CityTemplates, fast_temporary_folder
from tests.simulation.clerks import CounterClerk, counter_actions
from tests.simulation.crashing_store import SimulatedCrash
from tests.simulation.ground_truth import GroundTruth, InvariantViolation, IssuedReceipt
from tests.simulation.kiosk import take_ticket
from tests.simulation.network import MachineClock, SimulatedTime, SimulatedTransport
from tests.simulation.officers import Officers
from tests.simulation.programs import SimulatedCenter, SimulatedNode, SimulatedProgram
from tests.simulation.receipt_holders import ask_state, bring_case
from tests.simulation.scenario import CitySize, ScenarioEvent, node_specs

_MAX_SYNC_ROUNDS = 12  # of exchanges until nothing may be new for anybody
_MAX_SYNC_STEPS = 40  # steps that a node's backlog may take at most


class SimulatedCity:
    """The center, every program of every node, and the diary of what really happened."""

    def __init__(self, size: CitySize, folder: Path) -> None:
        """Opens the city whose files are in `folder`."""
        self.size = size
        self.truth = GroundTruth()
        self.time = SimulatedTime()
        self.center = SimulatedCenter.open_in(folder, self.time, self.truth)
        self.nodes: dict[str, list[SimulatedNode]] = {}
        """By node: its program; more than one where its disk was copied."""
        for place in node_specs(size):
            clock = MachineClock(self.time, place.node, self.truth)
            wire = SimulatedTransport(place.node, self.time, self.center)
            node = SimulatedNode(
                place.node,
                folder / place.node,
                clock,
                spec=place,
                transport=wire,
                question_counts=self.truth.question_counts,
            )
            node.open()
            self.nodes[place.node] = [node]

    @property
    def programs(self) -> Iterator[SimulatedNode]:
        """Every program of every node."""
        for twins in self.nodes.values():
            yield from twins

    def close(self) -> None:
        """Closes every store."""
        for program in (*self.programs, self.center):
            program.close()

    # acts

    def perform(self, act: ScenarioEvent) -> None:
        """One act of the script. Raises Broken when a program fails in a way that it must not."""
        self.time.advance_to(act.at)
        for program in self.programs:
            program.transport.messages_sent = 0
            program.transport.deliver_delayed(self.time.now)
        if act.target == "center" or act.action in faults.FAULTS:
            self.truth.record(self.time.now, act.target, f"{act.action}: {self._inject_fault(act)}")
            return
        twins = self.nodes.get(act.target)
        if twins:
            self._perform_at_node(twins[act.seed % len(twins)], act)

    def _inject_fault(self, act: ScenarioEvent) -> str:
        try:
            return faults.FAULTS[act.action](self, act)
        except SimulatedCrash:
            for program in (self.center, *self.programs):
                if program.machine.stopped:
                    program.restart()
            return "the machine stopped before; started again"

    def _perform_at_node(self, node: SimulatedNode, act: ScenarioEvent) -> None:
        chance = act.rng
        try:
            said = self._describe_outcome(node, self._find_action(node, act.action, chance))
            if chance.random() < 0.6:
                said += self._sync(node)
        except SimulatedCrash:
            said = "the machine stopped; started again"
            node.restart()
        self.truth.record(self.time.now, node.name, f"{act.action}: {said}")

    def _find_action(self, node: SimulatedNode, what: str, chance: Random) -> Callable[[], str]:
        if what == "sync":
            return lambda: self._sync_and_borrow(node)
        if node.spec.is_counter:
            counter = CounterClerk(node, self.truth, chance)
            acts: dict[str, Callable[[], str]] = {**counter_actions(counter), "bring": partial(bring_case, counter)}
            return acts[what]
        if node.spec.is_department:
            return Officers(node, chance).actions()[what]
        return lambda: take_ticket(node, chance) if what == "take_ticket" else ask_state(node, self.truth, chance)

    def _describe_outcome(self, node: SimulatedNode, deed: Callable[[], str]) -> str:
        """What came of it. A refusal is an answer like any other, and so is a network that is away."""
        try:
            return deed()
        except Refused as refused:
            return f"refused ({refused.reason})"
        except OutOfReach as away:
            if "refused:" in str(away):  # the store itself: something was to be written that must not be
                raise InvariantViolation("programs do not fail", program=node.name, error=away) from away
            return f"out of reach ({away})"
        except BadData as bad:
            return f"bad data ({bad})"

    def _sync_and_borrow(self, node: SimulatedNode) -> str:
        quiet = self._sync(node)
        if node.spec.is_counter:
            node.borrow_numbers()
        return quiet

    def _sync(self, node: SimulatedNode) -> str:
        try:
            return ", in step" if node.sync() else ", not in step"
        except Refused as refused:
            raise InvariantViolation("the center listens to its nodes", program=node.name, error=refused) from refused

    # afterwards

    def mark_lost_receipts(self) -> None:
        """After a machine was lost: receipts that no store knows of any more died with it."""
        for receipt in self.truth.receipts:
            if not receipt.lost_with_machine:
                stores = (self.center, *self.nodes[receipt.node])
                receipt.lost_with_machine = not any(_holds_receipt(one, receipt) for one in stores)

    def heal(self) -> None:
        """Everything works again: networks, disks, machines."""
        self.center.machine.statements_left = None
        self.center.machine.set_disk_full(full=False)
        for program in self.programs:
            program.transport.heal()
            program.machine.statements_left = None
            program.machine.set_disk_full(full=False)
        for program in self.programs:
            program.transport.deliver_delayed(self.time.now + 10**15)

    def sync_until_quiet(self) -> None:
        """Everybody exchanges until nothing is new for anybody. Raises Broken when that never comes."""
        for _round in range(_MAX_SYNC_ROUNDS):
            before = self.center.store.read_change_counter()
            for program in self.programs:
                program.transport.messages_sent = 0
                try:
                    if not program.sync(_MAX_SYNC_STEPS):
                        raise InvariantViolation(
                            "a backlog drains in bounded steps", program=program.name, steps=_MAX_SYNC_STEPS
                        )
                except Refused as refused:
                    raise InvariantViolation(
                        "the center listens to its nodes", program=program.name, error=refused
                    ) from refused
            if self.center.store.read_change_counter() == before:
                return
        raise InvariantViolation("a backlog drains in bounded steps", rounds=_MAX_SYNC_ROUNDS)


def _holds_receipt(program: SimulatedProgram, receipt: IssuedReceipt) -> bool:
    with program.machine.crash_suspended():
        rows = program.rows("ledger_entries", stream=f"case/{receipt.number}")
    return any(row["personal_digest"] == receipt.personal_digest for row in rows)


@contextmanager
def open_city(templates: CityTemplates, size: CitySize) -> Iterator[SimulatedCity]:
    """A new city, gone afterwards."""
    with TemporaryDirectory(prefix="clerk-city-", dir=fast_temporary_folder()) as aside:
        folder = Path(aside) / "city"
        templates.copy(size, folder)
        city = SimulatedCity(size, folder)
        try:
            yield city
        finally:
            city.close()
            shutil.rmtree(folder, ignore_errors=True)

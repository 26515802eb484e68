"""A simulated city: center and nodes in one process, one action after another, all determined by a seed."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.recovery_wait import WAIT_HOURS
from tests.simulation import faults
from tests.simulation.administrators import Administrator
from tests.simulation.city_files import CityTemplates, fast_temporary_folder
from tests.simulation.correspondence import read_messages, write_message
from tests.simulation.crashing_store import SimulatedCrash
from tests.simulation.feeds import FeedOrgan
from tests.simulation.files import send_files
from tests.simulation.following_officers import FollowingOfficers
from tests.simulation.ground_truth import GroundTruth, InvariantViolation, IssuedReceipt
from tests.simulation.hostile import HostileMachine
from tests.simulation.kiosk import take_ticket
from tests.simulation.network import MachineClock, SimulatedTime, SimulatedTransport
from tests.simulation.portal import SimulatedPortal
from tests.simulation.programs import SimulatedCenter, SimulatedNode, SimulatedProgram
from tests.simulation.promising_clerks import PromisingClerk, promising_actions
from tests.simulation.receipt_holders import ask_state, bring_case
from tests.simulation.scenario import (
    ADMINISTRATORS,
    DAY,
    FEEDS,
    HOSTILE_SPECS,
    HOSTILE_STAFF,
    LATER,
    PORTAL,
    CitySize,
    ScenarioEvent,
    node_specs,
)
from tests.simulation.schedule import perform_due

_MAX_SYNC_ROUNDS = 12  # rounds of synchronisation after which nothing may change any more
_MAX_SYNC_STEPS = 40  # steps after which the backlog of a node must be empty
_COLUMNS_OF_RIGHTS = {
    "staff": ("id", "number", "role", "organ", "state"),
    "nodes": ("id", "kind", "organs", "shut", "public_key"),
    "invitations": ("digest", "node"),
}


class SimulatedCity:
    """The center, every program of every node, and the ground truth."""

    def __init__(self, size: CitySize, folder: Path) -> None:
        """Open the city whose files are in `folder`."""
        self.size = size
        self.truth = GroundTruth()
        self.time = SimulatedTime()
        self.center = SimulatedCenter.open_in(folder, self.time, self.truth)
        self.nodes: dict[str, list[SimulatedNode]] = {}
        """Programs by node; a node has more than one if its disk was cloned."""
        for spec in node_specs(size):
            clock = MachineClock(self.time, spec.node, self.truth)
            transport = SimulatedTransport(spec.node, self.time, self.center, self.truth.captured)
            node = SimulatedNode(
                spec.node,
                folder / spec.node,
                clock,
                spec=spec,
                transport=transport,
                question_counts=self.truth.question_counts,
            )
            node.open()
            self.nodes[spec.node] = [node]
        self.hostile = {
            spec.node: HostileMachine(
                spec, HOSTILE_STAFF[spec.node], SimulatedTransport(spec.node, self.time, self.center, deque(maxlen=1))
            )
            for spec in HOSTILE_SPECS
        }
        self.feeds = {node: FeedOrgan(node) for node in FEEDS}
        self.portal = SimulatedPortal()
        self.rights = self.read_rights()
        """Who may do what at the beginning, for `check_hostile_entries`."""

    @property
    def programs(self) -> Iterator[SimulatedNode]:
        """Every program of every node."""
        for clones in self.nodes.values():
            yield from clones

    def read_rights(self) -> dict[str, list[tuple[str, ...]]]:
        """Return who may do what at the center, which no machine of the city may change."""
        return {
            table: sorted(tuple(str(row[name]) for name in columns) for row in self.center.rows(table))
            for table, columns in _COLUMNS_OF_RIGHTS.items()
        }

    def close(self) -> None:
        """Close every store."""
        for program in (*self.programs, self.center):
            program.close()

    # events

    def perform(self, event: ScenarioEvent) -> None:
        """Perform one event of the scenario.

        Raises InvariantViolation if a program fails in a way that is not allowed.
        """
        self.time.advance_to(event.at)
        self.run_schedule()
        for program in self.programs:
            program.transport.messages_sent = 0
            program.transport.deliver_delayed(self.time.now)
        if event.action == LATER:
            days = event.rng.randint(1, 9)
            self.time.now += days * DAY
            self.run_schedule()
            self.truth.record(self.time.now, event.target, f"{days} days have passed")
            return
        if event.target == "center" or event.action in faults.FAULTS:
            self.truth.record(self.time.now, event.target, f"{event.action}: {self._inject_fault(event)}")
            return
        if event.target in self.feeds:
            outcome = self.feeds[event.target].act(self, event.action, event.rng)
            self.truth.record(self.time.now, event.target, f"{event.action}: {outcome}")
            return
        if event.target in ADMINISTRATORS:
            outcome = Administrator(self, ADMINISTRATORS[event.target], event.rng).act(event.action)
            self.truth.record(self.time.now, event.target, f"{event.action}: {outcome}")
            return
        if event.target == PORTAL:
            outcome = self.portal.act(self, event.action, event.rng)
            self.truth.record(self.time.now, event.target, f"{event.action}: {outcome}")
            return
        clones = self.nodes.get(event.target)
        if clones:
            self._perform_at_node(clones[event.seed % len(clones)], event)

    def run_schedule(self) -> None:
        """Perform the commands of the center's schedule that are due."""
        halls = sorted({spec.hall for spec in node_specs(self.size) if spec.hall})
        try:
            perform_due(self.center, halls)
        except OutOfReach:
            return  # what is left is due again at the next event
        except SimulatedCrash:
            self.center.restart()

    def _inject_fault(self, event: ScenarioEvent) -> str:
        try:
            return faults.FAULTS[event.action](self, event)
        except SimulatedCrash:
            for program in (self.center, *self.programs):
                if program.machine.stopped:
                    program.restart()
            return "the machine had stopped; restarted"

    def _perform_at_node(self, node: SimulatedNode, event: ScenarioEvent) -> None:
        rng = event.rng
        try:
            outcome = self._describe_outcome(node, self._find_action(node, event.action, rng))
            if rng.random() < 0.6:
                outcome += self._sync(node)
        except SimulatedCrash:
            outcome = "the machine stopped; restarted"
            node.restart()
        self.truth.record(self.time.now, node.name, f"{event.action}: {outcome}")

    def _find_action(self, node: SimulatedNode, name: str, rng: Random) -> Callable[[], str]:
        if name == "sync":
            return lambda: self._sync_and_borrow(node)
        if name in ("write", "read"):
            return partial(write_message if name == "write" else read_messages, node, self.truth, rng)
        if node.spec.is_counter:
            counter = PromisingClerk(node, self.truth, rng)
            actions: dict[str, Callable[[], str]] = {"bring": partial(bring_case, counter)}
            actions |= promising_actions(counter)
            return actions[name]
        if node.spec.is_department:
            return FollowingOfficers(node, rng).actions()[name]
        return lambda: take_ticket(node, self.truth, rng) if name == "take_ticket" else ask_state(node, self.truth, rng)

    def _describe_outcome(self, node: SimulatedNode, action: Callable[[], str]) -> str:
        """Perform an action and return its outcome as text; a refusal or a lost network is an outcome too."""
        try:
            return action()
        except Refused as error:
            return f"refused ({error.reason})"
        except OutOfReach as error:
            if "refused:" in error.sentence:  # the store rejected a row that the program must never write
                raise InvariantViolation("programs do not fail", program=node.name, error=error) from error
            return f"out of reach ({error})"
        except BadData as error:
            return f"bad data ({error})"

    def _sync_and_borrow(self, node: SimulatedNode) -> str:
        outcome = self._sync(node)
        if node.spec.is_counter:
            node.borrow_numbers()
        return outcome

    def _sync(self, node: SimulatedNode) -> str:
        try:
            is_synchronised = node.sync()
            send_files(node, self.center)
            return ", synchronised" if is_synchronised else ", not synchronised"
        except Refused as error:
            raise InvariantViolation("the center accepts its nodes", program=node.name, error=error) from error

    # after the scenario

    def mark_lost_receipts(self) -> None:
        """After the loss of a machine, mark the receipts whose entries no store has any more."""
        for receipt in self.truth.receipts:
            if not receipt.lost_with_machine:
                stores = (self.center, *self.nodes[receipt.node])
                receipt.lost_with_machine = not any(_holds_receipt(store, receipt) for store in stores)
        for number, node in list(self.truth.received.items()):
            if not any(store.rows("cases", number=number) for store in (self.center, *self.nodes[node])):
                del self.truth.received[number]

    def heal(self) -> None:
        """Repair networks, disks and machines."""
        self.center.machine.statements_left = None
        self.center.machine.set_disk_full(full=False)
        for program in self.programs:
            program.transport.heal()
            program.machine.statements_left = None
            program.machine.set_disk_full(full=False)
        for program in self.programs:
            program.transport.deliver_delayed(self.time.now + 10**15)
        self.portal.send_all(self)

    def sync_until_quiet(self) -> None:
        """Synchronise every program until nothing changes. Raises InvariantViolation after too many rounds or steps."""
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
                        "the center accepts its nodes", program=program.name, error=refused
                    ) from refused
            self.run_schedule()
            if self.center.store.read_change_counter() != before:
                continue
            if not any(program.client.is_awaiting for program in self.programs):
                for program in self.programs:
                    send_files(program, self.center, is_healed=True)
                return
            self.time.now += WAIT_HOURS * 3600 * 1_000_000  # for machines that send nothing: the hostile ones
        raise InvariantViolation("a backlog drains in bounded steps", rounds=_MAX_SYNC_ROUNDS)


def _holds_receipt(program: SimulatedProgram, receipt: IssuedReceipt) -> bool:
    with program.machine.crash_suspended():
        rows = program.rows("ledger_entries", stream=f"case/{receipt.number}")
    return any(row["personal_digest"] == receipt.personal_digest for row in rows)


@contextmanager
def open_city(templates: CityTemplates, size: CitySize) -> Iterator[SimulatedCity]:
    """Open a new city; remove its files at the end of the block."""
    with TemporaryDirectory(prefix="clerk-city-", dir=fast_temporary_folder()) as temporary:
        folder = Path(temporary) / "city"
        templates.copy(size, folder)
        city = SimulatedCity(size, folder)
        try:
            yield city
        finally:
            city.close()
            shutil.rmtree(folder, ignore_errors=True)

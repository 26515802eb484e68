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
from clerk_app.simulate import city_faults
from clerk_app.simulate.city_diary import Broken, Diary, Receipt
from clerk_app.simulate.city_founding import Templates, fast_folder
from clerk_app.simulate.city_kiosk import take_ticket
from clerk_app.simulate.city_node import Center, Node, Program
from clerk_app.simulate.city_officers import Officers
from clerk_app.simulate.city_people import Counter, counter_acts
from clerk_app.simulate.city_plan import Act, Size, places
from clerk_app.simulate.city_store import Crash
from clerk_app.simulate.city_strangers import ask_state, bring
from clerk_app.simulate.city_wire import CityWire, TrueTime, WallClock

_ROUNDS = 12  # of exchanges until nothing may be new for anybody
_EXCHANGES = 40  # steps that a node's backlog may take at most


class City:
    """The center, every program of every node, and the diary of what really happened."""

    def __init__(self, size: Size, folder: Path) -> None:
        """Opens the city whose files are in `folder`."""
        self.size = size
        self.diary = Diary()
        self.true = TrueTime()
        self.center = Center.at(folder, self.true, self.diary)
        self.nodes: dict[str, list[Node]] = {}
        """By node: its program; more than one where its disk was copied."""
        for place in places(size):
            clock = WallClock(self.true, place.node, self.diary)
            wire = CityWire(place.node, self.true, self.center)
            node = Node(place.node, folder / place.node, clock, place=place, wire=wire, asked=self.diary.asked)
            node.open()
            self.nodes[place.node] = [node]

    @property
    def programs(self) -> Iterator[Node]:
        """Every program of every node."""
        for twins in self.nodes.values():
            yield from twins

    def close(self) -> None:
        """Closes every store."""
        for program in (*self.programs, self.center):
            program.close()

    # acts

    def perform(self, act: Act) -> None:
        """One act of the script. Raises Broken when a program fails in a way that it must not."""
        self.true.reach(act.at)
        for program in self.programs:
            program.wire.carried = 0
            program.wire.let_out(self.true.now)
        if act.who == "center" or act.what in city_faults.FAULTS:
            self.diary.tell(self.true.now, act.who, f"{act.what}: {self._befallen(act)}")
            return
        twins = self.nodes.get(act.who)
        if twins:
            self._work(twins[act.draw % len(twins)], act)

    def _befallen(self, act: Act) -> str:
        try:
            return city_faults.FAULTS[act.what](self, act)
        except Crash:
            for program in (self.center, *self.programs):
                if program.machine.dead:
                    program.restart()
            return "the machine stopped before; started again"

    def _work(self, node: Node, act: Act) -> None:
        chance = act.chance
        try:
            said = self._said_of(node, self._deed(node, act.what, chance))
            if chance.random() < 0.6:
                said += self._exchanged(node)
        except Crash:
            said = "the machine stopped; started again"
            node.restart()
        self.diary.tell(self.true.now, node.name, f"{act.what}: {said}")

    def _deed(self, node: Node, what: str, chance: Random) -> Callable[[], str]:
        if what == "sync":
            return lambda: self._synchronised(node)
        if node.place.at_counter:
            counter = Counter(node, self.diary, chance)
            acts: dict[str, Callable[[], str]] = {**counter_acts(counter), "bring": partial(bring, counter)}
            return acts[what]
        if node.place.at_organ:
            return Officers(node, chance).acts()[what]
        return lambda: take_ticket(node, chance) if what == "take_ticket" else ask_state(node, self.diary, chance)

    def _said_of(self, node: Node, deed: Callable[[], str]) -> str:
        """What came of it. A refusal is an answer like any other, and so is a network that is away."""
        try:
            return deed()
        except Refused as refused:
            return f"refused ({refused.reason})"
        except OutOfReach as away:
            if "refused:" in str(away):  # the store itself: something was to be written that must not be
                raise Broken("programs do not fail", program=node.name, error=away) from away
            return f"out of reach ({away})"
        except BadData as bad:
            return f"bad data ({bad})"

    def _synchronised(self, node: Node) -> str:
        quiet = self._exchanged(node)
        if node.place.at_counter:
            node.borrow()
        return quiet

    def _exchanged(self, node: Node) -> str:
        try:
            return ", in step" if node.exchange() else ", not in step"
        except Refused as refused:
            raise Broken("the center listens to its nodes", program=node.name, error=refused) from refused

    # afterwards

    def bury(self) -> None:
        """After a machine was lost: receipts that no store knows of any more died with it."""
        for receipt in self.diary.receipts:
            if not receipt.buried:
                stores = (self.center, *self.nodes[receipt.node])
                receipt.buried = not any(_knows(one, receipt) for one in stores)

    def heal(self) -> None:
        """Everything works again: networks, disks, machines."""
        self.center.machine.stops_in = None
        self.center.machine.fill(full=False)
        for program in self.programs:
            program.wire.heal()
            program.machine.stops_in = None
            program.machine.fill(full=False)
        for program in self.programs:
            program.wire.let_out(self.true.now + 10**15)

    def quiet(self) -> None:
        """Everybody exchanges until nothing is new for anybody. Raises Broken when that never comes."""
        for _round in range(_ROUNDS):
            before = self.center.store.changes()
            for program in self.programs:
                program.wire.carried = 0
                try:
                    if not program.exchange(_EXCHANGES):
                        raise Broken("a backlog drains in bounded steps", program=program.name, steps=_EXCHANGES)
                except Refused as refused:
                    raise Broken("the center listens to its nodes", program=program.name, error=refused) from refused
            if self.center.store.changes() == before:
                return
        raise Broken("a backlog drains in bounded steps", rounds=_ROUNDS)


def _knows(program: Program, receipt: Receipt) -> bool:
    with program.machine.looked_at():
        rows = program.rows("ledger_entries", stream=f"case/{receipt.number}")
    return any(row["personal_digest"] == receipt.mark for row in rows)


@contextmanager
def opened_city(templates: Templates, size: Size) -> Iterator[City]:
    """A new city, gone afterwards."""
    with TemporaryDirectory(prefix="clerk-city-", dir=fast_folder()) as aside:
        folder = Path(aside) / "city"
        templates.copy(size, folder)
        city = City(size, folder)
        try:
            yield city
        finally:
            city.close()
            shutil.rmtree(folder, ignore_errors=True)

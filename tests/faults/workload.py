"""Mixed work at an office, as several processes do it until they are killed; every answer is written down first."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from clerk_app.cases.tasks.claims import ReleaseTask
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.supplements import ReturnTask, TakeInMaterials
from clerk_app.composition.office import open_office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.hall.calls import MoveTicket
from clerk_app.ledger import audit
from clerk_app.ledger.commands import Command, CommandDecision
from clerk_app.ledger.door import Door
from clerk_app.people import authorise
from db.errors import StoreUnreadable
from tests.clock import Clock
from tests.office import SampleOffice, find_faults, paper_materials
from tests.sample_data import CLERKS, WINDOWS, sample_city

D = TypeVar("D", bound=CommandDecision)
Answers = Counter[tuple[str, str, str]]
"""Kind of command, actor, and the decision as JSON ("refused" for a refusal)."""


class _RecordingDoor(Door):
    """The door, with each answer written to a file before anything follows from it."""

    def __init__(self, door: Door, answers: Path) -> None:
        super().__init__(door.store, door.rules, authorise, clock=door.clock)
        self._file = os.open(answers, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def perform(self, command: Command[D], actor: str) -> D:
        try:
            made = super().perform(command, actor)
        except (Refused, BadData):
            self._write(command, actor, "refused")
            raise
        self._write(command, actor, msgspec.json.encode(made).decode())
        return made

    def _write(self, command: Command[Any], actor: str, decision: str) -> None:
        line = json.dumps([type(command).__name__, actor, decision]) + "\n"
        os.write(self._file, line.encode())


@contextmanager
def open_recorded_office(folder: Path, answers: Path) -> Iterator[SampleOffice]:
    """The office in `folder`, its answers written to a file."""
    clock = Clock()
    office = open_office(folder, clock=clock)
    try:
        yield SampleOffice(replace(office, door=_RecordingDoor(office.door, answers)), clock)
    finally:
        office.store.close()


def run_worker(folder: Path, answers: Path, who: str, seed: int) -> None:
    """Does what `who` does (a window, or the number of an officer), again and again, until it is killed.

    It ends by itself only when the store cannot be reached any more.
    """
    chance = random.Random(seed)
    with suppress(OutOfReach, StoreUnreadable), open_recorded_office(folder, answers) as office:
        act = _serve_at_window if who in WINDOWS else _work_at_department
        while True:
            with suppress(Refused):
                act(office, who, chance)


def _serve_at_window(office: SampleOffice, window: str, chance: random.Random) -> None:
    clerk = CLERKS[WINDOWS.index(window)]
    with office.store.read() as look:
        running = look.query_one("hall.visit_at_window", window=window)
    if running:  # left behind by the one before
        office.door.perform(MoveTicket(visit=running["id"], act="finish"), clerk)
    missing = [row for row in office.select("supplements") if row["answered_at"] is None]
    if missing and chance.random() < 0.5:
        asked = chance.choice(missing)
        back = TakeInMaterials(case=asked["case_number"], materials=paper_materials(*asked["materials"].split(",")))
        office.door.perform(back, clerk)
    else:
        office.accept(office.prepare_birth(window))


def _work_at_department(office: SampleOffice, who: str, chance: random.Random) -> None:
    organ = chance.choice([one.id for one in sample_city().organs])
    officer = f"{organ}-{who}"
    held = office.select("tasks", owner=officer, state="claimed")
    if held:  # by the one before
        task, fence = held[0]["id"], held[0]["fence"]
    else:
        made = office.claim(organ, officer=officer)
        task, fence = made.task, made.fence
    acts: list[Command[Any]] = [
        DecideTask(task=task, fence=fence, outcome="approved"),
        DecideTask(task=task, fence=fence, outcome="approved"),
        DecideTask(task=task, fence=fence, outcome="refused", reason="not entitled"),
        ReturnTask(task=task, fence=fence, materials=("mother-id",), reason="not legible"),
        ReleaseTask(task=task, fence=fence),
    ]
    office.door.perform(chance.choice(acts), officer)


def find_lost_entries(folder: Path, answers: Path) -> list[str]:
    """What is wrong after a kill: the file, the chain, and every answer that the history does not hold."""
    told = _read_answers(answers)  # before the history is read: others may go on meanwhile
    with open_recorded_office(folder, answers) as office:
        held: Answers = Counter()
        for row in audit.read_entries(office.store):
            decision = "refused" if row["outcome"] == "refused" else bytes(row["decision"]).decode()
            held[row["kind"], row["actor"], decision] += 1
        broken = [*office.store.check_integrity(), *map(str, audit.verify_log(office.store)[1])]
    return [*broken, *(f"missing: {answer}" for answer in told - held)]


def find_all_faults(folder: Path, answers: Path) -> list[str]:
    """The same, and whether every table is what the history says."""
    found = find_lost_entries(folder, answers)
    with open_recorded_office(folder, answers) as office:
        return [*found, *find_faults(office.store)]


def _read_answers(answers: Path) -> Answers:
    lines = answers.read_text().split("\n")[:-1] if answers.exists() else []  # the last one may be cut
    return Counter((kind, actor, decision) for kind, actor, decision in map(json.loads, lines))


FaultCheck = Callable[[Path, Path], list[str]]

"""Mixed work at an office, as several processes do it until they are killed; each answer is written to a file first."""

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
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.ledger import audit
from clerk_app.ledger.commands import Command, CommandDecision
from clerk_app.ledger.door import Door
from clerk_app.people import authorise
from db.errors import StoreUnreadable
from db.json_lists import decode_json_list
from tests.clock import Clock
from tests.office import SampleOffice, find_faults, paper_materials
from tests.sample_data import CLERKS, WINDOWS, sample_city

D = TypeVar("D", bound=CommandDecision)
Answers = Counter[tuple[str, str, str]]
"""Count of answers by kind of command, actor, and decision as JSON ("refused" for a refusal)."""


class _RecordingDoor(Door):
    """The door, with each answer written to a file before it is returned."""

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
        line = json.dumps([command.stored_name, actor, decision]) + "\n"
        os.write(self._file, line.encode())


@contextmanager
def open_recorded_office(folder: Path, answers: Path) -> Iterator[SampleOffice]:
    """Open the office in `folder`, with its answers written to a file."""
    clock = Clock()
    office = open_office(folder, clock=clock)
    try:
        yield SampleOffice(replace(office, door=_RecordingDoor(office.door, answers)), clock)
    finally:
        office.store.close()


def run_worker(folder: Path, answers: Path, who: str, seed: int) -> None:
    """Repeat the work of `who` (a window, or the number of an officer) until the process is killed.

    It returns only when the store cannot be reached any more.
    """
    rng = random.Random(seed)
    with suppress(OutOfReach, StoreUnreadable), open_recorded_office(folder, answers) as office:
        work = _serve_at_window if who in WINDOWS else _work_at_department
        while True:
            with suppress(Refused):
                work(office, who, rng)


def _serve_at_window(office: SampleOffice, window: str, rng: random.Random) -> None:
    clerk = CLERKS[WINDOWS.index(window)]
    with office.store.read() as tx:
        running = tx.query_one("hall.visit_at_window", window=window)
    if running:  # left by the killed process
        office.door.perform(MoveTicket(visit=running["id"], act="finish"), clerk)
    missing = [row for row in office.select("supplements") if row["answered_at"] is None]
    if missing and rng.random() < 0.5:
        supplement = rng.choice(missing)
        command = TakeInMaterials(
            case=supplement["case_number"], materials=paper_materials(*decode_json_list(supplement["materials"]))
        )
        office.door.perform(command, clerk)
    else:
        office.accept(office.prepare_birth(window))


def _work_at_department(office: SampleOffice, who: str, rng: random.Random) -> None:
    organ = rng.choice([organ_row.id for organ_row in sample_city().organs])
    officer = f"{organ}-{who}"
    held = office.select("tasks", owner=officer, state="claimed")
    if held:  # by the killed process
        task, fence = held[0]["id"], held[0]["fence"]
    else:
        claimed = office.claim(organ, officer=officer)
        task, fence = claimed.task, claimed.fence
    needed = sample_city().matter(office.select("tasks", id=task)[0]["matter"]).materials
    commands: list[Command[Any]] = [
        DecideTask(task=task, fence=fence, outcome="approved"),
        DecideTask(task=task, fence=fence, outcome="approved"),
        DecideTask(task=task, fence=fence, outcome="refused", reason="not entitled"),
        ReturnTask(task=task, fence=fence, materials=needed[:1], reason="not legible"),
        ReleaseTask(task=task, fence=fence),
    ]
    office.door.perform(rng.choice(commands), officer)


def find_lost_entries(folder: Path, answers: Path) -> list[str]:
    """Return what is wrong after a kill: errors of the file and the chain, and answers that the log does not hold."""
    answered = _read_answers(answers)  # before the log is read, because other processes go on
    with open_recorded_office(folder, answers) as office:
        stored: Answers = Counter()
        for row in audit.read_entries(office.store):
            decision = "refused" if row["outcome"] == "refused" else bytes(row["decision"]).decode()
            stored[row["kind"], row["actor"], decision] += 1
        errors = [*office.store.check_integrity(), *map(str, audit.verify_log(office.store)[1])]
    return [*errors, *(f"missing: {answer}" for answer in answered - stored)]


def find_all_faults(folder: Path, answers: Path) -> list[str]:
    """Return the same, and tables that differ from the log."""
    faults_found = find_lost_entries(folder, answers)
    with open_recorded_office(folder, answers) as office:
        return [*faults_found, *find_faults(office.store)]


def _read_answers(answers: Path) -> Answers:
    lines = answers.read_text().split("\n")[:-1] if answers.exists() else []  # the last line may be incomplete
    return Counter((kind, actor, decision) for kind, actor, decision in map(json.loads, lines))


FaultCheck = Callable[[Path, Path], list[str]]

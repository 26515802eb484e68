"""Programs of their own, for races and for sudden death: one process imports what is needed, and forks for each.

    python -m tests.cases.programs claim STORE ORGAN OFFICER...     each claims until the queue is empty
    python -m tests.cases.programs naively STORE ORGAN OFFICER...   the same, but looks first and takes then
    python -m tests.cases.programs accept STORE COMMAND FOLDER      accepts, killed before the 1st, 2nd, ... statement

`claim` and `naively` print a line "officer task task ..." for each officer; `accept` leaves FOLDER/N.db for each death,
the last one killed right after the answer, and prints how many there are.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import msgspec

from clerk_app import cases
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.door import Door
from clerk_app.people.permissions import authorise
from db.engines import Store

ClaimAll = Callable[[Door, str, str, Barrier], list[str]]


def _open_door(where: Path | str, on_statement: Callable[[str], None] | None = None) -> Door:
    return Door(Store(where, on_statement=on_statement), Rules(cases.RULES), authorise)


def _claim(where: str, organ: str, officers: list[str], claim_all: ClaimAll) -> None:
    together = get_context("fork").Barrier(len(officers))
    answers = []
    for officer in officers:
        back, out = os.pipe()
        if os.fork() == 0:
            door = _open_door(where)
            together.wait(60)  # until everybody is ready
            os.write(out, " ".join([officer, *claim_all(door, organ, officer, together)]).encode())
            os._exit(0)
        os.close(out)
        answers.append(back)
    for one in answers:
        with os.fdopen(one) as answer:
            sys.stdout.write(f"{answer.read()}\n")


def _claim_all(door: Door, organ: str, officer: str, _: Barrier) -> list[str]:
    claimed: list[str] = []
    while True:
        try:
            claimed.append(door.perform(ClaimTask(organ=organ), officer).task)
        except Refused as refused:
            return [*claimed, refused.reason]


def _claim_naively(door: Door, organ: str, officer: str, together: Barrier) -> list[str]:
    """What many write first: look for the next task, then take it. Between the two others have looked as well."""
    claimed: list[str] = []
    while True:
        with door.store.read() as look:
            pooled = look.select("tasks", organ=organ, state="pooled", order=("rank", "id"))
        if not claimed:
            together.wait(60)
        if not pooled:
            return [*claimed, "empty"]
        with door.store.write() as tx:
            tx.update("tasks", {"id": pooled[0]["id"]}, state="claimed", owner=officer)
        claimed.append(pooled[0]["id"])


def _accept(ready: Path, command: AcceptCase, folder: Path) -> int:
    for place in count(1):
        path = folder / f"{place}.db"
        shutil.copy(ready, path)
        child = os.fork()
        if child == 0:
            _open_door(path, _kill_before(place)).perform(command, "clerk-1")
            (folder / "answered").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WTERMSIG(status) != signal.SIGKILL:
            raise SystemExit(f"the program ended by itself: {status}")
        if (folder / "answered").exists():
            return place
    raise AssertionError


def _kill_before(place: int) -> Callable[[str], None]:
    statements = count(1)

    def told(_: str) -> None:
        if next(statements) == place:
            os.kill(os.getpid(), signal.SIGKILL)

    return told


if __name__ == "__main__":
    act, store, *rest = sys.argv[1:]
    if act in ("claim", "naively"):
        _claim(store, rest[0], rest[1:], _claim_all if act == "claim" else _claim_naively)
    else:
        accepting = msgspec.json.decode(Path(rest[0]).read_bytes(), type=AcceptCase)
        sys.stdout.write(f"{_accept(Path(store), accepting, Path(rest[1]))}\n")

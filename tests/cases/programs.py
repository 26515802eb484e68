"""Separate processes for tests of races and of sudden kills: one process imports the modules and forks the others.

    python -m tests.cases.programs claim STORE ORGAN OFFICER...     each officer claims until the queue is empty
    python -m tests.cases.programs naively STORE ORGAN OFFICER...   the same with a read and a later write, unlocked
    python -m tests.cases.programs accept STORE COMMAND FOLDER 1    accepts, killed before the 1st, 2nd, ... statement

`claim` and `naively` print a line "officer task task ... reason" for each officer. `accept` leaves a store FOLDER/N.db
for each kill, the last of them right after the answer, and prints its number N. With 0 in place of 1 it is killed once,
right after the answer.
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
    return Door(Store(where, on_statement=on_statement), Rules(modules=cases.RULE_MODULES), authorise)


def _claim(where: str, organ: str, officers: list[str], claim_all: ClaimAll) -> None:
    barrier = get_context("fork").Barrier(len(officers))
    results = []
    for officer in officers:
        read_end, write_end = os.pipe()
        if os.fork() == 0:
            door = _open_door(where)
            barrier.wait(60)
            os.write(write_end, " ".join([officer, *claim_all(door, organ, officer, barrier)]).encode())
            os._exit(0)
        os.close(write_end)
        results.append(read_end)
    for read_end in results:
        with os.fdopen(read_end) as result:
            sys.stdout.write(f"{result.read()}\n")


def _claim_all(door: Door, organ: str, officer: str, _: Barrier) -> list[str]:
    claimed: list[str] = []
    while True:
        try:
            claimed.append(door.perform(ClaimTask(organ=organ), officer).task)
        except Refused as refused:
            return [*claimed, refused.reason]


def _claim_naively(door: Door, organ: str, officer: str, barrier: Barrier) -> list[str]:
    """Read the next task in one transaction and claim it in another, so that several officers claim the same one."""
    claimed: list[str] = []
    while True:
        with door.store.read() as tx:
            pooled = tx.select("tasks", organ=organ, state="pooled", order=("rank", "id"))
        if not claimed:
            barrier.wait(60)
        if not pooled:
            return [*claimed, "empty"]
        with door.store.write() as tx:
            tx.update("tasks", {"id": pooled[0]["id"]}, state="claimed", owner=officer)
        claimed.append(pooled[0]["id"])


def _accept(ready: Path, command: AcceptCase, folder: Path, first: int) -> int:
    for number in count(first):
        path = folder / f"{number}.db"
        shutil.copy(ready, path)
        child = os.fork()
        if child == 0:
            _open_door(path, _kill_before(number)).perform(command, "clerk-1")
            (folder / "answered").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WTERMSIG(status) != signal.SIGKILL:
            raise SystemExit(f"the process ended without a kill: {status}")
        if (folder / "answered").exists():
            return number
    raise AssertionError


def _kill_before(number: int) -> Callable[[str], None]:
    """Return a listener that kills the process before the statement with this number."""
    statements = count(1)

    def on_statement(_: str) -> None:
        if next(statements) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return on_statement


if __name__ == "__main__":
    act, store, *rest = sys.argv[1:]
    if act in ("claim", "naively"):
        _claim(store, rest[0], rest[1:], _claim_all if act == "claim" else _claim_naively)
    else:
        command = msgspec.json.decode(Path(rest[0]).read_bytes(), type=AcceptCase)
        sys.stdout.write(f"{_accept(Path(store), command, Path(rest[1]), int(rest[2]))}\n")

"""Kills processes that work at an office, and checks what they left.

    python -m tests.faults.kill_loop FOLDER KILLS SEED [SERVER]

FOLDER is an office whose store is not open. One process imports the program and forks the others; each check is a
process too, so that only killed processes had the store open. With SERVER, the data folder of a stopped PostgreSQL, the
server is started here and sometimes killed too. Prints its figures as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from benchmarks.postgres_server import PostgresProcess
from tests.faults import workload
from tests.sample_data import WINDOWS

_WORKERS = (*WINDOWS, "1", "2")
_KILLS_PER_SERVER_KILL = 10  # kills of programs for each kill of the server


class KillLoop:
    """The processes of one office."""

    def __init__(self, folder: Path, seed: int, server: PostgresProcess | None) -> None:
        self.folder, self.answers = folder, folder / "answers"
        self.server = server
        self.killed = self.servers_killed = 0
        self._rng = random.Random(seed)
        self._processes: dict[str, int] = {}

    def run(self, kills: int) -> None:
        """Kill so many processes. Raises AssertionError at the first fault."""
        while self.killed < kills:
            for worker in _WORKERS:
                if worker not in self._processes:
                    self._processes[worker] = _fork(self._work(worker))
            time.sleep(self._rng.uniform(0.02, 0.25))
            if self.server and self.killed // _KILLS_PER_SERVER_KILL > self.servers_killed:
                self._kill_server()
            else:
                self.kill_workers(self._rng.sample(_WORKERS, self._rng.choice((1, 1, 1, len(_WORKERS)))))
            self._run_check(workload.find_lost_entries)
        self.kill_workers(_WORKERS)
        self._run_check(workload.find_all_faults)

    def _work(self, who: str) -> Callable[[], object]:
        seed = self._rng.getrandbits(32)
        return lambda: workload.run_worker(self.folder, self.answers, who, seed)

    def kill_workers(self, names: tuple[str, ...] | list[str]) -> None:
        for worker in names:
            if worker in self._processes:
                process = self._processes.pop(worker)
                os.kill(process, signal.SIGKILL)
                _, status = os.waitpid(process, 0)
                if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                    raise AssertionError(f"{worker} failed by itself: see above")
                self.killed += 1

    def _kill_server(self) -> None:
        assert self.server is not None
        self.servers_killed += 1
        if self._rng.random() < 0.5:
            self.server.kill()
        else:
            self.server.stop_immediately()
        self.kill_workers(_WORKERS)
        self.server.start()

    def _run_check(self, check: workload.FaultCheck) -> None:
        def run() -> None:
            found = check(self.folder, self.answers)
            if found:
                raise AssertionError(found)

        _, status = os.waitpid(_fork(run), 0)
        if status:
            raise AssertionError(f"after {self.killed} kills: see above")


def _fork(act: Callable[[], object]) -> int:
    """Fork a process that calls `act` and ends; its status is 1, with a traceback, when it raised."""
    process = os.fork()
    if process:
        return process
    try:
        act()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(folder: Path, kills: int, seed: int, data: Path | None) -> None:
    """Run the kills and print the figures."""
    server = PostgresProcess(data) if data else None
    if server:
        server.start()
        url = server.url("office").replace("'", "")
        settings = folder / "office.toml"
        lines = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("store =")]
        settings.write_text("\n".join([*lines, f"store = {url!r}", ""]), "utf-8")
    loop = KillLoop(folder, seed, server)
    try:
        loop.run(kills)
    finally:
        loop.kill_workers(_WORKERS)
        if server:
            server.remove()
    answers = loop.answers.read_bytes().count(b"\n")
    sys.stdout.write(json.dumps({"killed": loop.killed, "servers": loop.servers_killed, "answers": answers}))


if __name__ == "__main__":
    folder, kills, seed, *data = sys.argv[1:]
    main(Path(folder), int(kills), int(seed), Path(data[0]) if data else None)

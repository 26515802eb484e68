"""Kills what works at an office, and looks at what it left:

    python -m tests.faults.kill_loop FOLDER KILLS SEED [SERVER]

FOLDER is a furnished office whose store nobody has open. One process imports what is needed and forks the others; each
look is a process too, so that nobody but the killed ever had the store open. With SERVER, the data folder of a
PostgreSQL that is stopped, the server is started here, and killed too now and then. Prints what it did as JSON.
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
_KILLS_PER_SERVER_KILL = 10  # kills of programs for one of the server


class KillLoop:
    """The processes of one office."""

    def __init__(self, folder: Path, seed: int, server: PostgresProcess | None) -> None:
        self.folder, self.answers = folder, folder / "answers"
        self.server = server
        self.killed = self.servers_killed = 0
        self._rng = random.Random(seed)
        self._processes: dict[str, int] = {}

    def run(self, kills: int) -> None:
        """Until so many were killed. Raises AssertionError at the first fault."""
        while self.killed < kills:
            for who in _WORKERS:
                if who not in self._processes:
                    self._processes[who] = _fork(self._work(who))
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
        for who in names:
            if who in self._processes:
                process = self._processes.pop(who)
                os.kill(process, signal.SIGKILL)
                _, status = os.waitpid(process, 0)
                if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                    raise AssertionError(f"{who} failed by itself: see above")
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
        def look() -> None:
            found = check(self.folder, self.answers)
            if found:
                raise AssertionError(found)

        _, status = os.waitpid(_fork(look), 0)
        if status:
            raise AssertionError(f"after {self.killed} kills: see above")


def _fork(act: Callable[[], object]) -> int:
    """A process that does this and ends; 1 and a traceback when it raised."""
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
    """Kills, and says what was done."""
    server = PostgresProcess(data) if data else None
    if server:
        server.start()
        url = server.url("office").replace("'", "")
        settings = folder / "office.toml"
        kept = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("store =")]
        settings.write_text("\n".join([*kept, f"store = {url!r}", ""]), "utf-8")
    killing = KillLoop(folder, seed, server)
    try:
        killing.run(kills)
    finally:
        killing.kill_workers(_WORKERS)
        if server:
            server.remove()
    told = killing.answers.read_bytes().count(b"\n")
    sys.stdout.write(json.dumps({"killed": killing.killed, "servers": killing.servers_killed, "answers": told}))


if __name__ == "__main__":
    folder, kills, seed, *data = sys.argv[1:]
    main(Path(folder), int(kills), int(seed), Path(data[0]) if data else None)

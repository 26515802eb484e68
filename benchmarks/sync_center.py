"""A center in its own process, as `clerk center` starts it, over a store whose flush takes a given time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from clerk_app.errors import OutOfReach
from db.engines import Store

_START_TIMEOUT = 60.0  # seconds
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ServerProcess:
    """A benchmark program that serves HTTP on this machine and prints its address as JSON when it listens."""

    def __init__(self, module: str, *words: str, log: Path) -> None:
        self._log = log
        self._out: IO[bytes] = log.open("wb")
        self._process = subprocess.Popen([sys.executable, "-m", module, *words], stderr=self._out)
        try:
            self.url = self._wait_for_address()
        except BaseException:
            self.stop()
            raise

    @property
    def port(self) -> int:
        """Port on which the server listens."""
        return int(self.url.rpartition(":")[2])

    def cpu(self) -> float:
        """Return the seconds of processor time that the server and its child processes have used."""
        stats = [Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split() for pid in self._process_ids()]
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / _TICKS_PER_SECOND

    def memory(self) -> int:
        """Return the resident bytes of the server and its child processes, without shared pages."""
        stats = [Path(f"/proc/{pid}/statm").read_text("ascii").split() for pid in self._process_ids()]
        return sum(int(fields[1]) - int(fields[2]) for fields in stats) * _PAGE_BYTES

    def stop(self) -> None:
        """Terminate the server and wait for its end."""
        self._process.terminate()
        self._process.wait()
        self._out.close()

    def _process_ids(self) -> list[str]:
        own = str(self._process.pid)
        tasks = Path(f"/proc/{own}/task").glob("*/children")
        return [own, *(pid for task in tasks for pid in task.read_text("ascii").split())]

    def _wait_for_address(self) -> str:
        deadline = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < deadline and self._process.poll() is None:
            for line in self._log.read_text("utf-8").splitlines():
                if '"address":' in line:
                    return str(json.loads(line)["address"])
            time.sleep(0.02)
        output = self._log.read_text("utf-8").strip().splitlines()
        raise OutOfReach("The program under measure does not start. {text}", text=output[-1] if output else "")


def start_center(store: Path | str, flush_ms: float, folder: Path) -> ServerProcess:
    """Start a center over this store in its own process."""
    own = Path(mkdtemp(prefix="center-", dir=folder))
    return ServerProcess(__name__, str(store), str(own), str(flush_ms), log=own / "log")


def worker_context() -> ForkServerContext:
    """Return the multiprocessing context for window processes; its fork server imports their modules once."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.sync_backlog", "benchmarks.sync_online"])
    return context


def open_slow_store(location: Path | str, flush: float) -> Store:
    """Open a store each of whose commits takes `flush` seconds longer."""
    from benchmarks.queue_store import FlushDelay, SlowPostgresql, SlowSqlite

    delay = FlushDelay()
    delay.seconds = flush
    if str(location).startswith("postgresql:"):
        return Store(SlowPostgresql(str(location), delay))
    return Store(SlowSqlite(Path(location), delay))


def main(argv: Sequence[str]) -> None:
    """Serve the store until the process is terminated."""
    from benchmarks.sync_city import CENTER
    from benchmarks.sync_signing import CENTER_KEY
    from clerk_app import people
    from clerk_app.center.authority import Authority
    from clerk_app.center.center_key import CenterKey
    from clerk_app.center.logs import configure_logging
    from clerk_app.center.resources import CenterResources
    from clerk_app.center.response_process import start_response_process
    from clerk_app.center.server import ListenAddress, Server, raise_open_files_limit
    from clerk_app.center.service import Service
    from clerk_app.composition.registry import all_document_types, all_rules
    from clerk_app.ledger.door import Door
    from clerk_app.ledger.node_keys import CenterKeyLink
    from clerk_app.ledger.receipts import ReceiptKey
    from db.attachments import AttachmentStore

    location, folder, flush_ms = argv
    configure_logging()
    raise_open_files_limit()
    store = open_slow_store(location, float(flush_ms) / 1000)
    door = Door(store, all_rules(), people.authorise)
    authority = Authority(door, all_document_types(), receipt_key=ReceiptKey(bytes(32)), center_key=CENTER_KEY)
    with start_response_process(location, Path(folder)) as responses:
        service = Service(
            CenterResources(
                authority,
                AttachmentStore(Path(folder) / "content"),
                "bench",
                "0",
                response_process=responses,
                key=CenterKey(CENTER, CENTER_KEY, (CenterKeyLink(1, CENTER_KEY.public.text),)),
            )
        )
        Server(service, ListenAddress("127.0.0.1", 0)).run_until_signalled()
    store.close()


if __name__ == "__main__":
    main(sys.argv[1:])

"""A city of real programs: a center, and one folder for each station."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from clerk_app.center.authority import Authority
from clerk_app.center.center_key import open_center_key
from clerk_app.center.enrolment import create_invitation
from clerk_app.cli.window import enrol_window
from clerk_app.composition.office import STORE_FILE, open_office
from clerk_app.composition.registry import all_document_types
from clerk_app.demo.sample_city import build_sample_city

START_TIMEOUT = 60.0  # seconds
STOP_TIMEOUT = 30.0  # seconds


@dataclass(frozen=True)
class StationPlan:
    """A station of the city: its node, the role its program shows, and who signs in there."""

    node: str
    role: str
    staff: tuple[str, ...]


STATIONS = (
    StationPlan("w1", "counter", ("1001", "1002")),
    StationPlan("w2", "counter", ("1002", "1001")),
    StationPlan("d1", "department", tuple(f"20{number:02}" for number in range(1, 11))),
    StationPlan("s1", "supervisor", ("3001",)),
    StationPlan("k1", "kiosk", ()),
)
PIN = "471902"  # of everybody in the sample city


class City:
    """The folders of a sample city and its center's process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.center_folder = folder / "center"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._address = f"127.0.0.1:{free.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    def station_folder(self, plan: StationPlan) -> Path:
        """Return the folder of a station."""
        return self.folder / plan.node

    def build(self) -> None:
        """Build the city, start its center, and enrol every station."""
        build_sample_city(self.center_folder).store.close()
        self.start_center()
        for plan in STATIONS:
            self._enrol(plan)

    @property
    def connected(self) -> bool:
        """Whether the center's process runs."""
        return self._process is not None

    def start_center(self) -> None:
        """Start the center and wait until it answers."""
        command = [sys.executable, "-m", "clerk_app", "center", "--folder", str(self.center_folder)]
        with (self.folder / "center.log").open("ab") as out:
            self._process = subprocess.Popen(
                [*command, "--listen", self._address], stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        give_up = time.monotonic() + START_TIMEOUT
        while True:
            try:
                if httpx.get(f"http://{self._address}/readyz", timeout=2, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
            if time.monotonic() > give_up or self._process.poll() is not None:
                raise AssertionError("the center did not start")

    def stop_center(self, *, kill: bool) -> None:
        """End the center by SIGKILL or SIGTERM."""
        if self._process is None:
            return
        (self._process.kill if kill else self._process.terminate)()
        self._process.wait(STOP_TIMEOUT)
        self._process = None

    def read_numbers(self) -> list[str]:
        """Return the numbers of cases and tickets that the center has."""
        with closing(sqlite3.connect(f"file:{self.center_folder / STORE_FILE}?mode=ro", uri=True)) as store:
            cases = [row[0] for row in store.execute("SELECT number FROM cases")]
            return cases + [row[0] for row in store.execute("SELECT number FROM tickets")]

    def list_staff_with_tasks(self) -> list[str]:
        """Return the staff numbers of the officers for whom a task is open, as the center has it."""
        with closing(sqlite3.connect(f"file:{self.center_folder / STORE_FILE}?mode=ro", uri=True)) as store:
            rows = store.execute(
                "SELECT DISTINCT staff.number FROM staff JOIN tasks ON tasks.organ = staff.organ"
                " WHERE tasks.state IN ('pooled', 'claimed') AND staff.role = 'officer' ORDER BY staff.number"
            )
            return [row[0] for row in rows]

    def count_ticket_moves(self, plan: StationPlan) -> int:
        """Return how many entries of a station ended a visit or put its ticket elsewhere."""
        with closing(sqlite3.connect(f"file:{self.station_folder(plan) / STORE_FILE}?mode=ro", uri=True)) as store:
            (count,) = store.execute("SELECT count(*) FROM ledger_entries WHERE kind = 'MoveTicket'").fetchone()
            return int(count)

    def _enrol(self, plan: StationPlan) -> None:
        office = open_office(self.center_folder)
        try:
            with office.store.read() as tx:
                organs = tuple(row["id"] for row in tx.select("organs", order=("id",)))
            open_center_key(office.folder, office.door)
            code = create_invitation(
                Authority(office.door, all_document_types()),
                name=plan.node,
                kind="kiosk" if plan.role == "kiosk" else "window",
                hall=office.settings.hall,
                window=plan.node,
                organs=(office.settings.centre,) if plan.role == "kiosk" else organs,
                valid_minutes=10,
            )
        finally:
            office.store.close()
        enrol_window(Namespace(office=self.station_folder(plan), url=f"http://{self._address}", code=code))


@contextmanager
def run_city(folder: Path) -> Iterator[City]:
    """Build a city and run its center during the block."""
    city = City(folder)
    city.build()
    try:
        yield city
    finally:
        city.stop_center(kill=False)

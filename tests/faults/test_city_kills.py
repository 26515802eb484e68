"""A city of real processes over real HTTP, killed again and again: no case is lost or doubled.

`make faults` runs it; CLERK_CITY_KILLS is the number of kills.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import pytest

from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_rules
from clerk_app.ledger import audit
from clerk_app.ledger.door import system_clock
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.http_transport import HttpTransport
from tests.city_policy import UNLIMITED, publish_policy
from tests.faults.center_process import start_center, wait_for_center
from tests.faults.cluster import free_ports
from tests.office import SampleOffice, build_template, find_faults
from tests.sync.city import DOCUMENT_TYPES, City, SampleWindow, bearer_signer

KILLS = int(os.environ.get("CLERK_CITY_KILLS", "60"))
PLACES = {
    "at-w1": "w1",
    "at-w2": "w2",
    "for-transport": "transport",
    "for-police": "police",
    "for-planning": "planning",
}


@dataclass
class CityProcesses:
    """The center and its windows as processes, which can be killed and restarted."""

    folder: Path
    port: int
    rng: random.Random
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        if name == "center":
            self.running[name] = start_center(self.folder / "center", self.port)
            return
        command = [
            sys.executable,
            "-m",
            "tests.faults.window_process",
            str(self.folder / name),
            name,
            PLACES[name],
            self.url,
        ]
        command += [str(self.receipts(name)), str(self.rng.randrange(10**6))]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(command, stdout=log, stderr=log)

    def receipts(self, name: str) -> Path:
        return self.folder / f"{name}.receipts"

    def kill(self, name: str) -> None:
        program = self.running[name]
        assert program.poll() is None, f"{name} ended by itself: see {self.folder}"
        program.send_signal(signal.SIGKILL)
        program.wait()

    def end(self) -> None:
        for program in self.running.values():
            program.kill()
            program.wait()


@pytest.mark.faults
def test_no_case_is_lost_or_doubled_when_center_and_windows_are_killed() -> None:
    folder = Path(mkdtemp(prefix="clerk-city-"))
    center = SampleOffice.open_copy(build_template(folder / "made"), folder / "center")
    publish_policy(center.office, **UNLIMITED)
    city = City.create(center, folder)
    for name, place in PLACES.items():
        if name.startswith("at-"):
            city.join(name, window=place)
        else:
            city.join(name, organs=(place,))
    for office in (*city.windows.values(), center):
        office.close()
    processes = CityProcesses(folder, free_ports(1)[0], random.Random(7))
    try:
        for name in ("center", *PLACES):
            processes.receipts(name).touch()
            processes.start(name)
        for _kill in range(KILLS):
            time.sleep(processes.rng.uniform(0.5, 4.0))
            name = processes.rng.choice(["center", "center", *PLACES])
            processes.kill(name)
            if name == "center":
                time.sleep(processes.rng.choice([0, 0, 1, 3]))  # sometimes it is down for a while
            processes.start(name)
    finally:
        processes.end()
    _check_city(city, processes)


def _check_city(city: City, processes: CityProcesses) -> None:
    processes.start("center")
    wait_for_center(processes.port)
    transports = {name: HttpTransport(processes.url, bearer_signer(name)) for name in city.windows}
    windows = {name: _reopen_window(window, transports[name]) for name, window in city.windows.items()}
    for _round in range(3):
        for window in windows.values():
            window.client.flush()
    for transport in transports.values():
        transport.close()
    processes.end()
    city.center = SampleOffice(open_office(processes.folder / "center"), city.center.clock)
    city.windows = windows
    numbers = [row["number"] for row in city.center.select("cases", order=("number",))]
    receipts = [
        number for name in PLACES for number in processes.receipts(name).read_text("ascii").split() if len(number) == 12
    ]
    assert len(receipts) > KILLS
    assert set(receipts) <= set(numbers)
    assert len(set(receipts)) == len(receipts)
    assert city.differences() == []
    assert find_faults(city.center.store) == []
    for name, window in windows.items():
        assert audit.verify_log(window.store)[1] == [], name
    sys.stdout.write(
        f"\nkilled {KILLS} times, {len(receipts)} receipts, {len(numbers)} cases, none lost, none doubled\n"
    )
    for office in (*windows.values(), city.center):
        office.close()


def _reopen_window(window: SampleWindow, wire: HttpTransport) -> SampleWindow:
    again = window.reopen()
    again.client = CenterClient(again.store, all_rules(), DOCUMENT_TYPES, wire, clock=system_clock)
    again.office.door.authority = again.client
    return again

"""Measure the share of a core that four plots and the tracks of a case take when they are refreshed each second.

The app runs on a pseudo terminal; its processor time is read from the kernel. The same app without a refresh is the
reference. The data of a day with 3,000 tickets are read from a store each second too.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, process_time

from benchmarks.terminal import Terminal
from clerk_app.composition.office import Office
from clerk_app.demo.kept_city import open_or_build
from clerk_app.errors import BadData
from clerk_app.hall.day_state import find_open_day
from clerk_app.roles.day_plots import HallPlotReader

SECONDS, ROUNDS, TICKETS = 10.0, 3, 3_000
BAR = 15.0  # per cent of a core
_MARKER = "Due next"
_MINUTE = 60_000_000  # microseconds
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Share:
    """A measured share of a core in per cent; `bar` is the largest allowed, or None."""

    name: str
    percent: float
    bar: float | None = None

    @property
    def held(self) -> bool:
        """Whether the share is within its bar."""
        return self.bar is None or self.percent <= self.bar


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when the bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks plots", allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds, of which the median counts")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="seconds that each round measures")
    parser.add_argument("--tickets", type=int, default=TICKETS, help="tickets of the day that is read")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    if args.rounds < 1 or args.seconds <= 0:
        raise BadData("At least one round has to count.")
    shares = measure(args.rounds, args.seconds, args.tickets)
    for share in shares:
        row = asdict(share) | {"percent": round(share.percent, 2), "held": share.held}
        bar = f"  bar {share.bar:.0f}" if share.bar is not None else ""
        sys.stdout.write(json.dumps(row) + "\n" if args.json else f"{share.name:<44}{share.percent:6.2f} %{bar}\n")
    return 0 if all(share.held for share in shares) else 1


def measure(rounds: int, seconds: float, tickets: int) -> list[Share]:
    """Return the shares: idle, drawing, reading a day of `tickets`, and all together."""
    idle = median(_measure_app(0, seconds) for _round in range(rounds))
    drawn = median(_measure_app(1, seconds) for _round in range(rounds))
    with TemporaryDirectory(prefix="clerk-bench-") as temporary:
        office = open_or_build(Path(temporary) / "city")
        try:
            add_tickets(office, tickets)
            read = median(_measure_read(office) for _round in range(rounds * 3)) * 100
        finally:
            office.store.close()
    return [
        Share("the app without a refresh", idle),
        Share("four plots and tracks drawn each second", drawn),
        Share(f"a day of {tickets} tickets read each second", read),
        Share("drawn and read each second", drawn + read, BAR),
    ]


def _measure_app(period: float, seconds: float) -> float:
    """Return the per cent of a core that the app uses when it refreshes every `period` seconds."""
    with Terminal([sys.executable, "-m", "benchmarks.plots_app", "all", str(period)]) as terminal:
        terminal.wait_for(_MARKER)
        terminal.wait_until_quiet(limit=1.5)
        used, begin = _processor_seconds(terminal.pid), monotonic()
        while monotonic() - begin < seconds:
            terminal.wait_until_quiet(quiet=0.2, limit=0.5)
        return (_processor_seconds(terminal.pid) - used) / (monotonic() - begin) * 100


def _processor_seconds(pid: int) -> float:
    """Return the user and system time of a process (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def add_tickets(office: Office, count: int) -> None:
    """Copy a waiting ticket of the open day `count` times: taken in eight hours, called within half an hour."""
    with office.store.write() as tx:
        day = find_open_day(tx, office.settings.hall)
        ticket = tx.select("tickets", state="waiting")[0]
        opened = day["opened_at"] if day is not None else 0
        for index in range(count):
            issued = opened + index * 8 * 60 * _MINUTE // count
            called = issued + index * 7 % 30 * _MINUTE
            times = {"rank": issued, "issued_at": issued, "called_at": called, "finished_at": called + 8 * _MINUTE}
            number = f"Z{index:04}"
            own = {"id": f"{ticket['hall']}/{ticket['day']}/{number}", "number": number, "serial": 10_000 + index}
            tx.insert("tickets", **ticket | times | own | {"state": "finished"})


def _measure_read(office: Office) -> float:
    """Return the processor seconds of one read of the day."""
    reader = HallPlotReader(office)
    with office.store.read() as tx:
        begin = process_time()
        reader.read(tx)
        return process_time() - begin

"""Kills a process at chosen moments of a print, restarts it, and reports what was recorded and what came out.

    python -m tests.roles.print_kills FOLDER FIRST STEP [BYTES]

FOLDER has an office whose store is not open, with one receipt to be printed on the device of its settings: a receipt
printer, which this program is, or a folder. A child prints it and is killed at the event FIRST, FIRST + STEP, ... of
the interpreter (files opened, renamed, locked; connections), until it ends by itself; with BYTES instead when the
printer has executed so many bytes of the paper, twice as many, and so on. After each kill the store is opened again as
at a sign-in. Prints one JSON line for each kill.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from clerk_app.composition.office import Office, open_office
from clerk_app.roles.print_recovery import settle_left_prints
from clerk_app.roles.printing import CasePrinter
from tests.paper.tcp_printer import TcpPrinter, tcp_printer

CLERK = ("clerk-1", "1001")


def _find_receipt(office: Office) -> str:
    with office.store.read() as tx:
        return str(tx.select("notices")[0]["id"])


def _print(folder: Path, kill_at: int) -> None:
    """Print the receipt; the process is killed at the event number `kill_at` after the office was opened."""
    office, count = open_office(folder), 0
    printer, receipt = CasePrinter(office, *CLERK), _find_receipt(office)

    def count_event(event: str, _arguments: object) -> None:
        nonlocal count
        if event.startswith(("open", "os.", "fcntl", "socket", "shutil")):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    if kill_at:
        sys.addaudithook(count_event)
    printer.print_notice(receipt)
    office.store.close()


def _run_child(act: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    return child


def _wait_for_bytes(printer: TcpPrinter, many: int, child: int) -> None:
    """Kill the child when the printer has executed so many bytes of its paper; return also if it ends before."""
    while len(printer.printed) < many and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)


def _settle(printer: TcpPrinter) -> None:
    """Wait until the printer has executed what it received."""
    before = -1
    while before != len(printer.printed):
        before = len(printer.printed)
        time.sleep(0.15)


def _report(folder: Path, printer: TcpPrinter, *, killed: bool, kill_at: int) -> dict[str, object]:
    office = open_office(folder)
    settle_left_prints(office, CLERK[0])
    with office.store.read() as tx:
        prints, (notice,) = tx.select("prints"), tx.select("notices")
        offered = [row["id"] for row in tx.query_all("cases.unprinted_notices", window=office.settings.window)]
        device = office.printers.for_paper("receipt").device
    came_out = len(office.printers.spool.list_papers() if device.startswith("folder:") else printer.papers)
    report: dict[str, object] = {
        "at": kill_at,
        "killed": killed,
        "outcomes": [row["outcome"] for row in prints],
        "counted": notice["prints"],
        "offered": len(offered),
        "came_out": came_out,
        "began": bool(printer.printed),
    }
    printed = CasePrinter(office, *CLERK)
    for row in prints:
        if row["outcome"] == "unknown":  # the clerk looks into the tray
            printed.answer(row["id"], "confirmed" if came_out else "damaged" if printer.printed else "missing")
    with office.store.read() as tx:
        if tx.query_all("cases.unprinted_notices", window=office.settings.window):
            printer.printed.clear()
            printed.print_notice(notice["id"])
    with office.store.read() as tx:
        report["at_last"] = tx.select("notices")[0]["prints"]
    office.store.close()
    return report


def main(folder: Path, first: int, step: int, every_bytes: int) -> None:
    """Kill the child at each moment; see the module."""
    settings = (folder / "office.toml").read_text("utf-8")
    at = every_bytes or first
    while True:
        with tcp_printer(seconds_per_piece=0.002 if every_bytes else 0) as printer:
            copy = folder.parent / f"killed-{at}"
            shutil.copytree(folder, copy)
            (copy / "office.toml").write_text(settings.replace("tcp://test:9100", printer.device), "utf-8")
            child = _run_child(lambda: _print(copy, 0 if every_bytes else at))  # noqa: B023
            if every_bytes:
                _wait_for_bytes(printer, at, child)
            _pid, status = os.waitpid(child, 0)
            _settle(printer)
            killed = os.WIFSIGNALED(status)
            sys.stdout.write(json.dumps(_report(copy, printer, killed=killed, kill_at=at)) + "\n")
            shutil.rmtree(copy)
        if not killed or os.WIFEXITED(status):
            return
        at += every_bytes or step


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 0)

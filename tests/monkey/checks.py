"""Checks of a city after random input: logs without unexpected errors, verified chains, tables equal to the log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from clerk_app.log import LOG_FILE
from tests.monkey.city import STATIONS, City
from tests.monkey.station import Finding

COMMANDS = (("audit", "verify"), ("db", "check"))
CENTER_COMMANDS = (*COMMANDS, ("db", "rebuild", "--check"))  # other stores have documents of the center
SYNC_COMMAND = ("sync", "now")


def check_city(city: City) -> str:
    """Check every folder of the city and return what it holds; raises Finding."""
    folders = {plan.node: city.station_folder(plan) for plan in STATIONS}
    for node, folder in folders.items():
        _run(node, folder, SYNC_COMMAND)
    for node, folder in {**folders, "center": city.center_folder}.items():
        _check_log(node, folder)
        for command in CENTER_COMMANDS if node == "center" else COMMANDS:
            _run(node, folder, command)
    numbers = city.read_numbers()
    return (
        f"{sum(len(number) == 12 for number in numbers)} cases, {sum(len(number) < 12 for number in numbers)} tickets"
    )


def _run(node: str, folder: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clerk_app", "--language", "en", "--office", str(folder), *command],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Finding(f"{node}: clerk {' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")


def _check_log(node: str, folder: Path) -> None:
    for path in sorted(folder.glob(LOG_FILE + "*")):
        lines = path.read_text("utf-8", "replace").splitlines()
        for place, line in enumerate(lines):
            if " error " in line or " critical " in line:
                raise Finding(f"{node}: {path.name} has an error:\n" + "\n".join(lines[place : place + 40]))

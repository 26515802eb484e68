"""Find modules that the program imports before its first screen is painted without need; none should be found.

An environment variable sets Textual's driver, so the real program runs with a driver that inspects `sys.modules`
when a marker is painted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.drivers.linux_driver import LinuxDriver

from benchmarks.terminal import Terminal

HEAVY = (
    "sqlalchemy", "sqlmodel", "pydantic", "msgspec", "alembic", "cv2", "numpy", "PIL", "cryptography", "zxingcpp",
    "pyzbar", "yaml", "argon2", "email", "importlib.metadata", "json", "curses", "concurrent.futures.thread",
    "screens.widgets.dialogs", "screens.widgets.pick",
)  # fmt: skip
_REPORT_VARIABLE, _MARKER_VARIABLE = "EARLY_IMPORTS_REPORT", "EARLY_IMPORTS_MARKER"


class ImportReportingDriver(LinuxDriver):
    """Writes the names of the imported heavy modules to a file when the marker is first painted."""

    _reported = False

    def write(self, data: str) -> None:
        if not self._reported and os.environ[_MARKER_VARIABLE] in data:
            self._reported = True
            found = " ".join(name for name in HEAVY if name in sys.modules)
            Path(os.environ[_REPORT_VARIABLE]).write_text(found, "utf-8")
        super().write(data)


def imported_before_paint(command: Sequence[str], marker: str) -> tuple[str, ...]:
    """Return the modules of HEAVY that a program has imported when it paints `marker`.

    Raises OutOfReach if the program never paints the marker.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "modules"
        env = {
            "TEXTUAL_DRIVER": f"{__name__}:ImportReportingDriver",
            _REPORT_VARIABLE: str(report),
            _MARKER_VARIABLE: marker,
        }
        with Terminal(command, env) as terminal:
            terminal.wait_for(marker)
        return tuple(report.read_text("utf-8").split())

"""The section "A day" of `docs/operating.md`: each block in order in a shell, below a temporary folder."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.docs.code_blocks import DOCS, read_section_blocks
from tests.docs.test_install import FIRST_TEXTS as INSTALL_TEXTS
from tests.docs.test_install import find_free_port
from tests.terminal.pty_terminal import Terminal

FIRST_TEXTS = {**INSTALL_TEXTS, "reception": "Staff number"}


class Day:
    """Runs the blocks of the section, with its folder and the port of its center replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._replaced = {"/srv/day": str(folder), "127.0.0.1:8440": f"127.0.0.1:{find_free_port()}"}
        self._path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(self, block: str) -> None:
        """Run a block in a shell that stops at the first error, or open each of its screens."""
        for sample, real in self._replaced.items():
            block = block.replace(sample, real)
        is_screen = (line.startswith("clerk ") and line.split()[-1] in FIRST_TEXTS for line in block.splitlines())
        if all(is_screen):
            for line in block.splitlines():
                self._open_screen(line)
            return
        environment = {**os.environ, "PATH": self._path}
        command = ["bash", "-e", "-c", block]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
        assert ran.returncode == 0, f"{block}\n{ran.stdout}{ran.stderr}"

    def _open_screen(self, line: str) -> None:
        words = shlex.split(line)
        with Terminal([sys.executable, "-m", "clerk_app", *words[1:]], columns=100, lines=30) as terminal:
            terminal.wait_for(FIRST_TEXTS[words[-1]])

    def stop(self) -> None:
        """Stop the center if a failed block left it running."""
        with suppress(OSError, ValueError):
            os.kill(int((self.folder / "center.pid").read_text()), signal.SIGTERM)


@pytest.fixture
def day(home: Path, tmp_path: Path) -> Iterator[Day]:
    """A day in an empty folder."""
    folder = tmp_path / "day"
    opened = Day(folder)
    yield opened
    opened.stop()


@pytest.mark.wide
def test_a_day_of_a_hall_is_run_by_the_page_alone(day: Day) -> None:
    blocks = read_section_blocks(DOCS / "operating.md", "A day")
    assert len(blocks) > 4
    for block in blocks:
        day.run(block)
    assert {path.name for path in day.folder.iterdir()} >= {"center", "window1", "window2", "police", "backup"}

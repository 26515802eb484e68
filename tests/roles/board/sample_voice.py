"""Sample player and synthesiser, programs that record their arguments, and sample clips."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from clerk_app.roles.board.clips import WaveFormat, read_manifest, write_wave
from clerk_app.views.board import BoardCall, BothLanguages

FORM = WaveFormat(8000, 1)
CLIP = bytes(160)  # 10 ms of silence
_PLAYER = """#!/bin/sh
for path; do :; done
cp "$path" "{log}.$$.wav"
{extra}
echo "$0 $*|{log}.$$.wav" >> "{log}"
"""
_SYNTHESISER = """#!/bin/sh
while [ $# -gt 0 ]; do
  [ "$1" = -w ] && cp "{wave}" "$2"
  [ "$1" = -v ] && voice=$2
  last=$1; shift
done
echo "espeak-ng $voice $last" >> "{log}"
"""
_SECONDS = 10.0  # for a process on a busy machine


class Programs:
    """A folder of programs that write what they are given to a log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "programs"
        self.log = folder / "played"
        self.folder.mkdir()
        for name in ("cp", "touch", "sleep"):  # of the system, for the programs themselves
            (self.folder / name).symlink_to(shutil.which(name) or name)

    @property
    def path(self) -> str:
        """The value of PATH: these programs alone."""
        return str(self.folder)

    def add_player(self, name: str = "aplay", *, extra: str = "") -> None:
        """Add a player; `extra` are commands that it runs before it ends."""
        self._write(name, _PLAYER.format(log=self.log, extra=extra))

    def add_synthesiser(self) -> None:
        wave = self.folder / "speech.wav"
        wave.write_bytes(write_wave(FORM, (CLIP,)))
        self._write("espeak-ng", _SYNTHESISER.format(log=self.log, wave=wave))

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, "utf-8")
        path.chmod(0o755)

    @property
    def lines(self) -> list[str]:
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []

    def wait_for_lines(self, count: int) -> list[str]:
        """Wait until the programs have written so many lines, and return them."""
        until = time.monotonic() + _SECONDS
        while len(self.lines) < count and time.monotonic() < until:
            time.sleep(0.01)
        return self.lines


def make_clips(folder: Path, *, without: Sequence[str] = ()) -> Path:
    """Write a clip for each name of the manifest. Each has its own length, so that the order can be read back."""
    folder.mkdir()
    for index, name in enumerate(read_manifest()):
        if name not in without:
            content = index.to_bytes(2, "little") * (len(CLIP) // 2)
            (folder / f"{name}.wav").write_bytes(write_wave(FORM, (content,)))
    return folder


def call(number: str, window: int) -> BoardCall:
    """Return a call of a ticket to a window."""
    return BoardCall(f"id-{number}", number, BothLanguages(f"{window}号窗口", f"Window {window}"), str(window), "10:41")

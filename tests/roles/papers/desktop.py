"""A desktop whose opener program records the files that it is started with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_PROGRAM = """#!/bin/sh
{ echo "$1"; stat -c '%a' "$1" "$(dirname "$1")"; sha256sum < "$1"; } > "$CLERK_SEEN"
"""


class SampleDesktop:
    """A program `xdg-open` that writes what it was given to a pipe."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pipe = folder / "seen"
        os.mkfifo(self._pipe)
        program = folder / "bin" / "xdg-open"
        program.parent.mkdir()
        program.write_text(_PROGRAM, "utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("DISPLAY", ":7")
        monkeypatch.setenv("CLERK_SEEN", str(self._pipe))

    def read_opened(self) -> tuple[Path, list[str], str]:
        """Wait until a file was opened; return its path, the modes of file and folder, and its digest."""
        path, mode, folder_mode, digest = self._pipe.read_text("utf-8").splitlines()
        return Path(path), [mode, folder_mode], digest.split()[0]

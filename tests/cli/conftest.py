"""The command line as people and programs use it: words in; exit code, output and errors back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clerk_app.cli import main
from clerk_app.locales import current_language, set_language


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def refused(self) -> str:
        """The one sentence that a command which failed says, and nothing else."""
        assert self.code == 1
        assert self.out == ""
        (sentence,) = self.err.splitlines()
        assert "Traceback" not in sentence
        assert "Unexpected error" not in sentence
        return sentence


Clerk = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new user's machine, in English."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("CLERK_LANGUAGE", "en")
    for name in ("XDG_DATA_HOME", "CLERK_OFFICE", "CLERK_TRACE"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def clerk(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Clerk]:
    """Runs `clerk WORDS...` here."""
    before = current_language()

    def run(*words: object) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        output = capsys.readouterr()
        return Ran(code, output.out, output.err)

    yield run
    set_language(before)

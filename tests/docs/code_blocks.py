"""Code blocks of the documentation, for the tests that run them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^# file: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class CodeBlock:
    """One fenced block: its language, its text, and the file it belongs in ("" if it names none)."""

    language: str
    text: str
    file: str


def read_blocks(page: Path, language: str) -> list[CodeBlock]:
    """Return the blocks of a language on a page, in order."""
    found = []
    for match in _BLOCK.finditer(page.read_text("utf-8")):
        name = _FILE.search(match.group(2))
        found.append(CodeBlock(match.group(1), match.group(2), name.group(1) if name else ""))
    return [block for block in found if block.language == language]


def read_commands(page: Path) -> list[str]:
    """Return the command lines of a page's `sh` blocks, without comments."""
    lines = [line for block in read_blocks(page, "sh") for line in block.text.splitlines()]
    return [command for line in lines if (command := re.sub(r"\s+#.*$", "", line).strip())]


def load_module(block: CodeBlock, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Run a block as the module of its file, importable until the test ends."""
    name = block.file.removesuffix(".py").replace("/", ".")
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)  # types of fields are looked up there
    exec(compile(block.text, block.file, "exec"), module.__dict__)
    return module

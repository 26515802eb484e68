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
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANY_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`")
_FILE = re.compile(r"^# file: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class CodeBlock:
    """One fenced block: its language, its text, and the file it belongs in ("" if it names none)."""

    language: str
    text: str
    file: str


def read_blocks(page: Path, language: str) -> list[CodeBlock]:
    """Return the blocks of a language on a page, in order."""
    return [block for block in _find_blocks(page.read_text("utf-8")) if block.language == language]


def _find_blocks(text: str) -> list[CodeBlock]:
    found = []
    for match in _BLOCK.finditer(text):
        name = _FILE.search(match.group(2))
        found.append(CodeBlock(match.group(1), match.group(2), name.group(1) if name else ""))
    return found


def read_commands(page: Path, section: str = "") -> list[str]:
    """Return the command lines of a page's `sh` blocks, or of those in one section, without comments."""
    text = page.read_text("utf-8")
    if section:
        text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for block in _find_blocks(text) if block.language == "sh" for line in block.text.splitlines()]
    return [command for line in lines if (command := re.sub(r"\s+#.*$", "", line).strip())]


def read_section_blocks(page: Path, section: str) -> list[str]:
    """Return the texts of all blocks of a section that a shell runs, in order."""
    text = page.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [block.text for block in _find_blocks(text) if block.language in ("sh", "bash")]


def read_inline_code(page: Path) -> list[str]:
    """Return the texts in single backticks on a page, each as one line."""
    return [" ".join(code.split()) for code in _INLINE.findall(_ANY_BLOCK.sub("", page.read_text("utf-8")))]


def load_module(block: CodeBlock, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Run a block as the module of its file, importable until the test ends."""
    name = block.file.removesuffix(".py").replace("/", ".")
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)  # types of fields are looked up there
    exec(compile(block.text, block.file, "exec"), module.__dict__)
    return module

"""The sample of `docs/howto/add-a-one-thing.md` is a one thing that can be checked and published."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY
from tests.cli.conftest import Clerk
from tests.docs.code_blocks import DOCS, read_blocks, read_commands

PAGE = DOCS / "howto" / "add-a-one-thing.md"


def _add_one(number: re.Match[str]) -> str:
    return str(int(number[0]) + 1)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """The sample city's catalogue in its next version, with the files of the page."""
    folder = tmp_path / "catalogue"
    shutil.copytree(SAMPLE_CITY, folder)
    index = folder / "catalogue.yaml"
    raised = re.sub(r"(?<=^version: )\d+", _add_one, index.read_text("utf-8"), count=1, flags=re.MULTILINE)
    index.write_text(raised, "utf-8")
    for block in read_blocks(PAGE, "yaml"):
        (folder / block.file).write_text(block.text, "utf-8")
    return folder


def test_the_sample_is_checked_published_and_shown(clerk: Clerk, catalogue: Path, folder: Path) -> None:
    for command in read_commands(PAGE):
        words = command.replace("CATALOGUE", str(catalogue)).replace("OFFICE", str(folder)).split()
        ran = clerk(*words[1:])
        assert (ran.code, ran.err) == (0, ""), command
    assert "Issue of a library card" in ran.out

"""The commands of `docs/catalogue.md` lead from a new file to a published one thing, and from a workbook to files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY
from tests.catalogue.good_folder import raise_version
from tests.catalogue.workbooks import PLAIN_HEADINGS, plain_row, save_list
from tests.cli.conftest import Clerk, Ran
from tests.docs.code_blocks import DOCS, read_commands

PAGE = DOCS / "catalogue.md"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE_CITY, tmp_path / "catalogue"))


def test_the_commands_lead_from_a_new_file_to_a_published_one_thing(
    clerk: Clerk, catalogue: Path, folder: Path
) -> None:
    def run(command: str) -> Ran:
        return clerk(*command.replace("CATALOGUE", str(catalogue)).replace("OFFICE", str(folder)).split()[1:])

    new, check, *others = read_commands(PAGE, "From the first file to publishing")
    assert run(new).code == 0
    assert {line.rpartition(": ")[2] for line in run(check).lines} == {"This is still to be filled in."}
    file = catalogue / "one_things" / "ban-li-lao-nian-ka.yaml"
    file.write_text(file.read_text("utf-8").replace("____", "lnk"), "utf-8")
    raise_version(catalogue)
    for command in (check, *others):
        ran = run(command)
        assert (ran.code, ran.err) == (0, ""), command
    assert "办理老年卡" in clerk("--office", folder, "--language", "zh_CN", "catalogue", "show").out


def test_the_command_of_the_page_imports_a_workbook(clerk: Clerk, catalogue: Path, tmp_path: Path) -> None:
    (command,) = read_commands(PAGE, "Implementing lists (实施清单) as workbooks")
    path = save_list(tmp_path, [PLAIN_HEADINGS, plain_row()])
    words = command.replace("LIST.xlsx", str(path)).replace("CATALOGUE", str(catalogue)).split()[1:]
    ran = clerk(*words)
    assert (ran.code, ran.err) == (0, "")
    assert clerk("catalogue", "check", catalogue).code == 0

"""The format of `docs/howto/add-a-code-format.md` is recognised and explained after one row is added."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.licences import code_formats
from clerk_app.licences.recognised_code import LookupKey, UnknownCode
from tests.cli.conftest import Clerk
from tests.docs.code_blocks import DOCS, load_module, read_blocks, read_commands

PAGE = DOCS / "howto" / "add-a-code-format.md"


@pytest.fixture(autouse=True)
def row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the row of the page to the table."""
    (module,) = [load_module(block, monkeypatch) for block in read_blocks(PAGE, "python")]
    monkeypatch.setattr(code_formats, "CODE_FORMATS", (*code_formats.CODE_FORMATS, module.LIBRARY_CARD))


def test_a_card_is_a_lookup_key() -> None:
    code = code_formats.recognise_code("LIB1:1234567897")
    assert isinstance(code, LookupKey)
    assert (code.value, code.format_name) == ("1234567897", "library-card")


@pytest.mark.parametrize("text", ["LIB1:1234567890", "LIB1:123", "LIB1:"])
def test_a_wrong_check_digit_is_explained(text: str) -> None:
    code = code_formats.recognise_code(text)
    assert isinstance(code, UnknownCode)
    assert "check digit is wrong" in code.reason


def test_the_command_line_explains_the_card(clerk: Clerk, folder: Path) -> None:
    (command,) = read_commands(PAGE)
    ran = clerk("--office", folder, *command.split()[1:])
    assert (ran.code, ran.err) == (1, "")
    assert "its number finds a reader" in ran.out

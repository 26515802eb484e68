"""The registry of commands names every module that registers one, and the commands of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.composition.registry import list_rule_modules
from clerk_app.ledger.commands import Rules

ROOT = Path(__file__).parents[2]


def test_every_module_that_registers_commands_is_named() -> None:
    modules = [path for path in (ROOT / "clerk_app").rglob("*.py") if "\n@RULES.register(" in path.read_text("utf-8")]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules}
    assert names == set(list_rule_modules())


def test_a_module_that_registers_other_commands_than_named_is_refused() -> None:
    with pytest.raises(ValueError, match="registers other commands"):
        Rules(modules={"clerk_app.hall.window_release": ("ReleaseWindow", "Another")})["Another"]


def test_a_stored_name_of_two_modules_is_refused() -> None:
    with pytest.raises(ValueError, match="CallNext is the stored name of two commands"):
        Rules(modules={"clerk_app.hall.calls": ("CallNext",), "clerk_app.hall.other_calls": ("CallNext",)})

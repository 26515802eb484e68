"""`docs/asvs.toml`: the requirements of OWASP ASVS 5.0 levels 1 and 2 that apply, their state, and existing tests."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from typing import Any

from tests.docs.code_blocks import DOCS, ROOT

REQUIREMENTS: dict[str, dict[str, Any]] = {
    number: requirement
    for chapter in tomllib.loads((DOCS / "asvs.toml").read_text("utf-8")).values()
    for number, requirement in chapter.items()
}
STATES = {"met", "partly", "open", "not applicable"}
# requirements of levels 1 and 2 by chapter, counted in OWASP_Application_Security_Verification_Standard_5.0.0_en.csv
COUNTS = {1: 27, 2: 11, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16}


@cache
def functions_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_requirement_has_a_state_and_what_shows_it() -> None:
    for number, requirement in REQUIREMENTS.items():
        assert requirement["state"] in STATES, number
        assert requirement["text"], number
        assert requirement.get("tests") or requirement.get("reason"), number
        assert requirement.get("reason") or requirement["state"] == "met", number
        for test in requirement.get("tests", ()):
            file, _separator, function = test.partition("::")
            assert function in functions_in(file), test


def test_no_requirement_of_the_chapters_is_left_out() -> None:
    chapters = [int(number.partition(".")[0]) for number in REQUIREMENTS]
    assert {chapter: chapters.count(chapter) for chapter in chapters} == COUNTS

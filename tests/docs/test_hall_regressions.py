"""The table of mistakes of other hall systems in `docs/contributing.md`: each has a test that names the issue."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.docs.code_blocks import DOCS, ROOT

ROW = re.compile(r"^\| ((?:ZMS|novosga|FQM)[^|]*) \| [^|]* \| `(tests/[\w/]+\.py)` \| `(test_\w+)` \|$", re.MULTILINE)
ROWS = ROW.findall((DOCS / "contributing.md").read_text("utf-8"))


@cache
def docstrings(file: str) -> dict[str, str]:
    """Return the docstrings of the functions of a test module by name."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name: ast.get_docstring(node) or "" for node in functions}


@pytest.mark.parametrize(("issue", "file", "test"), ROWS)
def test_the_test_of_a_row_names_its_issue(issue: str, file: str, test: str) -> None:
    assert docstrings(file).get(test, "").startswith(f"{issue}:")


def test_each_issue_that_a_test_of_the_hall_names_has_a_row() -> None:
    files = {file for _issue, file, _test in ROWS}
    named = {
        (file, name) for file in files for name, text in docstrings(file).items() if re.match(r"ZMS|novosga|FQM", text)
    }
    assert named <= {(file, test) for _issue, file, test in ROWS}
    assert len(ROWS) >= 30

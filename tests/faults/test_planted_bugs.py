"""Planted bugs: each is an edit of a copy of the source, and the simulation finds it within a hundred seeds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.planted_bugs import PLANTED_BUGS, Edit, PlantedBug

ROOT = Path(__file__).parents[2]
SEEDS = 100


@pytest.mark.parametrize("bug", PLANTED_BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_applies_to_the_source_as_it_is_now(bug: PlantedBug) -> None:
    sources: dict[str, str] = {}
    for edit in bug.edits:
        sources[edit.path] = edit.apply(sources.get(edit.path) or (ROOT / edit.path).read_text("utf-8"))


@pytest.mark.parametrize(("function", "pattern"), [("missing", "a"), ("f", "never there"), ("f", "a"), ("C.f", "a")])
def test_an_edit_without_exactly_one_match_is_an_error(function: str, pattern: str) -> None:
    with pytest.raises(ValueError, match=r"no function|matches"):
        Edit("module.py", function, pattern, "b").apply("def f():\n    return a + a\n")


@pytest.mark.faults
@pytest.mark.parametrize("bug", PLANTED_BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: PlantedBug, tmp_path: Path) -> None:
    for package in ("clerk_app", "db", "scanners", "tests"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    bug.plant(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "city", "--faults", "--stop", "--json", "--shrink", "0",
         "--seeds", str(SEEDS)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    *found, last = map(json.loads, ran.stdout.splitlines())
    assert ran.returncode == 1, ran.stderr
    assert last["violations"] == 1
    print(f"{bug.name}: seed {last['first_failing_seed']}, {found[0]['invariant']}")  # noqa: T201

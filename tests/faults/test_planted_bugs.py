"""Planted bugs: each is a patch over a copy of the source, and a simulated city finds it within fifty seeds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANTED_BUGS = sorted((Path(__file__).parent / "plants").glob("*.patch"))
SEEDS = 50


@pytest.mark.parametrize("plant", PLANTED_BUGS, ids=lambda plant: plant.stem)
def test_a_planted_bug_fits_into_the_source_as_it_is_now(plant: Path) -> None:
    subprocess.run(["git", "apply", "--check", "-p1", str(plant)], cwd=ROOT, check=True)


@pytest.mark.faults
@pytest.mark.parametrize("plant", PLANTED_BUGS, ids=lambda plant: plant.stem)
def test_a_planted_bug_is_found(plant: Path, tmp_path: Path) -> None:
    for room in ("clerk_app", "db"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "apply", "-p1", str(plant)], cwd=tmp_path, check=True)
    told = subprocess.run(
        [sys.executable, "-m", "clerk_app", "simulate", "city", "--faults", "--stop", "--json", "--shrink", "0",
         "--seeds", str(SEEDS)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    *found, last = map(json.loads, told.stdout.splitlines())
    assert told.returncode == 1, told.stderr
    assert last["violations"] == 1
    print(f"{plant.stem}: seed {last['first_failing_seed']}, {found[0]['invariant']}")  # noqa: T201

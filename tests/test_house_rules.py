"""The house's own rules: sizes, generated pages, what the first paint may import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clerk_app.cases.states import render_state_diagram

ROOT = Path(__file__).parent.parent
PACKAGES = ("clerk_app", "screens", "scanners", "db", "tests")
LONGEST, LONGEST_SCREEN = 400, 250
HEAVY_PACKAGES = {
    "sqlalchemy",
    "sqlmodel",
    "pydantic",
    "msgspec",
    "alembic",
    "cv2",
    "numpy",
    "PIL",
    "cryptography",
    "yaml",
}
HEAVY_PACKAGES |= {"fastapi", "starlette", "uvicorn", "httpx", "zstandard", "prometheus_client"}


def _modules() -> list[Path]:
    found = [path for room in PACKAGES for path in (ROOT / room).rglob("*.py")]
    return [path for path in found if "versions" not in path.parts]  # a migration lists every column


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_a_reader_can_hold(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= (LONGEST_SCREEN if path.is_relative_to(ROOT / "screens") else LONGEST)


def test_the_drawn_life_of_a_case_is_the_one_in_code() -> None:
    assert render_state_diagram() in (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_first_screen_is_painted_before_anything_heavy_is_imported() -> None:
    screens = ", ".join(f"screens.{role}" for role in ("counter", "department", "supervisor", "kiosk"))
    program = f"import sys, clerk_app.app, {screens}; print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert {name.partition(".")[0] for name in names.split()} & HEAVY_PACKAGES == set()

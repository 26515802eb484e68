"""What the wheel contains: the product with its data, and neither benchmarks nor tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("wheel")  # one process, which prepares them once

ROOT = Path(__file__).parent.parent
PRODUCT = {"clerk_app", "screens", "scanners", "db"}
DATA_FILES = (
    "clerk_app/catalogue/data/sample-city/catalogue.yaml",
    "clerk_app/demo/data/large-hall/hall.yaml",
    "clerk_app/demo/data/sample-city/office.toml",
    "clerk_app/demo/data/sample-city/people.yaml",
    "clerk_app/paper/printers/data/page.typ",
    "clerk_app/locales/zh_CN/LC_MESSAGES/clerk.mo",
    "clerk_app/py.typed",
    "db/migrations/versions/*.py",
    "db/migrations/script.py.mako",
    "db/statements/cases.sql",
    "screens/*.tcss",
    "screens/counter/*.tcss",
)


@pytest.fixture(scope="module")
def wheel_files(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel that is built from a copy of the source, without network."""
    pytest.importorskip("setuptools")
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("__pycache__", "snapshots")
    for package in (*PRODUCT, "benchmarks", "tests"):
        shutil.copytree(ROOT / package, source / package, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(target)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True, text=True)
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_has_the_packages_of_the_product_and_no_others(wheel_files: set[str]) -> None:
    assert {name.partition("/")[0] for name in wheel_files} == PRODUCT


def test_the_wheel_has_every_file_of_the_product(wheel_files: set[str]) -> None:
    files = [path for package in PRODUCT for path in (ROOT / package).rglob("*") if path.is_file()]
    names = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert wheel_files == names


@pytest.mark.parametrize("pattern", DATA_FILES)
def test_the_wheel_has_the_data_files(wheel_files: set[str], pattern: str) -> None:
    assert any(fnmatch(name, pattern) for name in wheel_files)

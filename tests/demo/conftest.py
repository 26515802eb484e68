"""The sample city, built once, and a copy for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.composition.office import Office
from clerk_app.demo.films import ensure_films
from clerk_app.demo.kept_city import open_or_build
from clerk_app.demo.sample_city import build_sample_city
from tests.build_cache import build_once
from tests.fast_pins import hash_pin_fast


@pytest.fixture(scope="session")
def built_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the sample city, which no test changes."""
    return build_once(
        tmp_path_factory, "city", lambda folder: build_sample_city(folder, make_pin_hash=hash_pin_fast).store.close()
    )


@pytest.fixture(scope="session")
def mother_film(built_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Film of the mother's code, rendered once."""

    def make(city: Path) -> None:
        city.mkdir()
        (city / "codes").symlink_to(built_city / "codes")
        ensure_films(city, ["mother"])

    return build_once(tmp_path_factory, "filmed", make) / "films" / "mother.avi"


@pytest.fixture
def city_folder(built_city: Path, tmp_path: Path) -> Path:
    """Folder of a copy of the sample city."""
    return Path(shutil.copytree(built_city, tmp_path / "city"))


@pytest.fixture
def office(city_folder: Path) -> Iterator[Office]:
    """Office of the copy, open."""
    opened = open_or_build(city_folder)
    yield opened
    opened.store.close()


@pytest.fixture(autouse=True)
def in_english(english: None) -> None:
    """Run every test of this package in English."""

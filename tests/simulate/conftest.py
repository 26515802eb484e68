"""The sample city of this run, copied for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.desks.office import Office
from clerk_app.locales import speak, spoken
from clerk_app.simulate.films import films
from clerk_app.simulate.sample_city import build, open_or_build
from tests.once import once


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a city that nobody has touched since it was made."""
    return once(tmp_path_factory, "city", lambda folder: build(folder).store.close())


@pytest.fixture(scope="session")
def mother_film(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film of the mother's code, made once."""

    def make(city: Path) -> None:
        city.mkdir()
        (city / "codes").symlink_to(built / "codes")
        films(city, ["mother"])

    return once(tmp_path_factory, "filmed", make) / "films" / "mother.avi"


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(built, tmp_path / "city"))


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    """The copy, open."""
    opened = open_or_build(folder)
    yield opened
    opened.store.close()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = spoken()
    speak("en")
    yield
    speak(before)

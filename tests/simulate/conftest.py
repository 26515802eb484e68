"""One sample city, built once and copied for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.desks.office import Office
from clerk_app.locales import speak, spoken
from clerk_app.simulate.films import films
from clerk_app.simulate.sample_city import build, open_or_build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a city that nobody has touched since it was made."""
    folder = tmp_path_factory.mktemp("built") / "city"
    build(folder).store.close()
    return folder


@pytest.fixture(scope="session")
def mother_film(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film of the mother's code, made once."""
    city = tmp_path_factory.mktemp("filmed")
    (city / "codes").symlink_to(built / "codes")
    return films(city, ["mother"])["mother"]


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

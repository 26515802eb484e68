"""A sample city to sit in: that of this run, copied for each test; a camera that nobody looks through."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clerk_app.desk import CameraView, Choice, CounterDesk, Desks
from clerk_app.desks import open_desks, open_office
from clerk_app.desks.office import Office
from clerk_app.locales import speak
from clerk_app.simulate.sample_city import build
from tests.once import once


class NoCamera:
    """A machine without a camera: text is typed."""

    def start(self, want: str, on_view: Callable[[CameraView], None]) -> None: ...
    def stop(self) -> None: ...
    def sources(self) -> tuple[Choice, ...]:
        return ()

    def use(self, source: str) -> None: ...


@pytest.fixture(scope="session")
def built_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "city", lambda folder: build(folder).store.close())


@pytest.fixture
def office(built_city: Path, tmp_path: Path) -> Iterator[Office]:
    speak("en")
    shutil.copytree(built_city, tmp_path / "city")
    opened = open_office(tmp_path / "city")
    yield opened
    opened.store.close()
    speak("zh_CN")


@pytest.fixture
def desks(office: Office) -> Desks:
    return open_desks(office, NoCamera())


@pytest.fixture
def counter(desks: Desks) -> CounterDesk:
    found = desks.sign_in("1001", "1234").counter
    assert found is not None
    return found


@pytest.fixture
def code(office: Office) -> Callable[[str], str]:
    """The text of a citizen's signed code."""
    return lambda name: (office.folder / "codes" / f"{name}.txt").read_text().strip()

"""A sample city to sit in: that of this run, copied for each test; a camera that nobody looks through."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.demo.sample_city import build_sample_city
from clerk_app.locales import set_language
from clerk_app.roles.workstation import open_workstation
from clerk_app.views import CameraView, CounterService, Option, Workstation
from tests.build_cache import build_once


class NoCamera:
    """A machine without a camera: text is typed."""

    def start(self, want: str, on_view: Callable[[CameraView], None]) -> None: ...
    def stop(self) -> None: ...
    def list_sources(self) -> tuple[Option, ...]:
        return ()

    def select_source(self, source: str) -> None: ...


@pytest.fixture(scope="session")
def built_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_once(tmp_path_factory, "city", lambda folder: build_sample_city(folder).store.close())


@pytest.fixture
def office(built_city: Path, tmp_path: Path) -> Iterator[Office]:
    set_language("en")
    shutil.copytree(built_city, tmp_path / "city")
    opened = open_office(tmp_path / "city")
    yield opened
    opened.store.close()
    set_language("zh_CN")


@pytest.fixture
def desks(office: Office) -> Workstation:
    return open_workstation(office, NoCamera())


@pytest.fixture
def counter(desks: Workstation) -> CounterService:
    found = desks.sign_in("1001", "1234").counter
    assert found is not None
    return found


@pytest.fixture
def code(office: Office) -> Callable[[str], str]:
    """The text of a citizen's signed code."""
    return lambda name: (office.folder / "codes" / f"{name}.txt").read_text().strip()

"""Workstation of a sample city, which is built once a run and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.demo.sample_city import build_sample_city
from clerk_app.locales import set_language
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.build_cache import build_once
from tests.fast_pins import hash_pin_fast
from tests.no_camera import NoCamera
from tests.sample_data import CITY_PIN

__all__ = ["NoCamera"]


@pytest.fixture(scope="session")
def built_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_once(
        tmp_path_factory, "city", lambda folder: build_sample_city(folder, make_pin_hash=hash_pin_fast).store.close()
    )


@pytest.fixture
def office(built_city: Path, tmp_path: Path) -> Iterator[Office]:
    set_language("en")
    shutil.copytree(built_city, tmp_path / "city")
    opened = open_office(tmp_path / "city")
    yield opened
    opened.store.close()
    set_language("zh_CN")


@pytest.fixture
def workstation(office: Office) -> Workstation:
    return open_workstation(office, NoCamera())


@pytest.fixture
def counter(workstation: Workstation) -> CounterService:
    service = workstation.sign_in("1001", CITY_PIN).counter
    assert service is not None
    return service


@pytest.fixture
def code(office: Office) -> Callable[[str], str]:
    """Return the text of a citizen's signed code by the citizen's name."""
    return lambda name: (office.folder / "codes" / f"{name}.txt").read_text().strip()

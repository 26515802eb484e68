"""The rules of cases are tested on both database engines; an office without the sample city on SQLite."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.workstation import Workstation
from tests.build_cache import build_once
from tests.cases.imported_city import build_city
from tests.engines import SQLITE_QUICKLY
from tests.no_camera import NoCamera


@pytest.fixture(params=SQLITE_QUICKLY)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the database engine of the store."""
    return str(request.param)


@pytest.fixture(scope="session")
def built_imported_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_once(tmp_path_factory, "imported-city", build_city)


@pytest.fixture
def new_office(built_imported_city: Path, tmp_path: Path) -> Iterator[Office]:
    """An office whose registers were imported, and whose trust list is its own."""
    shutil.copytree(built_imported_city, tmp_path / "new")
    opened = open_office(tmp_path / "new")
    yield opened
    opened.store.close()


@pytest.fixture
def new_workstation(new_office: Office) -> Workstation:
    return open_workstation(new_office, NoCamera())

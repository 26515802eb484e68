"""What all rooms' tests share: an engine, blank stores on it, and a furnished office, copied for each test."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.build_cache import build_once
from tests.empty_store import create_empty_store
from tests.engines import PostgresServer, postgres_or_skip
from tests.office import SampleOffice, build_template

# How long an example takes says how busy the machine is, and nothing of the rule that it is an example of.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Screens make objects by the hundred thousand: looking for rings after every few hundred is a third of their time.
gc.set_threshold(50_000, 20, 20)

StoreFactory = Callable[[], Path | str]
"""Makes a new empty store and says where it is."""


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end, and the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """At the end everything is let go, for libraries say what was not."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """The PostgreSQL of this run."""
    return postgres_or_skip(tmp_path_factory)


@pytest.fixture
def engine() -> str:
    """What stores stand on; a room that is tested on both overrides this."""
    return "sqlite"


@pytest.fixture
def blank(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreFactory]:
    """Empty stores on the engine of the test."""
    numbers = count(1)
    if engine == "sqlite":
        yield lambda: create_empty_store(tmp_path / f"store-{next(numbers)}.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with ExitStack() as made:
        yield lambda: made.enter_context(server.borrow_copy(server.empty_database()))


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a furnished office that nobody has open."""
    return build_once(tmp_path_factory, "office", build_template) / "template"


@pytest.fixture(scope="session")
def office_database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same on PostgreSQL: its folder, and the database of its store."""
    name = postgres.copy_database(postgres.empty_database())
    return build_template(tmp_path_factory.mktemp("office"), store=postgres.url(name)), name


@pytest.fixture
def office(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SampleOffice]:
    """A furnished office of its own, on a Wednesday morning."""
    with ExitStack() as made:
        store = ""
        if engine == "sqlite":
            template: Path = request.getfixturevalue("office_template")
        else:
            server: PostgresServer = request.getfixturevalue("postgres")
            template, name = request.getfixturevalue("office_database")
            store = made.enter_context(server.borrow_copy(name))
        opened = SampleOffice.open_copy(template, tmp_path / "office", store=store)
        made.callback(opened.close)
        yield opened

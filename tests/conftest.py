"""Fixtures of all tests: the engine, empty stores on it, and a sample office that is copied for each test."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from clerk_app.locales import set_language
from tests.build_cache import build_once
from tests.empty_store import create_empty_store
from tests.engines import PostgresServer, postgres_or_skip
from tests.office import SampleOffice, build_template

MEMORY_DISK = Path("/dev/shm")
RUN_FOLDER = "clerk-tests-"  # and the id of the process that runs the tests
NEEDED_BYTES = 4 << 30  # free, to put the folders of a run there; failed tests keep theirs
TEMP_ROOT = "PYTEST_DEBUG_TEMPROOT"
LONGEST_ID = 200  # characters
QUICK_EXAMPLES = 25  # of a rule in `make test`; `make test-all` has Hypothesis' 100

# The duration of an example depends on the load of the machine: it is no property of the rule.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("any machine"), max_examples=QUICK_EXAMPLES)
settings.load_profile("any machine")

# Screens create hundreds of thousands of objects: with the default thresholds, a third of their time is collection.
gc.set_threshold(50_000, 20, 20)

StoreFactory = Callable[[], Path | str]
"""Creates an empty store and returns its path or URL."""


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples a rule gets, before the tests are imported, and where the folders of tests are."""
    if "not wide" in config.getoption("markexpr"):
        settings.load_profile("quick")
    if TEMP_ROOT not in os.environ and _has_room_in_memory():
        os.environ[TEMP_ROOT] = str(_create_run_folder())


def _create_run_folder() -> Path:
    """Create the folder of this run in memory; remove those of runs that have ended.

    Two runs do not share one: pytest closes the root of its folders to other users when it starts, and a PostgreSQL
    server that a run of root has started is another user.
    """
    for folder in MEMORY_DISK.glob(f"{RUN_FOLDER}*"):
        if not Path("/proc", folder.name.removeprefix(RUN_FOLDER)).exists():
            shutil.rmtree(folder, ignore_errors=True)
    folder = MEMORY_DISK / f"{RUN_FOLDER}{os.getpid()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder


def _has_room_in_memory() -> bool:
    """Return whether the folders of tests fit in memory: tests of stores wait for the disk half of their time."""
    if not os.access(MEMORY_DISK, os.W_OK) or os.statvfs(MEMORY_DISK).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(MEMORY_DISK).free >= NEEDED_BYTES


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out all but the first case of tests with `many_cases`, unless wide tests run or a case was named."""
    if "not wide" not in config.getoption("markexpr") or any("[" in name for name in config.args):
        return
    seen: set[str] = set()
    kept = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        if item.get_closest_marker("many_cases") is None or name not in seen:
            kept.append(item)
        seen.add(name)
    items[:] = kept


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long value by its start and length: names are sent between the processes of a run, and kept."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_ID:
        return f"{val[:20]!r} and more, {len(val)}"
    return None


def pytest_collection_finish() -> None:
    """Exclude everything loaded so far from garbage collection: it stays until the end."""
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # libraries report objects that were not freed; pytest collects five times before


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Set the default language: it is a setting of the process, and a test may have changed it."""
    set_language("zh_CN")


@pytest.fixture
def english(chinese: None) -> None:
    """Set English, for tests that compare English sentences; the next test starts in the default language again."""
    set_language("en")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """The PostgreSQL server of this test run."""
    return postgres_or_skip(tmp_path_factory)


@pytest.fixture
def engine() -> str:
    """Engine of the stores; packages that are tested on both override it."""
    return "sqlite"


@pytest.fixture
def make_store(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreFactory]:
    """Factory of empty stores on the engine of the test."""
    numbers = count(1)
    if engine == "sqlite":
        yield lambda: create_empty_store(tmp_path / f"store-{next(numbers)}.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with ExitStack() as made:
        yield lambda: made.enter_context(server.borrow_copy(server.empty_database()))


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a closed sample office."""
    return build_once(tmp_path_factory, "office", build_template) / "template"


@pytest.fixture(scope="session")
def office_database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Folder of a closed sample office on PostgreSQL, and the database of its store."""
    name = postgres.copy_database(postgres.empty_database())
    return build_template(tmp_path_factory.mktemp("office"), store=postgres.url(name)), name


@pytest.fixture
def office(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SampleOffice]:
    """An open copy of the sample office, on a Wednesday morning."""
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

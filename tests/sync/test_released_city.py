"""A city of version 0002 (`released/0002`) goes on: logs verify, tables rebuild, windows synchronise, views load."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.composition.office import STORE_FILE, open_office
from clerk_app.composition.registry import all_rules
from clerk_app.composition.schedule import run_due_commands
from clerk_app.ledger.audit import list_different_tables, rebuild_store, verify_log
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.workstation import StaffSession
from db.engines import Store
from db.upgrade import upgrade
from tests.clock import Clock
from tests.engines import ENGINES, PostgresServer, postgresql_wide
from tests.office import SampleOffice, find_faults, with_store_url
from tests.released_stores import copy_to_server, unpack_store
from tests.roles.conftest import NoCamera
from tests.sample_data import OFFICE_SETTINGS, PIN
from tests.sync.city import City, SampleWindow, TestTransport

RELEASED = Path(__file__).parent / "released" / "0002"
WINDOWS = ("n1", "n2", "n3")
NEW_CASES = {"260000020019", "260000020027", "260000020035"}
OFFLINE_CASE = "260000020043"  # accepted at n1, and a task decided at n2, after the connection was cut


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Engine of the center's store; windows have SQLite."""
    return str(request.param)


def unpack_office(name: str, folder: Path) -> Path:
    """Unpack a store into an office folder and upgrade it; return the store's path."""
    (folder / name).mkdir(parents=True)
    (folder / name / "office.toml").write_text(OFFICE_SETTINGS, "utf-8")
    path = unpack_store(RELEASED / f"{name}.db.gz", folder / name / STORE_FILE)
    upgrade(path)
    return path


@pytest.fixture
def center_store(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Upgraded store of the released center: a path, or the URL of a database."""
    if engine == "sqlite":
        return unpack_office("center", tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.url(server.copy_database("template0"))
    copy_to_server(unpack_store(RELEASED / "center.db.gz", tmp_path / "center.db"), url)
    upgrade(url)
    (tmp_path / "center").mkdir()
    (tmp_path / "center" / "office.toml").write_text(with_store_url(OFFICE_SETTINGS, url), "utf-8")
    return url


RELEASED_PIN = "2580"


@pytest.fixture
def city(center_store: Path | str, tmp_path: Path) -> Iterator[City]:
    """The released center and its windows, opened by this version and connected."""
    assert center_store
    clock = Clock()
    clock.now = int((RELEASED / "center.now").read_text())
    for name in WINDOWS:
        unpack_office(name, tmp_path)
    center = SampleOffice(open_office(tmp_path / "center", clock=clock), clock)
    made = City.create(center, tmp_path)
    for node in WINDOWS:
        office = open_office(tmp_path / node, clock=clock)
        window = SampleWindow(office, clock, TestTransport(made.authority, node, f"key-of-{node}"))
        window.connect()
        made.windows[node] = window
    yield made
    for opened in (*made.windows.values(), made.center):
        opened.close()


def sign_in(office: SampleOffice, number: str) -> StaffSession:
    """Sign in with the short PIN of the released version, which has to be replaced at once."""
    workstation = open_workstation(office.office, NoCamera())
    due = workstation.sign_in(number, RELEASED_PIN)
    assert due.pin_due
    assert (due.counter, due.department, due.supervisor) == (None, None, None)
    workstation.change_pin(number, RELEASED_PIN, PIN)
    return workstation.sign_in(number, PIN)


@postgresql_wide
def test_the_log_of_the_center_verifies_and_its_tables_are_rebuilt_from_it(
    center_store: Path | str, tmp_path: Path
) -> None:
    store = Store(center_store)
    count, breaks = verify_log(store)
    copy = rebuild_store(store, all_rules(), tmp_path / "copy.db")
    different = list_different_tables(store, copy)
    store.close()
    copy.close()
    assert count > 3
    assert (breaks, different) == ([], [])


@pytest.mark.many_cases
@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("name", WINDOWS)
def test_the_log_of_a_window_verifies(engine: str, name: str, tmp_path: Path) -> None:
    store = Store(unpack_office(name, tmp_path))
    count, breaks = verify_log(store)
    store.close()
    assert count > 3
    assert breaks == []


@postgresql_wide
def test_its_windows_send_what_was_unanswered_and_are_equal_to_the_center(city: City) -> None:
    assert {row["number"] for row in city.center.select("cases")} == NEW_CASES
    for _round in range(3):
        city.exchange_all()
    assert {row["number"] for row in city.center.select("cases")} == {*NEW_CASES, OFFLINE_CASE}
    assert city.differences() == []
    assert find_faults(city.center.store) == []
    assert [row["state"] for row in city.center.select("drafts")] == []


@pytest.mark.wide
def test_every_role_reads_its_view_at_the_center(city: City) -> None:
    center = city.center
    run_due_commands(center.office)  # as at the start of a center
    ticket = center.take_ticket("B")
    counter, supervisor = sign_in(center, "1000").counter, sign_in(center, "1002").supervisor
    department = sign_in(center, "1009").department
    kiosk = open_workstation(center.office, NoCamera()).open_kiosk()
    assert counter
    assert department
    assert supervisor
    assert [row.id for row in counter.read_view().waiting] == [ticket]
    for number in sorted(NEW_CASES):
        assert counter.open_case(number).case is not None
    assert department.list_tasks("open", 0, 50).total == department.read_view().open_tasks
    assert {row.id for row in supervisor.read_view().windows} == {"w1", "w2"}
    assert [(row.id, row.ahead) for row in kiosk.read_view().categories] == [("A", 1), ("B", 1)]


@postgresql_wide  # windows have SQLite
@pytest.mark.wide
def test_every_role_reads_its_view_at_a_window(city: City) -> None:
    counter, supervisor = sign_in(city.windows["n1"], "1000").counter, sign_in(city.windows["n1"], "1002").supervisor
    assert counter
    assert supervisor
    assert counter.open_case(OFFLINE_CASE).case is not None
    assert {row.id for row in supervisor.read_view().windows} == {"w1", "w2"}
    for node, officer in (("n2", "1009"), ("n3", "1011")):
        department = sign_in(city.windows[node], officer).department
        assert department
        assert department.list_tasks("open", 0, 50).total == department.read_view().open_tasks

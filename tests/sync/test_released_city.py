"""A city of the previous version (`released/0002`) goes on: its logs verify, its tables rebuild, its windows sync."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.composition.office import STORE_FILE, open_office
from clerk_app.composition.registry import all_rules
from clerk_app.ledger.audit import list_different_tables, rebuild_store, verify_log
from db.engines import Store
from db.upgrade import upgrade
from tests.clock import Clock
from tests.office import SampleOffice, find_faults
from tests.sample_data import OFFICE_SETTINGS
from tests.sync.city import City, SampleWindow, TestTransport

RELEASED = Path(__file__).parent / "released" / "0002"
STORES = ("center", "n1", "n2", "n3")
NEW_CASES = {"260000020019", "260000020027", "260000020035"}
OFFLINE_CASE = "260000020043"  # accepted at n1, and a task decided at n2, after the connection was cut


def _unpack(name: str, folder: Path) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "office.toml").write_text(OFFICE_SETTINGS, "utf-8")
    path = folder / name / STORE_FILE
    path.write_bytes(gzip.decompress((RELEASED / f"{name}.db.gz").read_bytes()))
    upgrade(path)
    return path


@pytest.mark.parametrize("name", STORES)
def test_its_log_verifies(name: str, tmp_path: Path) -> None:
    store = Store(_unpack(name, tmp_path))
    count, breaks = verify_log(store)
    store.close()
    assert count > 3
    assert breaks == []


def test_the_tables_of_its_center_are_rebuilt_from_the_log(tmp_path: Path) -> None:
    store = Store(_unpack("center", tmp_path))
    copy = rebuild_store(store, all_rules(), tmp_path / "copy.db")
    assert list_different_tables(store, copy) == []
    store.close()
    copy.close()


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """The released center and its windows, opened by this version and connected."""
    clock = Clock()
    clock.now = int((RELEASED / "center.now").read_text())
    for name in STORES:
        _unpack(name, tmp_path)
    center = SampleOffice(open_office(tmp_path / "center", clock=clock), clock)
    made = City.create(center, tmp_path)
    for node in STORES[1:]:
        office = open_office(tmp_path / node, clock=clock)
        window = SampleWindow(office, clock, TestTransport(made.authority, node, f"key-of-{node}"))
        window.connect()
        made.windows[node] = window
    yield made
    for opened in (*made.windows.values(), made.center):
        opened.close()


def test_its_windows_send_what_was_unanswered_and_are_equal_to_the_center(city: City) -> None:
    assert {row["number"] for row in city.center.select("cases")} == NEW_CASES
    for _round in range(3):
        city.exchange_all()
    assert {row["number"] for row in city.center.select("cases")} == {*NEW_CASES, OFFLINE_CASE}
    assert city.differences() == []
    assert find_faults(city.center.store) == []
    assert [row["state"] for row in city.center.select("drafts")] == []

"""The durable watermark never exceeds what would survive the loss of the center's machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.center.durable_watermark import RECORD_FILE, DurableWatermark
from clerk_app.cli import main
from clerk_app.composition.office import begin_incarnation
from clerk_app.hall.windows import SetWindowState
from clerk_app.roles.connection_view import read_connection_facts, read_connection_view
from tests.engines import ENGINES
from tests.office import SampleOffice
from tests.sync.city import City, SampleWindow


def perform_and_flush(window: SampleWindow, count: int) -> None:
    for at in range(count):
        window.door.perform(SetWindowState(window="w1", state=("paused", "open")[at % 2]), "clerk-1")
    window.client.flush()
    window.client.flush()


def watermark_of(window: SampleWindow) -> int:
    (line,) = window.select("center_lines")
    return int(line["safe"])


def back_up(office: SampleOffice, folder: Path, *words: str) -> None:
    assert main(["--office", str(office.office.folder), "db", "backup", str(folder), *words]) == 0


def use_watermark(city: City) -> None:
    city.authority.response_builder.watermark = DurableWatermark(
        city.center.store, city.center.office.folder, refresh_seconds=0.0
    )


def test_backup_elsewhere_raises_the_watermark_until_a_new_epoch(office: SampleOffice, tmp_path: Path) -> None:
    city = City.create(office, tmp_path / "city")
    use_watermark(city)
    window, other = city.join("n1", window="w1"), city.join("n2", window="w2")
    perform_and_flush(window, 3)
    assert watermark_of(window) == 0
    back_up(office, tmp_path / "here")
    perform_and_flush(window, 1)
    assert watermark_of(window) == 0  # without --elsewhere the backup counts as local
    back_up(office, tmp_path / "there", "--elsewhere")
    perform_and_flush(window, 2)
    assert (watermark_of(window), watermark_of(other)) == (4, 0)
    facts = read_connection_facts(window.office)
    assert (facts.durable, facts.last_entry) == (4, 6)
    sent, copied = read_connection_view(window.office).progress
    assert (sent.done, sent.total) == (6, 6)
    assert (copied.done, copied.total) == (4, 6)
    back_up(office, tmp_path / "there", "--elsewhere")
    window.client.flush()
    assert watermark_of(window) == 6
    begin_incarnation(office.office, "failover")
    city.exchange_all()
    assert watermark_of(window) == 0
    for fact in (window, other):
        fact.close()


@pytest.mark.wide
def test_watermark_is_per_incarnation(office: SampleOffice, tmp_path: Path) -> None:
    city = City.create(office, tmp_path / "city")
    use_watermark(city)
    window = city.join("n1", window="w1")
    perform_and_flush(window, 3)
    back_up(office, tmp_path / "there", "--elsewhere")
    window.client.flush()
    assert watermark_of(window) == 3
    begin_incarnation(window.office)
    window.client.flush()
    assert watermark_of(window) == 0
    window.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_watermark_is_zero_without_backup_record_or_standby(office: SampleOffice, tmp_path: Path) -> None:
    with office.store.read() as tx:
        node_state = tx.query_one("ledger.response_heading", node="n1", asks="n1.asks", incarnation=1)
    assert node_state is not None
    assert DurableWatermark(office.store, office.office.folder)({**node_state, "last": 7}, "n1", 1) == 0
    (office.office.folder / RECORD_FILE).write_bytes(b"{")  # damaged
    assert DurableWatermark(office.store, office.office.folder)({**node_state, "last": 7}, "n1", 1) == 0

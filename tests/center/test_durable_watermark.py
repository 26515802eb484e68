"""The center says up to which entry everything outlives its machine, and never more than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.center.durable_watermark import RECORD_FILE, DurableWatermark
from clerk_app.cli import main
from clerk_app.composition.office import begin_incarnation
from clerk_app.hall.windows import SetWindowState
from clerk_app.locales import set_language
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


def test_what_a_backup_elsewhere_has_is_safe_until_the_center_begins_anew(office: SampleOffice, tmp_path: Path) -> None:
    city = City.create(office, tmp_path / "city")
    use_watermark(city)
    window, other = city.join("n1", window="w1"), city.join("n2", window="w2")
    perform_and_flush(window, 3)
    assert watermark_of(window) == 0
    back_up(office, tmp_path / "here")
    perform_and_flush(window, 1)
    assert watermark_of(window) == 0  # nobody said that this folder is on another machine
    back_up(office, tmp_path / "there", "--elsewhere")
    perform_and_flush(window, 2)
    assert (watermark_of(window), watermark_of(other)) == (4, 0)
    set_language("en")
    facts = read_connection_facts(window.office)
    assert (facts.durable, facts.last_entry) == (4, 6)
    told = {one.label: one.value for one in read_connection_view(window.office).facts}
    assert told["Safe beyond the center's machine"] == "entries up to 4 of 6"
    set_language("zh_CN")
    back_up(office, tmp_path / "there", "--elsewhere")
    window.client.flush()
    assert watermark_of(window) == 6
    begin_incarnation(office.office, "failover")
    city.exchange_all()
    assert watermark_of(window) == 0
    for one in (window, other):
        one.close()


def test_what_is_safe_of_an_older_incarnation_says_nothing_of_this_one(office: SampleOffice, tmp_path: Path) -> None:
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
def test_without_a_note_or_a_standby_nothing_is_safe(office: SampleOffice, tmp_path: Path) -> None:
    with office.store.read() as look:
        here = look.query_one("ledger.response_heading", node="n1", asks="n1.asks", incarnation=1)
    assert here is not None
    assert DurableWatermark(office.store, office.office.folder)({**here, "last": 7}, "n1", 1) == 0
    (office.office.folder / RECORD_FILE).write_bytes(b"{")  # damaged
    assert DurableWatermark(office.store, office.office.folder)({**here, "last": 7}, "n1", 1) == 0

"""The registry as an administrator sees it: what needs attention, and what is recorded when a page is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.registry.corrections import ApproveCorrection
from clerk_app.roles.admin.service import OfficeAdmin
from clerk_app.views.registry import RegistryTable
from tests.engines import postgresql_wide
from tests.office import SampleOffice
from tests.registry.registry_office import FIRST, SECOND, add_second, ask, find, import_person
from tests.registry.source_data import id_number, import_file, person, write_csv

pytestmark = [postgresql_wide, pytest.mark.usefixtures("english")]


@pytest.fixture
def registry(office: SampleOffice, tmp_path: Path) -> SampleOffice:
    """An office with two administrators and one imported person."""
    add_second(office)
    import_person(office, tmp_path, 住址="梧桐巷1号")
    return office


def admin(office: SampleOffice, actor: str = FIRST) -> OfficeAdmin:
    (row,) = office.select("staff", id=actor)
    return OfficeAdmin(office.office, row)


def attention(office: SampleOffice, actor: str = FIRST) -> RegistryTable:
    table = admin(office, actor).read_registry().tables[0]
    assert table.id == "attention"
    return table


def count_entries(office: SampleOffice) -> int:
    return len(office.select("ledger_entries"))


def test_without_anything_to_do_the_page_begins_with_the_feeds(registry: SampleOffice) -> None:
    view = admin(registry).read_registry()
    assert view.tables[0].rows == ()
    assert view.tables[view.shown].id == "feeds"
    assert [(feed.source, feed.days[-1]) for feed in view.arrivals.feeds] == [("population", (1, 0))]
    assert [row.cells[1] for row in view.arrivals.batches] == ["population"]


def test_a_correction_waits_for_the_second_person_only(registry: SampleOffice) -> None:
    asked = ask(registry, "address", "梧桐巷10号")
    assert attention(registry, FIRST).rows == ()
    (row,) = attention(registry, SECOND).rows
    assert (row.correction, row.cells[3]) == (asked, "yours to decide")
    service = admin(registry, SECOND)
    assert "approve" in service.open_correction(row.subject, asked).acts
    own = admin(registry, FIRST)
    assert "approve" not in own.open_correction(row.subject, asked).acts


def test_the_only_administrator_has_to_decide_the_own_correction(registry: SampleOffice) -> None:
    with registry.store.write() as tx:
        tx.delete("staff", id=SECOND)
    ask(registry, "address", "梧桐巷10号")
    assert len(attention(registry).rows) == 1


def test_a_late_feed_a_refused_row_and_a_contradiction_need_attention(registry: SampleOffice, tmp_path: Path) -> None:
    registry.door.perform(ApproveCorrection(correction=ask(registry, "address", "梧桐巷10号")), SECOND)
    import_person(registry, tmp_path, 住址="梧桐巷1号", 手机号="13900009999")
    import_file(registry, write_csv(tmp_path / "w.csv", [person(2, 出生日期="2026-02-30")]))
    what = [(row.cells[0], row.level) for row in attention(registry).rows]
    assert what == [("Contradiction", "warn"), ("Feed", "warn")]
    registry.clock.advance(hours=100)
    table = attention(registry)
    assert [(row.cells[0], row.level) for row in table.rows] == [("Feed", "bad"), ("Contradiction", "warn")]
    assert table.rows[0].cells[3] == "long overdue; refused rows: 1"
    assert table.level == "bad"


def test_a_page_that_is_read_again_within_ten_minutes_records_nothing(registry: SampleOffice) -> None:
    service = admin(registry)
    (subject,) = find(registry)
    view, record = service.read_registry(), service.open_record(subject, "complaint")
    before = count_entries(registry)
    registry.clock.advance(minutes=9)
    import_time = service.read_registry(view.reading)
    assert service.read_record_again(record).tables[0] == record.tables[0]
    assert import_time.reading == view.reading
    assert count_entries(registry) == before
    registry.clock.advance(minutes=2)
    again = service.read_record_again(record)
    assert count_entries(registry) == before + 1
    assert again.reading != record.reading


def test_each_opening_of_a_record_is_recorded(registry: SampleOffice) -> None:
    service = admin(registry)
    (subject,) = find(registry)
    before = count_entries(registry)
    service.open_record(subject, "complaint")
    service.open_record(subject, "complaint")
    assert count_entries(registry) == before + 2


def test_a_record_that_is_read_again_shows_what_has_changed_since(registry: SampleOffice) -> None:
    service = admin(registry)
    (subject,) = find(registry)
    record = service.unmask_record(subject, "complaint")
    service.request_correction(f"person|{subject}|address", "梧桐巷10号", "passport shown")
    again = service.read_record_again(record)
    assert [row.cells[2] for row in again.tables[-1].rows] == ["Address"]
    assert id_number(1) in [row.cells[1] for row in again.tables[0].rows]

"""History of a record and state of the feeds."""

from __future__ import annotations

from pathlib import Path

from clerk_app.registry.erasure import EraseRegistered
from clerk_app.registry.reading import ReadRegistryState
from tests.engines import postgresql_wide
from tests.office import SampleOffice
from tests.registry.registry_office import FIRST, find, import_person, open_record, read
from tests.registry.source_data import id_number, import_file, licence, person, write_csv

pytestmark = postgresql_wide


def import_family(office: SampleOffice, folder: Path) -> None:
    """Import two persons, the licence of the first one, and a relation between both."""
    import_file(office, write_csv(folder / "p.csv", [person(1), person(2)]))
    import_file(office, write_csv(folder / "l.csv", [licence(1)]), "police")
    relation = {"identifier": "r1", "subject": id_number(1), "other": id_number(2), "relation": "family"}
    import_file(office, write_csv(folder / "r.csv", [relation]), "civil")


def test_the_history_names_each_batch_and_the_fields_that_it_changed(office: SampleOffice, tmp_path: Path) -> None:
    import_family(office, tmp_path)
    office.clock.advance(days=1)
    import_file(office, write_csv(tmp_path / "p.csv", [person(1, 住址="银杏路3号", 手机号="13900009999"), person(2)]))
    changed = licence(1, certificateExpiringDate="2030-01-01", 姓名="令狐聪", 更新日期="2026-02-01")
    import_file(office, write_csv(tmp_path / "l.csv", [changed]), "police")
    (subject,) = find(office)
    history = open_record(office, subject).history
    assert [(line.source, line.kind, line.is_new, line.fields) for line in history] == [
        ("police", "licence", False, ("valid_to", "claim:name")),
        ("population", "person", False, ("phone", "address")),
        ("civil", "relation", True, ()),
        ("police", "licence", True, ()),
        ("population", "person", True, ()),
    ]
    assert history[0].at > history[2].at
    assert {line.actor for line in history} == {"system"}


def test_the_history_still_names_a_row_whose_values_were_erased(office: SampleOffice, tmp_path: Path) -> None:
    import_family(office, tmp_path)
    relation = {"identifier": "r1", "subject": id_number(1), "other": id_number(2), "relation": "guardian"}
    import_file(office, write_csv(tmp_path / "r.csv", [relation]), "civil")
    (other,) = find(office, number=id_number(2))
    office.door.perform(EraseRegistered(subject=other, reason="moved away"), FIRST)
    (subject,) = find(office)
    record = open_record(office, subject)
    assert record.relations == ()
    relations = [line for line in record.history if line.kind == "relation"]
    assert [(line.fields, line.erased) for line in relations] == [(("relation",), True), ((), True)]
    assert [line.erased for line in record.history if line.kind != "relation"] == [False, False]


def test_the_state_of_a_feed_has_its_last_batch_its_refused_rows_and_whether_the_next_one_is_due(
    office: SampleOffice, tmp_path: Path
) -> None:
    import_person(office, tmp_path)
    office.clock.advance(hours=40)
    import_file(office, write_csv(tmp_path / "p.csv", [person(1), person(2, 出生日期="2026-02-30")]))
    due = []
    for _ in range(3):
        opened = office.door.perform(ReadRegistryState(), FIRST)
        (feed,) = read(office, opened.key).feeds
        due.append(feed.due)
        office.clock.advance(hours=49)
    assert due == ["", "late", "overdue"]
    assert (feed.source, feed.kind, feed.new, feed.changed, feed.unchanged, feed.refused) == (
        "population",
        "person",
        0,
        0,
        1,
        1,
    )
    assert [(row.row, row.field, row.code) for row in feed.refusals] == [(3, "born", "date")]

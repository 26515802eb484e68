"""Batches of an issuing organ: a report of each row, and rows that are refused."""

from __future__ import annotations

import pytest

from clerk_app.ledger import audit
from clerk_app.people import SYSTEM
from clerk_app.registry.batches import MAX_ROWS
from clerk_app.registry.feed_batches import import_batch
from clerk_app.registry.feed_messages import BatchReport, BatchRequest
from clerk_app.registry.feeds import Feed
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import TODAY, Row, feed_licence, feed_person, id_number, person

FEED = Feed("n00000001", "population", frozenset({"person"}), frozenset({"0101"}), "")


def send(office: SampleOffice, kind: str, *rows: Row, feed: Feed = FEED) -> BatchReport:
    return import_batch(office.door, feed, BatchRequest(kind=kind, rows=list(rows)), TODAY, SYSTEM)


def states(office: SampleOffice, kind: str, *rows: Row, feed: Feed = FEED) -> list[tuple[str, str, str]]:
    return [(row.state, row.field, row.code) for row in send(office, kind, *rows, feed=feed).rows]


def test_each_row_of_a_batch_is_reported_and_the_batch_is_one_entry(office: SampleOffice) -> None:
    send(office, "person", feed_person(1), feed_person(2))
    before = len(office.entries())
    changed, wrong = feed_person(2, phone="139"), feed_person(4, born="2026-02-30")
    report = send(office, "person", feed_person(1), changed, feed_person(3), wrong)
    assert [(row.index, row.identifier, row.state) for row in report.rows] == [
        (0, "p1", "unchanged"),
        (1, "p2", "changed"),
        (2, "p3", "new"),
        (3, "p4", "refused"),
    ]
    assert (report.batch, report.new, report.changed, report.unchanged, report.refused) == (2, 1, 1, 1, 1)
    assert len(office.entries()) == before + 1
    (batch,) = office.select("registry_batches", serial=2)
    assert (batch["way"], batch["machine"], batch["new_rows"], batch["changed_rows"]) == ("api", FEED.node, 1, 1)
    assert find_faults(office.store) == []


def test_a_batch_that_is_sent_again_in_another_order_changes_nothing(office: SampleOffice) -> None:
    rows = [feed_person(serial) for serial in range(5)]
    send(office, "person", *rows)
    before = office.select("registry_items"), office.select("persons")
    assert {row.state for row in send(office, "person", *reversed(rows)).rows} == {"unchanged"}
    assert (office.select("registry_items"), office.select("persons")) == before


def test_a_row_has_the_field_names_of_files_in_any_order(office: SampleOffice) -> None:
    row: Row = dict(person(1))
    assert states(office, "person", row) == [("new", "", "")]
    assert states(office, "person", dict(reversed(row.items()))) == [("unchanged", "", "")]


def test_licences_of_granted_types_alone_are_written(office: SampleOffice) -> None:
    send(office, "person", feed_person(1))
    other = next(found.code for found in office.office.catalogue().licence_types if found.code != "0101")
    foreign = feed_licence(1, certificateNumber="L2", certificateTypeCode=other)
    foreign.pop("姓名")
    assert states(office, "licence", feed_licence(1), foreign) == [
        ("new", "", ""),
        ("refused", "licence_type", "not_allowed"),
    ]
    assert [row["identifier"] for row in office.select("registry_items", kind="licence")] == ["L1"]


def test_two_sources_know_one_person_by_their_own_identifiers(office: SampleOffice) -> None:
    other = Feed("n00000002", "police", FEED.kinds, FEED.licence_types, "")
    send(office, "person", feed_person(1))
    assert states(office, "person", feed_person(1, identifier="x"), feed=other) == [("new", "", "")]
    assert len(office.select("persons", id_number=id_number(1))) == 1


FAMILY: Row = {"identifier": "r", "subject": id_number(1), "other": id_number(1), "relation": "family"}
REFUSED: dict[str, tuple[str, list[Row], list[Row], list[tuple[str, str]]]] = {
    "duplicates": ("person", [], [feed_person(2), feed_person(2, name="x")], [("identifier", "repeated")] * 2),
    "older": ("licence", [feed_licence(1)], [feed_licence(1, 更新日期="2025-12-31")], [("changed_on", "older")]),
    "valid again": (
        "licence",
        [feed_licence(1, 证照状态="撤销")],
        [feed_licence(1, 更新日期="2026-03-01")],
        [("state", "revoked")],
    ),
    "joined": ("person", [feed_person(2)], [feed_person(2, id_number=id_number(1))], [("id_number", "joined")]),
    "split": ("person", [feed_person(2)], [feed_person(2, identifier="p9")], [("id_number", "twice")]),
    "used again": ("person", [feed_person(2)], [feed_person(3, identifier="p2")], [("identifier", "split")]),
    "unknown holder": ("licence", [], [feed_licence(7)], [("holder", "unknown_subject")]),
    "another kind": ("relation", [], [FAMILY], [("", "not_allowed")]),
    "unknown field": ("person", [], [feed_person(2, shoe="41")], [("", "field")]),
    "field twice": ("person", [], [feed_person(2) | {"姓名": "x"}], [("", "field")]),
    "a list as a value": ("person", [], [feed_person(2, name=["x"])], [("name", "value_type")]),
    "rounded": ("person", [], [feed_person(2, id_number=3.1010119e17)], [("id_number", "rounded")]),
    "no identifier": ("person", [], [feed_person(2, identifier=None)], [("identifier", "needed")]),
    "hidden character": ("person", [], [feed_person(2, name="李\u202e四")], [("name", "text")]),
    "no such date": ("person", [], [feed_person(2, born="2月30日")], [("born", "date")]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_row_is_refused_with_its_field_and_code(office: SampleOffice, case: str) -> None:
    kind, before, rows, expected = REFUSED[case]
    send(office, "person", feed_person(1))
    for row in before:
        assert send(office, kind, row).new == 1
    items = office.select("registry_items")
    assert states(office, kind, *rows) == [("refused", *found) for found in expected]
    assert office.select("registry_items") == items
    assert [row["code"] for row in office.select("registry_refusals")] == [code for _field, code in expected]


@pytest.mark.wide
def test_a_thousand_rows_are_one_batch_and_the_log_verifies(office: SampleOffice) -> None:
    assert send(office, "person", *(feed_person(serial) for serial in range(MAX_ROWS))).new == MAX_ROWS
    assert audit.verify_log(office.store)[1] == []

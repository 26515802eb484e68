"""Batches of an issuing organ: a report of each row, and rows that are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.people import SYSTEM
from clerk_app.registry.batches import API, MAX_ROWS, ImportRegistryRows
from clerk_app.registry.feed_batches import import_batch
from clerk_app.registry.feed_grants import Feed
from clerk_app.registry.feed_messages import BatchReport, BatchRequest
from clerk_app.registry.feeds import AdmitFeed
from clerk_app.registry.rows import PersonRow
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import (
    ISSUER_CODE,
    TODAY,
    Row,
    feed_licence,
    feed_person,
    id_number,
    import_file,
    person,
    write_csv,
)

CODES = frozenset({ISSUER_CODE})
FEED = Feed("n00000001", "population", frozenset({"person"}), frozenset({"0101"}), CODES)
POLICE = replace(FEED, node="n00000002", source="police")
OTHER_CODE = "11310000002420426M"


def admit(office: SampleOffice, feed: Feed) -> None:
    """Admit a feed, unless it is."""
    if not office.select("nodes", id=feed.node):
        office.door.perform(EnrolNode(node=feed.node, name=feed.source, node_kind="issuer"), SYSTEM)
    if not office.select("registry_feeds", node=feed.node):
        admitted = AdmitFeed(
            node=feed.node,
            source=feed.source,
            kinds=tuple(feed.kinds),
            licence_types=tuple(feed.licence_types),
            issuer_codes=tuple(feed.issuer_codes),
            any_issuer=feed.any_issuer,
        )
        office.door.perform(admitted, SYSTEM)


def send(office: SampleOffice, kind: str, *rows: Row, feed: Feed = FEED) -> BatchReport:
    admit(office, feed)
    return import_batch(office.door, feed, BatchRequest(kind=kind, rows=list(rows)), TODAY, SYSTEM)


def states(office: SampleOffice, kind: str, *rows: Row, feed: Feed = FEED) -> list[tuple[str, str, str]]:
    return [(row.state, row.field, row.code) for row in send(office, kind, *rows, feed=feed).rows]


@both_engines
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


def test_a_feed_changes_no_person_that_another_source_has_registered(office: SampleOffice) -> None:
    send(office, "person", feed_person(1))
    before = office.select("persons"), office.select("registry_items")
    other = feed_person(1, identifier="x", phone="139")
    assert states(office, "person", other, feed=POLICE) == [("refused", "id_number", "other_source")]
    assert (office.select("persons"), office.select("registry_items")) == before
    assert states(office, "licence", feed_licence(1), feed=POLICE) == [("new", "", "")]


def test_an_administrator_lets_a_second_source_write_a_person_by_importing_a_file(
    office: SampleOffice, tmp_path: Path
) -> None:
    send(office, "person", feed_person(1))
    path = write_csv(tmp_path / "p.csv", [person(1, 标识="x")])
    assert import_file(office, path, "police")[0].new == 1
    assert states(office, "person", feed_person(1, identifier="x", phone="1"), feed=POLICE) == [("changed", "", "")]
    assert len(office.select("persons", id_number=id_number(1))) == 1


def test_licences_of_granted_issuers_alone_are_written(office: SampleOffice) -> None:
    send(office, "person", feed_person(1))
    foreign = feed_licence(1, certificateIssuingAuthorityCode=OTHER_CODE)
    assert states(office, "licence", foreign) == [("refused", "issuer_code", "not_issuer")]
    platform = replace(POLICE, issuer_codes=frozenset(), any_issuer=True)
    assert states(office, "licence", foreign, feed=platform) == [("new", "", "")]


def test_a_row_that_is_known_is_refused_once_its_issuer_is_not_granted_any_more(office: SampleOffice) -> None:
    send(office, "person", feed_person(1))
    assert states(office, "licence", feed_licence(1)) == [("new", "", "")]
    assert states(office, "licence", feed_licence(1)) == [("unchanged", "", "")]
    changed = AdmitFeed(node=FEED.node, source=FEED.source, licence_types=("0101",), issuer_codes=(OTHER_CODE,))
    office.door.perform(changed, SYSTEM)
    assert states(office, "licence", feed_licence(1)) == [("refused", "issuer_code", "not_issuer")]


SEIZURES: dict[str, tuple[Feed, Row]] = {
    "another source revokes it": (POLICE, {"证照状态": "撤销"}),
    "another source changes its holder": (POLICE, {"certificateHolderCode": id_number(2)}),
    "a machine of the same source takes it to its issuer": (
        replace(FEED, node="n00000003", issuer_codes=frozenset({OTHER_CODE})),
        {"certificateIssuingAuthorityCode": OTHER_CODE},
    ),
    "a machine of the same source makes it another type": (
        replace(FEED, node="n00000003", licence_types=frozenset({"0102"})),
        {"certificateTypeCode": "0102"},
    ),
}


@pytest.mark.parametrize("seizure", SEIZURES)
def test_a_feed_changes_no_licence_outside_its_grant(office: SampleOffice, seizure: str) -> None:
    send(office, "person", feed_person(1), feed_person(2))
    send(office, "licence", feed_licence(1))
    before = office.select("licences"), office.select("registry_items")
    feed, changed = SEIZURES[seizure]
    row = feed_licence(1, 更新日期="2026-03-01") | changed
    row.pop("姓名")
    assert [found[0] for found in states(office, "licence", row, feed=feed)] == ["refused"]
    assert (office.select("licences"), office.select("registry_items")) == before


def test_two_sources_have_their_own_relations_under_the_same_identifier(office: SampleOffice) -> None:
    both = replace(FEED, kinds=frozenset({"person", "relation"})), replace(POLICE, kinds=frozenset({"relation"}))
    send(office, "person", feed_person(1), feed_person(2), feed=both[0])
    row = FAMILY | {"other": id_number(2)}
    send(office, "relation", row, feed=both[0])
    send(office, "relation", row | {"relation": "guardian"}, feed=both[1])
    assert {found["relation"] for found in office.select("relations", subject=subject_of(office, 1))} == {
        "family",
        "guardian",
    }


def subject_of(office: SampleOffice, serial: int) -> str:
    (found,) = office.select("persons", id_number=id_number(serial))
    return str(found["id"])


def test_a_licence_that_goes_to_another_issuer_gets_a_place_in_its_status_list(office: SampleOffice) -> None:
    send(office, "person", feed_person(1))
    other = AdmitFeed(node=FEED.node, source=FEED.source, licence_types=("0101",), any_issuer=True)
    send(office, "licence", feed_licence(1), feed_licence(2, certificateHolderCode=id_number(1)))
    office.door.perform(other, SYSTEM)
    moved = feed_licence(2, certificateHolderCode=id_number(1), certificateIssuingAuthorityCode=OTHER_CODE)
    first = max((row["status_index"] for row in office.select("licences", issuer_code=OTHER_CODE)), default=0)
    assert states(office, "licence", moved) == [("changed", "", "")]
    (stored,) = office.select("licences", identifier="L2")
    assert (stored["issuer_code"], stored["status_index"]) == (OTHER_CODE, first + 1)


def test_a_revoked_licence_is_not_made_valid_by_another_type(office: SampleOffice) -> None:
    feed = replace(FEED, licence_types=frozenset({"0101", "0102"}))
    send(office, "person", feed_person(1), feed=feed)
    send(office, "licence", feed_licence(1, 证照状态="撤销"), feed=feed)
    row = feed_licence(1, 更新日期="2026-03-01", certificateTypeCode="0102")
    row.pop("姓名")
    assert states(office, "licence", row, feed=feed) == [("refused", "state", "revoked")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"licence_types": ("0101",)},
        {"licence_types": ("0101",), "issuer_codes": (ISSUER_CODE,), "any_issuer": True},
        {"licence_types": ("0101",), "issuer_codes": (ISSUER_CODE[:-1] + "0",)},
    ],
)
def test_a_feed_of_licences_names_its_issuers_or_any(office: SampleOffice, wrong: dict[str, Any]) -> None:
    admit(office, FEED)
    with pytest.raises(Refused) as refused:
        office.door.perform(AdmitFeed(node=FEED.node, source=FEED.source, **wrong), SYSTEM)
    assert refused.value.reason == "issuer"


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


@pytest.mark.parametrize("digest", ["same", "other"])
def test_a_batch_that_was_checked_before_another_process_wrote_its_row_is_refused(
    office: SampleOffice, digest: str
) -> None:
    admit(office, FEED)

    def build(sent: str) -> ImportRegistryRows:
        row = PersonRow(identifier="p1", digest=sent, id_number=id_number(1), name="令狐", born=id_number(1)[6:14])
        return ImportRegistryRows(source=FEED.source, kind="person", personal=(row,), way=API, machine=FEED.node, new=1)

    office.door.perform(build("same"), SYSTEM)
    before = office.select("registry_items"), office.select("registry_batches")
    with pytest.raises(Refused) as refused:
        office.door.perform(build(digest), SYSTEM)
    assert refused.value.reason == "conflict"
    assert (office.select("registry_items"), office.select("registry_batches")) == before

"""Signed lists follow the registry: revocations and suspensions of a feed, their end, and the daily renewal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from clerk_app.composition.list_renewal import ListRenewal
from clerk_app.composition.trust_administration import add_issuer, init_trust, publish_draft
from clerk_app.licences.crypto.keys import new_issuer_key
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.repository import RevokeLicence
from clerk_app.licences.status_list import REVOKED, SUSPENDED, StatusList, build_status_uri
from clerk_app.people import SYSTEM
from tests.cli.test_licence import register
from tests.office import SampleOffice
from tests.registry.source_data import ISSUER_CODE, import_file, licence, person, write_csv

ELSEWHERE = "11310000002420688D"


@pytest.fixture
def renewal(office: SampleOffice, tmp_path: Path) -> ListRenewal:
    """The renewal of an office with five imported licences and two issuers, one of them with a key of its own."""
    new_issuer_key().save_public(tmp_path / "elsewhere.pem")
    init_trust(office.office)
    add_issuer(office.office, ISSUER_CODE, "公安局", "Police", ("0101",), None, 900)
    add_issuer(office.office, ELSEWHERE, "住建委", "Housing", ("0104",), tmp_path / "elsewhere.pem", 900)
    publish_draft(office.office, SYSTEM)
    send(office, tmp_path, *(person(serial) for serial in range(5)))
    send(office, tmp_path, *(licence(serial) for serial in range(5)))
    found = ListRenewal(office.office)
    found.run()
    return found


def send(office: SampleOffice, folder: Path, *rows: dict[str, str]) -> None:
    """Import rows that must not be refused."""
    report, mistakes = import_file(office, write_csv(folder / "rows.csv", rows))
    assert (report.refused, mistakes) == (0, [])


def marked(office: SampleOffice, issuer: str = ISSUER_CODE) -> dict[str, int]:
    """Return the status of each licence that the signed list of an issuer marks, by its number."""
    trust, status = office.office.read_trust_lists()
    assert not isinstance(trust, ListFault)
    listed = status.find(build_status_uri(issuer, 1), {})
    numbers = {row["status_index"]: row["identifier"] for row in office.select("licences", issuer_code=issuer)}
    return {numbers.get(index, str(index)): value for index, value in listed.marked().items()}


def test_what_a_feed_suspends_and_revokes_is_in_the_signed_list_until_a_suspension_ends(
    office: SampleOffice, renewal: ListRenewal, tmp_path: Path
) -> None:
    assert (marked(office), renewal.run()) == ({}, 0)
    send(office, tmp_path, licence(1, 证照状态="暂停"), licence(2, 证照状态="撤销"))
    assert renewal.run() == 1
    assert marked(office) == {"L1": SUSPENDED, "L2": REVOKED}
    send(office, tmp_path, licence(1, 更新日期="2026-02-01"))
    assert renewal.run() == 1
    assert marked(office) == {"L2": REVOKED}
    assert renewal.run() == 0


def test_a_revocation_stays_in_the_list_if_the_store_was_restored_without_it(
    office: SampleOffice, renewal: ListRenewal, tmp_path: Path
) -> None:
    send(office, tmp_path, licence(1, 证照状态="暂停"), licence(2, 证照状态="撤销"))
    renewal.run()
    with office.store.write() as tx:
        for number in ("L1", "L2"):
            tx.update("licences", {"identifier": number}, state="valid")
    ListRenewal(office.office).run()
    assert marked(office) == {"L2": REVOKED}


def test_the_list_of_an_issuer_whose_key_is_elsewhere_is_not_made_here(
    office: SampleOffice, renewal: ListRenewal, tmp_path: Path
) -> None:
    revoked = licence(3, certificateIssuingAuthorityCode=ELSEWHERE, 证照状态="撤销")
    send(office, tmp_path, revoked)
    assert renewal.run() == 0
    assert [row["state"] for row in office.select("licences", identifier="L3")] == ["revoked"]


def test_lists_are_signed_again_twice_a_day_with_the_same_issuers(office: SampleOffice, renewal: ListRenewal) -> None:
    before, _status = office.office.read_trust_lists()
    office.clock.advance(hours=13)
    assert renewal.run() == 2
    after, status = office.office.read_trust_lists()
    assert not isinstance(before, ListFault)
    assert not isinstance(after, ListFault)
    assert (after.version, after.keys) == (before.version, before.keys)
    ages = [after.age(office.office.utc)] + [
        found.age(office.office.utc) for found in status.lists.values() if isinstance(found, StatusList)
    ]
    assert max(ages) < timedelta(minutes=1)


def test_licences_of_the_own_results_and_of_feeds_never_share_a_place(
    office: SampleOffice, renewal: ListRenewal, tmp_path: Path
) -> None:
    with office.store.read() as tx:
        row = tx.query_one("licences.last_status_index", issuer=ISSUER_CODE)
    assert row is not None
    register(office, "own", "0101", row["last"] + 1, issuer=ISSUER_CODE)
    send(office, tmp_path, person(7))
    send(office, tmp_path, licence(7))
    places = [row["status_index"] for row in office.select("licences", issuer_code=ISSUER_CODE)]
    assert len(places) == len(set(places)) == 7
    office.door.perform(RevokeLicence(id="own", reason="lost"), SYSTEM)
    renewal.run()
    assert len(marked(office)) == 1

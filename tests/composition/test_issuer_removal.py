"""Removal of an issuer: its codes and licences do not count, undecided cases get an objection, it can come back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clerk_app.composition.issuer_removal import record_removed_issuers, remove_issuer, report_removed_issuers
from clerk_app.composition.key_rotation import rotate_issuer_key
from clerk_app.composition.list_renewal import ListRenewal
from clerk_app.composition.trust_administration import add_issuer, init_trust, publish_draft, read_published
from clerk_app.errors import BadData, Refused
from clerk_app.licences.trust_list import TrustList
from clerk_app.people import SYSTEM
from clerk_app.people.removed_issuers import ISSUER_REMOVED, mark_removed_issuers
from tests.office import SampleOffice, find_faults

CODE = "11310000002420426M"  # of the licences of the sample city
OTHER = "11310000002420688D"


@pytest.fixture
def trusted(office: SampleOffice) -> SampleOffice:
    """An office with two issuers on its list."""
    init_trust(office.office)
    add_issuer(office.office, CODE, "公安局", "Police", ("0101",), None, 900)
    add_issuer(office.office, OTHER, "住建委", "Housing", ("0104",), None, 900)
    publish_draft(office.office, SYSTEM)
    return office


def published(office: SampleOffice) -> TrustList:
    found = read_published(office.office)
    assert found is not None
    return found


def remove(office: SampleOffice, day: date | None = None) -> None:
    remove_issuer(office.office, CODE, "merged into another organ", day, SYSTEM)


def test_a_removed_issuer_leaves_the_list_which_has_a_higher_version(trusted: SampleOffice) -> None:
    before = published(trusted)
    (kid,) = (key.public.kid for key in before.keys.values() if key.issuer == CODE)
    remove(trusted)
    after = published(trusted)
    assert after.version == before.version + 1
    assert {key.issuer for key in after.keys.values()} == {OTHER}
    finding = after.find_removal(kid, trusted.office.utc)
    assert finding is not None
    assert "公安局" in finding.sentence() or "Police" in finding.sentence()
    assert [row["issuer_code"] for row in trusted.select("removed_issuers")] == [CODE]
    assert find_faults(trusted.store) == []


def test_an_issuer_counts_until_the_day_of_its_removal(trusted: SampleOffice) -> None:
    today = trusted.office.local_time().date()
    remove(trusted, today + timedelta(days=2))
    (key,) = (key for key in published(trusted).keys.values() if key.issuer == CODE)
    assert published(trusted).find_removal(key.public.kid, trusted.office.utc) is None
    assert trusted.select("removed_issuers") == []
    trusted.clock.advance(days=3)
    ListRenewal(trusted.office).run()
    assert published(trusted).find_removal(key.public.kid, trusted.office.utc) is not None
    assert [row["issuer_code"] for row in trusted.select("removed_issuers")] == [CODE]


def test_licences_of_a_removed_issuer_have_a_state_of_their_own_in_the_visit(trusted: SampleOffice) -> None:
    stored = trusted.select("licences", issuer_code=CODE)
    assert stored
    remove(trusted)
    with trusted.store.read() as tx:
        marked = mark_removed_issuers(tx, stored)
    assert {row["state"] for row in marked if row["state"] != "revoked"} == {ISSUER_REMOVED}
    assert trusted.select("licences", issuer_code=CODE) == stored


def test_an_undecided_case_with_a_licence_of_it_gets_one_objection_and_a_decided_one_none(
    trusted: SampleOffice,
) -> None:
    decided = trusted.accept_birth()
    trusted.approve_all(decided)
    undecided = trusted.accept_birth(window="w2")
    remove(trusted)
    assert report_removed_issuers(trusted.office) == 1
    assert report_removed_issuers(trusted.office) == 0
    found = trusted.select("objections", reason="removed_issuer")
    assert [row["case_number"] for row in found] == [undecided]


def test_a_removed_issuer_comes_back_with_the_next_publication(trusted: SampleOffice) -> None:
    remove(trusted)
    add_issuer(trusted.office, CODE, "公安局", "Police", ("0101",), None, 900)
    publish_draft(trusted.office, SYSTEM)
    assert record_removed_issuers(trusted.office)
    assert CODE in {key.issuer for key in published(trusted).keys.values()}
    assert published(trusted).removed == {}
    assert trusted.select("removed_issuers") == []


def test_a_removal_in_the_future_is_taken_back_with_the_same_key(trusted: SampleOffice) -> None:
    before = {kid: key.valid_until for kid, key in published(trusted).keys.items()}
    remove(trusted, trusted.office.local_time().date() + timedelta(days=5))
    add_issuer(trusted.office, CODE, "公安局", "Police", ("0101",), None, 900)
    publish_draft(trusted.office, SYSTEM)
    after = published(trusted)
    assert after.removed == {}
    assert after.keys.keys() == before.keys()


def test_the_removal_stays_in_later_lists(trusted: SampleOffice) -> None:
    remove(trusted)
    removed = published(trusted).removed
    rotate_issuer_key(trusted.office, OTHER, timedelta(hours=24), SYSTEM)
    assert published(trusted).removed == removed
    trusted.clock.advance(hours=13)
    ListRenewal(trusted.office).run()
    assert published(trusted).removed == removed


def test_an_issuer_that_is_not_listed_and_one_without_a_reason_is_not_removed(trusted: SampleOffice) -> None:
    for code, reason in ((CODE, " "), ("11310000MB2F30017M", "closed"), ("x", "closed")):
        with pytest.raises((BadData, Refused)):
            remove_issuer(trusted.office, code, reason, None, SYSTEM)
    remove(trusted, trusted.office.local_time().date() + timedelta(days=2))
    with pytest.raises(BadData):
        rotate_issuer_key(trusted.office, CODE, timedelta(hours=24), SYSTEM)

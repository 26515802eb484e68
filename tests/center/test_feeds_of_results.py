"""The feed of an issuer suspends, reinstates and revokes the licence that a case has issued in its name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.erasure import EraseCase
from clerk_app.composition.due_commands import perform_due_commands
from clerk_app.composition.list_renewal import ListRenewal
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER
from clerk_app.composition.result_licences import make_out_result_licences
from clerk_app.ledger import audit
from clerk_app.licences.crypto.keys import new_issuer_key
from clerk_app.licences.status_list import StatusList, build_status_uri
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import TrustedKey, sign_trust_list
from clerk_app.people.licence_states import list_state_rows
from clerk_app.roles.case_history import read_history
from tests.cases.result_city import PAGE_TYPE, accept_page, approve_page, result_city
from tests.center.feed_machine import FeedMachine, join_feed
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import ISSUER_CODE, Row
from tests.sample_data import MOTHER_NUMBER
from tests.sample_node import RunningCenter

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]
URI = build_status_uri(ISSUER_CODE, 1)


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case whose page is an e-licence that the center has signed."""
    now, year = datetime.fromtimestamp(office.clock() / 1_000_000, UTC), timedelta(days=365)
    root, key, folder = new_issuer_key(), new_issuer_key(), office.office.folder
    for name in (TRUST_FOLDER, KEYS_FOLDER):
        (folder / name).mkdir(exist_ok=True)
    root.save_public(folder / TRUST_FOLDER / "root.pem")
    root.save(folder / KEYS_FOLDER / "root.pem")
    key.save(folder / KEYS_FOLDER / "page.pem")
    names = {"zh": "示范市卫生健康委", "en": "Health"}
    trusted = TrustedKey(key.public, ISSUER_CODE, names, now - year, now + year, frozenset({PAGE_TYPE}))
    TrustFolder(folder / TRUST_FOLDER).save_trust_list(sign_trust_list(1, [trusted], root, now - timedelta(hours=1)))
    number = accept_page(office, result_city(e_licence=True))
    approve_page(office, number)
    assert make_out_result_licences(office.office) == 1
    return number


@pytest.fixture
def feed(served: RunningCenter, office: SampleOffice, number: str) -> FeedMachine:
    return join_feed(served, office, source="health", licence_types=(PAGE_TYPE,))


def find_licence(office: SampleOffice, number: str) -> Row:
    (licence,) = office.select("licences", id=f"R{number}01-0")
    return licence


def state_row(office: SampleOffice, number: str, state: str, day: str = "2026-05-20", **changed: str) -> Row:
    """Return the row by which the issuer changes the state of the licence."""
    licence = find_licence(office, number)
    row = {name: licence[name] for name in ("identifier", "issuer", "issuer_code", "valid_from", "valid_to")}
    return row | {"licence_type": PAGE_TYPE, "holder": MOTHER_NUMBER, "state": state, "changed_on": day} | changed


def listed_statuses(office: SampleOffice) -> dict[int, int]:
    """Return the marked licences of the status list, after the schedule has signed it."""
    ListRenewal(office.office).run()
    status = office.office.read_trust_lists()[1].lists[URI]
    assert isinstance(status, StatusList)
    return dict(status.marked())


def test_it_is_suspended_reinstated_and_revoked(office: SampleOffice, number: str, feed: FeedMachine) -> None:
    before = find_licence(office, number)
    users = office.select("licence_users", licence=before["id"])
    place = before["status_index"]
    for day, state, result, statuses in (
        ("2026-05-20", "suspended", "new", {place: 2}),
        ("2026-05-21", "valid", "changed", {}),
        ("2026-05-22", "revoked", "changed", {place: 1}),
    ):
        assert feed.states("licence", state_row(office, number, state, day)) == [(result, "", "")]
        assert listed_statuses(office) == statuses
        after = find_licence(office, number)
        assert {**after, "updated_at": 0} == {**before, "updated_at": 0, "state": state}
    assert office.select("licence_users", licence=before["id"]) == users
    assert feed.states("licence", state_row(office, number, "valid", "2026-05-23")) == [("refused", "state", "revoked")]
    perform_due_commands(office.office)
    assert [row["state"] for row in office.select("result_licences", case_number=number)] == ["revoked"]
    with office.store.read() as tx:
        assert "the licence of the result was revoked" in read_history(tx, read_case(tx, number))[-1].action
        assert "health" in read_history(tx, read_case(tx, number))[-1].action
    assert find_faults(office.store) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("valid_to", "2040-01-01"), ("issuer", "别的机构"), ("address", "别的地址"), ("changed_on", "")],
)
def test_any_other_change_is_refused(
    office: SampleOffice, number: str, feed: FeedMachine, field: str, value: str
) -> None:
    before = find_licence(office, number)
    code = "needed" if field == "changed_on" else "state_only"
    assert feed.states("licence", state_row(office, number, "revoked", **{field: value})) == [("refused", field, code)]
    assert find_licence(office, number) == before


@pytest.mark.wide
def test_a_feed_without_the_type_or_the_issuer_changes_nothing(
    office: SampleOffice, number: str, served: RunningCenter
) -> None:
    before, row = find_licence(office, number), state_row(office, number, "revoked")
    other_type = join_feed(served, office, source="police", licence_types=(), issuer_codes=())
    other_issuer = join_feed(
        served, office, source="tax", licence_types=(PAGE_TYPE,), issuer_codes=("11310000002420426M",)
    )
    assert other_type.states("licence", row) == [("refused", "licence_type", "not_allowed")]
    assert other_issuer.states("licence", row) == [("refused", "issuer_code", "not_issuer")]
    assert find_licence(office, number) == before


@pytest.mark.wide
def test_the_rows_are_erased_with_the_case(office: SampleOffice, number: str, feed: FeedMachine) -> None:
    feed.send("licence", state_row(office, number, "revoked"))
    licence = find_licence(office, number)
    perform_due_commands(office.office)
    office.withdraw(number)
    office.door.perform(EraseCase(case=number, reason="retention is over"), "admin")
    assert office.select("registry_items", subject=licence["id"]) == []
    with office.store.read() as tx:
        assert [row.state for row in list_state_rows(tx, licence["id"], "mother")] == ["revoked"]
    text = licence["identifier"].encode()
    imports = [row for row in office.entries() if row["kind"] == "ImportRegistryRows"]
    assert [text in (row["personal"] or b"") for row in imports] == [False]
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []


def test_the_states_of_a_licence_do_not_keep_its_holder_when_its_case_is_erased(
    office: SampleOffice, number: str, feed: FeedMachine
) -> None:
    feed.send("licence", state_row(office, number, "revoked"))
    perform_due_commands(office.office)
    office.withdraw(number)
    issued = find_licence(office, number)["id"]
    with office.store.write() as tx:  # the sample's own licences would keep their holder too
        for table, column in (("licences", "id"), ("licence_users", "licence")):
            for row in tx.select(table):
                if row[column] != issued:
                    tx.delete(table, **{column: row[column]})
    erased = office.door.perform(EraseCase(case=number, reason="retention is over"), "admin")
    assert erased.persons == ("mother",)
    (person,) = office.select("persons", id="mother")
    assert (person["name"], person["id_number"]) == (None, None)

"""A window holds the recent cases of its site; it fetches an older one by a recorded call, and keeps no byte of it."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.cases.case_fetch import FetchCase
from clerk_app.cases.intake.drafts import DiscardDraft
from clerk_app.composition.retention import erase_expired
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.replication.messages import REMOVED, FetchRequest
from clerk_app.people.access_report import list_accesses
from clerk_app.roles.counter.service import OfficeCounter
from clerk_app.sync.lost_scopes import purge_removed_rows
from clerk_app.sync.outdated_data import remove_outdated_data
from tests.composition.test_retention import read_files
from tests.sample_data import MOTHER_NUMBER
from tests.sync.city import DOCUMENT_TYPES, City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")

DAY = 24 * 60
NAMES = {"child_name": "赵不留痕", "home_address": "绝无此路九十九号"}
PERSONAL = (*NAMES.values(), MOTHER_NUMBER)


@pytest.fixture
def window(city: City) -> SampleWindow:
    """A counter without supervisors, at window w1."""
    return city.join("n7", window="w1", kind="counter")


def pass_days(window: SampleWindow, days: int) -> int:
    window.clock.advance(minutes=days * DAY)
    return remove_outdated_data(window.store, DOCUMENT_TYPES, window.clock())


def found_in_files(window: SampleWindow) -> list[str]:
    purge_removed_rows(window.store)
    content = read_files(window)
    return [text for text in PERSONAL if text.encode() in content]


def counter_at(window: SampleWindow) -> OfficeCounter:
    return OfficeCounter(window.office, window.select("staff", id="clerk-1")[0])


def fetch_document(window: SampleWindow, number: str) -> Any:
    line = window.select("center_lines")[0]
    request = FetchRequest(
        incarnation=1, epoch=line["epoch"], sent_at=window.clock(), cursors={}, documents=(f"case/{number}",)
    )
    return window.transport.fetch(request).changes.documents[f"case/{number}"]


def test_old_case_leaves_the_files_of_a_window_and_comes_back_by_a_recorded_call(
    city: City, window: SampleWindow
) -> None:
    supervisor, number = city.join("n8", kind="supervisor"), window.accept_birth(**NAMES)
    city.exchange_all()
    assert (pass_days(window, 29), found_in_files(window)) == (0, list(PERSONAL))
    assert pass_days(window, 2) == 1
    assert (window.select("cases"), window.select("tasks"), window.select("materials")) == ([], [], [])
    assert found_in_files(window) == []
    assert pass_days(supervisor, 0) == 0  # it is under way: supervisors see that it is late
    assert city.join("n9", window="w2", kind="counter").select("cases") == []  # nor does a new window get it
    assert fetch_document(window, number) == REMOVED  # nor is it sent without a record
    assert fetch_document(supervisor, number) != REMOVED

    opened = counter_at(window).open_case(number)
    assert opened.case is not None
    assert (opened.case.number, opened.remote_case) == (number, "")
    with city.center.store.read() as tx:
        access = list_accesses(tx, "mother")[0]
    assert (access.kind, access.case, access.machine, access.staff) == ("FetchCase", number, "n7", "1000")
    city.exchange_all()
    assert [row["number"] for row in window.select("cases")] == [number]
    assert pass_days(window, 0) == 0
    assert pass_days(window, 31) == 1
    assert found_in_files(window) == []


@pytest.mark.wide
def test_a_change_brings_an_old_case_back_to_the_windows_of_its_site(city: City, window: SampleWindow) -> None:
    health, number = city.join("n2", organs=("health",), kind="department"), window.accept_birth()
    city.exchange_all()
    assert pass_days(window, 31) == 1
    assert pass_days(health, 0) == 0  # its task is open
    health.return_task(number, "birth-medical-certificate", "birth-certificate")
    city.exchange_all()
    assert [row["number"] for row in window.select("cases")] == [number]


@pytest.mark.wide
def test_cut_off_window_names_the_center_and_keeps_what_the_center_has_not_answered(
    city: City, window: SampleWindow
) -> None:
    number = window.accept_birth(**NAMES)
    window.transport.down = True
    assert pass_days(window, 25) == 0
    counter = counter_at(window)
    assert counter.open_case(number).case is not None
    window.transport.down = False
    city.exchange_all()
    assert pass_days(window, 31) == 1
    window.transport.down = True
    with pytest.raises(OutOfReach, match=r"older case, or one of another service centre, needs the center"):
        counter.open_case(number)


@pytest.mark.wide
def test_case_of_another_site_is_not_fetched(city: City, window: SampleWindow, remote: SampleWindow) -> None:
    number = window.accept_birth()
    city.exchange_all()
    with pytest.raises(Refused) as refused:
        remote.door.perform(FetchCase(case=number), "clerk-5")
    assert refused.value.reason == "other_site"
    assert remote.select("cases") == []


@pytest.mark.wide
def test_data_of_a_visit_without_a_case_leaves_the_log_of_a_window_after_a_day(
    city: City, window: SampleWindow
) -> None:
    visit = window.serve("mother")
    window.draft(visit, "birth", NAMES)
    window.move_ticket("finish")
    city.exchange_all()
    (draft,) = window.select("drafts")
    assert pass_days(window, 2) == 0
    assert set(found_in_files(window)) == set(PERSONAL)  # the draft goes on
    window.door.perform(DiscardDraft(draft=draft["id"], reason="x"), "clerk-1")
    assert pass_days(window, 2) == 0
    assert found_in_files(window) == []


@pytest.mark.wide
def test_a_draft_that_nobody_continues_leaves_the_files_of_a_window(city: City, window: SampleWindow) -> None:
    visit = window.serve("mother")
    window.draft(visit, "birth", NAMES)
    window.move_ticket("finish")
    city.exchange_all()
    window.clock.advance(minutes=31 * DAY)
    assert erase_expired(window.office) == 1
    city.exchange_all()
    assert window.select("drafts") == []
    assert pass_days(window, 2) == 0
    assert found_in_files(window) == []

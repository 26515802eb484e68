"""A second case of a person at another site: named before it is accepted, objected to when it is seen later."""

from __future__ import annotations

import json
import threading
import time

import pytest
from msgspec.structs import replace

from clerk_app.cases.duplicates import ApplicantIdentity, FindDuplicates
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.errors import OutOfReach
from clerk_app.hall.windows import SetWindowState
from clerk_app.roles.counter.draft_state import DraftState, read_draft_state
from clerk_app.roles.counter.duplicates import search_duplicates
from clerk_app.roles.rejected_work import read_rejected_work
from tests.office import BIRTH
from tests.sample_data import SITE
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")

QUERY = FindDuplicates(
    draft="d", one_thing="birth", personal=ApplicantIdentity(name="", number=BIRTH["mother_id_number"])
)


@pytest.fixture
def remote(remote: SampleWindow) -> SampleWindow:
    """The window of another site, opened by its clerk."""
    remote.door.perform(SetWindowState(window="w5", state="open"), "clerk-5")
    return remote


def known_only_as_typed(command: AcceptCase) -> AcceptCase:
    """Return the command of a window that could not look the applicant up."""
    assert command.personal is not None
    applicant, *others = command.personal.parties
    return replace(command, personal=replace(command.personal, parties=(replace(applicant, subject=""), *others)))


def read_draft(window: SampleWindow, command: AcceptCase) -> DraftState:
    with window.store.read() as tx:
        row, visit = tx.get("drafts", id=command.draft), tx.get("visits", id=command.visit)
        assert row is not None
        return read_draft_state(window.office, tx, row, visit)


@pytest.mark.wide
def test_the_center_names_the_case_of_another_site_before_the_acceptance(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    first = counter.accept_birth()
    city.exchange_all()
    assert remote.select("cases") == []
    (found,) = remote.door.perform(QUERY, "clerk-5").cases
    assert (found.number, found.site) == (first, SITE)

    accepting = replace(remote.prepare_birth("w5"), duplicates=(first,), duplicate_code="other_subject")
    second = remote.accept(accepting)
    city.exchange_all()
    (settled,) = city.center.select("objections", case_number=second)
    assert (settled["note"], settled["settled_by"]) == ("other_subject", "clerk-5")
    assert city.differences() == []


def test_two_windows_without_a_line_accept_the_same_case_and_the_second_site_is_told(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    first, second = (
        known_only_as_typed(window.prepare_birth(name)) for window, name in ((counter, "w1"), (remote, "w5"))
    )
    for window in (counter, remote):
        window.transport.down = True
    with pytest.raises(OutOfReach):
        remote.door.perform(QUERY, "clerk-5")
    assert search_duplicates(remote.office, read_draft(remote, second), "clerk-5").center_silent
    numbers = [counter.accept(first), remote.accept(second)]
    for window in (counter, remote):
        window.transport.down = False
    city.exchange_all()
    assert [row["case_number"] for row in city.center.select("objections")] == [numbers[1]]
    with remote.store.read() as tx:
        (work,) = read_rejected_work(tx, "Asia/Shanghai")
    assert work.case_number == numbers[1]
    day = "2026-05-06"
    assert work.sentence.endswith(f"under way: {numbers[0]}, {day}, Service centre.")
    assert city.differences() == []


@pytest.mark.wide
def test_a_center_that_stays_silent_delays_an_acceptance_and_later_exchanges_for_seconds_only(
    city: City, counter: SampleWindow
) -> None:
    own = counter.accept_birth()
    city.exchange_all()
    command = counter.prepare_birth()
    draft = read_draft(counter, command)
    counter.transport.silent_until = threading.Event()
    began = time.monotonic()
    found = search_duplicates(counter.office, draft, "clerk-1")
    assert time.monotonic() - began < 3
    assert found.center_silent
    assert [case.id for case in found.cases] == [own]
    counter.transport.silent_until = None  # the next requests are answered; that of the search still waits
    number = counter.accept(command)
    assert time.monotonic() - began < 3
    counter.client.flush()
    assert time.monotonic() - began < 6  # not the 10 seconds of other calls, twice
    assert city.center.case(number)["state"] == "accepted"


def test_the_same_child_of_another_applicant_is_objected_to_when_both_windows_are_back(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    first, second = known_only_as_typed(counter.prepare_birth("w1")), known_only_as_typed(remote.prepare_birth("w5"))
    assert second.personal is not None
    applicant, *others = second.personal.parties
    parties = (replace(applicant, number="", known_by="document"), *others)
    second = replace(second, personal=replace(second.personal, parties=parties))
    for window in (counter, remote):
        window.transport.down = True
    search = search_duplicates(remote.office, read_draft(remote, second), "clerk-5")
    assert search.center_silent
    assert search.as_of.startswith("as of")
    numbers = [counter.accept(first), remote.accept(second)]
    for window in (counter, remote):
        window.transport.down = False
    city.exchange_all()
    raised = [row for number in numbers for row in city.center.select("objections", case_number=number)]
    (facts,) = [json.loads(row["facts"]) for row in raised if row["reason"] == "twin"]
    assert (facts["kind"], facts["other"] in numbers) == ("object", True)
    with city.center.store.read() as tx:
        sentences = [work.sentence for work in read_rejected_work(tx, "Asia/Shanghai")]
    assert any(sentence.startswith("Another case for the same object is under way") for sentence in sentences)

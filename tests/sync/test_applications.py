"""Applications from outside at windows of a center: content at the opening window only, also when the line is cut."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.applications.answers import AnswerApplication
from clerk_app.cases.applications.opening import OpenApplication
from clerk_app.errors import OutOfReach
from clerk_app.hall.windows import SetWindowState
from tests.cases.applications import add_portal, build_application, open_application, read, receive
from tests.sample_data import CLERKS
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")
POSTED = build_application(source="letter", portal="", reference="", attachments=(), received_on="2026-05-06")


def numbers_at(window: SampleWindow) -> list[str]:
    """Applications whose content is at a machine; those of these tests are of supervisors too, and hold the dates."""
    return [row["number"] for row in window.select("applications") if row["content"] is not None]


def test_only_the_window_that_opened_an_application_has_it_until_the_case_is_accepted(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    add_portal(city.center)
    number = receive(city.center).number
    city.exchange_all()
    assert numbers_at(counter) == []
    counter.door.perform(OpenApplication(application=number, purpose="visit"), CLERKS[0])
    assert numbers_at(counter) == [number]
    remote.door.perform(SetWindowState(window="w5", state="open"), "clerk-5")
    remote.door.perform(OpenApplication(application=number, purpose="review"), "clerk-5")
    city.exchange_all()
    assert (numbers_at(counter), numbers_at(remote)) == ([], [number])
    remote.accept(replace(remote.prepare_birth("w5"), application=number))
    city.exchange_all()
    assert numbers_at(remote) == []
    assert read(city.center, number)["state"] == "accepted"
    assert city.differences() == []


@pytest.mark.wide
def test_a_case_of_an_application_that_was_answered_meanwhile_counts_with_an_objection(
    city: City, counter: SampleWindow
) -> None:
    add_portal(city.center)
    number = receive(city.center).number
    open_application(counter, number)
    command = replace(counter.prepare_birth(), application=number)
    counter.transport.down = True
    with pytest.raises(OutOfReach):
        open_application(counter, number)
    answer = AnswerApplication(application=number, outcome="refused", reason="not of this city")
    city.center.door.perform(answer, CLERKS[1])
    case = counter.accept(command)
    counter.transport.down = False
    city.exchange_all()
    assert city.center.case(case)["state"] == "accepted"
    assert [row["reason"] for row in city.center.select("objections")] == ["application"]
    assert read(city.center, number)["state"] == "answered"
    assert city.differences() == []


def test_a_letter_that_is_typed_in_is_kept_at_the_center(city: City, counter: SampleWindow) -> None:
    received = counter.door.perform(POSTED, CLERKS[0])
    city.exchange_all()
    assert numbers_at(counter) == []
    assert read(city.center, received.number)["source"] == "letter"
    counter.transport.down = True
    with pytest.raises(OutOfReach):
        counter.door.perform(POSTED, CLERKS[0])
    assert city.center.select("applications", state="received")[0]["number"] == received.number

"""Ratings of visits: one for each visit, changeable for a day, by number of the ticket or of the case."""

from __future__ import annotations

import pytest

from clerk_app.cases.status_query import SecondFactor
from clerk_app.composition.retention import erase_expired
from clerk_app.errors import Refused
from clerk_app.feedback.ratings import GiveRating, RatingGiven
from tests.city_policy import publish_policy
from tests.engines import both_engines, sqlite_only
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL, MOTHER_NUMBER

pytestmark = pytest.mark.usefixtures("english")

LAST = SecondFactor(last=MOTHER_NUMBER[-4:])


def rate(office: SampleOffice, score: int, *reasons: str, ticket: str = "", case: str = "") -> RatingGiven:
    personal = LAST if case else None
    command = GiveRating(hall=HALL, score=score, reasons=reasons, ticket=ticket, case=case, personal=personal)
    return office.door.perform(command, "kiosk")


def serve_ticket(office: SampleOffice) -> str:
    """Serve a ticket to its end; return its number."""
    office.take_ticket()
    number = office.call_next()
    office.move_ticket("finish")
    return number


@both_engines
def test_a_served_ticket_is_rated_once_and_the_rating_names_nobody(office: SampleOffice) -> None:
    number = serve_ticket(office)
    given = rate(office, 5, "friendly", "fast", ticket=number)
    row = office.select("ratings")[0]
    assert (row["score"], row["person"], row["window_id"], row["visit"]) == (5, None, "w1", given.visit)
    assert find_faults(office.store) == []


def test_a_rating_can_be_changed_for_a_day_and_not_after_it(office: SampleOffice) -> None:
    number = serve_ticket(office)
    rate(office, 5, "fast", ticket=number)
    office.clock.advance(minutes=60)
    assert rate(office, 1, "long-wait", ticket=number).is_change
    assert [row["score"] for row in office.select("ratings")] == [1]
    office.clock.advance(minutes=24 * 60)
    with pytest.raises(Refused, match="can be changed for 24 hours"):
        rate(office, 4, ticket=number)


def test_a_ticket_that_waits_or_does_not_exist_is_not_rated(office: SampleOffice) -> None:
    number = office.take_ticket().rpartition("/")[2]
    with pytest.raises(Refused, match="was not served yet"):
        rate(office, 3, ticket=number)
    with pytest.raises(Refused, match="no ticket A999"):
        rate(office, 3, ticket="A999")
    assert office.select("ratings") == []


def test_reasons_are_those_of_the_catalogue_for_the_stars(office: SampleOffice) -> None:
    number = serve_ticket(office)
    for score, reason in ((5, "long-wait"), (1, "friendly"), (3, "invented")):
        with pytest.raises(Refused, match="chosen from the list"):
            rate(office, score, reason, ticket=number)
    with pytest.raises(Refused, match="one to five stars"):
        rate(office, 6, ticket=number)


def test_case_and_ticket_of_one_visit_have_one_rating(office: SampleOffice) -> None:
    office.take_ticket()
    ticket = office.call_next()
    visit = office.open_visit_at()
    office.identify(visit, "mother", "clerk-1")
    number = office.accept(office.prepare_birth(visit=visit))
    first = rate(office, 4, "clear", case=number)
    assert first.visit == visit
    assert rate(office, 2, "many-papers", ticket=ticket).rating == first.rating


def test_a_case_is_rated_only_with_its_second_factor_which_is_counted(office: SampleOffice) -> None:
    number = office.accept_birth()
    wrong = GiveRating(hall=HALL, score=1, case=number, personal=SecondFactor(last="0000"))
    for _attempt in range(5):
        with pytest.raises(Refused, match="do not belong together"):
            office.door.perform(wrong, "kiosk")
    with pytest.raises(Refused, match="too often"):
        rate(office, 5, case=number)
    assert office.select("ratings") == []


def test_a_machine_gives_as_many_ratings_in_an_hour_as_the_policy_allows(office: SampleOffice) -> None:
    publish_policy(office.office, feedback={"per_hour_of_machine": 2})
    number = serve_ticket(office)
    for score in (5, 4):
        rate(office, score, ticket=number)
    with pytest.raises(Refused, match="takes no more"):
        rate(office, 3, ticket=number)
    office.clock.advance(minutes=61)
    assert rate(office, 3, ticket=number).is_change


@sqlite_only
def test_the_second_factor_of_an_old_rating_leaves_the_log(office: SampleOffice) -> None:
    rate(office, 5, case=office.accept_birth())
    office.clock.advance(minutes=366 * 24 * 60)
    assert erase_expired(office.office) >= 1
    kept = [row for row in office.entries() if row["kind"] == "GiveRating"]
    assert [row["personal"] for row in kept] == [None]
    assert office.select("ratings")[0]["erased_at"] is not None
    assert find_faults(office.store) == []

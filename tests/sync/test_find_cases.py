"""Finding the cases of a person from a window: at the center, for a purpose, counted, recorded, and never stored."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.cases.case_search import FindCases, SearchQuery
from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger import audit
from clerk_app.people.access_report import list_accesses
from clerk_app.roles.access_lines import describe_access
from clerk_app.roles.counter.service import OfficeCounter
from tests.sample_data import MOTHER_NUMBER, PERSONS
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")

BORN = f"{MOTHER_NUMBER[6:10]}-{MOTHER_NUMBER[10:12]}-{MOTHER_NUMBER[12:14]}"


def open_counter(window: SampleWindow, staff: str) -> OfficeCounter:
    return OfficeCounter(window.office, window.select("staff", id=staff)[0])


def find(window: SampleWindow, staff: str, text: str, purpose: str = "status") -> list[str]:
    return [case.number for case in open_counter(window, staff).find_cases(text, purpose).cases]


def test_a_case_is_found_from_another_site_and_opens_with_its_second_factor_only(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    clerk = open_counter(remote, "clerk-5")
    (case,) = clerk.find_cases(MOTHER_NUMBER.lower(), "collect").cases
    assert (case.number, case.applicant, case.state, case.place) == (number, "", "accepted", "Service centre")
    assert remote.select("cases") == []
    opened = clerk.open_case(number)
    assert (opened.case, opened.remote_case) == (None, number)
    assert find(remote, "clerk-5", number) == [number]
    assert find(remote, "clerk-5", "110101199003070038") == []
    assert city.differences() == []


@pytest.mark.wide
def test_the_search_is_recorded_for_the_person_without_what_was_typed(city: City, counter: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    assert find(counter, "clerk-1", MOTHER_NUMBER, "receipt") == [number]
    with city.center.store.read() as tx:
        newest = list_accesses(tx, "mother")[0]
        line = describe_access(tx, newest, city.center.office.local_time())
    assert (newest.kind, newest.staff, newest.machine) == ("FindCases", "1000", "n1")
    assert (newest.case, newest.purpose) == (number, "receipt")
    assert "searched for the person's cases at the center" in line
    assert "the receipt was lost" in line
    for store in (city.center.store, counter.store):
        entries = [row for row in audit.read_entries(store) if row["kind"] == "FindCases"]
        assert [(row["personal"], row["salt"], bool(row["personal_digest"])) for row in entries] == [(None, None, True)]
        assert MOTHER_NUMBER.encode() not in b"".join(row["command"] + row["decision"] for row in entries)
    assert audit.verify_log(city.center.store)[1] == []
    assert city.differences() == []


@pytest.mark.wide
def test_a_case_is_found_by_the_ticket_of_its_visit(city: City, counter: SampleWindow) -> None:
    counter.take_ticket()
    city.exchange_all()
    ticket = counter.call_next()
    number = counter.accept(counter.prepare_birth(visit=counter.open_visit_at()))
    city.exchange_all()
    assert find(counter, "clerk-1", ticket) == [number]
    assert find(counter, "clerk-1", "F999") == []


@pytest.mark.wide
def test_a_name_needs_a_birth_date_or_a_telephone_number(city: City, counter: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    name = PERSONS["mother"].name
    assert find(counter, "clerk-1", f"{name} {BORN}") == [number]
    assert find(counter, "clerk-1", f"{name} 1950-01-01") == []
    assert find(counter, "clerk-1", f"{name} 9999") == []
    with pytest.raises(BadData, match="a name with a birth date"):
        find(counter, "clerk-1", name)
    with pytest.raises(Refused, match="a name with a birth date"):
        counter.door.perform(FindCases(purpose="status", personal=SearchQuery(name=name)), "clerk-1")
    with pytest.raises(Refused, match="for what purpose"):
        find(counter, "clerk-1", f"{name} {BORN}", "curiosity")


def test_searches_are_counted_for_the_person_and_refused_beyond_the_limit(city: City, counter: SampleWindow) -> None:
    with city.center.store.read() as tx:
        most = read_policy(tx).searches_per_hour_of_person
    for _ in range(most):
        find(counter, "clerk-1", "110101199003070038")
    with pytest.raises(Refused, match=f"{most} times within an hour"):
        find(counter, "clerk-1", "110101199003070038")
    counter.clock.advance(minutes=61)
    assert find(counter, "clerk-1", "110101199003070038") == []


@pytest.mark.wide
def test_without_the_center_nobody_is_searched_for(counter: SampleWindow) -> None:
    counter.transport.down = True
    with pytest.raises(OutOfReach, match="needs the center"):
        find(counter, "clerk-1", MOTHER_NUMBER)


@pytest.mark.wide
def test_an_officer_of_a_department_may_not_search(city: City) -> None:
    health = city.join("n2", organs=("health",))
    query = FindCases(purpose="status", personal=SearchQuery(number=MOTHER_NUMBER))
    with pytest.raises(Refused, match="does not include"):
        health.door.perform(query, "health-1")
    assert msgspec.json.encode(query)

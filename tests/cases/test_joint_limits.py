"""All organs of a joint case have 45 working days together and at most 15 more (art. 42)."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.joint_limits import find_joint_limit
from clerk_app.cases.tasks.extensions import AskExtension, DecideExtension
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import read_calendar
from clerk_app.errors import Refused
from tests.cases.bundles import accept, after, publish
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import sample_city

pytestmark = pytest.mark.usefixtures("english")


def chain(handling: str, *days: int) -> Catalogue:
    """Return a catalogue of matters that follow each other, each with a statutory period."""
    organs = ("health", "police", "hr", "tax")
    matters = [
        make_matter(
            f"m{at}",
            organ=organs[at],
            statutory_days=length,
            promised_days=length,
            after=[after(f"m{at - 1}")] if at else [],
        )
        for at, length in enumerate(days)
    ]
    return make_catalogue(
        matters, bundle={"handling": handling}, calendars=[row.model_dump() for row in sample_city().calendars]
    )


def extend(office: SampleOffice, number: str, matter: str, days: int) -> None:
    held = office.claim_of(number, matter)
    office.door.perform(AskExtension(task=held.task, fence=held.fence, working_days=days, reason="survey"), held.staff)
    colleague = held.staff.replace("-1", "-2")
    office.door.perform(DecideExtension(task=held.task, approved=True), colleague)


@pytest.mark.many_cases
@pytest.mark.parametrize(("days", "sentence"), [(10, "at most 4 more days fit"), (4, "")])
def test_an_extension_ends_within_the_limit_of_all_organs(office: SampleOffice, days: int, sentence: str) -> None:
    catalogue = chain("joint", 20, 20, 15)
    publish(office, catalogue)
    number = accept(office, catalogue)
    for matter, day in (("m0", "2026-06-03 10:00"), ("m1", "2026-07-02 10:00")):
        office.clock.set(day)  # each organ decides on the last day of its period
        office.approve(number, matter)
    if not sentence:
        extend(office, number, "m2", days)
        assert office.task(number, "m2")["extended_days"] == days
        assert find_faults(office.store) == []
        return
    with pytest.raises(Refused, match=sentence):
        extend(office, number, "m2", days)


@postgresql_wide
def test_a_case_that_is_not_joint_has_no_such_limit(office: SampleOffice) -> None:
    catalogue = chain("promised", 20, 20, 20)
    publish(office, catalogue)
    number = accept(office, catalogue)
    with office.store.read() as tx:
        case = read_case(tx, number)
        assert find_joint_limit(read_calendar(tx, case.catalogue), case, office.clock()) is None


@postgresql_wide
def test_the_date_of_a_joint_case_is_the_earlier_of_both_rules(office: SampleOffice) -> None:
    catalogue = chain("joint", 20, 20, 20)
    publish(office, catalogue)
    number = accept(office, catalogue)
    with office.store.read() as tx:
        case = read_case(tx, number)
        calendar = read_calendar(tx, case.catalogue)
        limit = find_joint_limit(calendar, case, office.clock())
    assert limit is not None
    assert to_local_time(case.row["statutory_at"], calendar.zone).date() == limit.regular
    assert calendar.working.count_between(limit.regular, limit.extended) == 15

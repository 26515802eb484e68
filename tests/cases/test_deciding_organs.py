"""A case accepted at one place and decided at another: who decides it, who answers for it, and who may accept it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from clerk_app.cases.accepting_site import require_accepting_site
from clerk_app.cases.case_record import read_case
from clerk_app.cases.intake.parties import CaseDetails
from clerk_app.cases.responsibility import list_responsibilities
from clerk_app.catalogue.model import Catalogue, OrganDefinition
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from clerk_app.roles.responsibility_words import describe_responsible
from tests.cases.bundles import acceptance_command, publish
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text
from tests.office import SampleOffice
from tests.sample_data import SITE, sample_city

pytestmark = pytest.mark.usefixtures("english")


def place_city(site_level: str = "district", **matter: Any) -> Catalogue:
    """Build a catalogue whose matter is decided by the police, in the west by the health commission."""
    sites = [
        {"id": SITE, "name": make_text("East centre"), "level": site_level, "phone": "111"},
        {"id": "west-centre", "name": make_text("West centre"), "level": "district", "phone": "222"},
    ]
    return make_catalogue(
        [
            make_matter(
                "permit",
                organ="police",
                materials=["paper"],
                decides=[{"organ": "health", "when": {"field": "in_west", "is": "yes"}}],
                **matter,
            )
        ],
        materials=[{"id": "paper", "name": make_text("paper"), "form": "original", "origin": "applicant"}],
        fields=[{"id": "in_west", "name": make_text("in the west"), "kind": "yes_no"}],
        organs=[organ.model_dump() for organ in sample_city().organs],
        sites=[{**site, "address": make_text("1 Road")} for site in sites],
        calendars=[calendar.model_dump() for calendar in sample_city().calendars],
    )


def accept(office: SampleOffice, catalogue: Catalogue, **values: str) -> str:
    publish(office, catalogue)
    command = acceptance_command(office, catalogue)
    assert command.personal is not None
    command = structs.replace(command, personal=CaseDetails(parties=command.personal.parties, values=values))
    return office.door.perform(command, "clerk-1").number


def responsible(office: SampleOffice, number: str) -> tuple[list[tuple[str, str]], str]:
    with office.store.read() as tx:
        case = read_case(tx, number)
        found = list_responsibilities(case)
        return [(entry.subject, entry.organ) for entry in found], describe_responsible(tx, case)


@pytest.mark.parametrize(("in_west", "organ"), [("yes", "health"), ("no", "police")])
def test_the_task_goes_to_the_organ_of_the_place(office: SampleOffice, in_west: str, organ: str) -> None:
    number = accept(office, place_city(), in_west=in_west)
    assert [task["organ"] for task in office.tasks(number)] == [organ]


def test_an_unknown_place_is_asked_for_and_nothing_is_accepted(office: SampleOffice) -> None:
    with pytest.raises(Refused, match="still missing"):
        accept(office, place_city())
    assert office.select("tasks") == []


def test_a_case_returned_by_the_deciding_organ_is_told_to_the_applicant_by_the_accepting_site(
    office: SampleOffice,
) -> None:
    number = accept(office, place_city(), in_west="yes")
    assert responsible(office, number)[0] == [("decision", "health")]
    office.return_task(number, "permit", "paper")
    found, words = responsible(office, number)
    assert found == [("papers", SITE)]
    assert words == "East centre, phone 111 (papers asked for: permit)"
    notices = [row for row in office.select("notices", case_number=number) if row["kind"] != "receipt"]
    assert [row["window_id"] for row in notices] == ["w1"]
    office.take_in(number, "paper")
    assert responsible(office, number)[0] == [("decision", "health")]
    office.approve(number, "permit")
    assert responsible(office, number)[0] == [("results", SITE)]
    office.issue(number)
    office.hand_over(number)
    assert responsible(office, number) == ([], "")


def test_a_site_of_too_low_a_level_accepts_nothing_and_names_where_to_go(office: SampleOffice) -> None:
    catalogue = place_city("street", level="district")
    with pytest.raises(Refused, match=r"not accepted here, but at .*West centre, .*1 Road, phone 222") as error:
        accept(office, catalogue, in_west="yes")
    assert error.value.reason == "site_level"
    assert office.select("tasks") == []


def scoped_city(scope: str, here: str, there: str) -> Catalogue:
    """Build a catalogue whose matter the police of the sample district decides; the areas are those of two sites."""
    found = place_city("district", scope=scope)
    west = {"id": "west", "name": make_text("West district"), "level": "district", "parent": "city-government"}
    organs = (*found.organs, OrganDefinition.model_validate(west))
    sites = tuple(site.model_copy(update={"area": area}) for site, area in zip(found.sites, (here, there), strict=True))
    return found.model_copy(update={"organs": organs, "sites": sites})


@pytest.mark.parametrize(
    ("scope", "here", "is_accepted"),
    [
        ("district", "district-government", True),
        ("district", "street-office", True),
        ("district", "west", False),
        ("city", "west", True),
        ("country", "west", True),
        ("street", "street-office", True),  # the police have no street: their own area counts
    ],
)
def test_a_site_outside_the_scope_accepts_nothing_and_names_where_to_go(
    scope: str, here: str, *, is_accepted: bool
) -> None:
    catalogue = scoped_city(scope, here, "district-government")
    planned = make_plan(catalogue, catalogue.one_things[0].id, None, {"in_west": "no"}).matters
    if is_accepted:
        require_accepting_site(catalogue, planned, SITE)
        return
    with pytest.raises(Refused, match=r"not accepted here, but at .*West centre") as error:
        require_accepting_site(catalogue, planned, SITE)
    assert error.value.reason == "site_scope"
    nowhere = scoped_city(scope, here, here)
    with pytest.raises(Refused, match=r"only in the area of .*District government"):
        require_accepting_site(nowhere, planned, SITE)


def test_a_window_outside_the_scope_cannot_accept(office: SampleOffice) -> None:
    with pytest.raises(Refused) as error:
        accept(office, scoped_city("district", "west", "district-government"), in_west="no")
    assert error.value.reason == "site_scope"
    assert office.select("tasks") == []

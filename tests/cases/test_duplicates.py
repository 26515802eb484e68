"""A second case of a person for the same one thing is accepted only with a reason, after the first was shown."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.duplicates import MOST_FOUND, ApplicantIdentity, DuplicateCase, find_duplicates
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.roles.case_history import read_history
from clerk_app.roles.rejected_work import read_rejected_work
from tests.engines import postgresql_wide
from tests.office import BIRTH, SampleOffice, find_faults, paper_materials
from tests.sample_data import SITE, sample_city

NUMBER = BIRTH["mother_id_number"]


def find(office: SampleOffice, **identity: str) -> list[str]:
    with office.store.read() as tx:
        return [
            case.number
            for case in find_duplicates(tx, "birth", replace(ApplicantIdentity(name="", number=""), **identity))
        ]


def unaware(command: AcceptCase) -> AcceptCase:
    """Return the command of a clerk who was shown no other case."""
    return replace(command, duplicates=(), duplicate_code="")


def without_subject(command: AcceptCase, **identity: str) -> AcceptCase:
    """Return the command with an applicant whom this store does not know: as typed, with materials on paper."""
    assert command.personal is not None
    applicant, *others = command.personal.parties
    typed = replace(applicant, **{"subject": "", "number": applicant.number} | identity)
    given = paper_materials(*(material.material for material in command.materials))
    details = replace(
        command.personal,
        parties=(typed, *others),
        values={**command.personal.values, "mother_name": typed.name},
        claims={},
    )
    return replace(command, materials=given, personal=details)


def test_a_second_case_is_refused_until_the_clerk_has_seen_the_first(office: SampleOffice) -> None:
    first = office.accept_birth()
    command = office.prepare_birth()
    for tried in (unaware(command), replace(command, duplicate_code=""), replace(command, duplicate_code="mood")):
        with pytest.raises(Refused) as refused:
            office.door.perform(tried, "clerk-1")
        assert refused.value.reason in ("duplicate", "reason")
    assert [row["number"] for row in office.select("cases")] == [first]

    second = office.accept(command)
    (objection,) = office.select("objections", case_number=second)
    assert (objection["reason"], objection["note"], objection["settled_by"]) == ("twin", "other_subject", "clerk-1")
    with office.store.read() as tx:
        assert read_rejected_work(tx, "Asia/Shanghai") == ()
        line = read_history(tx, read_case(tx, second))[0].action
    assert first in line
    assert "另一名子女" in line
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_person_is_recognised_by_the_number_however_it_is_written(office: SampleOffice) -> None:
    number = office.accept(without_subject(office.prepare_birth()))
    assert office.case(number)["applicant"] == f"{number}/mother"
    old_form = NUMBER[:6] + NUMBER[8:17]  # without century and check digit
    for written in (
        NUMBER,
        old_form,
        NUMBER.lower(),
        f" {NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:]}",
        NUMBER.replace("1", "１"),
    ):
        assert find(office, number=written) == [number]
    assert find(office, number=NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "2")) == []
    assert find(office, name="王芳", number="") == []  # a number is known, so a name alone proves nothing
    with office.store.read() as tx:
        (case,) = find_duplicates(tx, "birth", ApplicantIdentity(name="", number=NUMBER))
    assert case == DuplicateCase(number=number, accepted_at=office.case(number)["accepted_at"], site=SITE)


def publish_birth_date_of_mother(office: SampleOffice) -> int:
    """Publish a version of the sample city whose birth form asks for the mother's birth date; return the version."""
    city = sample_city()
    field = city.field("child_birth_date").model_copy(update={"id": "mother_born_on", "party": "mother", "prefill": ()})
    matters = tuple(
        matter.model_copy(update={"fields": (*matter.fields, field.id)})
        if matter.id == "household-registration"
        else matter
        for matter in city.matters
    )
    newer = city.model_copy(update={"version": city.version + 1, "fields": (*city.fields, field), "matters": matters})
    office.door.perform(
        PublishCatalogue(catalogue=city.id, version=newer.version, content=newer.to_bytes().decode()), SYSTEM
    )
    return newer.version


@postgresql_wide
def test_without_a_number_name_and_birth_date_identify_a_person(office: SampleOffice) -> None:
    version = publish_birth_date_of_mother(office)
    command = without_subject(
        office.prepare_birth(mother_born_on="1990-01-02"), number="", name="阿依古丽·买买提", known_by="document"
    )
    number = office.accept(replace(command, catalogue_version=version))
    assert find(office, name="阿依古丽•买买提 ", birth_date="1990-01-02") == [number]
    assert find(office, name="阿依古丽·买买提", birth_date="1990-01-03") == []
    assert find(office, name="阿依古丽", birth_date="1990-01-02") == []
    assert find(office, name="", birth_date="1990-01-02") == []
    again = office.prepare_birth(mother_born_on="1990-01-02")
    again = without_subject(again, number="", name="阿依古丽·买买提", known_by="document")
    with pytest.raises(Refused, match=number):
        office.door.perform(unaware(replace(again, catalogue_version=version)), "clerk-1")


def test_the_same_name_alone_is_named_and_blocks_no_acceptance(office: SampleOffice) -> None:
    """The forms of the sample city ask no applicant for a birth date."""
    typed = {"number": "", "name": "阿依古丽·买买提", "known_by": "document"}
    number = office.accept(without_subject(office.prepare_birth(), **typed))
    with office.store.read() as tx:
        for dot in "·•・●｡":
            (case,) = find_duplicates(tx, "birth", ApplicantIdentity(name=f"阿依古丽{dot}买买提", number=""))
            assert (case.number, case.name_only) == (number, True)
    other_child = office.prepare_birth(child_name="阿迪力")
    office.accept(unaware(without_subject(other_child, **typed)))
    assert office.select("objections") == []


@postgresql_wide
def test_only_cases_under_way_count(office: SampleOffice) -> None:
    withdrawn = office.accept_birth()
    office.withdraw(withdrawn)
    assert find(office, number=NUMBER) == []
    decided = office.accept_birth()
    office.approve_all(decided)
    assert find(office, number=NUMBER) == [decided]  # its results wait for the applicant
    office.issue(decided)
    office.hand_over(decided)
    assert find(office, number=NUMBER) == []


@postgresql_wide
def test_another_one_thing_of_the_same_person_is_no_duplicate(office: SampleOffice) -> None:
    office.accept_birth()
    with office.store.read() as tx:
        assert find_duplicates(tx, "passport", ApplicantIdentity(name="", number=NUMBER, subject="mother")) == ()


@pytest.mark.wide
def test_an_acceptance_names_the_newest_of_very_many_cases_under_way(office: SampleOffice) -> None:
    numbers = [office.accept_road() for _ in range(MOST_FOUND + 5)]
    command = office.prepare_road()
    assert command.duplicates == tuple(reversed(numbers[-MOST_FOUND:]))
    number = office.accept(command)
    assert office.select("objections", case_number=number)[0]["settled_by"] == "clerk-1"
    assert find_faults(office.store) == []

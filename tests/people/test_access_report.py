"""The report "who saw my data": lists, releases, openings, state queries, and attempts that were refused."""

from __future__ import annotations

import pytest

from clerk_app.cases.duplicates import ApplicantIdentity, FindDuplicates
from clerk_app.cases.status_query import QueryCaseStatus, SecondFactor
from clerk_app.errors import Refused
from clerk_app.licences.shared_materials import RecordAccess
from clerk_app.people.access_report import QueryAccesses, list_accesses
from tests.office import SampleOffice
from tests.sample_data import MOTHER_NUMBER


def accesses_of(office: SampleOffice, person: str) -> list[tuple[str, str, str]]:
    with office.store.read() as tx:
        return [(access.kind, access.staff, access.refused) for access in list_accesses(tx, person)]


def test_report_lists_who_saw_the_data_and_who_tried(office: SampleOffice) -> None:
    visit = office.serve("mother")
    office.fetch_licences(visit, "birth")
    office.door.perform(RecordAccess(licence="mother-card", purpose="birth", visit=visit), "clerk-1")
    number = office.accept(office.prepare_birth(visit=visit))
    for last in ("0000", MOTHER_NUMBER[-4:]):
        query = QueryCaseStatus(case=number, personal=SecondFactor(last=last))
        if last == "0000":
            with pytest.raises(Refused):
                office.door.perform(query, "kiosk")
        else:
            office.door.perform(query, "kiosk")
    office.claim_of(number, "birth-medical-certificate")
    found = accesses_of(office, "mother")
    assert [(kind, refused) for kind, _staff, refused in found[:3]] == [
        ("ClaimTask", ""),
        ("AskCase", ""),
        ("AskCase", "second_factor"),
    ]
    assert [kind for kind, _staff, _refused in found[3:]] == ["FetchMaterials", "LookAt", "FetchMaterials"]
    assert {staff for kind, staff, _refused in found if kind in ("LookAt", "FetchMaterials")} == {"1000"}
    assert accesses_of(office, "stranger") == []


def test_the_citizen_reads_the_report_after_the_center_verified_the_code(office: SampleOffice) -> None:
    visit = office.serve("mother")
    with pytest.raises(Refused, match=r"has not verified|尚未核验"):
        office.door.perform(QueryAccesses(visit=visit), "clerk-1")
    office.fetch_licences(visit, "birth")
    answer = office.door.perform(QueryAccesses(visit=visit), "clerk-1")
    assert [(access.kind, access.refused) for access in answer.accesses] == [
        ("FetchMaterials", ""),
        ("AskAccess", "unproved"),
    ]
    with pytest.raises(Refused):
        office.door.perform(QueryAccesses(visit=visit), "clerk-2")


def test_a_search_for_another_case_is_listed_for_the_person_whose_case_was_found(office: SampleOffice) -> None:
    number = office.accept(office.prepare_birth(visit=office.serve("mother")))
    stated = ApplicantIdentity(name="x", number=MOTHER_NUMBER)
    found = office.door.perform(FindDuplicates(draft="any", one_thing="birth", personal=stated), "clerk-2")
    assert [case.number for case in found.cases] == [number]
    with office.store.read() as tx:
        newest = list_accesses(tx, "mother")[0]
    assert (newest.kind, newest.staff, newest.case, newest.purpose) == ("FindDuplicates", "1001", number, "birth")
    assert "FindDuplicates" not in [kind for kind, _staff, _refused in accesses_of(office, "stranger")]

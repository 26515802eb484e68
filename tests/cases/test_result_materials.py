"""Results of a case are materials of it, with their content: opened by later organs, corrected, withdrawn, erased."""

from __future__ import annotations

import pytest

from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.result_materials import decode_content
from clerk_app.cases.tasks.corrections import ReopenDecision
from clerk_app.composition.result_licences import make_out_result_licences, revoke_result_licence
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent
from tests.cases.result_city import ADDRESS, PAGE_NUMBER, accept_page, approve_page, result_city
from tests.office import SampleOffice, find_faults

CITY = result_city()


def page_of(office: SampleOffice, number: str) -> dict[str, str]:
    """Return the content of the newest version of the page."""
    return decode_content(office.select("materials", case_number=number, material="page", order=("version",))[-1])


def reopen_page(office: SampleOffice, number: str) -> None:
    office.door.perform(ReopenDecision(task=f"{number}01", reason="a wrong key"), "health-1")


def test_an_approval_makes_the_material_with_what_form_party_and_officer_state(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    decided = approve_page(office, number)
    (row,) = office.select("materials", case_number=number)
    assert (row["material"], row["how"], row["issuer"], row["grade"], row["valid_to"]) == (
        "page", "produced", "health", "A", "2027-05-06",
    )  # fmt: skip
    assert page_of(office, number) == {
        "name": "王芳", "address": ADDRESS, "registered_on": "2026-05-06", "page_number": PAGE_NUMBER,
    }  # fmt: skip
    assert PAGE_NUMBER not in repr(decided)
    assert find_faults(office.store) == []


@pytest.mark.parametrize(("page_number", "reason"), [("", "result_fields"), ("  07", "result_value")])
def test_a_value_that_is_missing_or_not_normalized_is_refused(
    office: SampleOffice, page_number: str, reason: str
) -> None:
    number = accept_page(office, CITY)
    with pytest.raises(Refused) as refused:
        approve_page(office, number, page_number)
    assert refused.value.reason == reason


def test_a_corrected_result_is_a_new_version_and_who_relied_on_it_checks_again(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    office.approve(number, "card")
    reopen_page(office, number)
    decided = approve_page(office, number, "0816")
    assert [(recheck.matter, rechecked) for recheck, rechecked in zip(
        decided.rechecks, decided.rechecked_tasks, strict=True
    )] == [("card", f"{number}02")]  # fmt: skip
    assert page_of(office, number)["page_number"] == "0816"
    assert office.task(number, "notice")["state"] == "pooled"
    assert find_faults(office.store) == []


def test_the_same_result_again_is_no_new_version(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    office.approve(number, "card")
    reopen_page(office, number)
    office.clock.advance(hours=1)
    decided = approve_page(office, number)
    assert (decided.results, decided.rechecks, decided.licences) == ((), (), None)


@pytest.mark.wide
def test_a_withdrawn_result_is_checked_again_also_where_the_matter_goes_on(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    office.approve(number, "card", "notice")
    reopen_page(office, number)
    decided = office.refuse(number, "page")
    assert {recheck.matter for recheck in decided.rechecks} == {"card", "notice"}
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_the_erasure_of_the_case_leaves_no_content_of_its_results(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    office.withdraw(number)
    office.door.perform(EraseCase(case=number, reason="retention is over"), "admin")
    assert [row["claims"] for row in office.select("materials", case_number=number)] == [None]
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []  # a rebuild from the log gives the same rows


def test_a_result_without_a_code_is_a_licence_that_the_next_visit_lists_and_releases(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    assert make_out_result_licences(office.office) == 1
    visit = office.serve("mother")
    office.prove(visit)
    fetch = FetchMaterials(visit=visit, one_thing="later", catalogue=CITY.id, catalogue_version=CITY.version)
    listed = office.door.perform(fetch, "clerk-1")
    assert listed.licences == (f"R{number}01-0",)
    office.door.perform(GiveConsent(visit=visit, licences=listed.licences, purpose="later"), "clerk-1")
    release = ReleaseLicences(
        visit=visit,
        licences=listed.licences,
        purpose="later",
        matters=("renewal",),
        person="mother",
        catalogue=CITY.id,
        catalogue_version=CITY.version,
    )
    office.door.perform(release, "clerk-1")
    (licence,) = office.select("licences", id=listed.licences[0])
    assert (licence["identifier"], licence["valid_to"], licence["issuer"]) == (
        f"{number}-01", "2027-05-06", CITY.organ("health").name.zh,
    )  # fmt: skip
    assert decode_content(licence)["address"] == ADDRESS


@pytest.mark.wide
def test_the_licence_of_a_withdrawn_result_is_revoked_and_erased_with_the_case(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    make_out_result_licences(office.office)
    reopen_page(office, number)
    office.refuse(number, "page")
    make_out_result_licences(office.office)
    (licence,) = office.select("licences", id=f"R{number}01-0")
    assert licence["state"] == "revoked"
    office.withdraw(number)
    office.door.perform(EraseCase(case=number, reason="retention is over"), "admin")
    assert [row["claims"] for row in office.select("licences", id=licence["id"])] == [None]
    assert [row for row in office.entries() if PAGE_NUMBER.encode() in (row["personal"] or b"")] == []
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_licence_that_its_issuer_revokes_is_marked_in_the_case(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    make_out_result_licences(office.office)
    revoke_result_licence(office.office, f"R{number}01-0", "a false statement")
    assert [row["state"] for row in office.select("result_licences", case_number=number)] == ["revoked"]
    assert find_faults(office.store) == []

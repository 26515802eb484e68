"""Certificates: printed when handed over, with the e-licence's code, which verifies when it is scanned back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.composition.result_licences import make_out_result_licences
from clerk_app.licences.code_verification import Result
from clerk_app.licences.licence_verification import LicenceVerdict, verify_licence_code
from clerk_app.paper.page import PaperPage, QrCode, decode_page
from clerk_app.paper.printers.preview import render_picture
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from scanners.opencv import cv2, np
from scanners.qr.decoder import Decoder
from tests.roles.workflows import approve_all

OFFICERS = ("2010", "2002", "2003")
ANSWERS = {
    "holds_residence_permit": "no",
    "housing_kind": "own",
    "residence_address": "示范市示范区书院巷33号601室",
    "residence_reason": "work",
    "contact_phone": "13800000008",
}


def accept_permit(counter: CounterService, code: str) -> str:
    """Accept an application for a residence permit; return the case number."""
    counter.call_next("finish")
    counter.process_scan(code)
    counter.confirm_person()
    view = counter.begin_draft("residence-permit")
    for field, value in ANSWERS.items():
        view = counter.fill_field(field, value)
    assert view.intake is not None
    for row in view.intake.materials:
        if row.state != "produced":
            view = counter.toggle_paper(row.id, "unavailable" if row.paper_needs_reason else "")
    view = counter.accept_case()
    assert view.receipt is not None
    return view.receipt.id[:12]


@pytest.fixture
def number(counter: CounterService, workstation: Workstation, code: Callable[[str], str], english: None) -> str:
    """Return the number of a decided application for a residence permit."""
    number = accept_permit(counter, code("traveller"))
    approve_all(workstation, OFFICERS)
    return number


def verify(office: Office, code: str) -> LicenceVerdict:
    """Verify a code that was not shown before."""
    return verify_licence_code(code, *office.read_trust_lists(), office.utc, find_sighting=lambda _: None)


def read_page(office: Office, notice: str) -> PaperPage:
    """Return the page of a paper that was printed once."""
    with office.store.read() as tx:
        (row,) = tx.select("prints", paper=notice)
    return decode_page(row["content"])


def read_page_codes(office: Office, notice: str) -> list[str]:
    """Return the contents of the QR codes on a paper."""
    return [block.text for block in read_page(office, notice) if isinstance(block, QrCode)]


def test_the_code_of_a_certificate_is_that_of_a_valid_e_licence_with_the_organs_decision(
    counter: CounterService, office: Office, number: str
) -> None:
    make_out_result_licences(office)
    counter.open_case(number)
    counter.hand_over_results("applicant", "document")
    with office.store.read() as tx:
        (licence,) = tx.select("result_licences", case_number=number)
        registered = tx.get("licences", id=licence["licence"])
    (code,) = read_page_codes(office, f"{number}-certificate-02-0")
    assert code == licence["code"]
    verdict = verify(office, code)
    claims = verdict.claims
    assert verdict.result is Result.GREEN, verdict.sentences()
    assert claims is not None
    assert registered is not None
    assert (claims.licence_type, claims.holder_name, claims.licence_number) == (
        "0103", "孙浩然", registered["identifier"],
    )  # fmt: skip
    assert claims.address == ANSWERS["residence_address"]
    assert claims.valid_until is not None


@pytest.mark.wide
def test_it_is_made_out_once_and_only_when_the_decision_is_final(
    counter: CounterService, office: Office, workstation: Workstation, code: Callable[[str], str], number: str
) -> None:
    open_number = accept_permit(counter, code("elder"))
    approve_all(workstation, ("2010",))
    make_out_result_licences(office)
    assert make_out_result_licences(office) == 0
    with office.store.read() as tx:
        assert tx.select("result_licences", case_number=open_number) == []
        assert [row["state"] for row in tx.select("result_licences", case_number=number)] == ["issued"]
        assert len(tx.select("licences", holder="P08", kind="0103")) == 1


def test_a_refusal_after_a_check_revokes_the_e_licence_and_its_code_does_not_verify(
    counter: CounterService, office: Office, workstation: Workstation, number: str
) -> None:
    make_out_result_licences(office)
    with office.store.read() as tx:
        (licence,) = tx.select("result_licences", case_number=number)
    counter.open_case(number)
    reason = {"applicant-photo": ("other", "the picture is of another person")}
    counter.receive_supplements(("applicant-photo",), reasons=reason)
    department = workstation.sign_in("2002", "471902").department
    assert department is not None
    department.claim_next()
    department.refuse("the photo shows another person")
    make_out_result_licences(office)
    verdict = verify(office, licence["code"])
    assert verdict.result is Result.RED
    with office.store.read() as tx:
        assert [row["state"] for row in tx.select("result_licences", case_number=number)] == ["revoked"]


@pytest.mark.wide
def test_the_printed_code_is_read_by_the_scanner_from_the_picture_of_the_page(
    counter: CounterService, office: Office, number: str
) -> None:
    make_out_result_licences(office)
    counter.open_case(number)
    counter.hand_over_results("applicant", "document")
    for width in (58, 80):
        paper = render_picture(read_page(office, f"{number}-certificate-02-0"), width)
        picture = cv2.imdecode(np.frombuffer(paper, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        (found,) = Decoder().read_still(picture).codes
        assert verify(office, found.text).result is Result.GREEN
    counter.call_next("finish")
    counter.process_scan(found.text)  # at the next window
    person = counter.read_view().applicant
    assert person is not None
    assert (person.name, person.check.result) == ("孙浩然", "green")

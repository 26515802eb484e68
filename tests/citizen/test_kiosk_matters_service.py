"""A single matter at a kiosk: the service that the screen calls, with its questions, sentences and receipt."""

from __future__ import annotations

import shutil

import pytest

from clerk_app.errors import BadData, Refused
from clerk_app.licences.issuance import new_dynamic_digits
from clerk_app.licences.repository import (
    CreateDynamicCode,
    LicenceStatements,
    RegisterLicence,
    digest_dynamic_code,
)
from clerk_app.locales import set_language
from clerk_app.people import SYSTEM
from clerk_app.roles.kiosk.matters import KioskMatters
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.views.kiosk_matters import MatterOffer, MatterQuestion, MatterSummary
from tests.office import SampleOffice

pytestmark = pytest.mark.usefixtures("english")

ACCOUNT, PHONE = "6222020200112233445", "13800138000"


@pytest.fixture
def matters(office: SampleOffice) -> KioskMatters:
    sessions = OfficeSessions(office.office, "kiosk")
    digits = new_dynamic_digits(office.office.code_policy)
    office.authority_door.perform(CreateDynamicCode(digest=digest_dynamic_code(digits), subject="mother"), SYSTEM)
    sessions.open_by_code(digits)
    return KioskMatters(office.office, sessions, "kiosk")


def answer_all(matters: KioskMatters) -> MatterSummary:
    matters.open("medical-payment")
    matters.agree()
    matters.answer("applicant_account", ACCOUNT)
    summary = matters.answer("contact_phone", PHONE)
    assert isinstance(summary, MatterSummary)
    return summary


def test_the_matters_with_the_mark_are_listed(matters: KioskMatters) -> None:
    assert [(found.name, found.description) for found in matters.list_matters()] == [
        ("Change of address", "Housing, 3 working days"),
        ("Medical payment on credit", "Medical insurance, 1 working day"),
    ]


def test_only_what_the_city_does_not_hold_is_asked(matters: KioskMatters) -> None:
    offer = matters.open("medical-payment")
    assert (offer.name, offer.missing) == ("Medical payment on credit", ())
    assert [held.label for held in offer.held] == ["Applicant's identity card"]
    first = matters.agree()
    assert isinstance(first, MatterQuestion)
    assert (first.field, first.kind, first.number, first.count) == ("contact_phone", "digits", 1, 2)
    second = matters.answer("contact_phone", "")
    assert isinstance(second, MatterQuestion)
    assert (second.field, second.is_required, second.number) == ("applicant_account", True, 2)


def test_the_summary_has_each_answer_with_its_source(matters: KioskMatters) -> None:
    answers = {line.label: line.value for line in answer_all(matters).answers}
    assert answers["Name of applicant"] == "王芳 (Applicant's identity card)"
    assert answers["Phone"] == "13800138000 (your answer)"


def test_a_wrong_answer_is_explained_and_asked_again(matters: KioskMatters) -> None:
    matters.open("medical-payment")
    matters.agree()
    with pytest.raises(BadData):
        matters.answer("applicant_account", "12")
    with pytest.raises(BadData, match="An answer is needed"):
        matters.answer("applicant_account", "")
    assert isinstance(matters.answer("applicant_account", ACCOUNT), MatterQuestion)


def test_going_back_shows_the_answer_before(matters: KioskMatters) -> None:
    matters.open("medical-payment")
    matters.agree()
    matters.answer("applicant_account", ACCOUNT)
    back = matters.go_back()
    assert back is not None
    assert (back.field, back.value) == ("applicant_account", ACCOUNT)
    assert matters.go_back() is None


def test_an_accepted_case_has_its_number_and_day_and_prints_once(matters: KioskMatters, office: SampleOffice) -> None:
    answer_all(matters)
    accepted = matters.accept()
    assert accepted.promised
    again = matters.accept()
    assert (again.number, again.was_accepted_before) == (accepted.number, True)
    assert matters.print_receipt().is_printed
    (row,) = office.select("prints")
    assert (row["kind"], row["outcome"]) == ("receipt", "written")


def test_a_printer_that_is_off_leaves_the_number_and_the_receipt_for_a_window(
    matters: KioskMatters, office: SampleOffice
) -> None:
    answer_all(matters)
    number = matters.accept().number
    folder = office.office.printers.spool.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("in the way of the spool folder")
    printed = matters.print_receipt()
    assert not printed.is_printed
    assert "any window prints the receipt" in printed.sentence
    assert office.unprinted_notices() == [f"{number}-receipt"]


def test_without_consent_the_papers_to_bring_are_named(matters: KioskMatters, office: SampleOffice) -> None:
    matters.open("medical-payment")
    assert matters.decline() == ("Applicant's identity card",)
    with pytest.raises(Refused, match="Nothing is being applied for"):
        matters.accept()
    assert office.select("cases") == []


def test_a_matter_whose_papers_are_not_held_names_them(matters: KioskMatters) -> None:
    offer = matters.open("residence-change-address")
    assert not offer.is_complete
    assert offer.missing == ("Residence permit", "Lease")


def test_a_paper_whose_licence_has_expired_is_named_with_its_day(matters: KioskMatters, office: SampleOffice) -> None:
    permit = RegisterLicence(
        id="permit",
        licence_type="0103",
        identifier="1.2.156.3005.2.0103.9",
        holder="mother",
        issuer="示范市公安局",
        issuer_code="11310000002420426M",
        valid_from="2020-01-01",
        valid_to="2021-01-01",
        status_index=99,
        personal=LicenceStatements(claims={}),
    )
    office.authority_door.perform(permit, SYSTEM)
    missing = matters.open("residence-change-address").missing
    assert missing == ("Residence permit (what the city holds was valid until 2021-01-01)", "Lease")


def test_nothing_is_left_after_the_end(matters: KioskMatters) -> None:
    answer_all(matters)
    matters.discard()
    with pytest.raises(Refused):
        matters.go_back()


def test_the_present_step_is_shown_again_in_the_other_language(matters: KioskMatters) -> None:
    assert matters.read_step() is None
    matters.open("medical-payment")
    set_language("zh_CN")
    offer = matters.read_step()
    assert isinstance(offer, MatterOffer)
    assert offer.name == "医疗付费信用就医"
    matters.agree()
    question = matters.read_step()
    assert isinstance(question, MatterQuestion)
    assert question.name == "联系电话"


def test_after_a_power_loss_between_acceptance_and_printing_a_window_offers_the_receipt_once(
    matters: KioskMatters, office: SampleOffice
) -> None:
    """Scenario 7 at a kiosk: the case exists whole, nothing of it is at the kiosk, and one receipt is printed."""
    answer_all(matters)
    number = matters.accept().number
    restarted = KioskMatters(office.office, OfficeSessions(office.office, "kiosk"), "kiosk")
    assert restarted.read_step() is None
    assert office.case(number)["state"] == "accepted"
    assert office.unprinted_notices() == [f"{number}-receipt"]
    assert office.unprinted_notices("w2") == []

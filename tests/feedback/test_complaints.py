"""Complaints: number and due date for the citizen, text and contact at the center only, erased in time."""

from __future__ import annotations

import pytest

from clerk_app.composition.retention import erase_expired
from clerk_app.errors import Refused
from clerk_app.feedback.complaints import (
    ComplaintFiled,
    ComplaintText,
    FileComplaint,
    is_complaint_number,
    list_open_complaints,
)
from clerk_app.ledger.numbers import format_case_number
from tests.composition.test_retention import read_files
from tests.engines import both_engines, sqlite_only
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL

pytestmark = pytest.mark.usefixtures("english")

TEXT, CONTACT = "三号窗口等了两个小时", "13912345678"


def complain(office: SampleOffice, category: str = "waiting", **fields: str) -> ComplaintFiled:
    personal = ComplaintText(text=fields.pop("text", ""), contact=fields.pop("contact", ""))
    return office.door.perform(FileComplaint(hall=HALL, category=category, personal=personal, **fields), "kiosk")


@both_engines
def test_a_complaint_has_a_number_and_is_due_in_five_working_days(office: SampleOffice) -> None:
    filed = complain(office, text=TEXT, contact=CONTACT)
    assert is_complaint_number(filed.number)
    assert f"{office.office.local_time(filed.due_at):%Y-%m-%d}" == "2026-05-12"  # Saturday 9 May is a working day
    with office.store.read() as tx:
        rows = list_open_complaints(tx, HALL)
    assert [(row["number"], row["text"], row["contact"], row["person"]) for row in rows] == [
        (filed.number, TEXT, CONTACT, None)
    ]
    assert find_faults(office.store) == []


def test_a_complaint_needs_a_category_of_the_catalogue_and_nothing_else(office: SampleOffice) -> None:
    with pytest.raises(Refused, match="a category of the list"):
        complain(office, "invented")
    assert complain(office, "other").number != complain(office, "other").number


def test_a_complaint_does_not_reveal_whether_a_case_exists(office: SampleOffice) -> None:
    number = office.accept_birth()
    assert complain(office, case=number).number
    assert complain(office, case=format_case_number(26, 999_999_999)).number
    with pytest.raises(Refused, match="One of the 12 digits is wrong"):
        complain(office, case=number[:-1] + str((int(number[-1]) + 1) % 10))


def test_a_long_text_and_hidden_characters_are_refused(office: SampleOffice) -> None:
    with pytest.raises(Refused, match="At most 300 characters"):
        complain(office, text="长" * 301)
    with pytest.raises(Refused, match="cannot be stored"):
        complain(office, text="a  b\n")
    assert office.select("complaints") == []


@sqlite_only
def test_text_and_contact_leave_the_files_a_year_after_the_due_date(office: SampleOffice) -> None:
    filed = complain(office, text=TEXT, contact=CONTACT)
    assert TEXT.encode() in read_files(office)
    office.clock.advance(minutes=365 * 24 * 60)
    erase_expired(office.office)
    assert TEXT.encode() in read_files(office)
    office.clock.advance(minutes=7 * 24 * 60)
    erase_expired(office.office)
    assert [secret for secret in (TEXT, CONTACT) if secret.encode() in read_files(office)] == []
    row = office.select("complaints")[0]
    assert (row["number"], row["state"], row["text"], row["contact"]) == (filed.number, "open", None, None)
    assert find_faults(office.store) == []

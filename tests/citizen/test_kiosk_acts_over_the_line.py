"""Applications and papers at an enrolled kiosk whose line is cut before and after the center has answered."""

from __future__ import annotations

import pytest

from clerk_app.citizen.matters import OpenKioskMatter
from clerk_app.errors import OutOfReach, Refused
from clerk_app.licences.issuance import new_dynamic_digits
from clerk_app.licences.repository import CreateDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM
from clerk_app.roles.kiosk.matters import KioskMatters
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.views.kiosk_matters import MatterSummary
from tests.citizen.matter_acts import ANSWERS, MATTER
from tests.office import find_faults
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def machine(city: City, counter: SampleWindow) -> SampleWindow:
    """Return an enrolled kiosk that has been in contact with its center."""
    kiosk = city.join("k1", kind="kiosk")
    city.exchange_all()
    return kiosk


@pytest.fixture
def matters(city: City, machine: SampleWindow) -> KioskMatters:
    sessions = OfficeSessions(machine.office, "k1")
    service = KioskMatters(machine.office, sessions, "k1")
    digits = new_dynamic_digits(machine.office.code_policy)
    city.center.door.perform(CreateDynamicCode(digest=digest_dynamic_code(digits), subject="mother"), SYSTEM)
    sessions.open_by_code(digits)
    return service


def answer_all(matters: KioskMatters) -> None:
    matters.open(MATTER)
    matters.agree()
    matters.answer("contact_phone", ANSWERS["contact_phone"])
    assert isinstance(matters.answer("applicant_account", ANSWERS["applicant_account"]), MatterSummary)


def test_a_line_that_is_cut_after_sending_gives_one_case(
    city: City, machine: SampleWindow, matters: KioskMatters
) -> None:
    answer_all(matters)
    machine.transport.responses_to_lose = 2
    with pytest.raises(OutOfReach):
        matters.accept()
    accepted = matters.accept()
    assert [row["number"] for row in city.center.select("cases")] == [accepted.number]
    city.exchange_all()
    assert city.differences() == []
    assert find_faults(city.center.store) == []


def test_nothing_of_the_application_is_in_the_store_of_the_kiosk(
    city: City, machine: SampleWindow, matters: KioskMatters
) -> None:
    answer_all(matters)
    matters.accept()
    city.exchange_all()
    for table in ("cases", "parties", "field_values", "visits", "consents", "persons", "licences", "citizen_sessions"):
        assert machine.select(table) == [], table
    text = b"".join(
        path.read_bytes() for path in machine.office.folder.rglob("*") if path.is_file() and path.suffix != ".zst"
    )
    for personal in ("王芳", ANSWERS["applicant_account"], ANSWERS["contact_phone"]):
        assert personal.encode() not in text.replace(b"spool", b""), personal


def test_another_kiosk_cannot_use_the_session(city: City, machine: SampleWindow, matters: KioskMatters) -> None:
    answer_all(matters)
    (row,) = city.center.select("citizen_sessions")
    other = city.join("k2", kind="kiosk")
    with pytest.raises(Refused) as refused:
        other.door.perform(OpenKioskMatter(session=row["id"], matter=MATTER), "k2")
    assert refused.value.reason == "session_ended"

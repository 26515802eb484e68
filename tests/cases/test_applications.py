"""Applications from outside: received once, checked like a draft, opened, accepted or answered, erased."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.applications.content import SentAttachment, StatedApplicant
from clerk_app.cases.applications.opening import ReturnApplication
from clerk_app.cases.applications.retention import EraseApplication, ExpireApplication
from clerk_app.cases.erasure import EraseCase
from clerk_app.composition.retention import erase_expired
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.people import SCHEDULE
from clerk_app.text.application_numbers import is_application_number
from db.json_lists import decode_json_list
from tests.cases.applications import (
    SCAN,
    VERIFIED,
    add_portal,
    answer,
    build_application,
    open_application,
    read,
    receive,
)
from tests.city_policy import publish_policy
from tests.clock import local_date
from tests.engines import sqlite_only
from tests.office import BIRTH, SampleOffice, find_faults
from tests.sample_data import CLERKS


@pytest.fixture(autouse=True)
def _portal(office: SampleOffice) -> None:
    add_portal(office)


def test_an_application_gets_a_number_and_five_working_days(office: SampleOffice) -> None:
    received = receive(office)
    assert is_application_number(received.number)
    assert received.received_on == "2026-05-06"
    assert local_date(received.due_at) == "2026-05-12"  # the Saturday is worked
    assert read(office, received.number)["state"] == "received"
    assert find_faults(office.store) == []


@sqlite_only
def test_what_is_sent_again_is_the_same_application(office: SampleOffice) -> None:
    first = receive(office)
    with pytest.raises(Refused) as refused:
        receive(office)
    assert (refused.value.reason, refused.value.facts["number"]) == ("repeated", first.number)
    assert len(office.select("applications")) == 1
    assert [bool(row["personal"]) for row in office.entries() if row["kind"] == "ReceiveApplication"] == [True, False]


@sqlite_only
def test_another_application_under_the_same_reference_is_refused(office: SampleOffice) -> None:
    receive(office)
    with pytest.raises(Refused) as refused:
        receive(office, values=BIRTH | {"child_name": "李二诺"})
    assert refused.value.reason == "reference"


@sqlite_only
def test_the_check_on_arrival_finds_what_the_counter_would_find(office: SampleOffice) -> None:
    values = {name: value for name, value in BIRTH.items() if name != "home_address"} | {"mother_insured": "perhaps"}
    found = receive(office, values=values).report
    assert "field:home_address" in found
    assert "wrong:mother_insured" in found
    assert "shared:mother-id" in found
    assert not {item for item in found if item.endswith("birth-certificate")}


@pytest.mark.wide
@sqlite_only
def test_another_case_under_way_is_told_only_about_a_verified_applicant(office: SampleOffice) -> None:
    office.accept_birth()
    assert "duplicate:birth" not in receive(office).report
    assert "duplicate:birth" in receive(office, reference="P-2", identity=VERIFIED).report


HOSTILE: tuple[tuple[dict[str, object], str], ...] = (
    ({"values": {"no_such_field": "x"}}, "field"),
    ({"values": {f"f{number}": "" for number in range(10_000)}}, "values"),
    ({"values": BIRTH | {"home_address": "x\u202ey"}}, "values"),
    ({"one_thing": "no-such-thing", "values": {}}, "one_thing"),
    ({"applicant": StatedApplicant(name=" ")}, "applicant"),
    ({"attachments": (SentAttachment(material="nothing", content=SCAN, media_type="image/png"),)}, "material"),
    ({"attachments": (SentAttachment(material="mother-id", content="../x", media_type="image/png"),)}, "material"),
    ({"attachments": (SentAttachment(material="mother-id", content=SCAN, media_type="image/png"),) * 2}, "twice"),
    ({"portal": "w1"}, "source"),
    ({"reference": ""}, "reference"),
)


@pytest.mark.wide
@sqlite_only
def test_an_application_that_no_portal_may_send_is_refused_and_not_kept(office: SampleOffice) -> None:
    for changed, reason in HOSTILE:
        with pytest.raises(Refused) as refused:
            receive(office, **changed)
        assert refused.value.reason == reason
    assert {row["personal"] for row in office.entries() if row["kind"] == "ReceiveApplication"} == {None}
    assert office.select("applications") == []
    assert find_faults(office.store) == []


@pytest.mark.wide
@sqlite_only
def test_a_portal_sends_no_more_applications_in_a_day_than_the_city_takes(office: SampleOffice) -> None:
    publish_policy(office.office, applications_per_day_of_portal=1)
    receive(office)
    with pytest.raises(Refused) as refused:
        receive(office, reference="P-2")
    assert refused.value.reason == "applications"
    office.clock.advance(days=1)
    receive(office, reference="P-2")


def test_an_accepted_case_ends_its_application(office: SampleOffice) -> None:
    number = receive(office).number
    open_application(office, number)
    case = office.accept(replace(office.prepare_birth(), application=number))
    assert (read(office, number)["state"], read(office, number)["case_number"]) == ("accepted", case)
    with pytest.raises(Refused, match=case):
        open_application(office, number, clerk=CLERKS[1])
    assert find_faults(office.store) == []


@sqlite_only
def test_an_answer_names_everything_that_is_missing(office: SampleOffice) -> None:
    number = receive(office).number
    answer(office, number, missing=("material:mother-id", "field:home_address"))
    row = read(office, number)
    assert (row["state"], row["outcome"]) == ("answered", "incomplete")
    assert decode_json_list(row["missing"]) == ("material:mother-id", "field:home_address")
    with pytest.raises(Refused):
        answer(office, number)


@sqlite_only
def test_a_refusal_needs_a_reason(office: SampleOffice) -> None:
    number = receive(office).number
    with pytest.raises(Refused):
        answer(office, number, "refused")
    answer(office, number, "refused", reason="not of this city")
    assert read(office, number)["outcome"] == "refused"


@sqlite_only
def test_the_period_of_a_letter_counts_from_its_receipt(office: SampleOffice) -> None:
    posted = {"source": "letter", "portal": "", "reference": "", "attachments": (), "values": {}}
    letter = build_application(**posted, received_on="2026-04-29")
    received = office.door.perform(letter, CLERKS[0])
    assert local_date(received.due_at) == "2026-05-09"  # after the holidays from 1 to 5 May; the Saturday is worked
    for day in ("2026-05-07", "2025-01-01", "29.4.2026", ""):
        with pytest.raises(Refused):
            office.door.perform(build_application(**posted, received_on=day), CLERKS[0])
    with pytest.raises(Refused):
        office.door.perform(build_application(), CLERKS[0])


@pytest.mark.wide
def test_an_opened_application_that_leads_to_nothing_waits_again_after_a_day(office: SampleOffice) -> None:
    number = receive(office).number
    open_application(office, number)
    run_due_commands(office.office)
    assert read(office, number)["state"] == "opened"
    office.clock.advance(days=1, minutes=1)
    run_due_commands(office.office)
    assert read(office, number)["state"] == "received"
    with pytest.raises(Refused):
        office.door.perform(ReturnApplication(application=number), CLERKS[0])


@pytest.mark.wide
def test_an_application_that_nobody_answers_waits_and_keeps_its_content_until_it_is_answered(
    office: SampleOffice,
) -> None:
    office.office.attachments.add(b"a scan of the certificate")
    number = receive(office).number
    office.clock.advance(days=400)
    run_due_commands(office.office)
    erase_expired(office.office)
    assert read(office, number)["state"] == "received"
    assert read(office, number)["content"] is not None
    with pytest.raises(Refused):
        office.door.perform(ExpireApplication(application=number), SCHEDULE)
    with pytest.raises(Refused):
        office.door.perform(EraseApplication(application=number), SCHEDULE)
    answer(office, number, reason="never came")
    office.clock.advance(days=31)
    erase_expired(office.office)
    assert read(office, number)["content"] is None
    assert office.select("application_attachments") == []
    assert not office.office.attachments.is_kept(SCAN)
    entries = [row for row in office.entries() if row["stream"] == f"application/{number}"]
    assert [row["personal"] for row in entries if row["personal"]] == []
    with pytest.raises(Refused, match=number):
        receive(office)
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []


@sqlite_only
def test_erasing_a_case_erases_its_application_too(office: SampleOffice) -> None:
    number = receive(office).number
    case = office.accept(replace(office.prepare_birth(), application=number))
    office.withdraw(case)
    office.door.perform(EraseCase(case=case, reason="asked for"), "admin")
    assert read(office, number)["content"] is None
    assert find_faults(office.store) == []

"""Applications of portals over HTTP: sent, uploaded, opened at one window only, read back; hostile ones are refused."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from clerk_app.cases.applications.answers import AnswerApplication
from clerk_app.cases.applications.opening import OpenApplication
from clerk_app.cases.applications.queries import ListApplications
from clerk_app.cases.applications.withdrawal import WithdrawApplication
from clerk_app.center.application_evidence import verify_application
from clerk_app.errors import Refused
from clerk_app.hall.tickets import PrepareTicket
from clerk_app.text.appointment_codes import digest_appointment_code
from tests.center.portal import DIGEST, MATERIAL, SCAN, build_message, enrol_portal, read, receive, send
from tests.city_policy import publish_policy
from tests.office import BIRTH, SampleOffice, find_faults
from tests.sample_data import CLERKS, HALL
from tests.sample_node import RunningCenter, SampleNode
from tests.sample_scans import build_pdf, build_png


@pytest.fixture
def portal(served: RunningCenter) -> SampleNode:
    return enrol_portal(served)


def holds(window: SampleNode, document: str) -> bool:
    """Return whether the center gives a document to a window."""
    return bytes(window.fetch(document).changes.documents[document]) != b"null"


def test_an_application_is_received_once_and_its_scan_arrives(portal: SampleNode, office: SampleOffice) -> None:
    first = receive(portal)
    assert (first["state"], first["due_on"], first["missing_content"]) == ("received", "2026-05-12", [DIGEST])
    again = receive(portal)
    assert (again["number"], again["repeated"]) == (first["number"], True)
    assert portal.request("PUT", f"/v1/content/{DIGEST}", SCAN).status_code == 204
    assert portal.request("PUT", f"/v1/content/{DIGEST}", SCAN).status_code == 204
    assert read(portal, first["number"])["missing_content"] == []
    assert office.office.attachments.read(DIGEST) == SCAN
    assert portal.request("GET", f"/v1/content/{DIGEST}").status_code == 404
    assert portal.request("PUT", f"/v1/content/{'0' * 64}", b"x").status_code == 404
    assert find_faults(office.store) == []


def send_scan(portal: SampleNode, content: bytes, media_type: str, reference: str) -> httpx.Response:
    """Send an application with a scan, and upload the scan; return the answer to the upload."""
    digest = sha256(content).hexdigest()
    receive(portal, reference=reference, materials=[MATERIAL | {"content": digest, "media_type": media_type}])
    return portal.request("PUT", f"/v1/content/{digest}", content)


def test_a_scan_that_is_not_what_was_declared_is_refused_and_not_kept(portal: SampleNode, office: SampleOffice) -> None:
    pdf, png = build_pdf(), build_png(b"another")
    bad = ((pdf, "image/png"), (png, "application/pdf"), (png[:-1], "image/png"), (png + pdf, "image/png"))
    for at, (content, declared) in enumerate(bad):
        response = send_scan(portal, content, declared, f"P-{at}")
        assert (response.status_code, response.json()["reason"]) == (409, "media_type"), response.text
        assert not office.office.attachments.is_kept(sha256(content).hexdigest())
    assert office.select("contents") == []
    assert send_scan(portal, pdf, "application/pdf", "P-9").status_code == 204


@pytest.mark.wide
def test_a_refused_scan_is_replaced_under_the_same_application_until_it_is_opened(
    portal: SampleNode, office: SampleOffice
) -> None:
    refused = b"II*\x00" + bytes(200)
    digest = sha256(refused).hexdigest()
    number = receive(portal, materials=[MATERIAL | {"content": digest}])["number"]
    response = portal.request("PUT", f"/v1/content/{digest}", refused)
    assert (response.status_code, "image/jpeg" in response.text) == (409, True)
    again = receive(portal)
    assert (again["number"], again["repeated"], again["missing_content"]) == (number, True, [DIGEST])
    assert portal.request("PUT", f"/v1/content/{digest}", refused).status_code == 404
    assert portal.request("PUT", f"/v1/content/{DIGEST}", SCAN).status_code == 204
    assert read(portal, number)["missing_content"] == []
    assert all(check.holds for check in verify_application(office.office, number))
    kept = send(portal, build_message(materials=[MATERIAL | {"content": digest}]))
    assert (kept.status_code, kept.json()["reason"]) == (409, "reference")
    assert [row["kind"] for row in office.entries()].count("ReplaceScans") == 1
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_the_declared_type_of_a_scan_is_corrected_and_an_opened_application_keeps_its_scans(
    portal: SampleNode, office: SampleOffice
) -> None:
    number = receive(portal, materials=[MATERIAL | {"media_type": "application/pdf"}])["number"]
    assert portal.request("PUT", f"/v1/content/{DIGEST}", SCAN).status_code == 409
    receive(portal)
    assert portal.request("PUT", f"/v1/content/{DIGEST}", SCAN).status_code == 204
    opened = receive(portal, reference="P-2", materials=[MATERIAL | {"content": "0" * 64}])["number"]
    office.door.perform(OpenApplication(application=opened, purpose="visit"), CLERKS[0])
    assert send(portal, build_message(reference="P-2")).status_code == 409
    assert read(portal, number)["missing_content"] == []


def test_a_scan_of_a_type_that_is_not_accepted_is_refused_with_those_that_are(portal: SampleNode) -> None:
    for media_type in ("image/tiff", "image/heic"):
        response = send(portal, build_message(materials=[MATERIAL | {"media_type": media_type}]))
        assert (response.status_code, response.json()["reason"]) == (409, "media_type")
        for accepted in ("image/jpeg", "image/png", "application/pdf"):
            assert accepted in response.text


def test_all_scans_of_an_application_together_have_a_limit(
    portal: SampleNode, office: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clerk_app.center.attachments.MAX_APPLICATION_BYTES", 10_000)
    scans = [build_png(note, 6_000) for note in (b"one", b"two")]
    digests = [sha256(scan).hexdigest() for scan in scans]
    names = ("birth-certificate", "mother-id")
    materials = [MATERIAL | {"material": name, "content": digest} for name, digest in zip(names, digests, strict=True)]
    receive(portal, materials=materials)
    statuses = [
        portal.request("PUT", f"/v1/content/{digest}", scan).status_code
        for digest, scan in zip(digests, scans, strict=True)
    ]
    assert statuses == [204, 413]


def test_the_report_names_each_gap_in_both_languages(portal: SampleNode) -> None:
    values = {name: value for name, value in BIRTH.items() if name != "home_address"}
    report = receive(portal, values=values | {"child_birth_date": "2月30日"})["report"]
    found = {(part["kind"], part["id"]): part["sentence"] for part in report}
    assert found["field", "home_address"]["en"].startswith("Not filled in: ")
    assert found["field", "home_address"]["zh"].startswith("未填写：")
    assert "2026-05-01" in found["wrong", "child_birth_date"]["en"]
    assert ("shared", "mother-id") in found


def test_the_wished_appointment_is_booked_with_the_number_as_its_code(portal: SampleNode, office: SampleOffice) -> None:
    wish = {"hall": HALL, "day": "2026-05-07", "begin": "09:20", "end": "09:40", "category": "A"}
    answers = [receive(portal, appointment=wish), receive(portal, appointment=wish)]
    assert [answer["appointment"]["booked"] for answer in answers] == [True, True]
    (slot,) = office.select("appointments")
    assert slot["code"] == digest_appointment_code(HALL, answers[0]["number"])
    refused = receive(portal, reference="P-2", appointment=wish | {"day": "2026-05-01"})
    assert not refused["appointment"]["booked"]
    assert "2026-05-01" in refused["appointment"]["sentence"]["zh"]
    assert not receive(portal, reference="P-3", appointment=wish | {"hall": "x"})["appointment"]["booked"]


@pytest.mark.wide
def test_the_number_of_an_application_gives_the_ticket_of_its_appointment(
    portal: SampleNode, office: SampleOffice
) -> None:
    wish = {"hall": HALL, "day": "2026-05-06", "begin": "09:00", "end": "09:20", "category": "A"}
    number = receive(portal, appointment=wish)["number"]
    typed = digest_appointment_code(HALL, f"{number[:2].lower()} {number[2:]}")
    command = PrepareTicket(hall=HALL, category="", appointment_code=typed)
    ticket = office.door.perform(command, "kiosk")
    assert (ticket.number[0], office.select("appointments")[0]["state"]) == ("A", "arrived")
    with pytest.raises(Refused, match=ticket.number):
        office.door.perform(command, "kiosk")


@pytest.mark.wide
def test_the_appointment_of_an_application_that_is_withdrawn_is_cancelled(
    portal: SampleNode, office: SampleOffice
) -> None:
    wish = {"hall": HALL, "day": "2026-05-07", "begin": "09:20", "end": "09:40", "category": "A"}
    number = receive(portal, appointment=wish)["number"]
    for _twice in range(2):
        assert portal.request("DELETE", f"/v1/applications/{number}").status_code == 200
    assert [row["state"] for row in office.select("appointments")] == ["cancelled"]


@pytest.mark.wide
def test_a_withdrawal_at_a_window_cancels_the_appointment(
    served: RunningCenter, portal: SampleNode, office: SampleOffice
) -> None:
    wish = {"hall": HALL, "day": "2026-05-07", "begin": "09:20", "end": "09:40", "category": "A"}
    number = receive(portal, appointment=wish)["number"]
    receive(portal, reference="P-2", appointment=wish)
    window = SampleNode.enrol(served.client, served.invite(window="w1", kind="counter"))
    assert window.call(OpenApplication(application=number, purpose="visit"), CLERKS[0]).refused == {}
    withdrawal = WithdrawApplication(application=number, reason="at the window")
    assert window.call(withdrawal, CLERKS[0]).refused == {}
    states = {row["code"]: row["state"] for row in office.select("appointments")}
    assert states.pop(digest_appointment_code(HALL, number)) == "cancelled"
    assert list(states.values()) == ["booked"]
    assert read(portal, number)["state"] == "withdrawn"
    assert find_faults(office.store) == []


def test_a_window_gets_an_application_when_it_opens_it_and_loses_it_with_the_answer(
    served: RunningCenter, portal: SampleNode, office: SampleOffice
) -> None:
    number = receive(portal)["number"]
    portal.request("PUT", f"/v1/content/{DIGEST}", SCAN)
    window, other = (
        SampleNode.enrol(served.client, served.invite(window=name, kind="counter")) for name in ("w1", "w2")
    )
    document = f"application/{number}"
    assert document not in window.catch_up()
    assert not holds(window, document)
    assert window.request("GET", f"/v1/content/{DIGEST}").status_code == 404
    assert window.call(OpenApplication(application=number, purpose="visit"), CLERKS[0]).refused == {}
    assert holds(window, document)
    assert window.request("GET", f"/v1/content/{DIGEST}").content == SCAN
    assert not holds(other, document)
    assert read(portal, number)["state"] == "opened"
    answer = AnswerApplication(
        application=number, outcome="incomplete", reason="bring it", missing=("material:mother-id",)
    )
    assert window.call(answer, CLERKS[0]).refused == {}
    assert not holds(window, document)
    found = read(portal, number)
    assert (found["state"], found["outcome"]) == ("answered", "incomplete")
    assert [part["id"] for part in found["report"]] == ["mother-id"]
    assert found["reasons"] == [{"zh": "bring it", "en": "bring it"}]
    assert portal.request("PUT", f"/v1/content/{DIGEST}", SCAN).status_code == 404
    assert receive(portal)["state"] == "answered"


def test_a_portal_reads_the_number_of_the_case(portal: SampleNode, office: SampleOffice) -> None:
    number = receive(portal)["number"]
    case = office.accept(replace(office.prepare_birth(), application=number))
    assert (read(portal, number)["state"], read(portal, number)["case"]) == ("accepted", case)


@pytest.mark.wide
def test_a_portal_withdraws_its_application_until_it_has_ended(
    served: RunningCenter, portal: SampleNode, office: SampleOffice
) -> None:
    number = receive(portal)["number"]
    assert enrol_portal(served).request("DELETE", f"/v1/applications/{number}").status_code == 404
    for _twice in range(2):
        response = portal.request("DELETE", f"/v1/applications/{number}")
        assert (response.status_code, response.json()["state"]) == (200, "withdrawn")
    assert portal.request("PUT", f"/v1/content/{DIGEST}", SCAN).status_code == 404
    assert [row["kind"] for row in office.entries()].count("WithdrawApplication") == 1
    other = receive(portal, reference="P-2")["number"]
    office.accept(replace(office.prepare_birth(), application=other))
    response = portal.request("DELETE", f"/v1/applications/{other}")
    assert (response.status_code, read(portal, other)["state"]) == (409, "accepted")


def test_hostile_applications_are_refused(portal: SampleNode, office: SampleOffice) -> None:
    hostile: tuple[tuple[Any, int, str], ...] = (
        (build_message(colour="red"), 400, "colour"),
        (build_message(values={"child_name": 7}), 400, "values"),
        (build_message(values=[]), 400, "values"),
        (build_message(applicant={"name": "王芳", "number": "", "role": "x"}), 400, "role"),
        (build_message(applicant=None), 400, "applicant"),
        (build_message(values={f"f{number}": "x" for number in range(10_000)}), 400, "values"),
        (build_message(values={"no_such_field": "x"}), 409, "no_such_field"),
        (build_message(one_thing="x"), 400, "x"),
        (build_message(materials=[MATERIAL | {"content": "../../etc"}]), 400, "content"),
        (build_message(materials=[MATERIAL, MATERIAL]), 409, "birth-certificate"),
        (build_message(identity={"provider": "x", "verified": "yes"}), 400, "verified"),
        ([], 400, ""),
    )
    for message, status, named in hostile:
        response = send(portal, message)
        assert (response.status_code, named in response.text) == (status, True), response.text
    assert send(portal, build_message(values={"home_address": "x" * 3_000_000})).status_code == 413
    assert office.select("applications") == []
    receive(portal)
    assert send(portal, build_message(values=BIRTH | {"home_address": "elsewhere"})).status_code == 409


def test_a_portal_reads_and_sends_for_itself_only(
    served: RunningCenter, portal: SampleNode, office: SampleOffice
) -> None:
    number, other = receive(portal)["number"], enrol_portal(served)
    for address in (number, "SQ000000000000", "x"):
        assert other.request("GET", f"/v1/applications/{address}").status_code == 404
    assert other.request("PUT", f"/v1/content/{DIGEST}", SCAN).status_code == 404
    assert receive(other)["number"] != number
    window = served.join()
    assert send(window, build_message()).status_code == 409
    assert window.request("GET", f"/v1/applications/{number}").status_code == 409
    for command in (OpenApplication(application=number, purpose="visit"), ListApplications()):
        (refusal,) = portal.call(command, CLERKS[0]).refused.values()
        assert refusal.reason == "machine_kind"
    publish_policy(office.office, applications_per_day_of_portal=1)
    assert send(portal, build_message(reference="P-9")).status_code == 429

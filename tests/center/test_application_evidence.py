"""The signed request of a portal is kept with the application, verified by `clerk audit application`, and erased."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from clerk_app.cases.applications.answers import AnswerApplication
from clerk_app.cases.applications.content import ApplicationContent, RequestEvidence, StatedApplicant
from clerk_app.center.application_evidence import verify_application
from clerk_app.cli import main
from clerk_app.composition.retention import erase_expired
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from tests.center.portal import DIGEST, MATERIAL, SCAN, build_message, enrol_portal, receive
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS
from tests.sample_node import RunningCenter, SampleNode
from tests.sample_scans import build_png

pytestmark = pytest.mark.usefixtures("english")
SECRETS = ("端木独特", "梧桐巷九千八百一十七号", "6222999988887777666")


@pytest.fixture
def portal(served: RunningCenter) -> SampleNode:
    return enrol_portal(served)


def holding(office: SampleOffice, number: str) -> list[bool]:
    return [check.holds for check in verify_application(office.office, number)]


def test_the_signature_of_a_portal_is_verified_from_the_store(
    portal: SampleNode, office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    number = receive(portal)["number"]
    receive(portal)
    assert holding(office, number) == [True, True, True, False]  # the scan has not arrived
    portal.request("PUT", f"/v1/content/{DIGEST}", SCAN)
    assert holding(office, number) == [True] * 4
    assert main(["--office", str(office.office.folder), "audit", "application", number.lower()]) == 0
    printed = capsys.readouterr().out
    assert portal.enrolled.node in printed
    assert "王芳" not in printed


def change(office: SampleOffice, number: str, **fields: object) -> None:
    with office.store.write() as tx:
        tx.update("applications", {"number": number}, **fields)


def test_what_was_changed_afterwards_is_found(portal: SampleNode, office: SampleOffice) -> None:
    number = receive(portal)["number"]
    (row,) = office.select("applications")
    content = msgspec.json.decode(row["content"], type=ApplicationContent)
    evidence = msgspec.json.decode(row["evidence"], type=RequestEvidence)
    other = msgspec.structs.replace(content, applicant=StatedApplicant(name="somebody else"))
    change(office, number, content=msgspec.json.encode(other))
    assert holding(office, number)[:3] == [True, True, False]
    change(office, number, content=row["content"], one_thing="passport")
    assert holding(office, number)[:3] == [True, True, False]
    change(office, number, one_thing=row["one_thing"])
    body = msgspec.json.encode(build_message(values={}))
    change(office, number, evidence=msgspec.json.encode(msgspec.structs.replace(evidence, body=body)))
    assert holding(office, number)[:3] == [True, False, False]
    moved = msgspec.structs.replace(evidence, path="/v1/push")
    change(office, number, evidence=msgspec.json.encode(moved))
    assert not holding(office, number)[0]
    damaged = msgspec.structs.replace(evidence, signature="x")
    change(office, number, evidence=msgspec.json.encode(damaged))
    assert holding(office, number) == [False]


def test_without_a_signed_request_there_is_nothing_to_verify(office: SampleOffice) -> None:
    with pytest.raises(Refused) as refused:
        verify_application(office.office, "SQ000000000000")
    assert refused.value.reason == "no_application"


@pytest.mark.wide
@sqlite_only
def test_no_byte_of_an_erased_application_remains_at_the_center(portal: SampleNode, office: SampleOffice) -> None:
    scan = build_png(b"unique picture 4711", 9_000)
    material = MATERIAL | {"content": sha256(scan).hexdigest()}
    values = {"child_name": SECRETS[0], "home_address": SECRETS[1], "bank_account": SECRETS[2]}
    message = {"applicant": {"name": SECRETS[0]}, "values": values, "materials": [material]}
    number = receive(portal, **message)["number"]
    receive(portal, **message)
    portal.request("PUT", f"/v1/content/{material['content']}", scan)

    def find_secrets() -> set[bytes]:
        data = b"".join(path.read_bytes() for path in Path(office.office.folder).rglob("*") if path.is_file())
        return {secret for secret in (*(text.encode() for text in SECRETS), scan[60:400]) if secret in data}

    office.store.purge_old_versions()
    assert len(find_secrets()) == 4
    answer = AnswerApplication(application=number, outcome="refused", reason="not of this city")
    office.door.perform(answer, CLERKS[0])
    office.clock.advance(days=31)
    erase_expired(office.office)
    assert office.store.purge_old_versions()
    assert find_secrets() == set()
    (row,) = office.select("applications")
    assert (row["content"], row["evidence"]) == (None, None)
    with pytest.raises(Refused) as refused:
        verify_application(office.office, number)
    assert refused.value.reason == "no_evidence"
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []

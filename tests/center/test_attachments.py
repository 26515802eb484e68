"""Scans and pictures come and go by their digest, and only to whom a document in sight shows them."""

from __future__ import annotations

from hashlib import sha256

import httpx
import msgspec
import pytest

from clerk_app.cases.intake.completeness import GivenMaterial
from clerk_app.center import attachments
from clerk_app.licences.repository import AddAttachment, LicenceStatements, RegisterLicence
from clerk_app.licences.shared_materials import FetchMaterials
from clerk_app.people import SYSTEM
from tests.center.sample_node import RunningCenter, SampleNode
from tests.engines import ENGINES
from tests.office import SampleOffice, paper_materials
from tests.sample_data import CLERKS, sample_city

SCAN = b"\x89PNG\r\n" + bytes(range(256)) * 400
DIGEST = sha256(SCAN).hexdigest()
both = pytest.mark.parametrize("engine", ENGINES)


def address(digest: str) -> str:
    return f"/v1/content/{digest}"


def get(window: SampleNode, digest: str = DIGEST) -> httpx.Response:
    return window.client.get(address(digest), headers={"authorization": window.authorization})


def put(window: SampleNode, data: bytes, digest: str = DIGEST) -> httpx.Response:
    return window.client.put(address(digest), content=data, headers={"authorization": window.authorization})


def register_licence_with_picture(office: SampleOffice) -> None:
    """A licence of the mother with a picture."""
    office.office.attachments.add(SCAN)
    office.door.perform(AddAttachment(digest=DIGEST, media_type="image/png", size=len(SCAN)), SYSTEM)
    register = RegisterLicence(
        id="pictured",
        licence_type="0102",
        identifier="1.2.156.3005.2.0102.99",
        holder="mother",
        issuer="示范市公安局",
        issuer_code="11310000002420426M",
        valid_from="2020-01-01",
        valid_to="",
        status_index=99,
        users=(),
        content=DIGEST,
        personal=LicenceStatements(claims={"head": "王芳"}),
    )
    office.door.perform(register, SYSTEM)


@both
def test_a_licence_s_picture_is_given_to_the_window_before_which_it_was_laid_while_the_visit_lasts(
    served: RunningCenter, office: SampleOffice
) -> None:
    register_licence_with_picture(office)
    here, beside, elsewhere = served.join(), served.join(window="w2"), served.join(window="w3", organs=("health",))
    assert get(here).status_code == 404
    visit, city = office.serve("mother", "w1"), sample_city()
    fetch = FetchMaterials(visit=visit, one_thing="birth", catalogue=city.id, catalogue_version=city.version)
    assert "pictured" in office.door.perform(fetch, CLERKS[0]).licences
    found = get(here)
    assert (found.content, found.headers["content-type"]) == (SCAN, "image/png")
    assert [get(window).json()["reason"] for window in (beside, elsewhere)] == ["no_content"] * 2
    office.move_ticket("finish", "w1")
    assert get(here).status_code == 404


@both
def test_a_scan_is_brought_for_a_case_and_goes_to_the_organs_that_need_it(
    served: RunningCenter, office: SampleOffice
) -> None:
    command = office.prepare_road("w1")
    given = tuple(
        GivenMaterial(material=one.material, how="paper", content=DIGEST) if one.material == "traffic-plan" else one
        for one in paper_materials(
            "business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan"
        )
    )
    office.accept(msgspec.structs.replace(command, materials=given))
    here, transport = served.join(), served.join(window="w8", organs=("transport",))
    health = served.join(window="w9", organs=("health",))
    assert get(here).status_code == 503  # the case names it, nobody has brought it yet
    assert put(here, SCAN[:-1]).json()["reason"] == "bad_data"
    assert put(health, SCAN).status_code == 404
    assert put(here, SCAN).status_code == 204
    assert put(here, SCAN).status_code == 204
    assert get(here).content == SCAN
    assert get(transport).content == SCAN
    assert get(health).status_code == 404
    assert list(office.office.folder.glob("content/**/*.part")) == []


def test_what_is_too_large_or_no_digest_is_refused(
    served: RunningCenter, office: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_licence_with_picture(office)
    window, visit, city = served.join(), office.serve("mother", "w1"), sample_city()
    fetch = FetchMaterials(visit=visit, one_thing="birth", catalogue=city.id, catalogue_version=city.version)
    office.door.perform(fetch, CLERKS[0])
    assert put(window, bytes(attachments.MAX_ATTACHMENT_BYTES + 1)).status_code == 413
    for digest in ("x", "../store.db", DIGEST.upper(), DIGEST[:-1], "0" * 64):
        assert get(window, digest).status_code == 404
        assert put(window, SCAN, digest).status_code == 404
    assert served.client.get(address(DIGEST)).status_code == 401


def test_a_damaged_picture_is_not_given(served: RunningCenter, office: SampleOffice) -> None:
    register_licence_with_picture(office)
    window, visit, city = served.join(), office.serve("mother", "w1"), sample_city()
    fetch = FetchMaterials(visit=visit, one_thing="birth", catalogue=city.id, catalogue_version=city.version)
    office.door.perform(fetch, CLERKS[0])
    office.office.attachments.find_verified(DIGEST).write_bytes(b"something else")
    assert get(window).status_code == 503

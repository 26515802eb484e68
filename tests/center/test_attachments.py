"""Attachments are uploaded and downloaded by digest, only by nodes that see a document referring to them."""

from __future__ import annotations

from hashlib import sha256

import httpx
import msgspec
import pytest

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.center import attachments
from clerk_app.licences.consent_changes import WithdrawConsent
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.repository import AddAttachment, LicenceStatements, RegisterLicence
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent
from clerk_app.people import SYSTEM
from tests.engines import ENGINES
from tests.office import SampleOffice, paper_materials
from tests.sample_data import CLERKS, sample_city
from tests.sample_node import RunningCenter, SampleNode
from tests.sample_scans import build_jpeg, build_png

SCAN = build_png(padding=100_000)
DIGEST = sha256(SCAN).hexdigest()
both = pytest.mark.parametrize("engine", ENGINES)


def address(digest: str) -> str:
    return f"/v1/content/{digest}"


def get(window: SampleNode, digest: str = DIGEST) -> httpx.Response:
    return window.request("GET", address(digest))


def put(window: SampleNode, data: bytes, digest: str = DIGEST) -> httpx.Response:
    for _ in range(4):
        try:
            return window.request("PUT", address(digest), data)
        except httpx.TransportError:  # refused and closed while the body was still being sent; windows send again too
            continue
    return window.request("PUT", address(digest), data)


def register_licence_with_picture(office: SampleOffice) -> None:
    """Register a licence of the mother that has a picture."""
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


def release(office: SampleOffice, visit: str) -> None:
    """Release the pictured licence to the window of a visit, with the citizen's consent."""
    city = sample_city()
    office.door.perform(GiveConsent(visit=visit, licences=("pictured",), purpose="birth"), CLERKS[0])
    command = ReleaseLicences(
        visit=visit,
        licences=("pictured",),
        purpose="birth",
        matters=city.one_thing("birth").matters,
        catalogue=city.id,
        catalogue_version=city.version,
    )
    office.door.perform(command, CLERKS[0])


@pytest.mark.many_cases
@both
def test_licence_picture_is_visible_to_the_window_of_the_visit_only(
    served: RunningCenter, office: SampleOffice
) -> None:
    register_licence_with_picture(office)
    counter, neighbour, other = served.join(), served.join(window="w2"), served.join(window="w3", organs=("health",))
    assert get(counter).status_code == 404
    visit, city = office.serve("mother", "w1"), sample_city()
    office.prove(visit)
    fetch = FetchMaterials(visit=visit, one_thing="birth", catalogue=city.id, catalogue_version=city.version)
    assert "pictured" in office.door.perform(fetch, CLERKS[0]).licences
    assert get(counter).status_code == 404  # listed, not shown
    release(office, visit)
    found = get(counter)
    assert (found.content, found.headers["content-type"]) == (SCAN, "image/png")
    assert [get(window).json()["reason"] for window in (neighbour, other)] == ["no_content"] * 2
    office.move_ticket("finish", "w1")
    assert get(counter).status_code == 404


@pytest.mark.wide
def test_the_picture_of_a_withdrawn_consent_leaves_the_window(served: RunningCenter, office: SampleOffice) -> None:
    register_licence_with_picture(office)
    counter, city = served.join(), sample_city()
    visit = office.serve("mother", "w1")
    office.prove(visit)
    fetch = FetchMaterials(visit=visit, one_thing="birth", catalogue=city.id, catalogue_version=city.version)
    office.door.perform(fetch, CLERKS[0])
    release(office, visit)
    assert get(counter).status_code == 200
    office.door.perform(WithdrawConsent(visit=visit, licences=("pictured",), purpose="birth"), CLERKS[0])
    assert get(counter).status_code == 404


@both
def test_scan_of_a_case_is_visible_to_the_organs_that_need_it(served: RunningCenter, office: SampleOffice) -> None:
    command = office.prepare_road("w1")
    given = tuple(
        GivenMaterial(material=material.material, how="paper", content=DIGEST)
        if material.material == "traffic-plan"
        else material
        for material in paper_materials(
            "business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan"
        )
    )
    office.accept(msgspec.structs.replace(command, materials=given))
    counter, transport = served.join(), served.join(window="w8", organs=("transport",))
    health = served.join(window="w9", organs=("health",))
    assert get(counter).status_code == 503  # the case refers to it, but it was not uploaded yet
    assert put(counter, SCAN[:-1]).json()["reason"] == "bad_data"
    assert put(health, SCAN).status_code == 404
    assert put(counter, SCAN).status_code == 204
    assert put(counter, SCAN).status_code == 204
    assert get(counter).content == SCAN
    assert get(transport).content == SCAN
    assert get(health).status_code == 404
    assert list(office.office.folder.glob("content/**/*.part")) == []


@both
def test_the_file_of_a_paper_is_taken_by_its_bytes_and_is_in_backups_from_then_on(
    served: RunningCenter, office: SampleOffice
) -> None:
    paper, mistyped = build_jpeg(), build_png(b"not a page")
    contents = {"traffic-plan": paper, "pipe-survey": mistyped}
    given = tuple(
        msgspec.structs.replace(
            material,
            content=sha256(contents[material.material]).hexdigest(),
            media_type="image/jpeg",
            pages=1,
            size=len(contents[material.material]),
        )
        if material.material in contents
        else material
        for material in paper_materials(
            "business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan"
        )
    )
    office.door.perform(msgspec.structs.replace(office.prepare_road("w1"), materials=given), CLERKS[0])
    with office.store.write() as tx:  # as if a window had sent the case: its files have not arrived yet
        tx.delete("contents", media_type="image/jpeg")
    counter = served.join()
    refused = put(counter, mistyped, sha256(mistyped).hexdigest())
    assert (refused.status_code, refused.json()["reason"]) == (409, "media_type")
    assert office.select("contents") == []
    assert put(counter, paper, sha256(paper).hexdigest()).status_code == 204
    (row,) = office.select("contents")
    assert (row["digest"], row["media_type"], row["size"]) == (sha256(paper).hexdigest(), "image/jpeg", len(paper))


def test_oversized_or_misnamed_attachment_is_refused(
    served: RunningCenter, office: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_licence_with_picture(office)
    window, visit, city = served.join(), office.serve("mother", "w1"), sample_city()
    office.prove(visit)
    fetch = FetchMaterials(visit=visit, one_thing="birth", catalogue=city.id, catalogue_version=city.version)
    office.door.perform(fetch, CLERKS[0])
    release(office, visit)
    assert put(window, bytes(attachments.MAX_ATTACHMENT_BYTES + 1)).status_code == 413
    for digest in ("x", "../store.db", DIGEST.upper(), DIGEST[:-1], "0" * 64):
        assert get(window, digest).status_code == 404
        assert put(window, SCAN, digest).status_code == 404
    assert served.client.get(address(DIGEST)).status_code == 401


def test_damaged_attachment_is_not_served(served: RunningCenter, office: SampleOffice) -> None:
    register_licence_with_picture(office)
    window, visit, city = served.join(), office.serve("mother", "w1"), sample_city()
    office.prove(visit)
    fetch = FetchMaterials(visit=visit, one_thing="birth", catalogue=city.id, catalogue_version=city.version)
    office.door.perform(fetch, CLERKS[0])
    release(office, visit)
    office.office.attachments.find_verified(DIGEST).write_bytes(b"something else")
    assert get(window).status_code == 503

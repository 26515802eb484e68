"""Scans and lists between a window and its center: brought after their case, fetched when somebody looks."""

from __future__ import annotations

from argparse import Namespace
from hashlib import sha256
from pathlib import Path

import msgspec

from clerk_app.cases.intake.completeness import GivenMaterial
from clerk_app.cli.window import enrol_window
from clerk_app.composition.office import TRUST_FOLDER, open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.sync.attachments import AttachmentSync
from clerk_app.sync.connection import WindowConnection
from clerk_app.sync.trust_lists import TrustListDownload
from db.attachments import AttachmentStore
from tests.center.sample_node import RunningCenter
from tests.clock import Clock
from tests.office import SampleOffice, paper_materials

SCAN = b"a scan of a traffic plan" * 200
DIGEST = sha256(SCAN).hexdigest()


def open_window(served: RunningCenter, folder: Path, **place: object) -> tuple[SampleOffice, WindowConnection]:
    url, code = str(served.client.base_url), served.invite(**place)  # type: ignore[arg-type]
    assert enrol_window(Namespace(office=folder, url=url, code=code)) == 0
    office = open_office(folder)
    connection = WindowConnection(folder, office.door, all_rules(), all_document_types(), office.attachments)
    return SampleOffice(office, Clock()), connection


def close_windows(*windows: tuple[SampleOffice, WindowConnection]) -> None:
    for window, connection in windows:
        connection.transport.close()
        window.close()


def ignore_progress() -> None:
    """Nobody looks at the progress."""


def test_a_scan_follows_its_case_and_comes_to_whom_it_concerns(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    counter, line = open_window(served, tmp_path / "w1", window="w1")
    transport, other = open_window(served, tmp_path / "t", window="t1", organs=("transport",))
    command = counter.prepare_road("w1")
    given = tuple(
        GivenMaterial(material=one.material, how="paper", content=DIGEST) if one.material == "traffic-plan" else one
        for one in paper_materials(
            "business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan"
        )
    )
    counter.office.attachments.add(SCAN)
    counter.accept(msgspec.structs.replace(command, materials=given))
    line.attachments.upload_new()  # too early: the center does not know the case
    assert list((office.office.folder / "content").glob("*/*")) == []
    line.sync_now(ignore_progress)
    assert office.office.attachments.read(DIGEST) == SCAN
    other.sync_now(ignore_progress)
    assert other.attachments.request_download(DIGEST)
    other.attachments.download_requested()
    assert transport.office.attachments.read(DIGEST) == SCAN
    other.attachments.remove_unused()
    assert transport.office.attachments.read(DIGEST) == SCAN
    (number,) = (row["number"] for row in office.select("cases"))
    office.withdraw(number)  # and the department has nothing to do with it any more
    other.sync_now(ignore_progress)
    assert list((transport.office.folder / "content").glob("*/*")) == []
    assert counter.office.attachments.read(DIGEST) == SCAN
    close_windows((counter, line), (transport, other))


class WrongAttachmentTransport:
    """A center without any picture."""

    def __init__(self) -> None:
        self.requested: list[str] = []

    def get_attachment(self, digest: str) -> bytes:
        self.requested.append(digest)
        return b"something else"

    def put_attachment(self, digest: str, data: bytes) -> None:
        raise AssertionError("nothing was to be brought")


def test_what_is_not_to_be_had_is_not_asked_for_at_every_look(office: SampleOffice, tmp_path: Path) -> None:
    carrier, now = WrongAttachmentTransport(), [0.0]
    pictures = AttachmentSync(office.store, AttachmentStore(tmp_path / "c"), tmp_path, carrier, lambda: now[0])
    for _look in range(3):
        pictures.request_download(DIGEST)
        pictures.download_requested()
    assert carrier.requested == [DIGEST]
    now[0] = 1000.0
    pictures.request_download(DIGEST)
    pictures.download_requested()
    assert carrier.requested == [DIGEST] * 2


def test_the_signed_lists_are_kept_as_the_center_has_them(served: RunningCenter, tmp_path: Path) -> None:
    window, line = open_window(served, tmp_path / "w1", window="w1")
    folder = tmp_path / "lists"
    (folder / "status").mkdir(parents=True)
    (folder / "trust.cose").write_bytes(b"signed")
    (folder / "status" / "issuer-1.cose").write_bytes(b"signed too")
    (folder / "root.pem").write_bytes(b"nobody gets this on the way")
    object.__setattr__(served.service.center, "trust_folder", folder)
    kept = TrustListDownload(tmp_path / "w1" / TRUST_FOLDER, line.transport, lambda: 0.0)
    kept.refresh()
    assert (tmp_path / "w1" / TRUST_FOLDER / "trust.cose").read_bytes() == b"signed"
    assert (tmp_path / "w1" / TRUST_FOLDER / "status" / "issuer-1.cose").read_bytes() == b"signed too"
    assert not (tmp_path / "w1" / TRUST_FOLDER / "root.pem").exists()
    tag, _lists = line.transport.get_trust_lists("") or ("", None)
    assert line.transport.get_trust_lists(tag) is None
    close_windows((window, line))

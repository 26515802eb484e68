"""Attachments and trust lists between a window and its center."""

from __future__ import annotations

import os
import threading
from argparse import Namespace
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cli.db import check_store
from clerk_app.cli.window import enrol_window
from clerk_app.composition.office import TRUST_FOLDER, open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import Refused
from clerk_app.ledger.replication.attachment_messages import AttachmentProgress
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.attachments import DOWNLOADED_FILE, UPLOADED_FILE, AttachmentSync
from clerk_app.sync.connection import WindowConnection
from clerk_app.sync.digest_list import DigestList
from clerk_app.sync.trust_lists import TrustListDownload
from db.attachments import AttachmentStore
from tests.clock import Clock
from tests.office import SampleOffice, paper_materials
from tests.sample_data import PIN
from tests.sample_node import RunningCenter
from tests.sample_scans import build_jpeg

SCAN = build_jpeg()
DIGEST = sha256(SCAN).hexdigest()


def open_window(served: RunningCenter, folder: Path, **place: object) -> tuple[SampleOffice, WindowConnection]:
    url, code = str(served.client.base_url), served.invite(**place)  # type: ignore[arg-type]
    assert enrol_window(Namespace(office=folder, url=url, code=code)) == 0
    office = open_office(folder)
    connection = WindowConnection(folder, office.door, all_rules(), all_document_types(), office.attachments)
    if place.get("window") == "w1":
        verify_here(office, "1000", PIN, "w1")  # its clerk
    return SampleOffice(office, Clock()), connection


def close_windows(*windows: tuple[SampleOffice, WindowConnection]) -> None:
    for window, connection in windows:
        connection.transport.close()
        window.close()


def ignore_progress() -> None:
    """Do nothing."""


def test_scan_is_uploaded_after_its_case_and_downloaded_where_visible(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    counter, line = open_window(served, tmp_path / "w1", window="w1")
    transport, other = open_window(served, tmp_path / "t", window="t1", organs=("transport",))
    command = counter.prepare_road("w1")
    given = tuple(
        GivenMaterial(
            material=material.material,
            how="paper",
            content=DIGEST,
            media_type="image/jpeg",
            pages=1,
            size=len(SCAN),
        )
        if material.material == "traffic-plan"
        else material
        for material in paper_materials(
            "business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan"
        )
    )
    counter.office.attachments.add(SCAN)
    counter.accept(msgspec.structs.replace(command, materials=given))
    line.attachments.upload_new()  # too early: the center does not know the case
    assert list((office.office.folder / "content").glob("*/*")) == []
    line.sync_now(ignore_progress)
    assert office.office.attachments.read(DIGEST) == SCAN
    assert [row["media_type"] for row in office.select("contents", digest=DIGEST)] == ["image/jpeg"]
    other.sync_now(ignore_progress)
    assert [row["pages"] for row in transport.select("materials", content=DIGEST)] == [1]
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


@pytest.mark.wide
def test_a_picture_that_a_window_has_not_downloaded_is_no_damage_there(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    counter, line = open_window(served, tmp_path / "w1", window="w1")
    for place in (office, counter):
        with place.store.write() as tx:
            tx.insert("contents", digest=DIGEST, media_type="image/png", size=len(SCAN), added_at=1)
    assert check_store(Namespace(office=office.office.folder)) == 1
    assert check_store(Namespace(office=counter.office.folder)) == 0
    counter.office.attachments.add(SCAN)
    (file,) = (counter.office.folder / "content").rglob(DIGEST)
    file.write_bytes(b"altered")
    assert check_store(Namespace(office=counter.office.folder)) == 1
    close_windows((counter, line))


class WrongAttachmentTransport:
    """A center that returns other bytes than asked for."""

    def __init__(self) -> None:
        self.requested: list[str] = []

    def get_piece(self, digest: str, piece: int) -> bytes:
        self.requested.append(digest)
        return b"something else"

    def put_piece(self, digest: str, piece: int, data: bytes) -> AttachmentProgress:
        raise AssertionError("nothing was to be brought")

    def get_progress(self, digest: str) -> AttachmentProgress:
        raise AssertionError("nothing was to be brought")


@pytest.mark.wide
def test_failed_download_is_retried_after_a_pause(office: SampleOffice, tmp_path: Path) -> None:
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


class CenterOfRejectedCases:
    """A center that takes a file once it has accepted the case."""

    def __init__(self) -> None:
        self.has_case, self.received = False, list[bytes]()

    def get_piece(self, digest: str, piece: int) -> bytes:
        raise AssertionError("nothing was to be fetched")

    def put_piece(self, digest: str, piece: int, data: bytes) -> AttachmentProgress:
        assert piece == 0
        self.received.append(data)
        return AttachmentProgress(received=len(data), complete=True)

    def get_progress(self, digest: str) -> AttachmentProgress:
        if not self.has_case:
            raise Refused("no_content", "There is no such picture that this window may see.")
        return AttachmentProgress(received=0)


@pytest.mark.wide
def test_the_file_of_a_case_that_is_accepted_later_is_uploaded_then(office: SampleOffice, tmp_path: Path) -> None:
    center, now, folder = CenterOfRejectedCases(), [0.0], office.office.folder
    line = AttachmentSync(office.store, office.office.attachments, folder, center, lambda: now[0])
    command = office.prepare_birth(child_name="赵一")
    paper = next(material for material in command.materials if material.how == "paper")
    taken = msgspec.structs.replace(paper, content=DIGEST, media_type="image/jpeg", pages=1, size=len(SCAN))
    others = [material for material in command.materials if material is not paper]
    office.office.taken_files.add(SCAN)
    office.office.taken_files.mark_given([DIGEST])
    line.upload_left()  # the window has no case with it
    office.accept(msgspec.structs.replace(command, materials=(taken, *others)))
    (folder / UPLOADED_FILE).write_text("99999")  # its entry was answered, and the center has rejected it
    line.upload_left()
    center.has_case = True
    line.upload_left()
    assert center.received == []  # not before a pause
    now[0] = 1000.0
    line.upload_left()
    line.upload_left()
    assert center.received == [SCAN]


class SampleAttachmentTransport:
    """A center that has one attachment."""

    def get_piece(self, digest: str, piece: int) -> bytes:
        assert (digest, piece) == (DIGEST, 0)
        return SCAN

    def put_piece(self, digest: str, piece: int, data: bytes) -> AttachmentProgress:
        raise AssertionError("nothing was to be uploaded")

    def get_progress(self, digest: str) -> AttachmentProgress:
        raise AssertionError("nothing was to be uploaded")


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "left_by_crash", [b"", b"ab12", b"\0" * 70, b"\xff\n", f"{DIGEST}\nab".encode(), DIGEST[:63].encode()]
)
def test_downloaded_scan_is_removed_also_after_a_crash(
    office: SampleOffice, tmp_path: Path, left_by_crash: bytes
) -> None:
    folder = tmp_path / "c"
    pictures = AttachmentSync(office.store, AttachmentStore(folder), tmp_path, SampleAttachmentTransport())
    (tmp_path / DOWNLOADED_FILE).write_bytes(left_by_crash)
    pictures.fetch(DIGEST)
    half_written = folder / DIGEST[:2] / f"{DIGEST}.77-1.part"
    half_written.write_bytes(SCAN[:40])
    os.utime(half_written, (0, 0))
    pictures.remove_unused()
    assert list(folder.glob("*/*")) == []
    assert (tmp_path / DOWNLOADED_FILE).read_bytes() == b""


@pytest.mark.wide
def test_digest_added_by_another_program_is_not_lost_by_an_edit(tmp_path: Path) -> None:
    own, other = DigestList(tmp_path / "list"), DigestList(tmp_path / "list")
    own.append("a" * 64)
    thread = threading.Thread(target=other.append, args=("b" * 64,))
    with own.edit() as digests:
        thread.start()
        digests.clear()
    thread.join()
    with own.edit() as digests:
        assert digests == ["b" * 64]


@pytest.mark.wide
def test_trust_lists_are_downloaded_unchanged(served: RunningCenter, tmp_path: Path) -> None:
    window, line = open_window(served, tmp_path / "w1", window="w1")
    folder = tmp_path / "lists"
    (folder / "status").mkdir(parents=True)
    (folder / "trust.cose").write_bytes(b"signed")
    (folder / "status" / "issuer-1.cose").write_bytes(b"signed too")
    (folder / "root.pem").write_bytes(b"not the pinned one")
    (tmp_path / "w1" / TRUST_FOLDER / "root.pem").write_bytes(b"pinned")
    served.service.center = replace(served.service.center, trust_folder=folder)
    kept = TrustListDownload(tmp_path / "w1" / TRUST_FOLDER, line.transport, lambda: 0.0)
    kept.refresh()
    assert (tmp_path / "w1" / TRUST_FOLDER / "trust.cose").read_bytes() == b"signed"
    assert (tmp_path / "w1" / TRUST_FOLDER / "status" / "issuer-1.cose").read_bytes() == b"signed too"
    assert (tmp_path / "w1" / TRUST_FOLDER / "root.pem").read_bytes() == b"pinned"
    tag, _lists = line.transport.get_trust_lists("") or ("", None)
    assert line.transport.get_trust_lists(tag) is None
    close_windows((window, line))

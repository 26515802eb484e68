"""Files of papers on a line that is slow or cut: they continue where they were, after the entries."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import msgspec
import pytest
from PIL import Image

from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import SecondFactor
from clerk_app.cli.window import enrol_window
from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.replication.attachment_messages import PIECE_BYTES
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.connection import WindowConnection
from tests.clock import Clock
from tests.office import SampleOffice, paper_materials
from tests.sample_data import CREDIT_CODE, PIN
from tests.sample_node import RunningCenter
from tests.sync.conftest import register_other_site
from tests.sync.cut_line import CutLine, cut_line

SIDE = 1000  # pixels of a noisy picture of a little less than 3 MB
MATERIALS = ("business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan")
OpenWindow = Callable[..., tuple[SampleOffice, WindowConnection]]


def draw_noise(side: int = SIDE) -> bytes:
    """A JPEG that hardly compresses."""
    file = BytesIO()
    Image.frombytes("RGB", (side, side), Random(17).randbytes(3 * side * side)).save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.fixture
def line(served: RunningCenter) -> Iterator[CutLine]:
    with cut_line(served.client.base_url.port or 0) as relayed:
        yield relayed


@pytest.fixture
def open_window(served: RunningCenter, line: CutLine, tmp_path: Path) -> Iterator[OpenWindow]:
    """Opens a machine of the center behind the line."""
    with ExitStack() as opened:

        def open_it(window: str, **place: object) -> tuple[SampleOffice, WindowConnection]:
            folder = tmp_path / window
            code = served.invite(window=window, **place)  # type: ignore[arg-type]
            assert enrol_window(Namespace(office=folder, url=line.url, code=code)) == 0
            office = open_office(folder)
            opened.callback(office.store.close)
            connection = WindowConnection(
                folder, office.door, all_rules(), all_document_types(), office.attachments, min_backoff=0.05
            )
            opened.callback(connection.transport.close)
            if window == "w1":
                verify_here(office, "1000", PIN, window)
            return SampleOffice(office, Clock()), connection

        yield open_it


def accept_with(counter: SampleOffice, data: bytes) -> str:
    """Accept a case with this file as its traffic plan; return the digest."""
    digest = counter.office.taken_files.add(data)
    command = counter.prepare_road("w1")
    given = tuple(
        msgspec.structs.replace(paper, content=digest, media_type="image/jpeg", pages=1, size=len(data))
        if paper.material == "traffic-plan"
        else paper
        for paper in paper_materials(*MATERIALS)
    )
    counter.office.taken_files.mark_given([digest])
    counter.accept(msgspec.structs.replace(command, materials=given))
    return digest


def push_all(connection: WindowConnection) -> None:
    """Exchange everything with the center, without the background jobs."""
    while connection.client.step():
        pass


def sync(connection: WindowConnection) -> None:
    connection.sync_now(lambda: None)


def test_an_upload_that_was_cut_goes_on_with_the_piece_that_is_lacking(
    open_window: OpenWindow, line: CutLine, office: SampleOffice
) -> None:
    counter, connection = open_window("w1")
    data = draw_noise()
    digest = accept_with(counter, data)
    push_all(connection)
    line.sent = 0
    for _cut in range(3):
        line.bytes_left = len(data) // 3
        with pytest.raises(OutOfReach):
            connection.attachments.upload_new()
        assert not office.office.attachments.is_kept(digest)
        line.bytes_left = None
    connection.attachments.upload_new()
    assert office.office.attachments.read(digest) == data
    assert line.sent < len(data) + 4 * (PIECE_BYTES + 64 * 1024)
    assert list((office.office.folder / "content").glob("**/*.part")) == []


@pytest.mark.wide
def test_a_download_that_was_cut_goes_on_and_another_organ_gets_no_piece(
    open_window: OpenWindow, line: CutLine, served: RunningCenter, office: SampleOffice
) -> None:
    counter, connection = open_window("w1")
    transport, department = open_window("t1", organs=("transport",))
    _health, other = open_window("h1", organs=("health",))
    data = draw_noise()
    digest = accept_with(counter, data)
    sync(connection)
    sync(department)
    line.received = 0
    original = line._count

    def cut_in_the_middle(size: int, is_sent: bool) -> bool:
        return original(size, is_sent) and (is_sent or line.received < len(data) // 2)

    line._count = cut_in_the_middle  # type: ignore[method-assign]
    with pytest.raises(OutOfReach):
        department.fetch(digest)
    line._count = original  # type: ignore[method-assign]
    line.received = 0
    assert department.fetch(digest) == data
    assert line.received < len(data) * 3 // 4
    assert transport.office.attachments.read(digest) == data
    for act in (other.fetch, other.attachments._transport.get_progress):
        with pytest.raises(Refused) as caught:
            act(digest)
        assert caught.value.reason == "no_content"


@pytest.mark.wide
def test_an_entry_does_not_wait_for_a_file_on_a_slow_line(
    open_window: OpenWindow, line: CutLine, office: SampleOffice, request: pytest.FixtureRequest
) -> None:
    counter, connection = open_window("w1")
    digest = accept_with(counter, draw_noise())
    push_all(connection)
    line.bytes_per_second = 600_000
    connection.start()
    request.addfinalizer(connection.stop)
    content = office.office.folder / "content"
    while not list(content.glob("**/*.part")):
        pass
    entries = len(office.select("ledger_entries"))
    counter.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    while len(office.select("ledger_entries")) == entries:
        pass
    assert not office.office.attachments.is_kept(digest)  # most of it has not been sent yet
    line.bytes_per_second = None
    while not office.office.attachments.is_kept(digest):
        pass


@pytest.mark.wide
def test_a_file_arrives_also_if_its_case_was_transferred_before(open_window: OpenWindow, office: SampleOffice) -> None:
    counter, connection = open_window("w1")
    digest = accept_with(counter, draw_noise(300))
    push_all(connection)
    register_other_site(office)
    (case,) = office.select("cases")
    factor = SecondFactor(last=CREDIT_CODE[-4:])
    office.door.perform(TransferCase(case=case["number"], window="w5", personal=factor), "clerk-5")
    sync(connection)
    assert counter.select("cases") == []
    assert office.office.attachments.is_kept(digest)
    with pytest.raises(Refused):  # it sends what it has taken in, and reads the case no more
        connection.fetch(digest)


@pytest.mark.wide
def test_pieces_that_are_wrong_or_out_of_order_are_dropped(open_window: OpenWindow, office: SampleOffice) -> None:
    counter, connection = open_window("w1")
    data = draw_noise(500)
    digest = accept_with(counter, data)
    push_all(connection)
    pieces = connection.attachments._transport
    assert pieces.put_piece(digest, 5, b"x").received == 0
    assert pieces.put_piece(digest, 0, data[:PIECE_BYTES]).received == PIECE_BYTES
    assert pieces.put_piece(digest, 0, data[:PIECE_BYTES]).received == PIECE_BYTES
    with pytest.raises(Refused) as caught:  # not the end of a picture
        pieces.put_piece(digest, 1, b"something else")
    assert caught.value.reason == "media_type"
    assert pieces.get_progress(digest).received == 0
    connection.attachments.upload_new()
    assert sha256(office.office.attachments.read(digest)).hexdigest() == digest
    assert pieces.put_piece(digest, 0, b"later").complete

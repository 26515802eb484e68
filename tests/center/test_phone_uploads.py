"""Pictures of papers that a phone sends to a visit: over real HTTP, with hostile files, links and lines."""

from __future__ import annotations

import re
import socket
import stat
from hashlib import sha256
from io import BytesIO
from typing import Any

import httpx
import msgspec
import pytest
from PIL import Image

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.center import phone_uploads
from clerk_app.center.phone_uploads import KEPT_AFTER_END, REPORTED_FOR, UPLOAD_FOLDER, VALID_FOR
from clerk_app.ledger.replication.messages import ErrorBody
from clerk_app.ledger.replication.upload_messages import UploadLink, UploadRequest
from tests.office import SampleOffice
from tests.sample_node import PHONE_ADDRESS, RunningCenter, SampleNode, run_center

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def draw(number: int = 1, kind: str = "JPEG") -> bytes:
    """A small picture; each number gives another one."""
    file = BytesIO()
    Image.new("RGB", (40, 30), (number % 256, number // 256, 90)).save(file, kind)
    return file.getvalue()


class Phone:
    """A link of a window, and a phone that has opened it."""

    def __init__(self, served: RunningCenter, office: SampleOffice, window: SampleNode | None = None) -> None:
        self.window = window or served.join()
        self.visit = office.serve("mother", "w1")
        self.link = self.open()
        self.path = self.link.address.removeprefix(PHONE_ADDRESS)
        self.client = served.client

    def open(self) -> UploadLink:
        response = self.send("POST", "/v1/uploads", msgspec.json.encode(UploadRequest(visit=self.visit)))
        assert response.status_code == 201
        return msgspec.json.decode(response.content, type=UploadLink)

    def send(self, method: str, path: str, body: bytes = b"") -> httpx.Response:
        return self.window.request(method, path, body)

    def take(self, *contents: bytes, name: str = "photo.jpg") -> httpx.Response:
        """Send the files as the form of the page does."""
        files: Any = [("file", (name, content, "image/jpeg")) for content in contents]
        return self.client.post(self.path, files=files)

    def read(self) -> UploadLink:
        return msgspec.json.decode(self.send("GET", f"/v1/uploads/{self.link.id}").content, type=UploadLink)

    def fetch(self, number: int) -> bytes:
        response = self.send("GET", f"/v1/uploads/{self.link.id}/files/{number}")
        assert response.status_code == 200
        return response.content

    def delete(self, number: int) -> int:
        return self.send("DELETE", f"/v1/uploads/{self.link.id}/files/{number}").status_code


@pytest.fixture
def phone(served: RunningCenter, office: SampleOffice) -> Phone:
    return Phone(served, office)


def files_in(office: SampleOffice) -> list[str]:
    """The names of the files of phones at the center, also of those that have not arrived whole."""
    folder = office.office.folder / UPLOAD_FOLDER
    return sorted(path.name for path in folder.glob("*/*") if path.name != "link.json")


def reason_of(response: httpx.Response) -> str:
    return msgspec.json.decode(response.content, type=ErrorBody).reason


def test_files_of_a_phone_arrive_at_the_window_and_are_deleted_after_they_were_fetched(
    phone: Phone, office: SampleOffice
) -> None:
    first, second = draw(1), draw(2, "PNG")
    assert phone.take(first, second).status_code == 201
    found = phone.read()
    assert [(file.number, file.digest, file.media_type) for file in found.files] == [
        (1, sha256(first).hexdigest(), "image/jpeg"),
        (2, sha256(second).hexdigest(), "image/png"),
    ]
    assert [phone.fetch(1), phone.fetch(2)] == [first, second]
    folder = office.office.folder / UPLOAD_FOLDER
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*/*")} == {0o600}
    assert [phone.delete(1), phone.delete(1), phone.delete(2)] == [204, 204, 204]
    left = phone.read()
    assert (left.received, left.files) == (2, ())
    assert all(name.endswith(".fetched") for name in files_in(office))


@pytest.mark.wide
def test_a_file_that_is_the_body_arrives_and_one_that_is_sent_twice_is_kept_once(phone: Phone) -> None:
    for _ in range(2):
        assert phone.client.post(phone.path, content=draw()).status_code == 201
    assert phone.read().received == 1
    phone.delete(1)
    assert phone.take(draw(), draw(2)).status_code == 201  # the phone repeats a form whose answer was lost
    assert [file.number for file in phone.read().files] == [2]


def test_nothing_of_it_reaches_the_store_or_the_log(phone: Phone, office: SampleOffice) -> None:
    entries = len(office.select("ledger_entries"))
    phone.take(draw())
    phone.fetch(1)
    assert len(office.select("ledger_entries")) == entries
    assert office.select("contents") == []


def test_the_page_has_no_script_no_foreign_address_and_no_person_and_is_in_the_language_of_the_phone(
    phone: Phone,
) -> None:
    for accepted, word in (("", "拍"), ("zh-CN,en;q=0.8", "拍"), ("en-GB, zh;q=0.5", "Photograph"), ("fr", "拍")):
        page = phone.client.get(phone.path, headers={"accept-language": accepted})
        assert page.status_code == 200
        assert word in page.text
        assert not re.search(r"<script|https?:|src=|王|mother", page.text)
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "form-action 'self'" in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"


@pytest.mark.wide
def test_a_file_of_another_type_does_not_stop_the_others_and_names_of_files_are_not_used(
    phone: Phone, office: SampleOffice
) -> None:
    zipped = b"PK\x03\x04" + bytes(100) + b"PK\x05\x06" + bytes(18)
    both = b"%PDF-1.7 " + zipped
    response = phone.take(b"<html><script>", draw(), zipped, both, draw()[:-9], name="../../etc/passwd\x00.jpg")
    assert response.status_code == 201
    assert phone.read().received == 1
    assert len(files_in(office)) == 1
    for wrong in (b"", b"GIF89a", PNG_SIGNATURE, zipped):
        assert phone.client.post(phone.path, content=wrong).status_code == 409
    assert phone.client.post(phone.path, files=[("note", (None, b"x"))]).status_code == 400


def test_limits_of_a_file_and_of_a_link_hold(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_uploads, "MAX_FILE_BYTES", 100_000)
    monkeypatch.setattr(phone_uploads, "MAX_FILES", 3)
    noise = draw() + bytes(100_000)
    assert phone.take(noise).status_code == 413
    assert phone.take(noise, draw(1)).status_code == 201
    assert phone.take(draw(2), draw(3), draw(4)).status_code == 201
    assert phone.take(draw(5)).status_code == 413
    assert phone.read().received == 3
    head = f"POST {phone.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", phone.client.base_url.port or 0), timeout=20) as connection:
        connection.sendall(head)
        assert connection.recv(12) == b"HTTP/1.1 413"


@pytest.mark.wide
def test_the_line_is_cut_in_the_second_file_and_the_first_is_kept(phone: Phone, office: SampleOffice) -> None:
    first, second = draw(1), draw(2)
    request = phone.client.build_request("POST", phone.path, files=[("file", ("a", first)), ("file", ("b", second))])
    body = request.read()
    head = (
        f"POST {phone.path} HTTP/1.1\r\nHost: x\r\nContent-Type: {request.headers['content-type']}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", phone.client.base_url.port or 0), timeout=20) as connection:
        connection.sendall(head + body[: body.index(second) + 10])
        while phone.read().received < 1:
            pass
    assert phone.take(first, second).status_code == 201
    assert [file.digest for file in phone.read().files] == [sha256(part).hexdigest() for part in (first, second)]
    while any(name.endswith(".part") for name in files_in(office)):
        pass


def test_a_wrong_and_an_ended_link_get_the_same_sentence(
    phone: Phone, served: RunningCenter, office: SampleOffice
) -> None:
    phone.take(draw())
    wrong = served.client.get("/u/" + "A" * 22)
    assert wrong.status_code == 404
    assert phone.send("DELETE", f"/v1/uploads/{phone.link.id}").status_code == 204
    for response in (served.client.get(phone.path), phone.take(draw(2))):
        assert response.status_code == 410
        assert response.text == wrong.text
    assert files_in(office) == []
    for path in ("/u/x", "/u/" + "A" * 23, "/u/..%2f..%2fetc", "/u/%00"):
        assert served.client.get(path).status_code in (404, 405)


@pytest.mark.wide
def test_wrong_links_are_counted_and_stop_nobody_with_a_right_one(phone: Phone, served: RunningCenter) -> None:
    statuses = [
        served.client.get(f"/u/{number:022d}").status_code
        for number in range(DEFAULT_POLICY.wrong_codes_of_address + 3)
    ]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert served.client.get(phone.path).status_code == 200


def test_a_link_ends_with_its_time_and_its_files_a_little_later(phone: Phone, office: SampleOffice) -> None:
    phone.take(draw())
    office.clock.advance(microseconds=VALID_FOR)
    assert phone.take(draw(2)).status_code == 410
    phone.window.is_clock_known = False
    assert phone.fetch(1) == draw()  # the line of the window was cut meanwhile
    office.clock.advance(microseconds=KEPT_AFTER_END)
    place = phone_uploads.PhoneUploads(office.office.folder / UPLOAD_FOLDER, office.office.door.clock)
    place.remove_ended(lambda _visit, _window: True)
    assert files_in(office) == []
    office.clock.advance(microseconds=REPORTED_FOR)
    place.remove_ended(lambda _visit, _window: True)
    assert list((office.office.folder / UPLOAD_FOLDER).iterdir()) == []


@pytest.mark.wide
def test_the_files_go_with_the_visit_also_while_no_center_runs(office: SampleOffice) -> None:
    with run_center(office.office) as served:
        phone = Phone(served, office)
        phone.take(draw())
        (office.office.folder / UPLOAD_FOLDER / phone.link.id / "file.1-1.part").write_bytes(b"of a crash")
        office.move_ticket("finish", "w1")
    assert len(files_in(office)) == 2
    with run_center(office.office) as served:
        while files_in(office):
            pass
        assert served.client.get(phone.path).status_code == 410


def test_only_the_window_of_the_visit_opens_and_reads_a_link(
    phone: Phone, served: RunningCenter, office: SampleOffice
) -> None:
    phone.take(draw())
    neighbour = served.join(window="w2")
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/files/1"), ("DELETE", "/files/1")):
        response = neighbour.request(method, f"/v1/uploads/{phone.link.id}{path}")
        assert (response.status_code, reason_of(response)) == (404, "no_upload")
        assert served.client.request(method, f"/v1/uploads/{phone.link.id}{path}").status_code == 401
    body = msgspec.json.encode(UploadRequest(visit=phone.visit))
    assert reason_of(neighbour.request("POST", "/v1/uploads", body)) == "no_visit"
    assert phone.fetch(1) == draw()


@pytest.mark.wide
def test_a_new_link_ends_the_earlier_one_of_the_window(phone: Phone) -> None:
    phone.take(draw())
    second = phone.open()
    assert phone.client.get(phone.path).status_code == 410
    assert phone.client.get(second.address.removeprefix(PHONE_ADDRESS)).status_code == 200


@pytest.mark.wide
def test_many_bodies_with_one_link_are_limited(phone: Phone, served: RunningCenter) -> None:
    head = f"POST {phone.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode()
    port = served.client.base_url.port or 0
    slow: list[socket.socket] = []
    while phone.client.post(phone.path, content=draw()).status_code != 429:  # each of those that hold a place is open
        slow.append(socket.create_connection(("127.0.0.1", port), timeout=20))
        slow[-1].sendall(head + draw()[:5])
    for connection in slow:
        connection.close()
    while phone.client.post(phone.path, content=draw()).status_code != 201:
        pass

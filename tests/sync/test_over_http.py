"""A machine joins a real center over HTTP, works while it is gone, and loses nothing on the way back."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest

from clerk_app.center.authority import key_digest
from clerk_app.cli.window import enrol_window
from clerk_app.desks.line_view import line_facts, line_view
from clerk_app.desks.office import Office, all_kinds, all_rules, open_office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.messages import Enrol
from clerk_app.locales import speak
from clerk_app.sync.connection import KEY, Connection, read_key, write_key
from clerk_app.sync.joining import PENDING, enrol_here
from db.engines import Store
from tests.center.speaker import Served, Speaker, paused
from tests.clock import Clock
from tests.furnishing import CENTRE
from tests.office import SampleOffice

CENTER = (sys.executable, "-m", "clerk_app", "--language", "en", "center")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    speak("en")
    yield
    speak("zh_CN")


def joined(folder: Path, url: str, code: str = "") -> None:
    assert enrol_window(Namespace(office=folder, url=url, code=code)) == 0


def rows(folder: Path, table: str) -> int:
    store = Store(folder / "store.db")
    with store.read() as look:
        many = len(look.rows(table))
    store.close()
    return many


def test_a_machine_joins_once_and_keeps_its_key_to_itself(served: Served, tmp_path: Path) -> None:
    folder, url = tmp_path / "w1", str(served.client.base_url)
    joined(folder, url, served.invite(window="w1"))
    key = folder / KEY
    assert key.stat().st_mode & 0o777 == 0o600
    assert not (folder / PENDING).exists()
    assert rows(folder, "number_blocks") == 2
    assert rows(folder, "catalogue_versions") == 1
    joined(folder, url)  # again, and nothing is new
    with pytest.raises(Refused) as elsewhere:
        joined(folder, "http://127.0.0.1:9")
    assert elsewhere.value.reason == "elsewhere"


def test_a_wrong_code_leaves_nothing_behind(served: Served, tmp_path: Path) -> None:
    with pytest.raises(Refused) as wrong:
        joined(tmp_path / "w1", str(served.client.base_url), "AAAA-BBBB-CCCC-DDDD-EEEE")
    assert wrong.value.reason == "invitation"
    assert list((tmp_path / "w1").iterdir()) == []


def test_an_enrolment_that_was_interrupted_goes_on_without_a_code(served: Served, tmp_path: Path) -> None:
    folder, url = tmp_path / "w1", str(served.client.base_url)
    joining = enrol_here(folder, url, served.invite(window="w1"))
    (folder / ".making").mkdir()  # half an office
    joined(folder, url)
    assert json.loads((folder / "office.toml").read_text("utf-8").partition("hall = ")[2].splitlines()[0]) == "hall"
    with open_office(folder).store.read() as look:
        here = look.one("ledger.here")
    assert here is not None
    assert (here["id"], here["incarnation"]) == (joining.told.node, 1)


def test_an_enrolment_whose_answer_was_lost_is_asked_again_with_the_same_code(
    served: Served, office: SampleOffice, tmp_path: Path
) -> None:
    folder, url, code = tmp_path / "w1", str(served.client.base_url), served.invite(window="w1")
    folder.mkdir()
    write_key(folder, "made-before-it-asked")
    asked = Enrol(code=code, key_digest=key_digest("made-before-it-asked"))
    assert served.client.post("/v1/enrol", content=msgspec.json.encode(asked)).status_code == 200
    with pytest.raises(Refused):
        joined(folder, url, "AAAA-BBBB-CCCC-DDDD-EEEE")  # mistyped
    joined(folder, url, code)
    assert read_key(folder) == "made-before-it-asked"
    assert len(office.rows("nodes")) == 2


def test_a_center_out_of_reach_leaves_the_key_to_ask_again_with(tmp_path: Path) -> None:
    with pytest.raises(OutOfReach, match="with the same code"):
        joined(tmp_path, "http://127.0.0.1:9", "AAAA-BBBB-CCCC-DDDD-EEEE")
    assert len(read_key(tmp_path)) == 43


def test_an_older_center_gives_out_the_key_itself(served: Served, tmp_path: Path) -> None:
    class Older(BaseHTTPRequestHandler):
        """It lets pass what it does not know."""

        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            del told["key_digest"]
            answer = served.client.post(self.path, json=told).content
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Older) as older:
        thread = threading.Thread(target=older.handle_request)
        thread.start()
        joining = enrol_here(tmp_path, f"http://127.0.0.1:{older.server_port}", served.invite(window="w1"))
        thread.join()
    assert Speaker(served.client, joining.told).push(paused()).last == 1


@contextmanager
def center(folder: Path, port: int) -> Iterator[None]:
    """A center in a process of its own, killed without a word at the end."""
    command = [*CENTER, "--folder", str(folder), "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd="/") as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        reading = threading.Thread(target=process.stderr.read)  # its log must not fill the pipe
        reading.start()
        try:
            assert json.loads(line)["what"] == "listening", line
            yield
        finally:
            process.kill()
            reading.join()


@contextmanager
def at_work(folder: Path) -> Iterator[tuple[SampleOffice, Office, Connection]]:
    """The program of a window, with its exchange running."""
    office = open_office(folder)
    connection = Connection(folder, office.door, all_rules(), all_kinds(), office.contents)
    connection.exchange._pauses = (0.05, 0.2)
    connection.start()
    connected = replace(office, far=connection)
    try:
        yield SampleOffice(connected, Clock()), connected, connection
    finally:
        connection.stop()
        office.store.close()


def soon(so: Callable[[], bool]) -> None:
    """Waits until it is so, and fails when that takes too long."""
    never = threading.Event()
    for _try in range(1500):
        if so():
            return
        never.wait(0.02)
    raise AssertionError("it never came")


def invited(folder: Path, window: str) -> str:
    words = ("invite", "--folder", str(folder), "--name", window, "--window", window, "--organs", CENTRE)
    return subprocess.run([*CENTER, *words], capture_output=True, text=True, check=True).stdout.splitlines()[-1]


def cases_at(folder: Path) -> set[str]:
    store = Store(folder / "store.db")
    with store.read() as look:
        found = {row["number"] for row in look.rows("cases")}
    store.close()
    return found


def test_a_center_that_is_killed_and_comes_back_is_caught_up_with(office_template: Path, tmp_path: Path) -> None:
    city, folder = tmp_path / "city", tmp_path / "w1"
    SampleOffice.opened(office_template, city).close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with center(city, port):
        joined(folder, f"http://127.0.0.1:{port}", invited(city, "w1"))
    with at_work(folder) as (window, office, connection):
        soon(lambda: line_facts(office).state == "lost")
        words = line_view(office)
        assert "out of reach since" in words.headline
        assert words.cannot
        with pytest.raises(OutOfReach):
            window.take_ticket()
        visit = window.serve()
        window.move("finish")
        assert visit
        assert line_facts(office).waiting > 0
        with center(city, port):
            connection.exchange.wake()
            soon(lambda: line_facts(office).state == "connected" and line_facts(office).waiting == 0)
            first = window.accept_birth()
            soon(lambda: first in cases_at(city))
        soon(lambda: line_facts(office).state == "lost")
        second = window.accept_road()
        assert line_facts(office).waiting > 0
        with center(city, port):
            soon(lambda: {first, second} <= cases_at(city))
            soon(lambda: line_facts(office).waiting == 0)
    assert cases_at(folder) == cases_at(city) == {first, second}


def test_a_change_at_the_center_reaches_a_waiting_window_within_a_second(
    served: Served, office: SampleOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "w1"
    joined(folder, str(served.client.base_url), served.invite(window="w1"))
    with at_work(folder) as (window, _office, _connection):
        soon(lambda: served.service.waiting.many > 0)
        ticket = office.take_ticket()
        soon(lambda: bool(window.rows("tickets", id=ticket)))

"""A machine enrols with a real center over HTTP, works while that is gone, and loses nothing."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest

from clerk_app.center.authority import compute_key_digest
from clerk_app.cli.db import check_rebuild
from clerk_app.cli.window import enrol_window, rotate_key
from clerk_app.composition.office import Office, open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.invitation_code import InvitationCode
from clerk_app.ledger.machine_keys import (
    SigningKey,
    machine_key_path,
    read_or_create_signing_key,
    read_signing_key,
)
from clerk_app.ledger.replication.messages import EnrolRequest, EnrolResponse
from clerk_app.log import LOG_FILE, log_to
from clerk_app.roles.connection_view import read_connection_facts, read_connection_view
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.connection import WindowConnection
from clerk_app.sync.enrolment import PENDING_FILE, enrol_machine
from db.engines import Store
from db.files import replace_file
from tests.clock import Clock
from tests.office import SampleOffice
from tests.sample_data import PIN, SITE
from tests.sample_node import RunningCenter, enrol_request, run_center

pytestmark = pytest.mark.usefixtures("english")

WRONG_CODE = "-".join(["AAAA"] * 9)
CENTER = (sys.executable, "-m", "clerk_app", "--language", "en", "center")


def enrol_window_at(folder: Path, url: str, code: str = "") -> None:
    assert enrol_window(Namespace(office=folder, url=url, code=code)) == 0


def count_rows(folder: Path, table: str) -> int:
    store = Store(folder / "store.db")
    with store.read() as tx:
        count = len(tx.select(table))
    store.close()
    return count


def test_machine_enrols_once_and_protects_its_key(served: RunningCenter, tmp_path: Path) -> None:
    folder, url = tmp_path / "w1", str(served.client.base_url)
    enrol_window_at(folder, url, served.invite(window="w1"))
    key = machine_key_path(folder)
    assert key.stat().st_mode & 0o777 == 0o600
    assert not (folder / PENDING_FILE).exists()
    assert count_rows(folder, "number_blocks") == 2
    assert count_rows(folder, "catalogue_versions") == 1
    enrol_window_at(folder, url)  # repeating it changes nothing
    with pytest.raises(Refused) as elsewhere:
        enrol_window_at(folder, "http://127.0.0.1:9")
    assert elsewhere.value.reason == "elsewhere"


@pytest.mark.wide
def test_enrolment_names_the_screen_that_the_machine_was_invited_for(
    served: RunningCenter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = str(served.client.base_url)
    machines = (
        ("w1", "window", (SITE,), ["counter", "supervisor"]),
        ("k1", "kiosk", (SITE,), ["kiosk"]),
        ("d1", "window", ("police",), ["department"]),
        ("e1", "window", ("nobody",), ["counter"]),
    )
    for window, kind, organs, roles in machines:
        enrol_window_at(tmp_path / window, url, served.invite(window=window, kind=kind, organs=organs))
        lines = capsys.readouterr().out.splitlines()[-len(roles) :]
        assert [line.partition(f"{tmp_path / window} ")[2] for line in lines] == roles


@pytest.mark.wide
def test_the_tables_of_a_window_are_not_compared_with_its_log(served: RunningCenter, tmp_path: Path) -> None:
    enrol_window_at(tmp_path / "w1", str(served.client.base_url), served.invite(window="w1"))
    with pytest.raises(BadData, match="at the center"):
        check_rebuild(Namespace(office=tmp_path / "w1"))


def test_wrong_code_leaves_only_the_key_of_the_machine(served: RunningCenter, tmp_path: Path) -> None:
    with pytest.raises(Refused) as wrong:
        enrol_window_at(tmp_path / "w1", str(served.client.base_url), WRONG_CODE)
    assert wrong.value.reason == "other_center"
    assert [path.name for path in (tmp_path / "w1").rglob("*")] == ["keys", "machine.key"]


@pytest.mark.wide
def test_interrupted_enrolment_continues_without_a_code(served: RunningCenter, tmp_path: Path) -> None:
    folder, url = tmp_path / "w1", str(served.client.base_url)
    enrolment = enrol_machine(folder, url, served.invite(window="w1"))
    (folder / ".making").mkdir()  # half an office
    enrol_window_at(folder, url)
    assert json.loads((folder / "office.toml").read_text("utf-8").partition("hall = ")[2].splitlines()[0]) == "hall"
    with open_office(folder).store.read() as tx:
        own_node = tx.query_one("ledger.own_node")
    assert own_node is not None
    assert (own_node["id"], own_node["incarnation"]) == (enrolment.enrolled.node, 1)


@pytest.mark.wide
def test_enrolment_with_a_lost_response_is_repeated_with_the_same_code(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    folder, url, code = tmp_path / "w1", str(served.client.base_url), served.invite(window="w1")
    key = read_or_create_signing_key(machine_key_path(folder))
    request = enrol_request(code, key)
    assert served.client.post("/v1/enrol", content=msgspec.json.encode(request)).status_code == 200
    with pytest.raises(Refused):
        enrol_window_at(folder, url, WRONG_CODE)
    enrol_window_at(folder, url, code)
    assert read_or_create_signing_key(machine_key_path(folder)).public == key.public
    assert len(office.select("nodes")) == 2


@pytest.mark.wide
def test_key_is_kept_when_the_center_is_out_of_reach(tmp_path: Path) -> None:
    with pytest.raises(OutOfReach, match="with the same code"):
        enrol_window_at(tmp_path, "http://127.0.0.1:9", WRONG_CODE)
    assert read_signing_key(machine_key_path(tmp_path)) is not None


@pytest.mark.wide
def test_a_center_with_another_key_than_the_code_names_is_not_joined(served: RunningCenter, tmp_path: Path) -> None:
    foreign = InvitationCode(InvitationCode.parse(served.invite()).secret, "A" * 16).text
    with pytest.raises(Refused) as refused:  # a forged center cannot use what it received
        enrol_machine(tmp_path, str(served.client.base_url), foreign)
    assert refused.value.reason == "other_center"
    assert "another center" in refused.value.sentence

    class Forged(BaseHTTPRequestHandler):
        """A server that accepts every enrolment with a key of its own."""

        def do_POST(self) -> None:
            request = msgspec.json.decode(self.rfile.read(int(self.headers["content-length"])), type=EnrolRequest)
            key = SigningKey.generate().public.text
            answer = msgspec.json.encode(
                EnrolResponse(
                    center="c1", center_name="", epoch="", node="n1", name="", node_kind="window", hall="", window="w1",
                    organs=(), public_key=request.public_key, center_key=key, center_key_number=1,
                )
            )  # fmt: skip
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.send_header("clerk-center-key", key)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Forged) as forged:
        thread = threading.Thread(target=forged.handle_request)
        thread.start()
        with pytest.raises(Refused) as refused:
            enrol_machine(tmp_path / "other", f"http://127.0.0.1:{forged.server_port}", served.invite())
        thread.join()
    assert refused.value.reason == "other_center"
    assert not (tmp_path / "other" / "enrolling.json").exists()


@contextmanager
def run_center_program(folder: Path, port: int) -> Iterator[None]:
    """Run a center in a process of its own during the block; kill it at the end."""
    command = [*CENTER, "--folder", str(folder), "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd="/") as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        reading = threading.Thread(target=process.stderr.read)  # else its log fills the pipe
        reading.start()
        try:
            assert json.loads(line)["what"] == "listening", line
            yield
        finally:
            process.kill()
            reading.join()


@contextmanager
def run_window(folder: Path) -> Iterator[tuple[SampleOffice, Office, WindowConnection]]:
    """Run a window with its background worker during the block."""
    office = open_office(folder)
    connection = WindowConnection(
        folder,
        office.door,
        all_rules(),
        all_document_types(),
        office.attachments,
        min_backoff=0.05,
        max_backoff=0.2,
    )
    connection.start()
    connected = replace(office, connection=connection)
    try:
        yield SampleOffice(connected, Clock()), connected, connection
    finally:
        connection.stop()
        office.store.close()


def wait_until(is_met: Callable[[], bool]) -> None:
    """Wait until the condition holds; fail after 30 seconds."""
    pause = threading.Event()
    for _try in range(1500):
        if is_met():
            return
        pause.wait(0.02)
    raise AssertionError("the condition was not met")


def create_invitation_code(folder: Path, window: str) -> str:
    words = ("invite", "--folder", str(folder), "--name", window, "--window", window, "--organs", SITE)
    return subprocess.run([*CENTER, *words], capture_output=True, text=True, check=True).stdout.splitlines()[-1]


def case_numbers_at(folder: Path) -> set[str]:
    store = Store(folder / "store.db")
    with store.read() as tx:
        numbers = {row["number"] for row in tx.select("cases")}
    store.close()
    return numbers


def logged_states(folder: Path) -> list[str]:
    """Return what the log says about the connection, in order."""
    return [line.rpartition(" connection ")[2] for line in (folder / LOG_FILE).read_text("utf-8").splitlines()]


@pytest.mark.wide
def test_window_catches_up_after_the_center_was_killed(office_template: Path, tmp_path: Path) -> None:
    city, folder = tmp_path / "city", tmp_path / "w1"
    SampleOffice.open_copy(office_template, city).close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ExitStack() as opened:
        with run_center_program(city, port):
            enrol_window_at(folder, f"http://127.0.0.1:{port}", create_invitation_code(city, "w1"))
            opened.enter_context(log_to(folder))
            window, office, connection = opened.enter_context(run_window(folder))
            verify_here(office, "1000", PIN, "w1")
        wait_until(lambda: read_connection_facts(office).state == "lost")
        words = read_connection_view(office)
        assert "out of reach since" in words.headline
        assert words.unavailable
        with pytest.raises(OutOfReach):
            window.take_ticket()
        window.door.perform(
            SetWindowState(window="w1", state="open"), "clerk-1"
        )  # the center closed the template's day
        visit = window.serve()
        window.move_ticket("finish")
        assert visit
        assert read_connection_facts(office).unsent > 0
        with run_center_program(city, port):
            connection.worker.wake()
            wait_until(
                lambda: read_connection_facts(office).state == "connected" and read_connection_facts(office).unsent == 0
            )
            first = window.accept_road()
            wait_until(lambda: first in case_numbers_at(city))
        wait_until(lambda: read_connection_facts(office).state == "lost")
        second = window.accept_road()
        assert read_connection_facts(office).unsent > 0
        with run_center_program(city, port):
            wait_until(lambda: {first, second} <= case_numbers_at(city))
            wait_until(lambda: read_connection_facts(office).unsent == 0)
            wait_until(lambda: logged_states(folder) == ["lost", "regained", "lost", "regained"])
    assert case_numbers_at(folder) == case_numbers_at(city) == {first, second}


def test_change_at_the_center_reaches_a_waiting_window_at_once(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "w1"
    enrol_window_at(folder, str(served.client.base_url), served.invite(window="w1"))
    with run_window(folder) as (window, _office, _connection):
        wait_until(lambda: served.service.notifier.count > 0)
        ticket = office.take_ticket()
        wait_until(lambda: bool(window.select("tickets", id=ticket)))


@pytest.mark.wide
def test_a_machine_replaces_its_key_while_another_program_of_it_goes_on(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "w1"
    enrol_window_at(folder, str(served.client.base_url), served.invite(window="w1"))
    before = read_signing_key(machine_key_path(folder))
    running = open_office(folder)
    line = WindowConnection(folder, running.door, all_rules(), all_document_types(), running.attachments)
    line.client.flush()
    assert rotate_key(Namespace(office=folder)) == 0
    after = read_signing_key(machine_key_path(folder))
    assert before is not None
    assert after is not None
    assert before.public != after.public
    line.client.flush()  # it reads the new key when the old one is rejected
    assert office.select("nodes", public_key=after.public.text)[0]["key_number"] == 2
    line.transport.close()
    running.store.close()


@pytest.mark.wide
def test_a_machine_of_the_last_version_gets_a_key_pair(office: SampleOffice, tmp_path: Path) -> None:
    folder = tmp_path / "w1"
    with run_center(office.office) as served:
        enrol_window_at(folder, str(served.client.base_url), served.invite(window="w1"))
    window = open_office(folder)
    with window.store.write() as tx:  # as an earlier version enrolled it
        (node,) = (row["id"] for row in tx.select("nodes", here=True))
        tx.update("nodes", {"id": node}, public_key="", key_number=0)
        tx.update("center_lines", {"center": "center-1"}, public_key="", key_number=0)
    machine_key_path(folder).unlink()
    replace_file(folder / "center.key", b"bearer\n")
    with office.store.write() as tx:
        tx.delete("node_keys", node=node)
        tx.update("nodes", {"id": node}, public_key="", key_number=0, key_digest=compute_key_digest("bearer"))
    with run_center(office.office) as served:
        with window.store.write() as tx:
            tx.update("center_lines", {"center": "center-1"}, url=str(served.client.base_url).rstrip("/"))
        for _time in range(2):
            line = WindowConnection(folder, window.door, all_rules(), all_document_types(), window.attachments)
            line.sync_now(lambda: None)
            line.transport.close()
    key = read_signing_key(machine_key_path(folder))
    assert key is not None
    assert office.select("nodes", id=node)[0]["public_key"] == key.public.text
    assert not (folder / "center.key").exists()
    with window.store.read() as tx:
        center = tx.query_one("ledger.center_connection")
    assert center is not None
    assert center["public_key"] == office.select("nodes", here=True)[0]["public_key"]
    window.store.close()

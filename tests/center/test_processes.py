"""The center as a program: start, stop, and two processes on one PostgreSQL database."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import httpx
import msgspec
import pytest

from clerk_app.center.server import ListenAddress
from clerk_app.center.shared_claims import PinTurns, SharedClaims
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.machine_keys import SigningKey, center_key_path, read_or_create_signing_key
from clerk_app.ledger.replication.messages import ErrorBody, SignInRequest
from clerk_app.log import LOG_FILE
from tests.city_policy import publish_policy
from tests.engines import postgresql_only, postgresql_wide
from tests.office import SampleOffice
from tests.sample_data import SITE
from tests.sample_node import NodeSigner, SampleNode, pause_entry

CLERK = (sys.executable, "-m", "clerk_app", "--language", "en", "center")


@dataclass
class Program:
    """A running `clerk center` program."""

    process: subprocess.Popen[str]
    client: httpx.Client

    def stop(self) -> list[str]:
        """Send SIGTERM; return the log lines."""
        self.process.send_signal(signal.SIGTERM)
        _out, err = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, err
        return err.splitlines()


@contextmanager
def run_program(folder: Path, *words: str | Path, trust: Path | None = None) -> Iterator[Program]:
    """Run a center over the office in a folder, on a free port, during the block."""
    command = [*CLERK, "--folder", folder, "--listen", "127.0.0.1:0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/") as process:
        assert process.stderr is not None
        try:
            line = json.loads(process.stderr.readline())
            verify = ssl.create_default_context(cafile=trust) if trust else False
            with httpx.Client(base_url=line["address"], timeout=60, verify=verify) as client:
                assert client.get("/readyz").status_code == 200
                yield Program(process, client)
        finally:
            process.kill()


def run_center_command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CLERK, *words], capture_output=True, text=True, check=False)


def create_invitation_code(folder: Path, window: str = "w1") -> str:
    """An invitation code from the command line."""
    result = run_center_command(
        "invite", "--folder", folder, "--name", "1号窗口", "--window", window, "--organs", SITE, "--minutes", "5"
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()[-1]


def create_issuer_code(folder: Path) -> str:
    """An invitation code of the machine of an issuing organ, from the command line."""
    result = run_center_command("invite", "--folder", folder, "--name", "前置机", "--kind", "issuer", "--organs", SITE)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()[-1]


@postgresql_wide
@pytest.mark.wide
def test_center_stops_on_sigterm_and_continues_after_a_restart(office: SampleOffice) -> None:
    folder = office.office.folder
    office.close()
    with run_program(folder) as center:
        NodeSigner.center_key = read_or_create_signing_key(center_key_path(folder))
        window = SampleNode.enrol(center.client, create_invitation_code(folder))
        window.push(pause_entry())
        window.catch_up()
        with ThreadPoolExecutor(1) as threads:
            waits = threads.submit(window.pull, 50)
            wait_for(center, "clerk_waiting_windows 1.0")
            log = center.stop()
            assert waits.result(10).changes.documents == {}
        assert json.loads(log[-1])["what"] == "stopped"
        assert not any("Traceback" in line for line in log)
    assert "role=center" in (folder / LOG_FILE).read_text("utf-8")
    with run_program(folder) as center:
        entry_signer = window.entry_signer
        window = SampleNode(center.client, window.enrolled, window.signer, last_number=1, entry_signer=entry_signer)
        answer = window.push(pause_entry(state="open"))
        assert (answer.last_number, answer.refused) == (2, {})
        assert "clerk_entries_total" in center.client.get("/metrics").text


def wait_for(center: Program, line: str) -> None:
    """Wait until the metrics have this line."""
    until = monotonic() + 10
    while line not in center.client.get("/metrics").text:
        assert monotonic() < until


@postgresql_only
@pytest.mark.wide
def test_two_processes_on_one_database_perform_each_entry_once_and_wake_each_others_polls(
    office: SampleOffice,
) -> None:
    folder = office.office.folder
    with run_program(folder) as first, run_program(folder) as second:
        NodeSigner.center_key = read_or_create_signing_key(center_key_path(folder))
        window = SampleNode.enrol(first.client, create_invitation_code(folder))
        neighbour = SampleNode.enrol(second.client, create_invitation_code(folder, "w2"))
        batch = window.build_push(*[pause_entry(state=state) for state in ("paused", "open")] * 20)
        body = msgspec.json.encode(batch)
        window_at_second = SampleNode(second.client, window.enrolled, window.signer)
        with ThreadPoolExecutor(8) as threads:
            sent = [threads.submit((window if turn % 2 else window_at_second).post, "push", body) for turn in range(8)]
            assert [push.result(30).status_code for push in sent] == [200] * 8
            assert len(office.select("ledger_entries", node=window.enrolled.node)) == 40
            neighbour.catch_up()
            waits = threads.submit(neighbour.pull, 30)
            wait_for(second, "clerk_waiting_windows 1.0")
            window.last_number, start = 40, monotonic()
            window.push(pause_entry())
            assert list(waits.result(10).changes.documents) == ["window/w1"]
            assert monotonic() - start < 1
        first.process.kill()  # the other process continues
        window_at_second.last_number = window.last_number
        assert window_at_second.push(pause_entry(state="open")).last_number == 42


@postgresql_only
@pytest.mark.wide
def test_two_processes_on_one_database_take_a_request_once_and_count_sign_ins_together(office: SampleOffice) -> None:
    publish_policy(office.office, sign_ins_per_minute_of_machine=3)
    folder = office.office.folder
    with run_program(folder) as first, run_program(folder) as second:
        NodeSigner.center_key = read_or_create_signing_key(center_key_path(folder))
        window = SampleNode.enrol(first.client, create_invitation_code(folder))
        window.catch_up()
        at_second = SampleNode(second.client, window.enrolled, window.signer)

        def reason(response: httpx.Response) -> str:
            return msgspec.json.decode(response.content, type=ErrorBody).reason

        for kind, body in (("push", window.build_push(pause_entry())), ("pull", window.request_fields())):
            content = msgspec.json.encode(body)
            headers = window.headers("POST", f"/v1/{kind}", content)
            responses = [
                center.client.post(f"/v1/{kind}", content=content, headers=headers) for center in (first, second)
            ]
            assert (responses[0].status_code, reason(responses[1])) == (200, "replay")
        request = SignInRequest(number="1000", pin="739461", public_key=SigningKey.generate().public.text)
        turns = (window, at_second, at_second, window, at_second)
        answers = [reason(node.post("sign-in", msgspec.json.encode(request))) for node in turns]
        assert answers == ["wrong"] * 3 + ["sign_ins"] * 2
        (tries,) = office.select("pin_tries")
        assert (tries["machine"], tries["failures"]) == (window.enrolled.node, 3)


@postgresql_wide
def test_claims_of_a_center_are_seen_by_each_of_its_processes_until_they_end(office: SampleOffice) -> None:
    processes = [SharedClaims(office.store, office.clock) for _ in range(2)]
    first, second = processes
    turns = [PinTurns(claims) for claims in processes]
    assert first.add_nonces([("n1", "a"), ("n1", "b"), ("n2", "a")]) == [True, True, True]
    assert second.add_nonces([("n1", "b"), ("n1", "c")]) == [False, True]
    sign_ins = [
        claims.count_sign_in("n1", f"{turn}{place}") for turn in range(2) for place, claims in enumerate(processes)
    ]
    assert (sign_ins, first.count_sign_in("n2", "x")) == ([1, 2, 3, 4], 1)
    with turns[0].take("n1", "clerk-1"), turns[1].take("n2", "clerk-1"):
        for other in turns:
            with pytest.raises(Refused), other.take("n1", "clerk-1"):
                pass
    with turns[1].take("n1", "clerk-1"):
        office.clock.advance(minutes=3)  # a process that ended in between does not stop the person
        with turns[0].take("n1", "clerk-1"):
            pass
    assert first.count_sign_in("n1", "x") == 1
    for claims in processes:
        claims.close()


@pytest.mark.wide
def test_only_one_process_serves_a_sqlite_store(office: SampleOffice) -> None:
    folder = office.office.folder
    office.close()
    with run_program(folder):
        second = run_center_command("run", "--folder", folder, "--listen", "127.0.0.1:0")
        assert (second.returncode, len(second.stderr.splitlines())) == (1, 1)
        assert "already runs on" in second.stderr


@pytest.mark.parametrize("listen", ["0.0.0.0:8440", "[::]:8440", "center.example:8440", "192.168.1.1:8440"])
def test_plain_http_is_limited_to_this_machine(listen: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--certificate"):
        ListenAddress.parse(listen, None, None)
    assert ListenAddress.parse(listen, tmp_path / "c.pem", tmp_path / "c.key").port == 8440


def test_listen_address_is_host_and_port() -> None:
    assert ListenAddress.parse("[::1]:8440", None, None) == ListenAddress("::1", 8440)
    for wrong in ("8440", ":8440", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:x", ""):
        with pytest.raises(BadData):
            ListenAddress.parse(wrong, None, None)
    with pytest.raises(BadData):
        ListenAddress.parse("127.0.0.1:8440", Path("center.pem"), None)


def test_certificate_enables_tls(office: SampleOffice, tmp_path: Path) -> None:
    certificate, key = create_certificate(tmp_path)
    folder = office.office.folder
    office.close()
    with run_program(folder, "--certificate", certificate, "--key", key, trust=certificate) as center:
        assert center.client.base_url.scheme == "https"


def create_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for this machine, and its key."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "center")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "center.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "center.key").write_bytes(key.private_bytes(*plain))
    os.chmod(folder / "center.key", 0o600)
    return folder / "center.pem", folder / "center.key"

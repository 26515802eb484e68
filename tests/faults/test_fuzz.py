"""Corrupted requests, bodies, signatures, tickets, catalogues and histories, for CLERK_FUZZ_SECONDS seconds a test.

Whatever arrives, there is an error of our own with a sentence: no other exception, no hang, no growth of memory, and no
corrupted signature that is accepted.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import msgspec
import pytest
import zstandard

from clerk_app.catalogue.loader import SAMPLE_CITY, check_folder, load_folder
from clerk_app.center import bodies
from clerk_app.composition.registry import all_rules
from clerk_app.composition.session_tokens import make_session, make_ticket, read_session, read_ticket
from clerk_app.errors import BadData, ClerkError, Refused
from clerk_app.ledger.history_file import check_history_file, export_history, import_history
from clerk_app.ledger.invitation_code import InvitationCode
from clerk_app.ledger.machine_keys import PublicKey, SigningKey
from clerk_app.ledger.replication.http_signatures import parse_request, sign_request
from clerk_app.ledger.replication.messages import PushRequest, compute_batch_digest
from clerk_app.ledger.signed_note import Checkpoint, parse_note, sign_checkpoint
from db.engines import Store
from tests.empty_store import create_empty_store
from tests.forged_history import forge_line
from tests.fuzz_source import corrupt, run_tries
from tests.office import SampleOffice, find_faults
from tests.sample_node import RunningCenter, pause_entry, run_center

pytestmark = pytest.mark.faults

KEY, DIGEST = SigningKey.generate(), bytes(32)
TICKET = make_ticket(
    KEY,
    center="c1",
    staff="clerk-1",
    node="n1",
    role="clerk",
    organ="centre",
    key=KEY.public,
    issued_at=1_700_000_000_000_000,
    expires_at=1_800_000_000_000_000,
)


@pytest.fixture
def served(office: SampleOffice) -> Iterator[RunningCenter]:
    with run_center(office.office) as running:
        yield running


@contextmanager
def expected_errors() -> Iterator[None]:
    """Let our own errors pass, whose sentence can be shown."""
    with suppress(BadData, Refused):
        try:
            yield
        except ClerkError as error:
            if not str(error):
                raise AssertionError("an error without a sentence") from error
            raise


def corrupt_text(chance: random.Random, text: str) -> str:
    return corrupt(chance, text.encode()).decode("utf-8", "replace")


def test_corrupted_requests_get_an_answer_or_lose_their_connection(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    address = ("127.0.0.1", served.client.base_url.port or 0)
    body = msgspec.json.encode(window.build_push(pause_entry()))
    packed = zstandard.ZstdCompressor().compress(body)

    def act(chance: random.Random) -> None:
        path = chance.choice(("/v1/push", "/v1/ask", "/v1/pull", "/v1/want", "/v1/enrol", "/v1/sign-in", "/livez"))
        sent = chance.choice((body, packed, corrupt(chance, packed), b""))
        headers = {"host": "center", "content-length": str(len(sent)), **window.headers("POST", path, sent)}
        if sent is not body:
            headers["content-encoding"] = "zstd"
        head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        message = head.encode() + sent
        is_corrupted = chance.random() < 0.7
        with socket.create_connection(address, timeout=0.1 if is_corrupted else 10) as connection:
            connection.sendall(corrupt(chance, message) if is_corrupted else message)
            with suppress(ConnectionError, *((TimeoutError,) if is_corrupted else ())):  # it waits for the rest
                assert connection.recv(10)[9:10] in (b"", b"2", b"4")

    run_tries(act, slowest=8.0, max_growth=100_000_000)  # pytest keeps each line of the log
    assert httpx.get(f"{served.client.base_url}/readyz", trust_env=False).text == "ready\n"
    assert window.push(pause_entry()).last_number >= 1
    assert find_faults(office.store) == []


def test_corrupted_bodies_are_decoded_or_refused() -> None:
    entries = tuple(pause_entry(f"w{number}") for number in range(20))
    message = PushRequest(
        incarnation=1, sent_at=1, first=1, entries=entries, batch_digest=compute_batch_digest(entries)
    )
    decoder = msgspec.json.Decoder(PushRequest)
    content = msgspec.json.encode(message)
    streamed = zstandard.ZstdCompressor().compressobj()
    packed = (zstandard.ZstdCompressor().compress(content), streamed.compress(content) + streamed.flush())

    def act(chance: random.Random) -> None:
        encoding = chance.choice(("", "zstd"))
        sent = corrupt(chance, chance.choice(packed) if encoding else content)
        received = bodies.ReceivedBody(sent, encoding, accepts_zstd=False, limits=bodies.FORM)
        with expected_errors():
            bodies.decode_body(decoder, received)
        assert 0 <= received.size < 2**62

    run_tries(act)


def test_corrupted_signatures_of_requests_are_refused() -> None:
    good = sign_request(KEY, "n1.1", "POST", "/v1/push", DIGEST, center="c1.1", created=1_700_000_000)

    def act(chance: random.Random) -> None:
        name = chance.choice(sorted(good))
        changed = good | {name: corrupt(chance, good[name].encode()).decode("latin-1")}
        head = parse_request("POST", "/v1/push", changed)
        assert head is None or changed == good or not head.is_signed_by(KEY.public)

    run_tries(act)


def test_corrupted_tickets_and_sessions_are_refused() -> None:
    ticket = read_ticket(TICKET, (KEY.public,))
    _id, session, _end = make_session(KEY, ticket, TICKET, KEY.public, begins_at=1_700_000_100_000_000)

    def act(chance: random.Random) -> None:
        changed_ticket, changed_session = corrupt(chance, TICKET), corrupt(chance, session)
        with expected_errors():
            assert read_ticket(changed_ticket, (KEY.public,)) == ticket
        with expected_errors():
            assert read_session(changed_session, ticket).staff == ticket.staff

    run_tries(act)


def test_corrupted_codes_keys_and_notes_are_refused() -> None:
    code = InvitationCode.generate(KEY.public).text
    note = sign_checkpoint(Checkpoint("clerk.example/c1", 5, DIGEST), "c1", KEY).text

    def act(chance: random.Random) -> None:
        with expected_errors():
            assert InvitationCode.parse(corrupt_text(chance, code)).key.public
        with expected_errors():
            PublicKey.parse(corrupt_text(chance, KEY.public.text))
        changed = corrupt_text(chance, note)
        with expected_errors():
            parsed = parse_note(changed)
            assert parsed.text == note or not parsed.is_signed_by("c1", KEY.public) or parsed.checkpoint.size == 5

    run_tries(act)


def test_corrupted_catalogues_are_refused_by_file_and_line(tmp_path: Path) -> None:
    folder = Path(copytree(SAMPLE_CITY, tmp_path / "city"))
    files = {path: path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}

    def act(chance: random.Random) -> None:
        path = chance.choice(list(files))
        path.write_bytes(corrupt(chance, files[path]))
        mistakes = check_folder(folder)
        assert all(mistake.sentence and mistake.line >= 1 for mistake in mistakes)
        if mistakes:
            with pytest.raises(BadData):
                load_folder(folder)
        path.write_bytes(files[path])

    run_tries(act, quick=40, slowest=5.0, max_growth=5_000_000)


def test_corrupted_and_forged_histories_are_refused(office: SampleOffice, tmp_path: Path) -> None:
    good, bad, rules = tmp_path / "good.jsonl", tmp_path / "bad.jsonl", all_rules()
    office.take_ticket()
    export_history(office.store, good, lambda _: None)
    lines = good.read_bytes().splitlines(keepends=True)
    values: tuple[Any, ...] = (None, -1, 0, 2**63, "", "\x00", "x", "maybe", "e30=", "eA==", [], {}, True, 1.5)

    def act(chance: random.Random) -> None:
        number = chance.randrange(1, len(lines) - 1)
        changed = corrupt(chance, lines[number])
        if chance.random() < 0.6:
            name = chance.choice(sorted(msgspec.json.decode(lines[number])))
            with suppress(Exception):  # such a value has no digest
                changed = forge_line(lines[number], **{name: chance.choice(values)})
        bad.write_bytes(b"".join([*lines[:number], changed, *lines[number + 1 :]]))
        with expected_errors():
            check_history_file(bad)
        store = Store(create_empty_store(tmp_path / "store.db"))
        with expected_errors():
            import_history(bad, store, rules, lambda _: None)
        store.close()

    run_tries(act, quick=100, slowest=10.0, max_growth=5_000_000)

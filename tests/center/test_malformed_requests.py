"""Malformed requests get clean error responses, and the log holds no typed text."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import httpx
import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.center import bodies
from clerk_app.center.logs import JsonLogFormatter
from clerk_app.center.routes import ROUTES
from clerk_app.ledger.replication.messages import EntryMessage, ErrorBody
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS, sample_city
from tests.sample_node import RunningCenter, build_entry, pause_entry

MESSAGE_ROUTES = ("push", "ask", "pull", "want")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of the service."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLogFormatter())
    logs = [logging.getLogger(name) for name in ("clerk.center", "uvicorn.error")]
    for logger in logs:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    yield written
    for logger in logs:
        logger.removeHandler(handler)


def status_and_reason(response: httpx.Response) -> tuple[int, str]:
    """Status and reason of an error response that a program can read."""
    assert "Traceback" not in response.text
    return response.status_code, msgspec.json.decode(response.content, type=ErrorBody).reason


def test_body_above_the_limit_is_rejected_before_it_is_read(served: RunningCenter) -> None:
    window = served.join()
    long = b" " * (bodies.MAX_SENT_BYTES + 1)
    assert status_and_reason(window.post("push", long)) == (413, "too_large")
    pieces = (long[at : at + 65_536] for at in range(0, len(long), 65_536))  # chunked, without a length
    response = served.client.post("/v1/push", content=pieces, headers=window.headers("POST", "/v1/push", long))
    assert status_and_reason(response) == (413, "too_large")


def test_decompression_bomb_is_rejected(served: RunningCenter) -> None:
    window = served.join()
    bomb = zstandard.ZstdCompressor(level=3).compress(b" " * (bodies.MAX_DECOMPRESSED_BYTES * 4))
    assert len(bomb) < 100_000
    assert status_and_reason(window.post("push", bomb, content_encoding="zstd")) == (413, "too_large")
    largest = msgspec.json.encode(window.request_fields()).ljust(bodies.MAX_DECOMPRESSED_BYTES)
    packed = zstandard.ZstdCompressor().compress(largest)
    assert status_and_reason(window.post("push", packed, content_encoding="zstd")) == (400, "bad_data")
    assert status_and_reason(window.post("pull", packed, content_encoding="zstd")) == (413, "too_large")
    wide = zstandard.ZstdCompressionParameters(window_log=27)
    compressor = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    packed = compressor.compress(b" ") + compressor.flush()
    assert zstandard.get_frame_parameters(packed).window_size == 2**27
    assert status_and_reason(window.post("pull", packed, content_encoding="zstd")) == (400, "bad_data")


def test_compressed_body_of_another_size_than_it_states_is_rejected(served: RunningCenter) -> None:
    window = served.join()
    frame = bytearray(zstandard.ZstdCompressor().compress(msgspec.json.encode(window.request_fields()).ljust(200)))
    assert frame[5] == zstandard.get_frame_parameters(bytes(frame)).content_size == 200
    assert window.post("pull", bytes(frame), content_encoding="zstd").status_code == 200
    for stated in (1, 100, 255):
        frame[5] = stated
        assert status_and_reason(window.post("pull", bytes(frame), content_encoding="zstd")) == (400, "bad_data")
    frame[5] = 200
    assert status_and_reason(window.post("pull", bytes(frame[:-1]), content_encoding="zstd")) == (400, "bad_data")


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"incarnation":1,"sent_at":0,"cursors":{"city":-1},"wait":1}',
        b'{"incarnation":1,"sent_at":99999999999999999999999999}',
        b'{"incarnation":2147483648,"sent_at":0}',
        b'{"incarnation":1,"sent_at":0,"most":0}',
        b'{"incarnation":1,"sent_at":0,"wait":NaN}',
        b'{"incarnation":1,"sent_at":0,"new":' + b"[" * 200_000,
        b'{"incarnation":1,"sent_at":0,"new":"\xff"}',
    ],
)
def test_invalid_messages_are_rejected(served: RunningCenter, body: bytes) -> None:
    window = served.join()
    for route in MESSAGE_ROUTES:
        assert status_and_reason(window.post(route, body)) == (400, "bad_data")
    assert status_and_reason(window.post("pull", body, content_encoding="zstd"))[0] == 400
    assert status_and_reason(window.post("pull", body, content_encoding="br"))[0] == 400


def test_unknown_routes_and_methods_get_clean_errors(served: RunningCenter) -> None:
    assert status_and_reason(served.client.get("/v2/push")) == (404, "no_route")
    assert status_and_reason(served.client.get("/v1/push")) == (405, "method")
    assert status_and_reason(served.client.get(f"/v1/content/{'../' * 9}etc/passwd")) == (404, "no_route")


texts = st.text(max_size=30)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
numbers = st.integers(0, 3) | st.integers(-(2**70), 2**70)
entries = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["SetWindow", "LendNumbers", "AcceptCase", "x\x00", "CallNext"]) | texts,
        "actor": st.sampled_from([*CLERKS, "system", "\x00", ""]) | texts,
        "said_at": numbers,
        "plain": junk,
    },
    optional={
        "ahead": numbers, "personal": junk, "salt": texts, "erased": texts, "decided": junk, "refused_before": junk,
        "because": numbers,
    },
)  # fmt: skip
request_messages = st.fixed_dictionaries(
    {},
    optional={
        "version": numbers, "incarnation": numbers, "epoch": texts, "sent_at": numbers,
        "cursors": st.dictionaries(st.sampled_from(["city", "hall/hall"]) | texts, numbers, max_size=3),
        "first": numbers, "entries": st.lists(entries, max_size=3), "head": texts, "number": numbers, "entry": entries,
        "wait": st.floats(-1, 0), "most": numbers, "documents": st.lists(texts, max_size=4), "code": texts, "x": junk,
    },
)  # fmt: skip


@postgresql_wide
def test_any_message_gets_a_clean_response(served: RunningCenter, office: SampleOffice, log: io.StringIO) -> None:
    window = served.join()

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(route=st.sampled_from([*MESSAGE_ROUTES, "enrol"]), message=request_messages, pack=st.booleans())
    def speak(route: str, message: dict[str, object], pack: bool) -> None:
        body = json.dumps(message).encode()
        if pack:
            packed = zstandard.ZstdCompressor().compress(body)
            response = window.post(route, packed, content_encoding="zstd")
        else:
            response = window.post(route, body)
        assert response.status_code in (200, 400, 409), response.text
        if response.status_code != 200:
            status_and_reason(response)

    speak()
    assert window.push(pause_entry()).last_number >= 1
    assert '"level": "warning"' not in log.getvalue()
    assert find_faults(office.store) == []


@postgresql_wide
@pytest.mark.wide
def test_meaningless_entries_are_recorded_as_refused(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(messages=st.lists(entries, min_size=1, max_size=3))
    def send(messages: list[dict[str, object]]) -> None:
        try:
            decoded = msgspec.json.decode(json.dumps(messages), type=list[EntryMessage])
        except (msgspec.ValidationError, UnicodeDecodeError):
            return
        answer = window.push(*decoded)
        assert answer.last_number == window.last_number
        assert len(answer.refused) == len(decoded)

    send()
    erased = msgspec.structs.replace(pause_entry(), erased=bytes(32))
    assert window.push(msgspec.structs.replace(erased, kind="NoSuchKind")).refused
    assert find_faults(office.store) == []


@postgresql_wide
def test_log_holds_no_typed_text(served: RunningCenter, office: SampleOffice, log: io.StringIO) -> None:
    window = served.join()
    visit = office.serve("mother", "w1")
    city = sample_city()
    draft = SaveDraft(
        visit=visit,
        window="w1",
        one_thing="birth",
        catalogue=city.id,
        catalogue_version=city.version,
        personal=DraftContent(values={"child_name": "李一诺", "bank_account": "6222020200112233445"}),
    )
    window.push(build_entry(draft, CLERKS[0]), build_entry(draft, "李一诺"))
    window.post("push", '{"child_name": "李一诺"}'.encode())
    window.post("push", b"[]", authorization="Clerk 6222020200112233445:x")
    window.fetch("visit/6222020200112233445")
    office.store.backend.begin_write = "BEGIN 李一诺"  # makes the store fail with this text
    assert window.post("push", msgspec.json.encode(window.build_push(pause_entry()))).status_code == 503
    text = log.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {line["route"] for line in lines if line["what"] == "request"} >= {"push", "want", "enrol"}
    assert [line["level"] for line in lines if line.get("status") == 503] == ["warning"]
    for secret in ("李一诺", "6222020200112233445", window.enrolled.public_key, "\\u674e"):
        assert secret not in text


def test_openapi_describes_every_route_with_its_messages(served: RunningCenter) -> None:
    page = served.client.get("/openapi.json").json()
    for route in ROUTES:
        operation = page["paths"][route.path][route.method.lower()]
        assert operation["summary"]
        if route.request_type:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            assert schema.rpartition("/")[2] in page["components"]["schemas"]
    docs = served.client.get("/docs")
    assert docs.status_code == 200
    assert "<script" not in docs.text
    assert all(route.path in docs.text for route in ROUTES)

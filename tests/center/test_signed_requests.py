"""Requests and responses are signed (RFC 9421): what is altered, repeated, old or foreign is not believed."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import httpx
import msgspec
import pytest

from clerk_app.center.authority import compute_key_digest
from clerk_app.center.center_key import open_center_key, rotate_center_key
from clerk_app.errors import Refused
from clerk_app.ledger.machine_keys import SigningKey, center_key_path, encode_base64url, write_signing_key
from clerk_app.ledger.node_keys import CenterKeyLink, RegisterNodeKey, node_key_statement
from clerk_app.ledger.nodes import AdmitNode, InviteNode, ShutNode
from clerk_app.ledger.replication.http_signatures import RequestHead, format_digest, sign_response
from clerk_app.ledger.replication.messages import ErrorBody
from clerk_app.people import SYSTEM
from clerk_app.sync.center_trust import CenterTrust, MachineCredentials, RequestSigner
from tests.office import SampleOffice
from tests.sample_data import HALL, NODE, SITE
from tests.sample_node import RunningCenter, SampleNode, pause_entry, run_center

Headers = dict[str, str]


def reason(response: httpx.Response) -> str:
    return msgspec.json.decode(response.content, type=ErrorBody).reason


def changed(name: str, old: str, new: str) -> Callable[[Headers], Headers]:
    return lambda headers: headers | {name: headers[name].replace(old, new, 1)}


def without(name: str) -> Callable[[Headers], Headers]:
    return lambda headers: {other: value for other, value in headers.items() if other != name}


FORGERIES: dict[str, Callable[[Headers], Headers]] = {
    "no signature": without("signature"),
    "no input": without("signature-input"),
    "no digest": without("content-digest"),
    "no center": without("clerk-center"),
    "another center": changed("clerk-center", NODE, "other"),
    "another number of the center's key": changed("clerk-center", ".1", ".2"),
    "another node": changed("signature-input", 'keyid="n', 'keyid="m'),
    "another key": changed("signature-input", '.1";alg', '.2";alg'),
    "another tag": changed("signature-input", "clerk-v1", "clerk-v2"),
    "fewer components": changed("signature-input", '"@path" ', ""),
    "a further parameter": changed("signature-input", ";created", ";expires=1;created"),
    "another nonce": changed("signature-input", 'nonce="', 'nonce="A'),
    "another label": changed("signature-input", "clerk=", "sig1="),
    "another digest": lambda headers: headers | {"content-digest": format_digest(sha256(b"x").digest())},
    "a bearer key": lambda _headers: {"authorization": "Clerk n1:x"},
    "the center as bearer": lambda _headers: {"authorization": "Clerk c1:x"},
    "nothing": lambda _headers: {},
}


@pytest.mark.many_cases
@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_request_that_differs_from_what_was_signed_is_rejected(
    served: RunningCenter, forgery: Callable[[Headers], Headers]
) -> None:
    window = served.join()
    body = msgspec.json.encode(window.request_fields())
    headers = forgery(window.headers("POST", "/v1/pull", body))
    response = served.client.post("/v1/pull", content=body, headers=headers)
    assert (response.status_code, reason(response)) == (401, "stranger")
    assert response.headers["www-authenticate"] == "Clerk"


def test_a_query_string_is_refused_because_no_signature_covers_it(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    body = msgspec.json.encode(window.build_push(pause_entry()))
    for query in ("?node=n2", "?x"):
        response = served.client.post(
            f"/v1/push{query}", content=body, headers=window.headers("POST", "/v1/push", body)
        )
        assert (response.status_code, "query string" in response.text) == (400, True)
    assert office.select("ledger_entries", node=window.enrolled.node) == []


def test_a_signature_is_valid_for_one_method_path_body_and_time_once(
    served: RunningCenter, office: SampleOffice
) -> None:
    window = served.join()
    body = msgspec.json.encode(window.build_push(pause_entry()))
    signed = window.headers("POST", "/v1/push", body)
    post = served.client.post
    assert reason(post("/v1/ask", content=body, headers=signed)) == "stranger"
    assert reason(post("/v1/push", content=body.replace(b"paused", b"closed"), headers=signed)) == "damaged"
    assert office.select("ledger_entries", node=window.enrolled.node) == []
    signed = window.headers("POST", "/v1/push", body)
    assert post("/v1/push", content=body, headers=signed).status_code == 200
    repeated = post("/v1/push", content=body, headers=signed)
    assert (repeated.status_code, reason(repeated)) == (401, "replay")
    for seconds in (65, -130):
        signed = window.headers("POST", "/v1/push", body)
        office.clock.advance(seconds=seconds)
        late = post("/v1/push", content=body, headers=signed)
        assert (late.status_code, reason(late)) == (401, "clock")
        assert 0 <= office.clock() - int(msgspec.json.decode(late.content, type=ErrorBody).facts["now"]) < 1_000


def test_the_body_of_a_stranger_is_not_read(served: RunningCenter) -> None:
    address = (served.client.base_url.host, served.client.base_url.port)
    with socket.create_connection(address, timeout=5) as line:
        line.sendall(b"POST /v1/push HTTP/1.1\r\nhost: x\r\ncontent-length: 8000000\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_shut_node_is_told_so_and_only_with_its_key(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    office.door.perform(ShutNode(node=window.enrolled.node, reason="stolen"), SYSTEM)
    for route in ("ask", "pull", "want"):  # what it pushes is kept apart
        rejected = window.post(route, b"{}")
        assert (rejected.status_code, reason(rejected)) == (403, "shut")


def test_a_response_is_believed_for_its_request_status_and_body_only() -> None:
    center, node = SigningKey.generate(), SigningKey.generate()
    trust = CenterTrust("c1", CenterKeyLink(1, center.public.text))
    signed = RequestSigner(MachineCredentials("n1", node, 1), trust).headers("POST", "/v1/pull", b"x")
    head = RequestHead.from_headers("POST", "/v1/pull", signed)
    assert head is not None
    good = sign_response(center, "c1.1", 200, sha256(b"body").digest(), head)
    assert trust.verifies(200, good, b"body", head)
    assert not trust.verifies(200, good, b"bodY", head)
    assert not trust.verifies(403, good, b"body", head)
    for part in ("method", "path", "content_digest", "center", "signature_input", "signature"):
        assert not trust.verifies(200, good, b"body", replace(head, **{part: "other"}))
    assert not trust.verifies(200, {}, b"body", head)
    for key_id, key in (("c1.1", node), ("c2.1", center), ("c1.2", center)):
        forged = sign_response(key, key_id, 200, sha256(b"body").digest(), head)
        assert not trust.verifies(200, forged, b"body", head)
    assert not trust.verifies(200, sign_response(center, "c1.1", 200, sha256(b"body").digest(), None), b"body", head)


def test_a_window_does_not_believe_what_the_center_says_about_an_altered_request(
    served: RunningCenter, office: SampleOffice
) -> None:
    window, stolen = served.join(), served.join(window="w2")
    node, body = window.enrolled.node, msgspec.json.encode(window.request_fields())
    office.door.perform(ShutNode(node=stolen.enrolled.node, reason="stolen"), SYSTEM)
    signed = window.headers("POST", "/v1/pull", body)
    head = RequestHead.from_headers("POST", "/v1/pull", signed)
    assert head is not None
    shut = signed | {"signature-input": signed["signature-input"].replace(node, stolen.enrolled.node)}
    altered = {
        "shut": ("POST", "/v1/pull", shut),
        "bearer": ("POST", "/v1/pull", without("signature-input")(signed)),
        "other route": ("POST", "/v1/ask", signed),
        "enrolment": ("POST", "/v1/enrol", signed),
        "list": ("GET", "/v1/lists", signed),
        "query": ("POST", "/v1/pull?x", signed),
    }
    for name, (method, path, headers) in altered.items():
        response = served.client.request(method, path, content=body, headers=headers)
        assert response.status_code in (400, 401), name
        assert "signature" in response.headers, name
        assert not window.signer.trust.verifies(response.status_code, response.headers, response.content, head), name


def test_windows_follow_the_rotated_key_of_the_center(office: SampleOffice) -> None:
    with run_center(office.office) as served:
        window = served.join()
    for _time in range(2):
        rotate_center_key(office.office.folder, office.door)
    with run_center(office.office) as served:
        moved = SampleNode(served.client, window.enrolled, window.signer)
        assert moved.pull().center == NODE
        assert window.signer.trust.known is not None
        assert window.signer.trust.known.number == 3
        assert moved.pull().center == NODE


@pytest.mark.wide
def test_a_new_key_of_a_node_ends_the_old_one_with_its_first_request(
    served: RunningCenter, office: SampleOffice
) -> None:
    window, new = served.join(), SigningKey.generate()
    node, old = window.enrolled.node, window.signer.credentials.key
    assert old is not None
    statement = node_key_statement(node, new.public.text)
    proof, endorsement = encode_base64url(new.sign(statement)), encode_base64url(old.sign(statement))
    register = RegisterNodeKey(node=node, public_key=new.public.text, proof=proof, endorsement=endorsement)
    for forged in (
        msgspec.structs.replace(register, endorsement=""),
        msgspec.structs.replace(register, endorsement=proof),
        msgspec.structs.replace(register, proof=endorsement),
    ):
        assert next(iter(window.call(forged, SYSTEM).refused.values())).reason == "key"
    stranger = served.join(window="w2")
    assert next(iter(stranger.call(register, SYSTEM).refused.values())).reason == "other_node"
    for _time in range(2):  # the same answer when it is repeated
        assert b'"number":2' in bytes(window.call(register, SYSTEM).result)
    window.push(pause_entry())  # the old key still works
    renewed = SampleNode(
        served.client, window.enrolled, RequestSigner(MachineCredentials(node, new, 2), window.signer.trust)
    )
    renewed.pull()
    assert reason(window.post("pull", b"{}")) == "stranger"
    (row,) = office.select("nodes", id=node)
    assert (row["public_key"], row["key_number"]) == (new.public.text, 2)


@pytest.mark.wide
def test_a_bearer_key_ends_with_the_first_signed_request_and_after_its_time(
    served: RunningCenter, office: SampleOffice
) -> None:
    def admit(node: str) -> RequestSigner:
        code = compute_key_digest(f"code of {node}")
        office.door.perform(
            InviteNode(digest=code, name=node, node_kind="window", hall=HALL, window="", organs=(SITE,), seconds=60),
            SYSTEM,
        )
        office.door.perform(AdmitNode(node=node, invitation=code, key_digest=compute_key_digest("secret")), SYSTEM)
        return RequestSigner(MachineCredentials(node, bearer="secret"), CenterTrust(NODE))

    enrolled = served.join().enrolled
    first, second = (
        SampleNode(served.client, msgspec.structs.replace(enrolled, node=node), admit(node)) for node in ("n1", "n2")
    )
    new = SigningKey.generate()
    proof = encode_base64url(new.sign(node_key_statement("n1", new.public.text)))
    answer = first.call(RegisterNodeKey(node="n1", public_key=new.public.text, proof=proof), SYSTEM)
    assert enrolled.center_key.encode() in bytes(answer.result)
    first.pull()
    signer = RequestSigner(MachineCredentials("n1", new, 1), CenterTrust(NODE))
    SampleNode(served.client, first.enrolled, signer).pull()
    assert reason(first.post("pull", b"{}")) == "stranger"
    second.pull()
    office.clock.advance(minutes=31 * 24 * 60)
    assert reason(second.post("pull", b"{}")) == "stranger"


def test_the_center_does_not_start_with_another_key_than_its_own(office: SampleOffice, tmp_path: Path) -> None:
    folder = office.office.folder
    key = open_center_key(folder, office.door)
    assert open_center_key(folder, office.door).key.public == key.key.public
    center_key_path(folder).unlink()
    with pytest.raises(Refused) as missing:
        open_center_key(folder, office.door)
    assert missing.value.reason == "center_key"
    write_signing_key(center_key_path(folder), SigningKey.generate())
    with pytest.raises(Refused) as other:
        open_center_key(folder, office.door)
    assert other.value.reason == "center_key"
    assert not center_key_path(tmp_path).exists()

"""A running center, and a node that sends it single messages over real HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import httpx
import msgspec
import zstandard

from clerk_app.center.authority import Authority
from clerk_app.center.center_key import open_center_key
from clerk_app.center.enrolment import create_invitation
from clerk_app.center.phone_uploads import UPLOAD_FOLDER, PhoneUploadPlace, PhoneUploads
from clerk_app.center.resources import CenterResources
from clerk_app.center.response_process import ResponseProcess
from clerk_app.center.server import ListenAddress, Server
from clerk_app.center.service import Service
from clerk_app.center.shut_list import ShutList
from clerk_app.center.status_access import StatusAccess
from clerk_app.center.thread_pools import MAX_ACTIVE_REQUESTS, REQUEST_THREADS
from clerk_app.composition.office import SEEN_LISTS_FILE, TRUST_FOLDER, Office
from clerk_app.composition.registry import all_document_types
from clerk_app.composition.session_tokens import make_session, make_ticket, read_ticket
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.commands import Command
from clerk_app.ledger.entries import seal
from clerk_app.ledger.entry_signatures import build_facts, encode_facts
from clerk_app.ledger.invitation_code import InvitationCode, code_statement, possession_statement
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.node_keys import CenterKeyLink
from clerk_app.ledger.replication.http_signatures import RequestHead
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EnrolRequest,
    EnrolResponse,
    EntryMessage,
    ErrorBody,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    SessionProof,
    compute_batch_digest,
    raw_or_absent,
)
from clerk_app.people import SYSTEM
from clerk_app.sync.center_trust import CenterTrust, MachineCredentials, RequestSigner
from tests.sample_data import CLERKS, HALL, NODE, SITE

ENCODING_HEADERS = ("content-encoding", "content-length")
NAME = "示范市政务服务中心"
PHONE_ADDRESS = "https://papers.example"


@dataclass
class RunningCenter:
    """The service of a running center, and an HTTP client of it."""

    service: Service
    client: httpx.Client
    server: Server

    def invite(
        self,
        *,
        window: str = "w1",
        hall: str = HALL,
        organs: tuple[str, ...] = (SITE,),
        minutes: int = 60,
        kind: str = "window",
    ) -> str:
        """An invitation code."""
        authority, name = self.service.authority, f"窗口 {window}"
        return create_invitation(
            authority, name=name, kind=kind, hall=hall, window=window, organs=organs, valid_minutes=minutes
        )

    def join(self, *, window: str = "w1", hall: str = HALL, organs: tuple[str, ...] = (SITE,)) -> SampleNode:
        """An enrolled window."""
        return SampleNode.enrol(self.client, self.invite(window=window, hall=hall, organs=organs))


@contextmanager
def run_center(
    office: Office,
    *,
    threads: int = REQUEST_THREADS,
    max_requests: int = MAX_ACTIVE_REQUESTS,
    response_process: ResponseProcess | None = None,
    status_token: str = "",
) -> Iterator[RunningCenter]:
    """Run a center over this office, which takes files of phones, on a free port during the block."""
    key = open_center_key(office.folder, office.door)
    NodeSigner.center_key = key.key
    service = Service(
        CenterResources(
            Authority(
                office.door, all_document_types(), center_key=key.key, shut_list=ShutList(office.folder, key.key)
            ),
            office.attachments,
            NAME,
            "0",
            trust_folder=office.folder / TRUST_FOLDER,
            list_versions=office.folder / SEEN_LISTS_FILE,
            response_process=response_process,
            key=key,
            status_access=StatusAccess(status_token),
            phone_uploads=PhoneUploadPlace(
                PHONE_ADDRESS, {"en": "Sample centre"}, PhoneUploads(office.folder / UPLOAD_FOLDER, office.door.clock)
            ),
        ),
        threads=threads,
        max_requests=max_requests,
    )
    server = Server(service, ListenAddress("127.0.0.1", 0))
    with socket.create_server(("127.0.0.1", 0)) as bound:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}", timeout=70) as client:
                assert (
                    client.get("/readyz", headers={"authorization": f"Bearer {status_token or None}"}).text == "ready\n"
                )
                yield RunningCenter(service, client, server)
        finally:
            server.should_exit = True
            thread.join(timeout=30)
    assert not thread.is_alive()


@dataclass
class NodeSigner:
    """The keys of a node: of the machine, and of the session of each actor, whose ticket the center's key signs."""

    center_key: ClassVar[SigningKey]  # of the center that runs
    machine_key: SigningKey = field(default_factory=SigningKey.generate)
    keys: dict[str, tuple[str, SigningKey]] = field(default_factory=dict)
    proofs: dict[str, SessionProof] = field(default_factory=dict)

    def sign(self, entry: EntryMessage, node: str, chain: str, number: int) -> EntryMessage:
        """The entry with its signature under this number."""
        session, key = ("", self.machine_key) if entry.actor == SYSTEM else self._open_session(entry.actor, node)
        command = entry.to_remote_command(chain, 1, number)
        facts = build_facts(
            NODE,
            command.key,
            command.sealed,
            actor=entry.actor,
            session=session,
            said_at=entry.said_at,
            clock_correction=entry.clock_correction,
            final_decision=bytes(entry.decision) if entry.kind == "AcceptCase" else b"",
            depends_on=entry.depends_on,
        )
        return msgspec.structs.replace(entry, session=session, signature=key.sign(encode_facts(facts)))

    def _open_session(self, actor: str, node: str) -> tuple[str, SigningKey]:
        if actor not in self.keys:
            ticket_key, key = SigningKey.generate(), SigningKey.generate()
            token = make_ticket(
                self.center_key,
                center=NODE,
                staff=actor,
                node=node,
                role="",
                organ="",
                key=ticket_key.public,
                issued_at=0,
                expires_at=2**51,
            )
            session, session_token, _end = make_session(
                ticket_key, read_ticket(token), token, key.public, begins_at=1_000_000
            )
            self.keys[actor] = session, key
            self.proofs[session] = SessionProof(ticket=token, token=session_token)
        return self.keys[actor]


def read_limit(served: RunningCenter, limit: str) -> int:
    """How often the metrics say that a limit was reached."""
    prefix = f'clerk_limits_total{{limit="{limit}"}} '
    lines = served.client.get("/metrics").text.splitlines()
    return int(float(next((line.removeprefix(prefix) for line in lines if line.startswith(prefix)), "0")))


@dataclass
class SampleNode:
    """A node as its center sees it."""

    client: httpx.Client
    enrolled: EnrolResponse
    signer: RequestSigner
    last_number: int = 0
    last_call_number: int = 0
    cursors: dict[str, int] = field(default_factory=dict)
    epoch: str = ""
    is_clock_known: bool = False
    entry_signer: NodeSigner = field(default_factory=lambda: NodeSigner())

    @classmethod
    def enrol(cls, client: httpx.Client, code: str) -> SampleNode:
        key = SigningKey.generate()
        request = enrol_request(code, key)
        response = client.post("/v1/enrol", content=msgspec.json.encode(request))
        assert response.status_code == 200, response.text
        enrolled = msgspec.json.decode(response.content, type=EnrolResponse)
        trust = CenterTrust(enrolled.center, CenterKeyLink(enrolled.center_key_number, enrolled.center_key))
        signer = RequestSigner(MachineCredentials(enrolled.node, key, 1), trust)
        return cls(client, enrolled, signer, entry_signer=NodeSigner(key))

    def headers(self, method: str, path: str, body: bytes = b"") -> dict[str, str]:
        """The headers that sign a request, by the clock of the center."""
        if not self.is_clock_known:
            self.is_clock_known = True
            response = self.request("POST", "/v1/want", b"no message")
            error = msgspec.json.decode(response.content, type=ErrorBody)
            if error.reason == "clock":
                self.signer.use_center_time(int(error.facts["now"]))
        return self.signer.headers(method, path, body)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> httpx.Response:
        """Send a signed request and check the signature of the response."""
        signed = self.headers(method, path, body) | {name.replace("_", "-"): value for name, value in headers.items()}
        with self.client.stream(method, path, content=body, headers=signed) as response:
            raw = b"".join(response.iter_raw())
        if "signature" in signed and (response.status_code not in (404, 405) or "signature" in response.headers):
            head = RequestHead.from_headers(method, path, signed)
            assert self.signer.trust.verifies(response.status_code, response.headers, raw, head)
        plain = {name: value for name, value in response.headers.items() if name not in ENCODING_HEADERS}
        packed = response.headers.get("content-encoding") == "zstd"
        content = zstandard.ZstdDecompressor().stream_reader(raw).read() if packed else raw
        return httpx.Response(response.status_code, headers=plain, content=content)

    def post(self, route: str, body: bytes, **headers: str) -> httpx.Response:
        """Send any bytes to a route, signed by this node."""
        return self.request("POST", f"/v1/{route}", body, **headers)

    def send(self, route: str, message: object) -> Response:
        """Send a message like a real window."""
        body = zstandard.ZstdCompressor().compress(msgspec.json.encode(message))
        response = self.post(route, body, content_encoding="zstd", accept_encoding="zstd")
        assert response.status_code == 200, response.text
        answer = msgspec.json.decode(response.content, type=Response)
        self.cursors, self.epoch = dict(answer.changes.cursors) or self.cursors, answer.epoch
        return answer

    def request_fields(self) -> dict[str, Any]:
        return {"incarnation": 1, "epoch": self.epoch, "sent_at": 0, "cursors": self.cursors}

    def build_push(self, *entries: EntryMessage, first: int = 0) -> PushRequest:
        """A push request with the next entries, or with those from `first` on; all are signed."""
        first = first or self.last_number + 1
        signed = tuple(
            self.entry_signer.sign(entry, self.enrolled.node, self.enrolled.node, number)
            for number, entry in enumerate(entries, first)
        )
        return PushRequest(
            **self.request_fields(),
            first=first,
            entries=signed,
            batch_digest=compute_batch_digest(signed),
            sessions=self.entry_signer.proofs,
        )

    def push(self, *entries: EntryMessage) -> Response:
        """Push the next entries."""
        answer = self.send("push", self.build_push(*entries))
        self.last_number += len(entries)
        return answer

    def call(self, command: Command[Any], actor: str) -> Response:
        """Send the next call."""
        self.last_call_number += 1
        return self.send("ask", self.build_call(command, actor, self.last_call_number))

    def build_call(self, command: Command[Any], actor: str, number: int) -> CallRequest:
        """A signed call."""
        node = self.enrolled.node
        entry = self.entry_signer.sign(build_entry(command, actor), node, node + CALLS_SUFFIX, number)
        return CallRequest(**self.request_fields(), number=number, entry=entry, sessions=self.entry_signer.proofs)

    def pull(self, wait: float = 0.0) -> Response:
        return self.send("pull", PullRequest(**self.request_fields(), wait_seconds=wait))

    def catch_up(self) -> dict[str, object]:
        """Pull until nothing is new; return the documents by name."""
        found: dict[str, object] = {}
        while True:
            changes = self.pull().changes
            found |= {name: msgspec.json.decode(content) for name, content in changes.documents.items()}
            if not changes.more:
                return found

    def fetch(self, *documents: str) -> Response:
        return self.send("want", FetchRequest(**self.request_fields(), documents=documents))


def enrol_request(code: str, key: SigningKey | None = None) -> EnrolRequest:
    """A request of a machine with this key to enrol with a code."""
    key, typed = key or SigningKey.generate(), InvitationCode.parse(code)
    return EnrolRequest(
        invitation=typed.invitation,
        public_key=key.public.text,
        code_signature=typed.key.sign(code_statement(typed.center, key.public.text)),
        key_signature=key.sign(possession_statement(typed.invitation, key.public.text)),
    )


def build_entry(command: Command[Any], actor: str, said_at: int = 1) -> EntryMessage:
    """A command as a message."""
    sealed = seal(command)
    return EntryMessage(
        kind=sealed.kind,
        actor=actor,
        said_at=said_at,
        plain=raw_or_absent(sealed.plain),
        personal=raw_or_absent(sealed.personal),
        salt=sealed.salt,
    )


def pause_entry(window: str = "w1", state: str = "paused") -> EntryMessage:
    """An entry that sets a window's state, by the clerk of w1."""
    return build_entry(SetWindowState(window=window, state=state), CLERKS[0])

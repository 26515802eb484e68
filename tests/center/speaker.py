"""A window that speaks with a center over real HTTP, one message at a time, and a center that answers it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
import zstandard

from clerk_app.center.authority import Authority
from clerk_app.center.beside import Beside
from clerk_app.center.enrolling import invite
from clerk_app.center.pool import MOST, THREADS
from clerk_app.center.service import Center, Service
from clerk_app.center.serving import Address, Server
from clerk_app.desks.office import Office, all_kinds
from clerk_app.hall.windows import SetWindow
from clerk_app.ledger.commands import Command
from clerk_app.ledger.entries import seal
from clerk_app.ledger.messages import Answer, Ask, Enrol, Enrolled, Pull, Push, Sent, Want, head_of, raw
from tests.furnishing import CENTRE, CLERKS, HALL

NAME = "示范市政务服务中心"


@dataclass
class Served:
    """A running center."""

    service: Service
    client: httpx.Client
    server: Server

    def invite(
        self, *, window: str = "w1", hall: str = HALL, organs: tuple[str, ...] = (CENTRE,), minutes: int = 60
    ) -> str:
        """A code to join with."""
        authority, name = self.service.authority, f"窗口 {window}"
        return invite(authority, name=name, kind="window", hall=hall, window=window, organs=organs, minutes=minutes)

    def join(self, *, window: str = "w1", hall: str = HALL, organs: tuple[str, ...] = (CENTRE,)) -> Speaker:
        """A window that has joined."""
        return Speaker.joined(self.client, self.invite(window=window, hall=hall, organs=organs))


@contextmanager
def serving(
    office: Office, *, threads: int = THREADS, most: int = MOST, beside: Beside | None = None
) -> Iterator[Served]:
    """A center over this office on a free port, until the block ends."""
    service = Service(
        Center(Authority(office.door, all_kinds()), office.contents, NAME, "0", beside=beside),
        threads=threads,
        most=most,
    )
    server = Server(service, Address("127.0.0.1", 0))
    with socket.create_server(("127.0.0.1", 0)) as bound:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}", timeout=70) as client:
                assert client.get("/readyz").text == "ready\n"
                yield Served(service, client, server)
        finally:
            server.should_exit = True
            thread.join(timeout=30)
    assert not thread.is_alive()


@dataclass
class Speaker:
    """A window as its center hears it."""

    client: httpx.Client
    told: Enrolled
    number: int = 0
    questions: int = 0
    cursors: dict[str, int] = field(default_factory=dict)
    epoch: str = ""

    @classmethod
    def joined(cls, client: httpx.Client, code: str) -> Speaker:
        response = client.post("/v1/enrol", content=msgspec.json.encode(Enrol(code=code)))
        assert response.status_code == 200, response.text
        return cls(client, msgspec.json.decode(response.content, type=Enrolled))

    @property
    def said(self) -> str:
        return f"Clerk {self.told.node}:{self.told.key}"

    def post(self, route: str, body: bytes, **headers: str) -> httpx.Response:
        """Any bytes to any route, with this window's key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/v1/{route}", content=body, headers={"authorization": self.said} | named)

    def tell(self, route: str, message: object) -> Answer:
        """A message as a real window sends it."""
        body = zstandard.ZstdCompressor().compress(msgspec.json.encode(message))
        response = self.post(route, body, content_encoding="zstd", accept_encoding="zstd")
        assert response.status_code == 200, response.text
        answer = msgspec.json.decode(response.content, type=Answer)
        self.cursors, self.epoch = dict(answer.changes.cursors) or self.cursors, answer.epoch
        return answer

    def common(self) -> dict[str, Any]:
        return {"incarnation": 1, "epoch": self.epoch, "sent_at": 0, "cursors": self.cursors}

    def batch(self, *entries: Sent, first: int = 0) -> Push:
        """The next entries, or those from `first` on."""
        return Push(**self.common(), first=first or self.number + 1, entries=entries, head=head_of(entries))

    def push(self, *entries: Sent) -> Answer:
        """Sends the next entries."""
        answer = self.tell("push", self.batch(*entries))
        self.number += len(entries)
        return answer

    def ask(self, command: Command[Any], actor: str) -> Answer:
        """Asks the next question."""
        self.questions += 1
        return self.tell("ask", Ask(**self.common(), number=self.questions, entry=entry(command, actor)))

    def pull(self, wait: float = 0.0) -> Answer:
        return self.tell("pull", Pull(**self.common(), wait=wait))

    def catch_up(self) -> dict[str, object]:
        """Pulls until nothing is new; everything that was told, by name."""
        found: dict[str, object] = {}
        while True:
            changes = self.pull().changes
            found |= {name: msgspec.json.decode(content) for name, content in changes.documents.items()}
            if not changes.more:
                return found

    def want(self, *documents: str) -> Answer:
        return self.tell("want", Want(**self.common(), documents=documents))


def entry(command: Command[Any], actor: str, said_at: int = 1) -> Sent:
    """A command as it is sent."""
    sealed = seal(command)
    return Sent(
        kind=sealed.kind,
        actor=actor,
        said_at=said_at,
        plain=raw(sealed.plain),
        personal=raw(sealed.personal),
        salt=sealed.salt,
    )


def paused(window: str = "w1", state: str = "paused") -> Sent:
    """A window is paused, by the clerk of w1."""
    return entry(SetWindow(window=window, state=state), CLERKS[0])

"""A center and its windows in one process, over a transport that tests can disturb."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from clerk_app.center.authority import Authority, compute_key_digest
from clerk_app.composition.office import STORE_FILE, Office, make_signer, open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import BadData
from clerk_app.ledger.door import Door
from clerk_app.ledger.machine_keys import SigningKey, machine_key_path, write_signing_key
from clerk_app.ledger.nodes import AdmitNode, InviteNode
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.ledger.receipts import ReceiptKey
from clerk_app.ledger.replication.documents import Reader
from clerk_app.ledger.replication.messages import (
    CallRequest,
    FetchRequest,
    NodeRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
)
from clerk_app.ledger.window_setup import InitialiseWindow
from clerk_app.people import SYSTEM
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.center_trust import CenterTrust, MachineCredentials, RequestSigner
from clerk_app.sync.transport import ConnectionLost
from db.engines import Row
from tests.document_digest import rows_digest
from tests.empty_store import open_empty_office
from tests.node_authentication import authenticate_node
from tests.office import SampleOffice
from tests.sample_data import HALL, OFFICE_SETTINGS, SITE

DOCUMENT_TYPES = all_document_types()
RECEIPT_KEY = ReceiptKey(bytes(32))
CENTER_KEY = SigningKey.from_seed(bytes(32))
M = TypeVar("M", bound=NodeRequest)


def bearer_signer(node: str) -> RequestSigner:
    """What a node of `City` authenticates itself with over HTTP: the key of an earlier version."""
    return RequestSigner(MachineCredentials(node, bearer=f"key-of-{node}"), CenterTrust("c1"))


@dataclass
class TestTransport:
    """Delivers messages to an authority as bytes, as a network would. Its fields disturb the next messages."""

    __test__ = False

    authority: Authority
    node: str
    key: str
    down: bool = False
    silent_until: threading.Event | None = None  # the center accepts messages, and answers after this event
    responses_to_lose: int = 0
    messages_to_truncate: int = 0  # so many of the next messages come as half of what they were
    unreadable_kind: str = ""  # a kind of which the center, an older program, can read no command
    sent_types: list[str] = field(default_factory=list)
    before_answer: Callable[[], None] | None = None  # done once at this machine while the next answer is on its way

    def push(self, message: PushRequest) -> Response:
        return self._deliver(message, self.authority.push)

    def call(self, message: CallRequest, timeout: float | None = None) -> Response:
        return self._deliver(message, self.authority.call, timeout)

    def pull(self, message: PullRequest) -> Response:
        return self._deliver(message, self.authority.pull)

    def fetch(self, message: FetchRequest) -> Response:
        return self._deliver(message, self.authority.fetch)

    def sign_in(self, message: SignInRequest) -> SignInResponse:
        if self.down:
            raise ConnectionLost
        node = authenticate_node(self.authority, self.node, self.key)
        return self.authority.sign_in(node, message)

    def _deliver(self, message: M, handler: Callable[[Row, M], Response], timeout: float | None = None) -> Response:
        if self.down:
            raise ConnectionLost
        if self.silent_until is not None:
            self.silent_until.wait(timeout=30 if timeout is None else timeout)
            raise ConnectionLost
        node = authenticate_node(self.authority, self.node, self.key)
        self.sent_types.append(type(message).__name__)
        body = msgspec.json.encode(message)
        if self.messages_to_truncate:
            self.messages_to_truncate -= 1
            body = body[: len(body) // 2]
        try:
            received = msgspec.json.decode(body, type=type(message))
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadData("The message could not be read.") from error
        entries = received.entries if isinstance(received, PushRequest) else ()
        if any(entry.kind == self.unreadable_kind and bytes(entry.plain) != b"null" for entry in entries):
            raise BadData("The message could not be read.")
        answer = msgspec.json.encode(handler(node, received))
        if self.responses_to_lose:
            self.responses_to_lose -= 1
            raise ConnectionLost
        if self.before_answer is not None:
            act, self.before_answer = self.before_answer, None
            act()
        return msgspec.json.decode(answer, type=Response)


@dataclass
class City:
    """A center, and the windows enrolled with it."""

    center: SampleOffice
    authority: Authority
    folder: Path
    windows: dict[str, SampleWindow] = field(default_factory=dict)

    @classmethod
    def create(cls, center: SampleOffice, folder: Path) -> City:
        authority = Authority(center.door, DOCUMENT_TYPES, receipt_key=RECEIPT_KEY, center_key=CENTER_KEY)
        authority.announce_existing_documents()
        return cls(center, authority, folder)

    def join(
        self, node: str, *, window: str = "", organs: tuple[str, ...] = (SITE,), kind: str = "window"
    ) -> SampleWindow:
        """Enrol a window that has case numbers and its visible documents, or a machine of another kind."""
        code = compute_key_digest(f"code of {node}")
        invite = InviteNode(digest=code, name=node, node_kind=kind, hall=HALL, window=window, organs=organs, seconds=60)
        self.center.door.perform(invite, SYSTEM)
        admit = AdmitNode(node=node, invitation=code, key_digest=compute_key_digest(f"key-of-{node}"))
        admitted = self.center.door.perform(admit, SYSTEM)
        skew = [0]
        settings = OFFICE_SETTINGS.replace('"w1"', f'"{window}"')
        office = open_empty_office(self.folder / node, settings, lambda: self.center.clock() + skew[0])
        office.door.authority = OfflineAuthority(office.store, DOCUMENT_TYPES)
        initialise = InitialiseWindow(
            node=node,
            name=admitted.name,
            node_kind=kind,
            hall=HALL,
            window=window,
            organs=organs,
            center="center-1",
            url="test",
        )
        office.door.perform(initialise, SYSTEM)
        wire = TestTransport(self.authority, node, f"key-of-{node}")
        joined = SampleWindow(office, self.center.clock, wire, skew)
        joined.connect()
        self.windows[node] = joined
        joined.client.flush()
        joined.client.ensure_numbers()
        return joined

    def restore_center(self, backup: Path) -> None:
        """Replace the center's store by a backup."""
        folder = self.center.office.folder
        self.center.close()
        for file in folder.glob(f"{STORE_FILE}*"):
            file.unlink()
        (folder / STORE_FILE).write_bytes(backup.read_bytes())
        self.center = SampleOffice(open_office(folder, clock=self.center.clock), self.center.clock)
        self.authority = Authority(self.center.door, DOCUMENT_TYPES, receipt_key=RECEIPT_KEY, center_key=CENTER_KEY)
        for window in self.windows.values():
            window.transport.authority = self.authority

    def exchange_all(self) -> None:
        """Exchange at all windows until nothing is new for any."""
        for _round in range(3):
            for window in self.windows.values():
                window.client.flush()

    def differences(self) -> list[str]:
        """Documents of windows that differ from what the center would send."""
        return [f"{node}: {name}" for node, window in self.windows.items() for name in window.differences_from(self)]


@dataclass
class SampleWindow(SampleOffice):
    """An open window with its client."""

    transport: TestTransport = None  # type: ignore[assignment]
    skew: list[int] = field(default_factory=lambda: [0])  # microseconds that its clock is ahead of the center's
    client: CenterClient = None  # type: ignore[assignment]

    @property
    def authority_door(self) -> Door:
        return self.transport.authority.door

    def connect(self) -> None:
        self.client = CenterClient(
            self.store,
            all_rules(),
            DOCUMENT_TYPES,
            self.transport,
            clock=self.office.door.clock,
            monotonic=lambda: self.clock.now / 1_000_000,
        )
        self.office.door.authority = self.client

    def use_machine_key(self, city: City) -> SigningKey:
        """Give this window a key pair, as if it had been enrolled with one; its entries are signed from now on."""
        key = SigningKey.generate()
        write_signing_key(machine_key_path(self.office.folder), key)
        with city.center.store.write() as tx:
            (node,) = tx.select("nodes", id=self.transport.node)
            tx.update("nodes", {"id": node["id"]}, public_key=key.public.text, key_number=1)
            first = {"public_key": key.public.text, "endorsement": "", "added_at": node["enrolled_at"]}
            tx.insert("node_keys", node=node["id"], number=1, **first)
        self.office.door.signer = self.client.signer = make_signer(self.office)
        return key

    def differences_from(self, city: City) -> list[str]:
        with city.center.store.read() as center_tx, self.store.read() as own_tx:
            node = center_tx.get("nodes", id=self.transport.node)
            assert node is not None
            reader = Reader.from_row(node)
            names = {
                f"{document_type.name}/{key}"
                for document_type in DOCUMENT_TYPES
                if not document_type.write_once
                for tx in (center_tx, own_tx)
                for _scope, key in document_type.list_all(tx)
            }
            return sorted(
                name
                for name in names
                if rows_digest(DOCUMENT_TYPES.visible_rows(center_tx, name, reader))
                != rows_digest(DOCUMENT_TYPES.read_rows(own_tx, name))
            )

    def reopen(self) -> SampleWindow:
        """Open the same store again, as after a restart."""
        self.close()
        from clerk_app.composition.office import open_office

        office: Office = open_office(self.office.folder, clock=lambda: self.clock() + self.skew[0])
        reopened = replace(self, office=office)
        reopened.connect()
        return reopened


__all__ = ["DOCUMENT_TYPES", "STORE_FILE", "City", "SampleWindow", "TestTransport"]

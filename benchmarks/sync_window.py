"""A window of the sync benchmark: its own store, the real command processor (`Door`), the real client over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from benchmarks.sync_center import open_slow_store
from benchmarks.sync_city import CENTER, BenchmarkSeat, Citizens
from benchmarks.sync_signing import make_seat_ticket
from clerk_app import people
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.parties import CaseDetails
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.composition.staff_sessions import StaffSessions
from clerk_app.composition.window_signer import WindowSigner
from clerk_app.ledger.door import Door, system_clock
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.numbers import BLOCK_SIZE, LendNumbers
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.people import SYSTEM
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.center_trust import CenterTrust, MachineCredentials, RequestSigner
from clerk_app.sync.http_transport import HttpTransport
from db.engines import Store


class CountingTransport(HttpTransport):
    """The HTTP transport, with counters of requests, latencies and bytes."""

    def __init__(self, url: str, node: str, key: SigningKey) -> None:
        super().__init__(url, RequestSigner(MachineCredentials(node, key, 1), CenterTrust(CENTER)))
        self.round_trips = 0
        self.latencies: list[float] = []
        self.bytes_up = 0
        self.bytes_down = 0

    def send(self, method: str, path: str, body: bytes = b"", *args: Any, **more: Any) -> httpx.Response:
        begun = time.perf_counter()
        answer = super().send(method, path, body, *args, **more)
        self.latencies.append(time.perf_counter() - begun)
        self.round_trips += 1
        self.bytes_up += len(body)
        self.bytes_down += answer.num_bytes_downloaded
        return answer


@dataclass
class BenchmarkWindow:
    """A window with an open store, a door and a client of the center."""

    seat: BenchmarkSeat
    store: Store
    door: Door
    transport: CountingTransport
    client: CenterClient
    sessions: StaffSessions

    @classmethod
    def open_at(cls, seat: BenchmarkSeat, location: str, url: str, flush: float = 0.0) -> BenchmarkWindow:
        """Open the window whose store is at `location`; the store may be empty."""
        store = open_slow_store(location, flush)
        door = Door(store, all_rules(), people.authorise)
        kinds = all_document_types()
        with store.read() as tx:
            own = tx.query_one("ledger.own_node")
        if own is None:
            door.authority = OfflineAuthority(store, kinds)
            door.perform(seat.founding_command(url), SYSTEM)
            with store.read() as tx:
                own = tx.query_one("ledger.own_node")
        assert own is not None
        wire = CountingTransport(url, seat.node, seat.key)
        line = CenterClient(store, all_rules(), kinds, wire, clock=system_clock)
        door.authority, sessions = line, StaffSessions()
        door.signer = line.signer = WindowSigner(CENTER, own, seat.key, sessions)
        return cls(seat, store, door, wire, line, sessions)

    def join(self, numbers: int) -> None:
        """Fetch every document that the window may see, and borrow at least `numbers` case numbers."""
        self.client.flush()
        for _block in range(-(-numbers // BLOCK_SIZE)):
            self.client.call(LendNumbers(node=self.seat.node, incarnation=1), SYSTEM)

    def accept(self, one_things: Iterable[str], citizens: Citizens) -> None:
        """Sign the person in, and accept a case for each of `one_things`, without the center."""
        self.sessions.open(self.store, self.seat.staff, *make_seat_ticket(self.seat), system_clock())
        for one_thing in one_things:
            command = citizens.make_acceptance(one_thing, self.seat, "")
            if not isinstance(command.personal, CaseDetails):
                raise TypeError(type(command.personal))
            keep = SaveDraft(
                visit="visit",
                window=self.seat.window,
                one_thing=one_thing,
                catalogue=command.catalogue,
                catalogue_version=command.catalogue_version,
                personal=DraftContent(values=command.personal.values),
            )
            draft = self.door.perform(keep, self.seat.staff).draft
            self.door.perform(_with_draft(command, draft), self.seat.staff)

    def count_unanswered(self) -> int:
        """Return the number of entries that the center has not answered."""
        with self.store.read() as tx:
            row = tx.query_one("ledger.count_unanswered")
        return int(row["many"]) if row else 0

    def close(self) -> None:
        """Close the connection and the store."""
        self.transport.close()
        self.store.close()


def _with_draft(command: Any, draft: str) -> Any:

    return msgspec.structs.replace(command, draft=draft, visit=f"visit-{draft}")

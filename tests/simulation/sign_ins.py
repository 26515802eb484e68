"""Keys of a simulated city: of the center, of each machine, and of the persons who are signed in at a machine."""

from __future__ import annotations

from hashlib import sha256

from clerk_app.composition.session_tokens import make_ticket, read_ticket
from clerk_app.composition.staff_sessions import OpenSession, StaffSessions
from clerk_app.errors import Refused
from clerk_app.ledger.machine_keys import SigningKey
from db.engines import Store
from tests.simulation.scenario import OPENING, SECOND

CENTER = "center"
CENTER_KEY = SigningKey.from_seed(bytes(32))
_TICKET_TIME = 72 * 3_600 * SECOND


def machine_key(node: str) -> SigningKey:
    """Return the private key of a machine."""
    return SigningKey.from_seed(sha256(f"machine {node}".encode()).digest())


class SignIns:
    """Tickets and sessions of persons at one machine, which they got online and open again offline."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._tickets: dict[str, tuple[bytes, SigningKey]] = {}
        self.sessions = StaffSessions()

    def end_program(self) -> None:
        """Remove the sessions, which are only in the memory of the program."""
        self.sessions = StaffSessions()

    def ensure_session(self, store: Store, staff: str, now: int, *, true_time: int, is_online: bool) -> OpenSession:
        """Return the session of a person; sign in if there is none. `now` is the corrected time of the machine.

        Raises Refused ("ticket") if the ticket has expired and the center cannot be reached, OutOfReach.
        """
        session = self.sessions.find(staff, now)
        if session is not None:
            return session
        ticket, key = self.get_ticket(staff)
        if not read_ticket(ticket).is_valid_at(now):
            if not is_online:
                raise Refused("ticket", "The last sign-in with the center is too long ago.")
            ticket, key = self._sign_in_online(staff, true_time)
        return self.sessions.open(store, staff, ticket, key, now)

    def get_ticket(self, staff: str) -> tuple[bytes, SigningKey]:
        """Return the ticket of a person and its key; without one, that of a sign-in when the city opened."""
        return self._tickets.get(staff) or self._sign_in_online(staff, OPENING)

    def _sign_in_online(self, staff: str, at: int) -> tuple[bytes, SigningKey]:
        key = SigningKey.generate()
        ticket = make_ticket(
            CENTER_KEY,
            center=CENTER,
            staff=staff,
            node=self._node,
            role="",
            organ="",
            key=key.public,
            issued_at=at,
            expires_at=at + _TICKET_TIME,
        )
        self._tickets[staff] = ticket, key
        return self._tickets[staff]

"""The sessions of the persons signed in at this program. Their keys exist in memory only."""

from __future__ import annotations

import msgspec

from clerk_app.composition.session_tokens import is_revoked, make_session, read_ticket
from clerk_app.ledger.machine_keys import SigningKey
from db.engines import Store


class OpenSession(msgspec.Struct, frozen=True):
    """A session with its key. `ends_at` is in microseconds UTC."""

    id: str
    ticket: bytes
    token: bytes
    key: SigningKey
    ends_at: int

    def is_revoked(self, revoked_at: int) -> bool:
        """Return whether the person's sign-ins were ended after this one (microseconds UTC; 0: never)."""
        return bool(revoked_at) and is_revoked(read_ticket(self.ticket).issued_at, revoked_at)

    def __repr__(self) -> str:
        return f"OpenSession({self.id})"


class StaffSessions:
    """The open sessions by staff id."""

    def __init__(self) -> None:
        self._sessions: dict[str, OpenSession] = {}

    def open(self, store: Store, staff: str, ticket: bytes, ticket_key: SigningKey, now: int) -> OpenSession:
        """Begin a session with a ticket and its key; it replaces an earlier one. Raises Refused for a bad ticket.

        The tokens are stored, because entries of the session may be sent after the program has ended.
        """
        key = SigningKey.generate()
        session_id, token, ends_at = make_session(ticket_key, read_ticket(ticket), ticket, key.public, begins_at=now)
        with store.write() as tx:
            tx.insert("staff_sessions", id=session_id, ticket=ticket, token=token)
        session = self._sessions[staff] = OpenSession(session_id, ticket, token, key, ends_at)
        return session

    def find(self, staff: str, now: int) -> OpenSession | None:
        """Return the session of a person; None without one, or after its end."""
        session = self._sessions.get(staff)
        return session if session is not None and now < session.ends_at else None

    def current(self, staff: str) -> OpenSession | None:
        """Return the session of a person, also after its end; None without one."""
        return self._sessions.get(staff)

    def close(self, staff: str) -> None:
        """End the session of a person, if there is one."""
        self._sessions.pop(staff, None)

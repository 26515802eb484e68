"""Signs the entries of a window: with the key of the actor's session, or with the machine's key."""

from __future__ import annotations

from clerk_app.composition.staff_sessions import StaffSessions
from clerk_app.errors import Refused
from clerk_app.ledger.access import PUBLIC_MACHINES
from clerk_app.ledger.entry_signatures import SigningIdentity
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.people import SYSTEM
from clerk_app.people.sign_in import RecordSignIn
from db.engines import Row


class WindowSigner:
    """Implements clerk_app.ledger.entry_signatures.EntrySigner for one store.

    A window enrolled by an earlier version has no key; the center takes its entries unsigned.
    """

    def __init__(self, center: str, node: Row, machine_key: SigningKey | None, sessions: StaffSessions) -> None:
        self.center = center
        self._node = node
        self._machine_key = machine_key
        self._sessions = sessions

    def require_identity(self, actor: str, kind: str, revoked_at: int = 0) -> None:
        acts_for_itself = actor in (SYSTEM, self._node["id"]) or self._node["kind"] in PUBLIC_MACHINES
        session = self._sessions.current(actor)
        is_signed_in = session is not None and not session.is_revoked(revoked_at)
        if self._machine_key is None or acts_for_itself or is_signed_in or kind == RecordSignIn.stored_name:
            return
        raise Refused("session", "Nothing can be done here for a person who is not signed in. Sign in again.")

    def find_identity(self, actor: str) -> SigningIdentity | None:
        session = self._sessions.current(actor)  # also past its end, until the screen locks
        if session is not None:
            return SigningIdentity(session.id, session.key)
        return SigningIdentity("", self._machine_key) if self._machine_key is not None else None

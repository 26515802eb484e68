"""Refuses commands given with a ticket that has ended: the person has to sign in again.

A machine makes its sessions itself, with the key of the ticket, so the times of a session prove nothing: the center
compares the times of the ticket, which it has signed. A call is made when it arrives. An entry may arrive long after it
was made; its time is the one it states, or that of the machine's entry before, which the center has received already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from clerk_app.composition.session_tokens import SHIFT_SECONDS, Session
from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.nodes import BeginIncarnation
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.locales import mark
from db.engines import Store, Transaction

_SECOND = 1_000_000
_GRACE = (SHIFT_SECONDS + 24 * 3600) * _SECOND  # a session may begin at the end of a ticket; clocks differ
SIGN_IN_ENDED = mark("This sign-in has ended. Sign in again.")


@dataclass(frozen=True)
class _Revocation:
    """When the tickets of a person were last revoked, as far as the stream of their entry was read."""

    revision: int = 0
    revoked_at: int = 0


class SessionEnds:
    """Applies the ends of tickets to verified commands of nodes."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._revocations: dict[str, _Revocation] = {}

    def apply(self, commands: Sequence[RemoteCommand], sessions: Mapping[str, Session]) -> list[RemoteCommand]:
        """Return the commands, with a refusal of the actor where the ticket had ended.

        A decision that the center made before its restore is not affected. An acceptance becomes work for the
        supervisor of its site.
        """
        found = [self._find_session(command, sessions) for command in commands]
        if not any(found):
            return list(commands)
        with self._store.read() as tx:
            return [
                replace(command, actor_refusal=Refused("session", SIGN_IN_ENDED))
                if session is not None and self._has_ended(tx, command, session)
                else command
                for command, session in zip(commands, found, strict=True)
            ]

    def _find_session(self, command: RemoteCommand, sessions: Mapping[str, Session]) -> Session | None:
        """Return the session of a command if its ticket may have ended; None for most entries, without a query."""
        if command.signature is None or command.is_proven or command.actor_refusal is not None:
            return None
        session = sessions.get(command.signature.session)
        if session is None or (not _is_call(command) and self._clock() <= session.ticket_expires_at + _GRACE):
            return None
        return session

    def _has_ended(self, tx: Transaction, command: RemoteCommand, session: Session) -> bool:
        last_moment = session.ticket_expires_at + _GRACE
        if _is_call(command):
            revoked_at = self._read_revocation(tx, session.staff)
            return self._clock() > last_moment or session.ticket_issued_at < revoked_at // _SECOND * _SECOND
        chain, incarnation, number = command.key
        before = tx.query_one("ledger.time_of_entry_before", node=chain, incarnation=incarnation, number=number)
        if before is None or before["kind"] == BeginIncarnation.stored_name:  # entries after it may be older
            return command.corrected_at > last_moment
        return max(command.corrected_at, int(before["corrected_at"])) > last_moment

    def _read_revocation(self, tx: Transaction, staff: str) -> int:
        """Return when a new PIN was set, or the person suspended or readmitted; 0 for never."""
        known = self._revocations.get(staff, _Revocation())
        row = tx.query_one("people.revoked_at", stream=f"staff/{staff}", revision=known.revision)
        if row is not None and row["revision"]:
            known = _Revocation(row["revision"], max(known.revoked_at, row["revoked_at"] or 0))
            self._revocations[staff] = known
        return known.revoked_at


def _is_call(command: RemoteCommand) -> bool:
    return command.key[0].endswith(CALLS_SUFFIX)

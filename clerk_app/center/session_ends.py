"""Judges commands given with a ticket that has ended: the person has to sign in again.

A machine makes its sessions itself, with the key of the ticket, so the times of a session prove nothing: the center
compares the times of the ticket, which it has signed. A call is made when it arrives. An entry may arrive long after it
was made; its time is the one it states, or that of the machine's entry before, which the center has received already.

A ticket also ends when the person is dismissed or suspended, or gets a new PIN. A machine that is cut off does not know
it: its entries are kept, with a doubt that a supervisor settles. If it has caught up since, they are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from clerk_app.center.caught_up import CaughtUpNodes
from clerk_app.composition.session_tokens import SHIFT_SECONDS, Session, is_revoked
from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, node_of_chain
from clerk_app.ledger.nodes import BeginIncarnation
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.locales import mark
from clerk_app.log import log_event
from clerk_app.people.permissions import DISMISSED, REVOKED, SESSION_REVOKED
from db.engines import Row, Store, Transaction

_SECOND = 1_000_000
_GRACE = (SHIFT_SECONDS + 24 * 3600) * _SECOND  # a session may begin at the end of a ticket; clocks differ
SIGN_IN_ENDED = mark("This sign-in has ended. Sign in again.")
_DISMISSED_BEFORE = mark(
    "Done under the staff number {number} at the machine {machine}, which had not been connected since this person was "
    "dismissed or suspended."
)
_REVOKED_BEFORE = mark(
    "Done under the staff number {number} at the machine {machine}, which had not been connected since this person's "
    "sign-ins were ended at the center, by a new PIN or a suspension."
)
_KNEW = mark(
    "Done under the staff number {number} at the machine {machine} after the sign-in had ended, by a dismissal, a "
    "suspension or a new PIN. The machine had been connected since, and had the news."
)


class SessionEnds:
    """Applies the ends of tickets to verified commands of nodes."""

    def __init__(self, store: Store, clock: Callable[[], int], caught_up: CaughtUpNodes) -> None:
        self._store = store
        self._clock = clock
        self._caught_up = caught_up

    def apply(self, commands: Sequence[RemoteCommand], sessions: Mapping[str, Session]) -> list[RemoteCommand]:
        """Return the commands, with a refusal of the actor where the ticket had ended, or with a doubt.

        A decision that the center made before its restore is not affected. A refused acceptance becomes work for the
        supervisor of its site.
        """
        if not commands:
            return []
        with self._store.read() as tx:
            names = {command.actor for command in commands if _is_judged(command)}
            staff = {name: tx.query_one("people.actor_by_id", id=name) for name in sorted(names)}
            return [
                self._judge(tx, command, sessions, row)
                if _is_judged(command) and (row := staff[command.actor]) is not None
                else command
                for command in commands
            ]

    def _judge(
        self, tx: Transaction, command: RemoteCommand, sessions: Mapping[str, Session], staff: Row
    ) -> RemoteCommand:
        session = sessions.get(command.signature.session) if command.signature is not None else None
        if session is not None and self._is_past_its_end(tx, command, session):
            return replace(command, actor_refusal=Refused("session", SIGN_IN_ENDED))
        revoked_at = int(staff["revoked_at"])
        has_new_pin = session is not None and is_revoked(session.ticket_issued_at, revoked_at)
        if _is_call(command):
            return replace(command, actor_refusal=Refused("session", SIGN_IN_ENDED)) if has_new_pin else command
        if staff["active"] and not has_new_pin:
            return command
        facts = self._read_facts(tx, command)
        node = node_of_chain(command.key[0])
        if revoked_at and self._caught_up.has_since(node, revoked_at):
            log_event("center", "alarm: entry after the end of a sign-in", node=node, kind=command.sealed.kind)
            return replace(command, actor_refusal=Refused(REVOKED, _KNEW, **facts))
        doubt = (SESSION_REVOKED, _REVOKED_BEFORE) if staff["active"] else (DISMISSED, _DISMISSED_BEFORE)
        return replace(command, doubt=Refused(*doubt, **facts))

    def _is_past_its_end(self, tx: Transaction, command: RemoteCommand, session: Session) -> bool:
        last_moment = session.ticket_expires_at + _GRACE
        if self._clock() <= last_moment:
            return False
        if _is_call(command):
            return True
        chain, incarnation, number = command.key
        before = tx.query_one("ledger.time_of_entry_before", node=chain, incarnation=incarnation, number=number)
        if before is None or before["kind"] == BeginIncarnation.stored_name:  # entries after it may be older
            return command.corrected_at > last_moment
        return max(command.corrected_at, int(before["corrected_at"])) > last_moment

    def _read_facts(self, tx: Transaction, command: RemoteCommand) -> dict[str, str]:
        """Return the number of the person, and name and id of the machine."""
        staff, node = tx.get("staff", id=command.actor), tx.get("nodes", id=node_of_chain(command.key[0]))
        machine = f"{node['name']} ({node['id']})" if node is not None else node_of_chain(command.key[0])
        return {"number": str(staff["number"]) if staff is not None else command.actor, "machine": machine}


def _is_judged(command: RemoteCommand) -> bool:
    return not command.is_proven and command.actor_refusal is None and command.rejection is None


def _is_call(command: RemoteCommand) -> bool:
    return command.key[0].endswith(CALLS_SUFFIX)

"""Commands that need two persons: a second administrator confirms the exact command, then it is given again.

An office with one administrator has nobody to confirm; its log names who acted alone.
"""

from __future__ import annotations

from typing import Any, ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.entries import seal, sealed_from_row
from clerk_app.ledger.persons import person_of, person_of_row
from clerk_app.locales import mark
from db.engines import Row, Transaction

VALID_FOR = 86_400_000_000  # microseconds
REFERENCE_LENGTH = 12  # hexadecimal characters of the command's digest
NEEDS_SECOND = "second_person"  # reason of the refusal
PRIVILEGED_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.ISSUER})
_SEARCHED_ENTRIES = 1_000

RULES = RuleSet()


class CommandConfirmed(CommandDecision, frozen=True, kw_only=True):
    """Another person may give the command until `valid_until` (microseconds UTC)."""

    stored_name: ClassVar[str] = "CommandConfirmed"
    valid_until: int


class ConfirmCommand(Command[CommandConfirmed], frozen=True, kw_only=True):
    """Confirms a command that another administrator gave and that needs two persons."""

    stored_name: ClassVar[str] = "ConfirmCommand"
    digest: str  # of the command, in hex


def require_second_person(tx: Transaction, command: Command[Any], moment: Moment) -> None:
    """Raise Refused ("second_person") unless another administrator has confirmed this command in the last day."""
    if moment.actor.role != Role.ADMINISTRATOR:  # set-up on the store's own machine, or the schedule
        return
    own = person_of(tx, moment.actor.id)
    administrators = tx.select("staff", role=Role.ADMINISTRATOR.value, active=True)
    if all(person_of_row(row) == own for row in administrators):
        return
    digest = seal(command).digest.hex()
    since = moment.decided_at - VALID_FOR
    confirmed = tx.query_all("people.confirmations", stream=_stream(digest), since=since)
    if all(person_of(tx, row["actor"]) == own for row in confirmed):
        raise Refused(
            NEEDS_SECOND,
            "This needs a second administrator: clerk staff confirm {reference}. Then do it again.",
            reference=digest[:REFERENCE_LENGTH],
        )


def require_two_administrators(tx: Transaction, command: Command[Any], moment: Moment) -> None:
    """Like `require_second_person`, and never without a second administrator. Raises Refused ("second_person")."""
    own = person_of(tx, moment.actor.id)
    administrators = tx.select("staff", role=Role.ADMINISTRATOR.value, active=True)
    if moment.actor.role != Role.ADMINISTRATOR or all(person_of_row(row) == own for row in administrators):
        raise Refused(NEEDS_SECOND, "This needs two administrators, who are two persons.")
    require_second_person(tx, command, moment)


def require_second_for_roles(tx: Transaction, command: Command[Any], moment: Moment, roles: set[str]) -> None:
    """Like `require_second_person`, if one of the roles that the command gives or takes is privileged."""
    if roles & PRIVILEGED_ROLES:
        require_second_person(tx, command, moment)


def find_requested(tx: Transaction, reference: str) -> Row | None:
    """Return the newest refused entry whose command has this reference; None without one."""
    rows = tx.query_all("people.recent_refusals", many=_SEARCHED_ENTRIES)
    return next((row for row in rows if sealed_from_row(row).digest.hex().startswith(reference)), None)


def _stream(digest: str) -> str:
    return f"confirm/{digest}"


def _decide(tx: Transaction, command: ConfirmCommand, moment: Moment) -> CommandConfirmed:
    row = find_requested(tx, command.digest) if len(command.digest) >= REFERENCE_LENGTH else None
    if row is None:
        raise Refused("no_request", "Nobody has asked for this, or it was long ago.")
    if person_of(tx, row["actor"]) == person_of(tx, moment.actor.id):
        raise Refused("own_account", "Another administrator has to do this: it concerns your own account.")
    return CommandConfirmed(valid_until=moment.decided_at + VALID_FOR)


@RULES.register(
    ConfirmCommand,
    CommandConfirmed,
    permission="command.confirm",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("Confirmation by a second person"),
    decide=_decide,
    stream=lambda command, _: _stream(command.digest),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[ConfirmCommand, CommandConfirmed]) -> None:
    """Write nothing: the entry itself is the confirmation."""
    del tx, entry

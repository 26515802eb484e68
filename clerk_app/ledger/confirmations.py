"""Commands that need two persons: a second administrator confirms the exact command, then it is given again.

An office with one administrator has nobody to confirm; the decision is marked with `alone`.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal, seal, sealed_from_row
from clerk_app.ledger.persons import person_of, person_of_row
from clerk_app.locales import mark
from clerk_app.text.folding import fold_code
from db.engines import Row, Transaction

VALID_FOR = 86_400_000_000  # microseconds
KNOWN_AFTER = 3 * VALID_FOR  # an administrator whom one person added alone releases nothing before
REFERENCE_LENGTH = 12  # hexadecimal characters of the command's digest
NEEDS_SECOND = "second_person"  # reason of the refusal
PRIVILEGED_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.ISSUER})
CHECKING_ROLES = frozenset({Role.OFFICER, Role.SUPERVISOR})
"""Roles that approve or settle the work of clerks: one administrator could make an account of each, and use both."""
_SEARCHED_ENTRIES = 1_000
_PIN_COMMANDS = frozenset({"RegisterStaff", "ResetPin"})  # stored names
_ACCOUNT_COMMANDS = _PIN_COMMANDS | {"ChangeStaff"}

RULES = RuleSet()


class CommandConfirmed(CommandDecision, frozen=True, kw_only=True):
    """Another person may give the command until `valid_until` (microseconds UTC)."""

    stored_name: ClassVar[str] = "CommandConfirmed"
    valid_until: int


class ConfirmCommand(Command[CommandConfirmed], frozen=True, kw_only=True):
    """Confirms a command that another administrator gave and that needs two persons."""

    stored_name: ClassVar[str] = "ConfirmCommand"
    digest: str  # of the command, in hex


class _MadeAlone(msgspec.Struct):
    """The field of a decision that is true if there was no second administrator."""

    alone: bool = False


def require_second_person(
    tx: Transaction, command: Command[Any], moment: Moment, subject: Command[Any] | None = None
) -> bool:
    """Raise Refused ("second_person") unless another administrator has confirmed this command in the last day.

    A confirmation counts for one command that is done.

    Returns whether one person acted alone: there is no second administrator, or one of both has made the account of the
    other (`_became_alone`).
    `subject` is what is confirmed, if the command has a part that is new each time it is given. Suspended and dismissed
    administrators count for the number of administrators: who takes away the second one does not act alone afterwards.
    """
    rows = tx.select("staff", role=Role.ADMINISTRATOR.value)
    if moment.actor.role == Role.SYSTEM:
        persons = {person_of_row(row) for row in rows if row["active"]}
        if len(persons) > 1:
            raise Refused(NEEDS_SECOND, "This needs two administrators. Give the staff number of the first: --admin")
        return len(persons) == 1  # without one, the office is being set up
    if moment.actor.role != Role.ADMINISTRATOR:  # the schedule
        return False
    own = person_of(tx, moment.actor.id)
    if all(person_of_row(row) == own for row in rows):
        return True
    digest = seal(subject or command).digest.hex()
    since = moment.decided_at - VALID_FOR
    confirmed = tx.query_all("people.confirmations", stream=_stream(digest), since=since)
    confirmed = [row for row in confirmed if person_of(tx, row["actor"]) != own]
    others = {row["actor"] for row in confirmed if not _is_used_up(tx, row["position"], command, subject)}
    if not others:
        raise Refused(
            NEEDS_SECOND,
            "This needs a second administrator: clerk staff confirm {reference} --admin NUMBER. Then do it again.",
            reference=digest[:REFERENCE_LENGTH],
            digest=digest,
        )
    return all(_became_alone(tx, moment, other) for other in others)


def _is_used_up(tx: Transaction, confirmation: int, command: Command[Any], subject: Command[Any] | None) -> bool:
    """Return whether a command with the same subject was done since a confirmation, for example another invitation.

    Without a subject of its own, a command that is done again is the same one.
    """
    if subject is None:
        return False
    confirmed, given = (msgspec.json.decode(seal(part).plain) for part in (subject, command))
    same = {name: value for name, value in confirmed.items() if given.get(name) == value}
    done = tx.query_all("people.done_after", position=confirmation, kind=command.stored_name)
    return any(same.items() <= msgspec.json.decode(row["command"]).items() for row in done)


def require_two_administrators(tx: Transaction, command: Command[Any], moment: Moment) -> None:
    """Like `require_second_person`, and never without a second administrator. Raises Refused ("second_person").

    An administrator whose account the other one made counts after a few days, in which others can see it in the log.
    """
    own = person_of(tx, moment.actor.id)
    administrators = tx.select("staff", role=Role.ADMINISTRATOR.value, active=True)
    if moment.actor.role != Role.ADMINISTRATOR or all(person_of_row(row) == own for row in administrators):
        raise Refused(NEEDS_SECOND, "This needs two administrators, who are two persons.")
    others = [row["id"] for row in administrators if person_of_row(row) != own]
    known_since = moment.decided_at - KNOWN_AFTER
    if all(_became_alone(tx, moment, other) > known_since for other in others):
        raise Refused(
            "new_administrator",
            "The second administrator was added, or got a PIN, by one person less than {days} days ago. Wait, or ask "
            "another one.",
            days=KNOWN_AFTER // VALID_FOR,
        )
    require_second_person(tx, command, moment)


def require_other_administrator(tx: Transaction, moment: Moment, asked_by: str) -> bool:
    """Raise Refused if an administrator decides what the same natural person has asked for.

    Returns whether one person acted alone, as `require_second_person` does.
    """
    if person_of(tx, asked_by) != person_of(tx, moment.actor.id):
        return bool(_became_alone(tx, moment, asked_by))
    if not may_decide(tx, moment.actor.id, asked_by):
        raise Refused("same_person", "You have asked for this yourself: another administrator has to decide it.")
    return True


def may_decide(tx: Transaction, actor: str, asked_by: str) -> bool:
    """Return whether an administrator may decide what an account has asked for: another person, or the only one."""
    own = person_of(tx, actor)
    others = (person_of_row(row) != own for row in tx.select("staff", role=Role.ADMINISTRATOR.value))
    return person_of(tx, asked_by) != own or not any(others)


def _became_alone(tx: Transaction, moment: Moment, other: str) -> int:
    """Return when the actor or another administrator made the account of the other one (microseconds UTC); 0 if not.

    What counts: that one gave the role alone, or chose the PIN of the other a few days ago, and so may still know it.
    """
    moments, one = [0], moment.actor.id
    for staff, giver in ((one, person_of(tx, other)), (other, person_of(tx, one))):
        for row in tx.query_all("ledger.entries_of_stream", stream=f"staff/{staff}"):
            if row["kind"] in _ACCOUNT_COMMANDS and row["outcome"] == "done" and person_of(tx, row["actor"]) == giver:
                is_alone = msgspec.json.decode(row["decision"], type=_MadeAlone).alone
                knows_pin = row["kind"] in _PIN_COMMANDS and row["decided_at"] > moment.decided_at - KNOWN_AFTER
                moments.append(row["decided_at"] if is_alone or knows_pin else 0)
    return max(moments)


def require_second_for_roles(
    tx: Transaction,
    command: Command[Any],
    moment: Moment,
    given: str,
    taken: str = "",
    subject: Command[Any] | None = None,
) -> bool:
    """Like `require_second_person`, if a command gives or takes a privileged role, or gives a checking one.

    On the center's own machine, the commands for set-up give checking roles alone.
    """
    is_privileged = bool({given, taken} & PRIVILEGED_ROLES)
    is_checking = given in CHECKING_ROLES and moment.actor.role == Role.ADMINISTRATOR
    return given != taken and (is_privileged or is_checking) and require_second_person(tx, command, moment, subject)


def require_second_for_account(
    tx: Transaction, command: Command[Any], moment: Moment, role: str, subject: Command[Any] | None = None
) -> None:
    """Like `require_second_person`, if an administrator changes who can sign in with an account of a privileged role.

    On the center's own machine, the commands for set-up can do it: an administrator may have forgotten the PIN.
    """
    if role in PRIVILEGED_ROLES and moment.actor.role == Role.ADMINISTRATOR:
        require_second_person(tx, command, moment, subject)


class RequestedCommand(NamedTuple):
    """A command that was refused because it needs a second person: the row of its entry, and what is confirmed."""

    row: Row
    digest: str


def find_requested(tx: Transaction, reference: str) -> RequestedCommand | None:
    """Return the newest command that waits for a second person and has this reference; None without one.

    The reference may be typed with spaces, in capitals or full width. A part of it is not enough: it could be that of
    another command.
    """
    reference = fold_code(reference).lower()
    if len(reference) < REFERENCE_LENGTH:
        return None
    rows = tx.query_all("people.recent_refusals", many=_SEARCHED_ENTRIES)
    requested = (RequestedCommand(row, _requested_digest(row)) for row in rows)
    return next((found for found in requested if found.digest and found.digest.startswith(reference)), None)


def _requested_digest(row: Row) -> str:
    refusal = msgspec.json.decode(row["decision"], type=Refusal)
    if refusal.reason != NEEDS_SECOND:
        return ""
    return refusal.facts.get("digest") or sealed_from_row(row).digest.hex()


def _stream(digest: str) -> str:
    return f"confirm/{digest}"


def _decide(tx: Transaction, command: ConfirmCommand, moment: Moment) -> CommandConfirmed:
    found = find_requested(tx, command.digest)
    if found is None:
        raise Refused("no_request", "Nobody has asked for this, or it was long ago.")
    if person_of(tx, found.row["actor"]) == person_of(tx, moment.actor.id):
        raise Refused("own_account", "You have asked for this yourself: another administrator has to confirm it.")
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

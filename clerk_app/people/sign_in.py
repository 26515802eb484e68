"""Sign-in with number and PIN: wrong PINs are counted by person and machine, and lock that person at that machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, Protocol

import msgspec

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import SIGN_IN_ROLES, STAFF_MACHINES, MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import PRIVILEGED_ROLES
from clerk_app.ledger.door import Door
from clerk_app.locales import mark
from clerk_app.people.staff import check_pin, find_by_badge, find_staff
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

MICROSECONDS_PER_MINUTE = 60_000_000
# entries of earlier versions contain this sentence, so its translation is still needed
_EARLIER_LOCKOUT_SENTENCE = mark("Too many wrong PINs. Wait 15 minutes or ask a supervisor.")

RULES = RuleSet()


class LockTimer(Protocol):
    """Measures lock-outs at this machine with a clock that nobody can set."""

    def remaining_seconds(self, staff: str) -> float:
        """Return the rest of a person's lock-out; 0 without one."""
        ...

    def start(self, staff: str, seconds: float) -> None:
        """Begin a lock-out of a person."""
        ...


class SignInRecorded(CommandDecision, frozen=True, kw_only=True):
    """Count of wrong PINs in a row at the machine, and end of the lock-out (microseconds UTC) if there is one.

    `machine` is the node at which the PIN was typed; earlier versions counted for all machines together and leave it
    empty.
    """

    stored_name: ClassVar[str] = "SignedIn"
    failures: int
    locked_until: int | None = None
    machine: str = ""


class RecordSignIn(Command[SignInRecorded], frozen=True, kw_only=True):
    """Records an attempt to sign in and whether the PIN was correct; the PIN itself is never stored.

    `machine` is the node at which the PIN was typed, if it is not the one that performs the command first.
    """

    stored_name: ClassVar[str] = "SignIn"
    staff: str
    place: str
    correct: bool = msgspec.field(name="right")
    machine: str = ""


class LockoutEnded(CommandDecision, frozen=True, kw_only=True):
    """The person may sign in again."""

    stored_name: ClassVar[str] = "LockoutEnded"


class EndLockout(Command[LockoutEnded], frozen=True, kw_only=True):
    """Lets a person sign in again who was locked out after too many wrong PINs. A command of supervisors."""

    stored_name: ClassVar[str] = "EndLockout"
    staff: str


def verify_sign_in(
    door: Door,
    number: str,
    pin: str,
    *,
    place: str,
    machine: str,
    timer: LockTimer | None = None,
    check: Callable[[Row | None, str], bool] = check_pin,
    turn: Callable[[str], AbstractContextManager[None]] = lambda _person: nullcontext(),
) -> Row:
    """Check number and PIN against the staff list of this store, record the attempt, and return the person's row.

    The code of the person's badge may replace the number. `machine` is the node at which the PIN was typed; `check`
    compares the PIN; `turn` is held meanwhile for the person, known or not. Raises Refused: "wrong" for an unknown
    number, a wrong PIN, and any further PIN after too many wrong ones; "locked" only after the right PIN of a person
    who is locked out.
    """
    try:
        staff = find_staff(door.store, number.strip()) or find_by_badge(door.store, number)
    except BadData:
        staff = None
    with turn(staff["id"] if staff is not None else number.strip()):
        if staff is None or staff["role"] not in SIGN_IN_ROLES:
            check(None, pin)
            raise wrong_pin()
        return _verify_pin(door, staff, pin, place, machine, timer, check)


def _verify_pin(
    door: Door,
    staff: Row,
    pin: str,
    place: str,
    machine: str,
    timer: LockTimer | None,
    check: Callable[[Row | None, str], bool],
) -> Row:
    now = door.clock() + (door.authority.clock_offset() if door.authority is not None else 0)
    with door.store.read() as tx:
        guard = _read_guard(tx, staff, machine, now)
        limit = read_policy(tx).wrong_pins_before_lockout
    is_clock_moved = guard.has_ended and timer is not None and timer.remaining_seconds(staff["id"]) > 0
    if is_clock_moved or (guard.is_locked and guard.failures >= limit):
        check(None, pin)  # a further PIN is not compared, or the lock-out would not limit guessing
        raise wrong_pin()
    is_correct = check(staff, pin)
    decision = door.perform(
        RecordSignIn(staff=staff["id"], place=place, correct=is_correct, machine=machine), staff["id"]
    )
    if timer is not None and decision.locked_until and not guard.is_locked:
        timer.start(staff["id"], (decision.locked_until - now) / 1_000_000)
    if not is_correct:
        raise wrong_pin()
    return staff


def wrong_pin() -> Refused:
    """Return the error for a wrong number or PIN, which does not say which of them is wrong."""
    return Refused("wrong", "Number or PIN is wrong. Nothing was opened.")


def locked_out(seconds: float) -> Refused:
    """Return the error for the right PIN of a person who is locked out for `seconds` more."""
    return Refused(
        "locked",
        "Too many wrong PINs. Wait {minutes} minutes or ask a supervisor.",
        minutes=int(-(-seconds // 60)),
    )


def list_lockouts(tx: Transaction, now: int) -> Sequence[tuple[Row, int]]:
    """Return the persons who are locked out at some machine, by number, each with the last end of their lock-outs."""
    lockouts = []
    for staff in tx.select("staff", order=("number",), active=True):
        ends = [row["until"] or 0 for row in tx.select("pin_tries", staff=staff["id"])]
        end = max([staff["locked_until"] or 0, *ends])
        if end > now:
            lockouts.append((staff, end))
    return lockouts


class _Guard(msgspec.Struct, frozen=True):
    """Wrong PINs of a person at a machine since the last right one or the last lock-out, and its end if it lasts."""

    failures: int
    locked_until: int | None = None
    has_ended: bool = False  # whether a lock-out was decided, and its end has passed by the clock

    @property
    def is_locked(self) -> bool:
        return self.locked_until is not None


def _read_guard(tx: Transaction, staff: Row, machine: str, now: int) -> _Guard:
    row = tx.get("pin_tries", staff=staff["id"], machine=machine)
    until = max((row["until"] if row is not None else 0) or 0, staff["locked_until"] or 0)
    if until > now:
        return _Guard(row["failures"] if row is not None else 0, until)
    if row is None or row["until"]:
        return _Guard(0, has_ended=row is not None)
    return _Guard(row["failures"])


def _decide_sign_in(tx: Transaction, command: RecordSignIn, moment: Moment) -> SignInRecorded:
    staff = tx.get_for_update("staff", id=command.staff)
    if staff is None or command.staff != moment.actor.id:
        raise Refused("other_staff", "You can only sign in as yourself.")
    node = node_of_chain(moment.node)
    machine = node if moment.is_remote else command.machine or node
    guard = _read_guard(tx, staff, machine, moment.decided_at)
    if moment.is_remote:  # a machine's own comparisons of PINs change no count of the center
        return SignInRecorded(failures=guard.failures, locked_until=guard.locked_until, machine=machine)
    if command.correct and guard.locked_until is not None:
        raise locked_out((guard.locked_until - moment.decided_at) / 1_000_000)
    if command.correct:
        return SignInRecorded(failures=0, machine=machine)
    failures = guard.failures + 1
    policy = read_policy(tx)
    if guard.locked_until is not None:
        return SignInRecorded(failures=failures, locked_until=guard.locked_until, machine=machine)
    if failures >= policy.wrong_pins_before_lockout:
        lockout = policy.lockout_minutes * MICROSECONDS_PER_MINUTE
        return SignInRecorded(failures=0, locked_until=moment.decided_at + lockout, machine=machine)
    return SignInRecorded(failures=failures, machine=machine)


@RULES.register(
    RecordSignIn,
    SignInRecorded,
    permission="staff.sign_in",
    roles=(*SIGN_IN_ROLES, Role.SYSTEM),
    machines=STAFF_MACHINES,
    label=mark("Signing in"),
    decide=_decide_sign_in,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
)
def _apply_sign_in(tx: Transaction, entry: Entry[RecordSignIn, SignInRecorded]) -> None:
    staff_id, decision = entry.command.staff, entry.decision
    if not decision.machine:
        tx.update("staff", {"id": staff_id}, failures=decision.failures, locked_until=decision.locked_until)
    elif decision.failures or decision.locked_until:
        tx.upsert(
            "pin_tries",
            ("staff", "machine"),
            staff=staff_id,
            machine=decision.machine,
            failures=decision.failures,
            until=decision.locked_until,
        )
    else:
        tx.delete("pin_tries", staff=staff_id, machine=decision.machine)
    for row in tx.select("staff", id=staff_id):
        tx.mark_changed(f"organ/{row['organ'] or ''}", f"staff/{staff_id}")


def _decide_end_lockout(tx: Transaction, command: EndLockout, moment: Moment) -> LockoutEnded:
    staff = tx.get_for_update("staff", id=command.staff)
    if staff is None or command.staff == moment.actor.id:
        raise Refused("other_staff", "Another supervisor has to do this.")
    if moment.actor.role == Role.SUPERVISOR:
        _require_own_staff(tx, staff, moment)
    return LockoutEnded()


def _require_own_staff(tx: Transaction, staff: Row, moment: Moment) -> None:
    """Raise Refused unless a person works at a place of the supervisor's machine, and has no privileged role.

    Who may end lock-outs can go on guessing the PIN.
    """
    node = tx.get("nodes", id=node_of_chain(moment.node)) if moment.is_remote else None
    if node is not None and staff["organ"] not in decode_json_list(node["organs"]):
        raise Refused("other_site", "This belongs to another service centre or department.")
    if staff["role"] in PRIVILEGED_ROLES:
        raise Refused("other_staff", "An administrator has to do this.")


@RULES.register(
    EndLockout,
    LockoutEnded,
    permission="staff.end_lockout",
    roles=(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.SUPERVISOR, MachineKind.ADMIN),
    label=mark("End of a lock-out"),
    decide=_decide_end_lockout,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
    placement=Placement.REMOTE,
)
def _apply_end_lockout(tx: Transaction, entry: Entry[EndLockout, LockoutEnded]) -> None:
    staff_id = entry.command.staff
    tx.update("staff", {"id": staff_id}, failures=0, locked_until=None)
    tx.delete("pin_tries", staff=staff_id)
    for row in tx.select("staff", id=staff_id):
        tx.mark_changed(f"organ/{row['organ'] or ''}", f"staff/{staff_id}")

"""Staff: registration, PIN, sign-in attempts and lock-out."""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import ANY_MACHINE, MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from clerk_app.text.cleaning import fold_width
from db.engines import Row, Store, Transaction

_MICROSECONDS_PER_MINUTE = 60_000_000
# entries of earlier versions contain this sentence, so its translation is still needed
_EARLIER_LOCKOUT_SENTENCE = mark("Too many wrong PINs. Wait 15 minutes or ask a supervisor.")
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second profile for argon2id
# verified for an unknown staff number, so that it takes as long as a wrong PIN
_DUMMY_PIN_HASH = "$argon2id$v=19$m=19456,t=2,p=1$YLECTGiZ4lokSPvAFKnGtg$i0nXI77YZMRk8acWIIGnRbmfGwwie0NH98vZ+RGx8ZU"


def hash_pin(pin: str) -> str:
    """Return the argon2id hash of a PIN."""
    return _hasher.hash(pin)


def matches_hash(stored: str, secret: str) -> bool:
    """Return whether `stored` is the argon2id hash of a secret."""
    try:
        return _hasher.verify(stored, secret)
    except Argon2Error:
        return False


def find_staff(store: Store, number: str) -> Row | None:
    """Return the active staff member with this number, or None. Raises BadData for a number with control characters.

    A number that was registered in full-width characters is found as it is written.
    """
    with store.read() as tx:
        row = tx.get("staff", number=fold_width(number)) or tx.get("staff", number=number.strip())
    return row if row is not None and row["active"] else None


def check_pin(staff: Row | None, pin: str) -> bool:
    """Return whether the PIN is right; false, after the same time, when `staff` is None.

    A PIN may also be typed in full-width characters: an input method may be on, and the field hides what it types.
    """
    attempts = [pin]
    with suppress(BadData):
        attempts = list(dict.fromkeys((pin, fold_width(pin))))
    return any(_is_right_pin(staff, attempt) for attempt in attempts)


def _is_right_pin(staff: Row | None, pin: str) -> bool:
    try:
        return _hasher.verify(staff["pin_hash"] if staff else _DUMMY_PIN_HASH, pin) and staff is not None
    except Argon2Error:
        return False


RULES = RuleSet()


class StaffRegistered(CommandDecision, frozen=True, kw_only=True):
    """The staff member is registered and may sign in."""

    stored_name: ClassVar[str] = "StaffRegistered"


class RegisterStaff(Command[StaffRegistered], frozen=True, kw_only=True):
    """Registers a staff member. `pin_hash` is the result of `hash_pin`."""

    stored_name: ClassVar[str] = "RegisterStaff"
    id: str
    number: str
    name: str
    role: str
    pin_hash: str
    organ: str | None = None


class SignInRecorded(CommandDecision, frozen=True, kw_only=True):
    """Count of wrong PINs in a row, and end of the lock-out (microseconds UTC) if there is one."""

    stored_name: ClassVar[str] = "SignedIn"
    failures: int
    locked_until: int | None = None


class RecordSignIn(Command[SignInRecorded], frozen=True, kw_only=True):
    """Records an attempt to sign in and whether the PIN was correct; the PIN itself is never stored."""

    stored_name: ClassVar[str] = "SignIn"
    staff: str
    place: str
    correct: bool = msgspec.field(name="right")


class LockoutEnded(CommandDecision, frozen=True, kw_only=True):
    """The person may sign in again."""

    stored_name: ClassVar[str] = "LockoutEnded"


class EndLockout(Command[LockoutEnded], frozen=True, kw_only=True):
    """Lets a person sign in again who was locked out after too many wrong PINs. A command of supervisors."""

    stored_name: ClassVar[str] = "EndLockout"
    staff: str


def _decide_register(tx: Transaction, command: RegisterStaff, _: Moment) -> StaffRegistered:
    if tx.get("staff", number=command.number) or tx.get("staff", id=command.id):
        raise Refused("exists", "Staff number {number} is taken.", number=command.number)
    return StaffRegistered()


@RULES.register(
    RegisterStaff,
    StaffRegistered,
    permission="staff.register",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Registration of a staff member"),
    decide=_decide_register,
    stream=lambda command, _: f"staff/{command.id}",
    documents=("staff",),
)
def _apply_register(tx: Transaction, entry: Entry[RegisterStaff, StaffRegistered]) -> None:
    command = entry.command
    tx.insert(
        "staff",
        id=command.id,
        number=command.number,
        name=command.name,
        role=command.role,
        organ=command.organ,
        pin_hash=command.pin_hash,
        active=True,
        failures=0,
        locked_until=None,
    )
    tx.mark_changed(f"organ/{command.organ or ''}", f"staff/{command.id}")


def _decide_sign_in(tx: Transaction, command: RecordSignIn, moment: Moment) -> SignInRecorded:
    staff = tx.get_for_update("staff", id=command.staff)
    if staff is None or command.staff != moment.actor.id:
        raise Refused("other_staff", "You can only sign in as yourself.")
    if staff["locked_until"] and staff["locked_until"] > moment.decided_at:
        raise Refused(
            "locked",
            "Too many wrong PINs. Wait {minutes} minutes or ask a supervisor.",
            minutes=_minutes_until(staff["locked_until"], moment.decided_at),
        )
    if command.correct:
        return SignInRecorded(failures=0)
    failures = staff["failures"] + 1
    policy = read_policy(tx)
    if failures >= policy.wrong_pins_before_lockout:
        lockout = policy.lockout_minutes * _MICROSECONDS_PER_MINUTE
        return SignInRecorded(failures=0, locked_until=moment.decided_at + lockout)
    return SignInRecorded(failures=failures)


def _minutes_until(end: int, now: int) -> int:
    return -((now - end) // _MICROSECONDS_PER_MINUTE)  # rounded up


@RULES.register(
    RecordSignIn,
    SignInRecorded,
    permission="staff.sign_in",
    roles=(
        Role.CLERK,
        Role.OFFICER,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=ANY_MACHINE,
    label=mark("Signing in"),
    decide=_decide_sign_in,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
)
def _apply_sign_in(tx: Transaction, entry: Entry[RecordSignIn, SignInRecorded]) -> None:
    staff_id, decision = entry.command.staff, entry.decision
    tx.update("staff", {"id": staff_id}, failures=decision.failures, locked_until=decision.locked_until)
    for row in tx.select("staff", id=staff_id):
        tx.mark_changed(f"organ/{row['organ'] or ''}", f"staff/{staff_id}")


def _decide_end_lockout(tx: Transaction, command: EndLockout, moment: Moment) -> LockoutEnded:
    staff = tx.get_for_update("staff", id=command.staff)
    if staff is None or command.staff == moment.actor.id:
        raise Refused("other_staff", "Another supervisor has to do this.")
    return LockoutEnded()


@RULES.register(
    EndLockout,
    LockoutEnded,
    permission="staff.end_lockout",
    roles=(
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(
        MachineKind.SUPERVISOR,
        MachineKind.ADMIN,
    ),
    label=mark("End of a lock-out"),
    decide=_decide_end_lockout,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
)
def _apply_end_lockout(tx: Transaction, entry: Entry[EndLockout, LockoutEnded]) -> None:
    staff_id = entry.command.staff
    tx.update("staff", {"id": staff_id}, failures=0, locked_until=None)
    for row in tx.select("staff", id=staff_id):
        tx.mark_changed(f"organ/{row['organ'] or ''}", f"staff/{staff_id}")

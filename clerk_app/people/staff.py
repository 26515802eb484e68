"""The staff list: registration, change, suspension and dismissal, PIN and badge."""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar, Literal

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import SIGN_IN_ROLES, STAFF_MACHINES, STAFF_ROLES, MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import require_second_for_account, require_second_for_roles
from clerk_app.ledger.persons import person_of, person_of_row
from clerk_app.locales import mark
from clerk_app.people.pins import hash_pin, matches_hash
from clerk_app.text.cleaning import clean_code, fold_width
from db.engines import Row, Store, Transaction

__all__ = ["RULES", "RegisterStaff", "check_pin", "find_staff", "hash_pin"]

StaffState = Literal["active", "suspended", "dismissed"]
_ROLES_WITH_ORGAN = (Role.OFFICER, Role.CLERK)  # they act for their organ or site


def find_staff(store: Store, number: str) -> Row | None:
    """Return the active staff member with this number, or None. Raises BadData for a number with control characters.

    A number registered in full-width characters is found too.
    """
    with store.read() as tx:
        row = tx.get("staff", number=fold_width(number)) or tx.get("staff", number=number.strip())
    return row if row is not None and row["active"] else None


def find_by_badge(store: Store, code: str) -> Row | None:
    """Return the active staff member whose badge has this code, or None."""
    with store.read() as tx:
        rows = tx.select("staff", badge=compute_badge_digest(code), active=True)
    return rows[0] if rows else None


def compute_badge_digest(code: str) -> str:
    """Return the SHA-256 of a badge's code, in hex. The store contains this digest and not the code."""
    return sha256(clean_code(code).encode()).hexdigest()


def check_pin(staff: Row | None, pin: str) -> bool:
    """Return whether the PIN is right; false, after the same time, when `staff` is None."""
    return matches_hash(staff["pin_hash"] if staff is not None else "", pin)


RULES = RuleSet()


class StaffRegistered(CommandDecision, frozen=True, kw_only=True):
    """The staff member is registered and may sign in."""

    stored_name: ClassVar[str] = "StaffRegistered"
    alone: bool = False  # whether there was no second administrator to confirm a privileged role


class RegisterStaff(Command[StaffRegistered], frozen=True, kw_only=True):
    """Registers a staff member. `pin_hash` is the result of `hash_pin`; without it, `ResetPin` has to follow."""

    stored_name: ClassVar[str] = "RegisterStaff"
    id: str
    number: str
    name: str
    role: str
    pin_hash: str
    organ: str | None = None
    pin_due: bool = False  # whether the PIN has to be changed at the first sign-in


class StaffChanged(CommandDecision, frozen=True, kw_only=True):
    """The data are changed; `previous_organ` is the organ whose machines had them before."""

    stored_name: ClassVar[str] = "StaffChanged"
    previous_organ: str = ""
    alone: bool = False  # whether there was no second administrator to confirm a privileged role


class ChangeStaff(Command[StaffChanged], frozen=True, kw_only=True):
    """Changes name, role and organ of a staff member."""

    stored_name: ClassVar[str] = "ChangeStaff"
    staff: str
    name: str
    role: str
    organ: str | None = None


class StaffStateSet(CommandDecision, frozen=True, kw_only=True):
    """The staff member may, or may not, sign in and act."""

    stored_name: ClassVar[str] = "StaffStateSet"


class SetStaffState(Command[StaffStateSet], frozen=True, kw_only=True):
    """Suspends, readmits or dismisses a staff member. A dismissal is final; the number is not given again."""

    stored_name: ClassVar[str] = "SetStaffState"
    staff: str
    state: StaffState
    reason: str


class PinSet(CommandDecision, frozen=True, kw_only=True):
    """The PIN is replaced."""

    stored_name: ClassVar[str] = "PinSet"


class ResetPin(Command[PinSet], frozen=True, kw_only=True):
    """Gives another person a new PIN, which they have to change when they sign in; ends their lock-outs."""

    stored_name: ClassVar[str] = "ResetPin"
    staff: str
    pin_hash: str


class ChangePin(Command[PinSet], frozen=True, kw_only=True):
    """Replaces one's own PIN."""

    stored_name: ClassVar[str] = "ChangePin"
    staff: str
    pin_hash: str


class BadgeSet(CommandDecision, frozen=True, kw_only=True):
    """The badge identifies the person at the sign-in."""

    stored_name: ClassVar[str] = "BadgeSet"


class SetBadge(Command[BadgeSet], frozen=True, kw_only=True):
    """Gives a person a badge; an empty digest takes it away. `digest` is the result of `compute_badge_digest`."""

    stored_name: ClassVar[str] = "SetBadge"
    staff: str
    digest: str


def _require_role_and_organ(tx: Transaction, role: str, organ: str | None, roles: frozenset[Role]) -> None:
    if role not in roles:
        raise Refused("role", "There is no role {role}. There are: {known}", role=role, known=_join(roles))
    if organ and tx.get("organs", id=organ) is None:
        raise Refused("organ", "There is no organ {organ}.", organ=organ)
    if role in _ROLES_WITH_ORGAN and not organ:
        raise Refused("organ", "A clerk or officer needs an organ.")


def _join(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(roles))


def require_person(tx: Transaction, staff: str) -> Row:
    """Return the row of a person who is not dismissed, for a change. Raises Refused."""
    row = tx.get_for_update("staff", id=staff)
    if row is None or row["role"] not in SIGN_IN_ROLES:
        raise Refused("no_person", "There is no such person on the staff list.")
    if row["state"] == "dismissed":
        raise Refused("dismissed", "This person was dismissed. Nothing of the entry changes any more.")
    return row


def _require_other_person(tx: Transaction, staff: str, moment: Moment) -> Row:
    row = require_person(tx, staff)
    if person_of_row(row) == person_of(tx, moment.actor.id):
        raise Refused("own_account", "Another administrator has to do this: it concerns your own account.")
    return row


def mark_staff_changed(tx: Transaction, staff: str) -> None:
    """Mark the document of a staff member as changed."""
    for row in tx.select("staff", id=staff):
        tx.mark_changed(f"organ/{row['organ'] or ''}", f"staff/{staff}")


def _decide_register(tx: Transaction, command: RegisterStaff, moment: Moment) -> StaffRegistered:
    if tx.get("staff", number=command.number) or tx.get("staff", id=command.id):
        raise Refused("exists", "Staff number {number} is taken.", number=command.number)
    if not command.number.strip() or not command.name.strip():
        raise BadData("A staff number and a name are needed.")
    _require_role_and_organ(tx, command.role, command.organ, STAFF_ROLES)
    subject = msgspec.structs.replace(command, pin_hash="")
    alone = require_second_for_roles(tx, command, moment, command.role, subject=subject)
    return StaffRegistered(alone=alone)


def _recover_register(tx: Transaction, entry: Entry[RegisterStaff, StaffRegistered], _: bool) -> StaffRegistered:
    """Return the lost decision. Raises Refused if the person was added again since the restore."""
    command = entry.command
    if tx.get("staff", number=command.number) or tx.get("staff", id=command.id):
        raise Refused("exists", "Staff number {number} is taken.", number=command.number)
    return entry.decision


@RULES.register(
    RegisterStaff,
    StaffRegistered,
    permission="staff.register",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Registration of a staff member"),
    decide=_decide_register,
    stream=lambda command, _: f"staff/{command.id}",
    documents=("staff",),
    placement=Placement.REMOTE,
    recover=_recover_register,
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
        pin_due=command.pin_due,
    )
    mark_staff_changed(tx, command.id)


def _decide_change(tx: Transaction, command: ChangeStaff, moment: Moment) -> StaffChanged:
    row = require_person(tx, command.staff)
    if not command.name.strip():
        raise BadData("A staff number and a name are needed.")
    if command.role != row["role"] and command.staff == moment.actor.id:
        raise Refused("own_account", "Another administrator has to do this: it concerns your own account.")
    _require_role_and_organ(tx, command.role, command.organ, SIGN_IN_ROLES)
    alone = require_second_for_roles(tx, command, moment, command.role, row["role"])
    return StaffChanged(previous_organ=row["organ"] or "", alone=alone)


@RULES.register(
    ChangeStaff,
    StaffChanged,
    permission="staff.change",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Change of a staff member"),
    decide=_decide_change,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
    placement=Placement.REMOTE,
)
def _apply_change(tx: Transaction, entry: Entry[ChangeStaff, StaffChanged]) -> None:
    command, previous = entry.command, entry.decision.previous_organ
    tx.update("staff", {"id": command.staff}, name=command.name, role=command.role, organ=command.organ)
    mark_staff_changed(tx, command.staff)
    if previous != (command.organ or ""):
        tx.update("staff", {"id": command.staff}, head=False)
        tx.mark_changed(f"organ/{previous}", f"staff/{command.staff}")


def _decide_state(tx: Transaction, command: SetStaffState, moment: Moment) -> StaffStateSet:
    row = _require_other_person(tx, command.staff, moment)
    if command.state == (row["state"] or "active"):
        raise Refused("state", "This was done already.")
    if not command.reason.strip():
        raise Refused("reason", "A reason is needed; it is recorded.")
    return StaffStateSet()


@RULES.register(
    SetStaffState,
    StaffStateSet,
    permission="staff.change",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Suspension, readmission or dismissal of a staff member"),
    decide=_decide_state,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
    placement=Placement.REMOTE,
)
def _apply_state(tx: Transaction, entry: Entry[SetStaffState, StaffStateSet]) -> None:
    command = entry.command
    columns: dict[str, str | bool | int] = {
        "active": command.state == "active",
        "state": command.state,
        "revoked_at": entry.decided_at,
    }
    if command.state == "dismissed":
        columns |= {"pin_hash": "", "badge": ""}
    tx.update("staff", {"id": command.staff}, **columns)
    mark_staff_changed(tx, command.staff)


def _decide_reset(tx: Transaction, command: ResetPin, moment: Moment) -> PinSet:
    row = _require_other_person(tx, command.staff, moment)
    _require_hash(command.pin_hash)
    if row["pin_hash"]:  # the first PIN belongs to the registration, which a second person confirmed
        subject = msgspec.structs.replace(command, pin_hash="")
        require_second_for_account(tx, command, moment, row["role"], subject)
    return PinSet()


def _require_hash(pin_hash: str) -> None:
    if not pin_hash.startswith("$argon2id$"):
        raise BadData("The hash of the PIN is missing.")


@RULES.register(
    ResetPin,
    PinSet,
    permission="staff.change",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("New PIN for a staff member"),
    decide=_decide_reset,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
    placement=Placement.REMOTE,
    survives_restore=False,  # so that no machine but the center records the hash
)
def _apply_reset(tx: Transaction, entry: Entry[ResetPin, PinSet]) -> None:
    command = entry.command
    columns = {"pin_hash": command.pin_hash, "pin_due": True, "failures": 0, "locked_until": None}
    tx.update("staff", {"id": command.staff}, revoked_at=entry.decided_at, **columns)
    tx.delete("pin_tries", staff=command.staff)
    mark_staff_changed(tx, command.staff)


def _decide_change_pin(tx: Transaction, command: ChangePin, moment: Moment) -> PinSet:
    require_person(tx, command.staff)
    if command.staff != moment.actor.id:
        raise Refused("other_staff", "You can only change your own PIN.")
    _require_hash(command.pin_hash)
    return PinSet()


@RULES.register(
    ChangePin,
    PinSet,
    permission="staff.change_pin",
    roles=SIGN_IN_ROLES,
    machines=STAFF_MACHINES,
    label=mark("Change of one's own PIN"),
    decide=_decide_change_pin,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
    placement=Placement.REMOTE,
    survives_restore=False,
)
def _apply_change_pin(tx: Transaction, entry: Entry[ChangePin, PinSet]) -> None:
    command = entry.command
    columns = {"pin_hash": command.pin_hash, "pin_due": False, "revoked_at": entry.decided_at}
    tx.update("staff", {"id": command.staff}, **columns)
    mark_staff_changed(tx, command.staff)


def _decide_badge(tx: Transaction, command: SetBadge, _: Moment) -> BadgeSet:
    require_person(tx, command.staff)
    if command.digest and tx.select("staff", badge=command.digest):
        raise Refused("badge", "This badge belongs to somebody already.")
    return BadgeSet()


@RULES.register(
    SetBadge,
    BadgeSet,
    permission="staff.change",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Badge of a staff member"),
    decide=_decide_badge,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
    placement=Placement.REMOTE,
)
def _apply_badge(tx: Transaction, entry: Entry[SetBadge, BadgeSet]) -> None:
    tx.update("staff", {"id": entry.command.staff}, badge=entry.command.digest)
    mark_staff_changed(tx, entry.command.staff)

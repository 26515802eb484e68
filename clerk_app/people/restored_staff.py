"""The entry of a person as it was before the store was restored from an older backup."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.people.staff import mark_staff_changed
from db.engines import Row, Transaction

RULES = RuleSet()


class StaffRecord(MessagePart, frozen=True, kw_only=True):
    """What the staff list has about a person. `person` is the id of the natural person; "" for the only account."""

    id: str
    number: str
    name: str
    role: str
    organ: str | None
    pin_hash: str
    pin_due: bool
    active: bool
    state: str
    person: str
    badge: str
    revoked_at: int  # microseconds UTC

    @classmethod
    def from_row(cls, row: Row) -> StaffRecord:
        """Return the record of a row of the staff list."""
        values = {name: row[name] for name in cls.__struct_fields__}
        return cls(**{**values, "pin_due": bool(row["pin_due"]), "active": bool(row["active"])})


class StaffRestored(CommandDecision, frozen=True, kw_only=True):
    """The entry is as it was; `previous_organ` is the organ that the restored store named."""

    stored_name: ClassVar[str] = "StaffRestored"
    previous_organ: str = ""


class RestoreStaff(Command[StaffRestored], frozen=True, kw_only=True):
    """Adds or replaces the entry of a person in the staff list of a restored center."""

    stored_name: ClassVar[str] = "RestoreStaff"
    record: StaffRecord


def _decide(tx: Transaction, command: RestoreStaff, _: Moment) -> StaffRestored:
    row = tx.get_for_update("staff", id=command.record.id)
    return StaffRestored(previous_organ=(row["organ"] or "") if row is not None else "")


@RULES.register(
    RestoreStaff,
    StaffRestored,
    permission="staff.restore",
    roles=(Role.SYSTEM,),
    machines=(MachineKind.CENTER,),
    label=mark("Entry of the staff list, as before the restore"),
    decide=_decide,
    stream=lambda command, _: f"staff/{command.record.id}",
    documents=("staff",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[RestoreStaff, StaffRestored]) -> None:
    record, previous = entry.command.record, entry.decision.previous_organ
    columns = {name: getattr(record, name) for name in record.__struct_fields__ if name != "id"}
    if tx.get("staff", id=record.id) is None:
        tx.insert("staff", id=record.id, failures=0, locked_until=None, **columns)
    else:
        tx.update("staff", {"id": record.id}, **columns)
    mark_staff_changed(tx, record.id)
    if previous != (record.organ or ""):
        tx.mark_changed(f"organ/{previous}", f"staff/{record.id}")

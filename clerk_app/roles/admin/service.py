"""Service of the administrator's screen: lists, adds and changes the staff."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import SIGN_IN_ROLES, Role
from clerk_app.ledger.commands import Command
from clerk_app.locales import _
from clerk_app.people.pins import check_new_pin, hash_pin
from clerk_app.people.sign_in import EndLockout, list_lockouts
from clerk_app.people.staff import (
    ChangeStaff,
    RegisterStaff,
    ResetPin,
    SetBadge,
    SetStaffState,
    StaffState,
    compute_badge_digest,
)
from clerk_app.roles.admin.person_details import describe_person
from clerk_app.roles.admin.registry_service import OfficeRegistryService
from clerk_app.roles.admin.staff_day import read_staff_day
from clerk_app.roles.formatting import localize_organ_name
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.roles.status import read_status
from clerk_app.text.cleaning import clean_text, fold_width
from clerk_app.views.admin import AdminView, StaffActId, StaffRow
from clerk_app.views.shared import LabelledValue, Level, Option
from db.engines import Row, Transaction

_STATES: dict[StaffActId, StaffState] = {"suspend": "suspended", "readmit": "active", "dismiss": "dismissed"}


@raises_clerk_errors
class OfficeAdmin(OfficeRegistryService, OfficeStaffService):
    """Implements views.AdminService for an office."""

    def read_view(self) -> AdminView:
        with self._office.store.read() as tx:
            locked = {row["id"]: end for row, end in list_lockouts(tx, self._office.now)}
            staff = tuple(
                self._build_row(tx, row, locked.get(row["id"]))
                for row in tx.select("staff", order=("number",))
                if row["role"] in SIGN_IN_ROLES
            )
            status = read_status(self._office, tx, place=_("administrator"), person=self._staff["name"], waiting=None)
            return AdminView(status, staff, day=read_staff_day(self._office, tx))

    def read_person(self, person: str) -> tuple[LabelledValue, ...]:
        with self._office.store.read() as tx:
            return describe_person(self._office, tx, person)

    def list_roles(self) -> tuple[Option, ...]:
        names = _role_names()
        return tuple(Option(role, names[role]) for role in Role if role in SIGN_IN_ROLES)

    def list_organs(self) -> tuple[Option, ...]:
        with self._office.store.read() as tx:
            return tuple(
                Option(row["id"], localize_organ_name(row), row["id"]) for row in tx.select("organs", order=("id",))
            )

    def check_number(self, number: str) -> None:
        number = fold_width(number)
        if not number:
            raise BadData("A staff number and a name are needed.")
        with self._office.store.read() as tx:
            if tx.get("staff", number=number) is not None:
                raise Refused("exists", "Staff number {number} is taken.", number=number)

    def add_person(self, number: str, name: str, role: str, organ: str, pin: str) -> AdminView:
        number, name = fold_width(number), clean_text(name)
        digits = check_new_pin(pin, number)
        # the hash goes in a command that no machine but the center records
        register = RegisterStaff(id=number, number=number, name=name, role=role, pin_hash="", organ=organ or None)
        self._door.perform(register, self._staff_id)
        reset = ResetPin(staff=number, pin_hash=hash_pin(digits))
        return self._perform(reset, _("{name} was added.").format(name=name))

    def change_person(self, person: str, name: str, role: str, organ: str) -> AdminView:
        name = clean_text(name)
        with self._office.store.read() as tx:
            before = tx.get("staff", id=person)
        if before is not None and (before["name"], before["role"], before["organ"] or "") == (name, role, organ):
            raise Refused("same", "Nothing of the entry was changed.")
        change = ChangeStaff(staff=person, name=name, role=role, organ=organ or None)
        return self._perform(change, _("The entry of {name} was changed.").format(name=name))

    def set_state(self, person: str, act: StaffActId, reason: str) -> AdminView:
        name = self._find_name(person)
        sentences = {
            "suspend": _("{name} can neither sign in nor act until readmitted."),
            "readmit": _("{name} can sign in again."),
            "dismiss": _("{name} is off the staff list for good."),
        }
        command = SetStaffState(staff=person, state=_STATES[act], reason=reason)
        return self._perform(command, sentences[act].format(name=name))

    def reset_pin(self, person: str, pin: str) -> AdminView:
        with self._office.store.read() as tx:
            row = tx.get("staff", id=person)
        digits = check_new_pin(pin, row["number"] if row is not None else "")
        words = _("{name} signs in with this PIN once, and then chooses another.")
        command = ResetPin(staff=person, pin_hash=hash_pin(digits))
        return self._perform(command, words.format(name=self._find_name(person)))

    def unlock(self, person: str) -> AdminView:
        return self._perform(EndLockout(staff=person), _("This person can sign in again."))

    def set_badge(self, person: str, code: str) -> AdminView:
        digest = compute_badge_digest(code) if code.strip() else ""
        words = (
            _("The badge identifies {name}; the PIN is still asked for.") if digest else _("{name} has no badge now.")
        )
        return self._perform(SetBadge(staff=person, digest=digest), words.format(name=self._find_name(person)))

    def _perform(self, command: Command[Any], message: str) -> AdminView:
        self._door.perform(command, self._staff_id)
        return replace(self.read_view(), message=message)

    def _find_name(self, person: str) -> str:
        with self._office.store.read() as tx:
            row = tx.get("staff", id=person)
        return str(row["name"]) if row is not None else person

    def _build_row(self, tx: Transaction, row: Row, locked_until: int | None) -> StaffRow:
        organ = tx.get("organs", id=row["organ"]) if row["organ"] else None
        return StaffRow(
            id=row["id"],
            number=row["number"],
            name=row["name"],
            role=row["role"],
            role_name=_role_names()[row["role"]],
            organ=row["organ"] or "",
            organ_name=localize_organ_name(organ, row["organ"] or ""),
            state=self._describe_state(row, locked_until),
            level=_level(row, locked_until),
            acts=self._list_acts(row, locked_until),
        )

    def _describe_state(self, row: Row, locked_until: int | None) -> str:
        if row["state"] == "dismissed":
            return _("dismissed")
        if row["state"] == "suspended":
            return _("suspended")
        if locked_until is not None:
            time = self._office.local_time(locked_until).strftime("%H:%M")
            return _("locked out until {time}").format(time=time)
        return _("PIN to be changed") if row["pin_due"] else ""

    def _list_acts(self, row: Row, locked_until: int | None) -> tuple[StaffActId, ...]:
        if row["state"] == "dismissed":
            return ()
        acts: list[StaffActId] = ["change", "set_badge"]
        if row["id"] == self._staff_id:
            return tuple(acts)
        acts[1:1] = ["reset_pin", *(["unlock"] if locked_until is not None else [])]  # type: ignore[list-item]
        return (*acts, "readmit" if row["state"] == "suspended" else "suspend", "dismiss")


def _level(row: Row, locked_until: int | None) -> Level:
    if row["state"] in ("suspended", "dismissed"):
        return "bad"
    return "warn" if locked_until is not None else "plain"


def _role_names() -> dict[str, str]:
    """Return the names of the roles in the current language."""
    return {
        Role.CLERK: _("clerk"),
        Role.OFFICER: _("officer"),
        Role.SUPERVISOR: _("supervisor"),
        Role.ADMINISTRATOR: _("administrator"),
        Role.AUDITOR: _("auditor"),
        Role.ISSUER: _("issuer"),
    }

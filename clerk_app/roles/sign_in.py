"""Sign-in at this machine: checks number and PIN, and replaces one's own PIN."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.people.lock_timer import FileLockTimer
from clerk_app.people.pins import check_new_pin, hash_pin, is_allowed_pin
from clerk_app.people.sign_in import verify_sign_in
from clerk_app.people.staff import ChangePin, find_by_badge
from db.engines import Row

LOCKS_FILE = "locks.json"  # in the folder of the office


def verify_here(office: Office, number: str, pin: str, place: str) -> Row:
    """Return the row of the person with this number and PIN; the attempt is counted for this machine.

    Raises Refused: "wrong", "locked" (after the right PIN).
    """
    with office.store.read() as tx:
        own_node = tx.query_one("ledger.own_node")
    machine = str(own_node["id"]) if own_node is not None else ""
    timer = FileLockTimer(office.folder / LOCKS_FILE)
    return verify_sign_in(office.door, number, pin, place=place, machine=machine, timer=timer)


def has_due_pin(staff: Row, pin: str) -> bool:
    """Return whether a person who has just typed this PIN must replace it: it was given, or is too easy to guess."""
    return bool(staff["pin_due"]) or not is_allowed_pin(pin)


def change_own_pin(office: Office, number: str, pin: str, new_pin: str, place: str) -> None:
    """Replace one's own PIN. Raises Refused (wrong PIN, the same PIN), BadData (easy to guess), OutOfReach."""
    staff = verify_here(office, number, pin, place)
    digits = check_new_pin(new_pin, staff["number"])
    if digits == pin.strip():
        raise Refused("same_pin", "The new PIN is the old one. Choose another.")
    office.door.perform(ChangePin(staff=staff["id"], pin_hash=hash_pin(digits)), staff["id"])


def find_badge_number(office: Office, code: str) -> str:
    """Return the staff number of the person with this badge. Raises Refused for an unknown badge."""
    staff = find_by_badge(office.store, code)
    if staff is None:
        raise Refused("badge", "Nobody has this badge. Type the staff number.")
    return str(staff["number"])

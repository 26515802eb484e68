"""Sign-in at this machine: checks number and PIN, opens the person's session, and replaces one's own PIN.

A window asks its center, which gives a ticket; a window has no hash of a PIN. While the center is out of reach, the PIN
opens the sealed key of a ticket that the center gave at this machine before, if its store is encrypted. A store without
a center compares the PIN with its own staff list.
"""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.composition.session_tokens import is_revoked, read_ticket
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.ledger.machine_keys import PublicKey, SigningKey
from clerk_app.ledger.performer import RemoteAuthority
from clerk_app.ledger.replication.messages import SignInRequest
from clerk_app.log import log_exception
from clerk_app.people.lock_timer import FileLockTimer
from clerk_app.people.pins import check_new_pin, hash_pin, is_allowed_pin
from clerk_app.people.sign_in import verify_sign_in
from clerk_app.people.staff import ChangePin, find_by_badge, find_staff
from clerk_app.roles.clock import record_time
from db.engines import Row

LOCKS_FILE = "locks.json"  # in the folder of the office
TICKET_TIME = "ticket"
"""Reason of a refusal: by the time of this machine, the last sign-in with the center is too long ago."""


def verify_here(office: Office, number: str, pin: str, place: str, time: int | None = None) -> Row:
    """Return the row of the person with this number and PIN; the attempt is counted for this machine.

    At a window a session is opened. Offline, `time` (microseconds UTC) is what the person has read from another clock:
    it counts for the ticket, and is recorded as the time of this machine. Raises Refused: "wrong", "locked" (after the
    right PIN); offline also TICKET_TIME, "offline_off" (this machine has no key for it).
    """
    authority = office.door.authority
    if authority is None:
        return _verify_in_own_list(office, number, pin, place)
    try:
        return _sign_in_online(office, authority, number, pin)
    except OutOfReach:
        return _sign_in_offline(office, number, pin, place, time)


def has_due_pin(staff: Row, pin: str) -> bool:
    """Return whether a person who has just typed this PIN must replace it: it was given, or is too easy to guess."""
    return bool(staff["pin_due"]) or not is_allowed_pin(pin)


def change_own_pin(office: Office, number: str, pin: str, new_pin: str, place: str) -> None:
    """Replace one's own PIN. Raises Refused (wrong PIN, the same PIN), BadData (easy to guess), OutOfReach."""
    digits = check_new_pin(new_pin, number)
    if digits == pin.strip():
        raise Refused("same_pin", "The new PIN is the old one. Choose another.")
    if office.door.authority is not None:
        _sign_in_online(office, office.door.authority, number, pin, digits)
        return
    staff = _verify_in_own_list(office, number, pin, place)
    check_new_pin(digits, staff["number"])
    office.door.perform(ChangePin(staff=staff["id"], pin_hash=hash_pin(digits)), staff["id"])


def find_badge_number(office: Office, code: str) -> str:
    """Return the staff number of the person with this badge. Raises Refused for an unknown badge."""
    staff = find_by_badge(office.store, code)
    if staff is None:
        raise Refused("badge", "Nobody has this badge. Type the staff number.")
    return str(staff["number"])


def _verify_in_own_list(office: Office, number: str, pin: str, place: str) -> Row:
    timer = FileLockTimer(office.folder / LOCKS_FILE)
    return verify_sign_in(office.door, number, pin, place=place, machine=_own_node(office), timer=timer)


def _own_node(office: Office) -> str:
    with office.store.read() as tx:
        own_node = tx.query_one("ledger.own_node")
    return str(own_node["id"]) if own_node is not None else ""


def _sign_in_online(office: Office, authority: RemoteAuthority, number: str, pin: str, new_pin: str = "") -> Row:
    """Sign in at the center with a new key, seal the key, and open a session. Raises Refused, BadData, OutOfReach."""
    key = SigningKey.generate()
    response = authority.sign_in(
        SignInRequest(number=number.strip(), pin=pin, new_pin=new_pin, public_key=key.public.text)
    )
    if response.ticket:
        ticket = read_ticket(response.ticket, _center_keys(office))
        if (ticket.staff, ticket.node, ticket.key) != (response.staff, _own_node(office), key.public):
            raise Refused("session", "The center's answer is not for this person and machine. Nothing was opened.")
        office.sessions.open(office.store, response.staff, response.ticket, key, office.corrected_now)
        try:
            office.sealed_tickets.seal(response.staff, new_pin or pin, response.ticket, key)
        except OSError as error:  # then there is no offline sign-in
            log_exception("roles", error)
    with office.store.read() as tx:
        row = tx.get("staff", id=response.staff)
    if row is None:
        raise Refused("staff_list", "The staff list of this machine does not have you yet. Try again in a moment.")
    return {**row, "pin_due": response.pin_due}


def _center_keys(office: Office) -> tuple[PublicKey, ...] | None:
    """Return the center's key that this machine knows; None where it was enrolled without one."""
    with office.store.read() as tx:
        line = tx.query_one("ledger.center_connection")
    return (PublicKey.parse(line["public_key"]),) if line is not None and line["public_key"] else None


def _sign_in_offline(office: Office, number: str, pin: str, place: str, time: int | None) -> Row:
    """Open the sealed key of an earlier ticket with the PIN, and a session with it. Raises Refused."""
    locked = find_staff(office.store, number)  # who signed in before in this program can unlock its screen
    if not office.sealed_tickets.can_open(locked["id"] if locked is not None else ""):
        raise Refused(
            "offline_off",
            "The center is out of reach, and this machine lets nobody sign in without it. Sign in at another machine, "
            "or here when the center is in reach again. An administrator can switch it on: store_key in office.toml.",
        )
    opened: list[tuple[bytes, SigningKey]] = []

    def unseal(staff: Row | None, typed: str) -> bool:
        found = office.sealed_tickets.unseal(staff["id"] if staff is not None else "", typed)
        opened.extend([found] if found is not None else [])
        return found is not None

    timer = FileLockTimer(office.folder / LOCKS_FILE)
    try:
        staff = verify_sign_in(
            office.door, number, pin, place=place, machine=_own_node(office), timer=timer, check=unseal
        )
    except Refused as refused:
        if refused.reason != "wrong":
            raise
        raise Refused(
            "wrong",
            "Number or PIN is wrong, or you have not signed in at this machine before. The center is out of reach: "
            "sign in at a machine where you did before, or here when the center is in reach again.",
        ) from refused
    ticket, key = opened[-1]
    now = office.corrected_now if time is None else time
    if not read_ticket(ticket).is_valid_at(now):
        raise Refused(
            TICKET_TIME,
            "The clock of this machine shows {shown}, and by it your last sign-in with the center is too long ago. If "
            "the date is right, sign in when the center is in reach again; if not, have it set, and sign in again.",
            shown=office.local_time(now).strftime("%Y-%m-%d %H:%M"),
        )
    if is_revoked(read_ticket(ticket).issued_at, staff["revoked_at"]):
        raise Refused(
            "ended",
            "Your sign-ins were ended at the center, by a new PIN or a suspension. Sign in when the center is in reach "
            "again, or at another machine.",
        )
    office.sessions.open(office.store, staff["id"], ticket, key, now)
    if time is not None:
        try:
            record_time(office, time, staff["id"])
        except ClerkError:
            office.sessions.close(staff["id"])
            raise
    return staff

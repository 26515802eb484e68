"""Online sign-in: checks number and PIN at the center, and gives a ticket for one person, machine and key."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.catalogue.publication import load_frame, read_policy
from clerk_app.catalogue.working_days import WorkingDays
from clerk_app.center.shared_claims import PinTurns
from clerk_app.composition.session_tokens import make_ticket
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.door import Door
from clerk_app.ledger.machine_keys import PublicKey, SigningKey
from clerk_app.ledger.replication.messages import SignInRequest, SignInResponse
from clerk_app.people.pins import check_new_pin, hash_pin, is_allowed_pin
from clerk_app.people.sign_in import verify_sign_in
from clerk_app.people.staff import ChangePin
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

_PLAIN_HOURS = 72  # validity of a ticket where no catalogue is published


def sign_in_at_node(
    door: Door, center_key: SigningKey, node: Row, request: SignInRequest, turns: PinTurns
) -> SignInResponse:
    """Check number and PIN of a person at a node, replace the PIN if a new one is given, and return a ticket.

    There is no ticket while the PIN has to be changed first. Raises Refused: "wrong", "locked" (after the right PIN),
    "sign_ins" (another one is being checked), "other_place", "kind"; BadData for a new PIN that is easy to guess.
    """
    if node["kind"] in (MachineKind.KIOSK, MachineKind.BOARD, MachineKind.PORTAL):
        raise Refused("kind", "Nobody signs in at this machine.")
    key = PublicKey.parse(request.public_key)
    place = node["window_id"] or node["name"]
    staff = verify_sign_in(
        door, request.number, request.pin, place=place, machine=node["id"], turn=partial(turns.take, node["id"])
    )
    if staff["organ"] not in decode_json_list(node["organs"]):
        raise Refused("other_place", "This person is not on the staff of the place where that was done.")
    if request.new_pin:
        digits = check_new_pin(request.new_pin, staff["number"])
        if digits == request.pin.strip():
            raise Refused("same_pin", "The new PIN is the old one. Choose another.")
        door.perform(ChangePin(staff=staff["id"], pin_hash=hash_pin(digits)), staff["id"])
    person = {"staff": staff["id"], "number": staff["number"], "name": staff["name"], "role": staff["role"]}
    organ = staff["organ"] or ""
    if not request.new_pin and (staff["pin_due"] or not is_allowed_pin(request.pin)):
        return SignInResponse(**person, organ=organ, pin_due=True)
    now = door.clock()
    with door.store.read() as tx:
        own, expires_at = tx.get("nodes", here=True), _ticket_end(tx, now)
    if own is None:
        raise RuntimeError("a store without a node is no center")
    ticket = make_ticket(
        center_key,
        center=own["id"],
        staff=staff["id"],
        node=node["id"],
        role=staff["role"],
        organ=organ,
        key=key,
        issued_at=now,
        expires_at=expires_at,
    )
    return SignInResponse(**person, organ=organ, ticket=ticket)


def _ticket_end(tx: Transaction, now: int) -> int:
    """Return the end of the last working day of a ticket, so that it outlives a long holiday."""
    try:
        catalogue = load_frame(tx)
    except BadData:
        return now + int(timedelta(hours=_PLAIN_HOURS) / timedelta(microseconds=1))
    days = WorkingDays(catalogue.calendars)
    last = days.add_working_days(to_local_time(now, catalogue.time_zone).date(), read_policy(tx).ticket_working_days)
    return end_of_day(last, catalogue.time_zone)

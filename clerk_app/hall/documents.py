"""Replicated documents of a hall: service days, windows, tickets and calls go to its machines, a visit to its window.

A machine of administrators holds the windows, which it registers, and no tickets.

A visit includes its person, once the authority has verified a code of theirs in it, and the licences listed; their
content only after it was released. The window keeps a visit while the visit is open or its ticket is held, and then
deletes it. Reception and supervisor hold the appointments that are to come, without their codes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clerk_app.hall.announcements import ANNOUNCEMENT_DOCUMENT
from clerk_app.hall.appointments import list_feed_appointments
from clerk_app.hall.emergency_calls import EMERGENCY_DOCUMENT
from clerk_app.hall.kiosk_calls import KIOSK_CALL_DOCUMENT
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.staff_messages import MESSAGE_DOCUMENT
from clerk_app.hall.ticket_papers import TICKET_PAPERS_DOCUMENT
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, single_row_type
from clerk_app.people.removed_issuers import mark_removed_issuers
from clerk_app.people.replaced_results import mark_replaced_results
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


def visit_rows(tx: Transaction, visit: str) -> Rows:
    """Return all rows of a visit in this store: its person, consents, codes, licences, materials and attachments."""
    return {
        "visits": tx.select("visits", id=visit),
        "consents": tx.select("consents", visit=visit, order=("licence",)),
        "consent_lists": tx.select("consent_lists", visit=visit, order=("number",)),
        "earlier_materials": tx.query_all("hall.earlier_materials_of_visit", visit=visit),
        "identity_proofs": tx.select("identity_proofs", visit=visit, order=("person",)),
        "visit_representations": tx.select("visit_representations", visit=visit, order=("principal",)),
        "co_signatures": tx.select("co_signatures", visit=visit, order=("purpose", "role")),
        "persons": tx.query_all("hall.persons_of_visit", visit=visit),
        "organisations": tx.query_all("hall.organisations_of_visit", visit=visit),
        "dynamic_codes": tx.select("dynamic_codes", used_by=visit, order=("digest",)),
        "licences": tx.query_all("hall.licences_of_visit", visit=visit),
        "contents": tx.query_all("hall.attachments_of_visit", visit=visit),
    }


def _visible_rows(tx: Transaction, visit: str, reader: Reader) -> Rows | None:
    row = tx.get("visits", id=visit)
    if row is None or row["window_id"] != reader.window or not _is_visit_open(tx, row):
        return None
    rows = visit_rows(tx, visit)
    licences = mark_removed_issuers(tx, rows["licences"])
    return _hide_unreleased({**rows, "licences": mark_replaced_results(tx, licences)})


def _hide_unreleased(rows: Rows) -> Rows:
    """Return the rows of a visit as its window gets them.

    The content of licences that were not released is left out; and of a person, what the code does not state: the
    telephone number is the second factor of a printed code.
    """
    released = {row["licence"]: row for row in rows["consents"] if row["released_at"] is not None}
    licences = [_released_part(row, released.get(row["id"])) for row in rows["licences"]]
    digests = {row["content"] for row in (*licences, *rows["earlier_materials"])}
    return {
        **rows,
        "persons": [{**row, **_HIDDEN_PERSON} for row in rows["persons"]],
        "licences": licences,
        "contents": [row for row in rows["contents"] if row["digest"] in digests],
    }


def _is_visit_open(tx: Transaction, visit: Row) -> bool:
    if visit["ended_at"] is None:
        return True
    ticket = tx.get("tickets", id=visit["ticket"]) if visit["ticket"] else None
    return ticket is not None and ticket["state"] == "held"


def _remove_visit(tx: Transaction, visit: str) -> None:
    # first the rows that these statements find through the consents and codes of the visit
    tx.execute("hall.delete_attachments_of_visit", visit=visit)
    tx.execute("hall.delete_licences_of_visit", visit=visit)
    tx.execute("hall.delete_organisations_of_visit", visit=visit)
    tx.execute("hall.delete_persons_of_visit", visit=visit)
    tx.delete("dynamic_codes", used_by=visit)
    tx.delete("consents", visit=visit)
    tx.delete("consent_lists", visit=visit)
    tx.delete("earlier_materials", visit=visit)
    tx.delete("identity_proofs", visit=visit)
    tx.delete("visit_representations", visit=visit)
    tx.delete("co_signatures", visit=visit)
    tx.delete("visits", id=visit)


def _list_feed_documents(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"window/{row['window_id']}", row["id"]) for row in tx.query_all("hall.all_open_visits"))


_HALL_MACHINES = frozenset(
    {
        MachineKind.COUNTER,
        MachineKind.SUPERVISOR,
        MachineKind.KIOSK,
        MachineKind.BOARD,
        MachineKind.RECEPTION,
    }
)
_WINDOW_MACHINES = _HALL_MACHINES | {MachineKind.ADMIN}
_WINDOW = single_row_type("window", "windows", "id", lambda row: f"hall/{row['hall']}")
_APPOINTMENT_MACHINES = frozenset({MachineKind.SUPERVISOR, MachineKind.RECEPTION})
_APPOINTMENT = single_row_type("appointment", "appointments", "id", lambda row: f"hall/{row['hall']}")


def _visible_window(tx: Transaction, window: str, reader: Reader) -> Rows | None:
    """Return the row of a window; a machine that stands in public does not learn who works there."""
    rows = _WINDOW.visible_rows(tx, window, reader)
    if rows is None or not reader.is_public:
        return rows
    return {"windows": [{**row, "staff": None} for row in rows["windows"]]}


def _visible_appointment(tx: Transaction, appointment: str, reader: Reader) -> Rows | None:
    """Return an appointment without the digest of its code, because a short code can be guessed from it."""
    rows = _APPOINTMENT.visible_rows(tx, appointment, reader)
    return {"appointments": [{**row, "code": ""} for row in rows["appointments"]]} if rows is not None else None


def _released_part(licence: Row, consent: Row | None) -> Row:
    """Return the row of a licence with the claims and the picture that were released with a consent."""
    if consent is None:
        return {**licence, **_HIDDEN_CONTENT}
    allowed = decode_json_list(consent["released_claims"])
    claims = licence["claims"]
    if allowed and claims:
        stated = msgspec.json.decode(claims, type=dict[str, str])
        claims = msgspec.json.encode({name: value for name, value in stated.items() if name in allowed})
    return {**licence, "claims": claims, "content": licence["content"] if consent["picture"] else None}


_HIDDEN_PERSON = {"born": None, "phone": None, "address": None}
_HIDDEN_CONTENT = {"identifier": "", "claims": None, "content": None}
_SHARED_TABLES = {"persons": ("id",), "organisations": ("id",), "licences": ("id",), "contents": ("digest",)}
DOCUMENT_TYPES = (
    single_row_type("service_day", "service_days", "id", lambda row: f"hall/{row['hall']}", _HALL_MACHINES),
    single_row_type("ticket", "tickets", "id", lambda row: hall_scope(row["id"]), _HALL_MACHINES),
    DocumentType(
        "window",
        _WINDOW.read_rows,
        _visible_window,
        _WINDOW.delete_rows,
        _WINDOW.list_all,
        machines=_WINDOW_MACHINES,
    ),
    DocumentType(
        "visit",
        visit_rows,
        _visible_rows,
        _remove_visit,
        _list_feed_documents,
        machines=frozenset({MachineKind.COUNTER}),
        shared_tables=_SHARED_TABLES,
    ),
    ANNOUNCEMENT_DOCUMENT,
    MESSAGE_DOCUMENT,
    EMERGENCY_DOCUMENT,
    KIOSK_CALL_DOCUMENT,
    TICKET_PAPERS_DOCUMENT,
    DocumentType(
        "appointment",
        _APPOINTMENT.read_rows,
        _visible_appointment,
        _APPOINTMENT.delete_rows,
        list_feed_appointments,
        machines=_APPOINTMENT_MACHINES,
    ),
)

"""The sheets with messages on a case to the citizen: a letter for each message that was not erased."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.cases.case_messages import CITIZEN, MESSAGE_SHEET, ORGAN, find_message_of_sheet, name_sheet
from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.paper.documents.message_sheet import MessageSheet
from clerk_app.roles.formatting import localize, localize_organ_name
from clerk_app.roles.staff_names import read_staff_name
from db.engines import Row, Transaction


def list_message_letters(tx: Transaction, case: CaseRecord) -> Iterator[Row]:
    """Yield the letters of the messages to the citizen, oldest first, with the columns of other letters."""
    rows = tx.select("case_messages", case_number=case.number, addressee=CITIZEN, order=("sent_at", "id"))
    for row in rows:
        if row["text"] is not None:
            sent = to_local_time(row["sent_at"], case.catalogue.time_zone)
            yield {
                "id": name_sheet(row),
                "case_number": case.number,
                "kind": MESSAGE_SHEET,
                "window_id": case.row["window_id"],
                "made_at": row["sent_at"],
                "printed_at": None,
                "task": "",
                "subject": f"{_name_sender(tx, row)} {sent:%H:%M}",
            }


def build_message_sheet(office: Office, tx: Transaction, case: CaseRecord, letter: Row, applicant: str) -> MessageSheet:
    """Build the sheet of a message. Raises BadData if there is none."""
    row = tx.get("case_messages", id=find_message_of_sheet(letter["id"]))
    if row is None or row["text"] is None:
        raise BadData("There is no such paper.")
    return MessageSheet(
        case_number=case.number,
        applicant=applicant,
        one_thing=localize(case.plan.one_thing.name),
        sender=_name_sender(tx, row),
        person=read_staff_name(tx, row["sent_by"]),
        written_at=to_local_time(row["sent_at"], case.catalogue.time_zone),
        text=row["text"],
        office=office.settings.name.localized(),
        phone=office.settings.phone,
    )


def _name_sender(tx: Transaction, row: Row) -> str:
    if row["sender"] == ORGAN:
        return localize_organ_name(tx.get("organs", id=row["sender_organ"]), row["sender_organ"])
    return _("the window")

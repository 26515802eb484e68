"""Messages on a case, in words for window and department; reading and sending them."""

from __future__ import annotations

from clerk_app.cases.case_messages import (
    CITIZEN,
    ORGAN,
    WINDOW,
    CaseMessageText,
    MarkCaseMessagesRead,
    SendCaseMessage,
    is_at_work,
    list_unread_messages,
    name_sheet,
)
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.prints import COUNTED_OUTCOMES
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.locales import _, plural_form
from clerk_app.roles.formatting import localize_organ_name
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.text.cleaning import clean_text
from clerk_app.views.case_messages import CaseMessageRow, CaseMessageThread
from clerk_app.views.shared import Option
from db.engines import Row, Transaction

FROM_CITIZEN = "citizen>"
"""Prefix of an addressee to whom the clerk writes what the citizen asks."""


class CaseMessageDesk:
    """The messages on cases for a member of staff: of an organ, or of a window if `organ` is empty."""

    def __init__(self, office: Office, staff: str, organ: str = "") -> None:
        self._office, self._staff, self._organ = office, staff, organ

    def read(self, number: str) -> CaseMessageThread:
        """Return the messages on a case, and record that those to this reader were read."""
        with self._office.store.read() as tx:
            thread = self._build(tx, read_case(tx, number))
        if any(row.is_new for row in thread.rows):
            read = MarkCaseMessagesRead(case=number, reader="organ" if self._organ else "window")
            self._office.door.perform(read, self._staff)
        return thread

    def send(self, number: str, addressee: str, text: str) -> None:
        """Send a message to an addressee of the thread. Raises Refused or BadData."""
        from_citizen, kind = addressee.startswith(FROM_CITIZEN), addressee.removeprefix(FROM_CITIZEN)
        personal = CaseMessageText(text=clean_text(text))
        if kind in (WINDOW, CITIZEN):
            command = SendCaseMessage(
                case=number,
                addressee="window" if kind == WINDOW else "citizen",
                from_citizen=from_citizen,
                personal=personal,
            )
        elif kind.startswith(f"{ORGAN}:"):
            organ = kind.removeprefix(f"{ORGAN}:")
            command = SendCaseMessage(
                case=number, addressee="organ", organ=organ, from_citizen=from_citizen, personal=personal
            )
        else:
            raise BadData("There is no such addressee.")
        self._office.door.perform(command, self._staff)

    def show_to_citizen(self, number: str) -> None:
        """Record that the citizen was shown the messages to them."""
        self._office.door.perform(MarkCaseMessagesRead(case=number, reader="citizen"), self._staff)

    def _build(self, tx: Transaction, case: CaseRecord) -> CaseMessageThread:
        rows = tx.select("case_messages", case_number=case.number, order=("sent_at", "id"))
        return CaseMessageThread(
            case=case.number,
            rows=tuple(self._build_row(tx, case, row) for row in rows if row["text"] is not None),
            addressees=tuple(self._list_addressees(tx, case)),
            for_citizen=0 if self._organ else len(list_unread_messages(tx, case.number, CITIZEN)),
        )

    def _build_row(self, tx: Transaction, case: CaseRecord, row: Row) -> CaseMessageRow:
        at = to_local_time(row["sent_at"], case.catalogue.time_zone)
        is_own = row["addressee"] == (ORGAN if self._organ else WINDOW) and row["organ"] == self._organ
        heading = _("{time}, {sender} to {addressee}").format(
            time=f"{at:%Y-%m-%d %H:%M}",
            sender=_name_sender(tx, row),
            addressee=_name_part(tx, row["addressee"], row["organ"]),
        )
        return CaseMessageRow(
            heading=heading,
            text=row["text"],
            is_new=is_own and row["read_at"] is None,
            is_read=row["read_at"] is not None,
            is_delivered=_is_handed_over(tx, row),
        )

    def _list_addressees(self, tx: Transaction, case: CaseRecord) -> list[Option]:
        present = (task["organ"] for task in case.tasks if is_at_work(case.tasks, task["organ"]))
        organs = dict.fromkeys(organ for organ in present if organ != self._organ)
        names = {f"{ORGAN}:{organ}": _name_part(tx, ORGAN, organ) for organ in organs}
        options = [Option(name, _("To {addressee}").format(addressee=words)) for name, words in names.items()]
        options.append(Option(CITIZEN, _("To the citizen, shown or printed at the window")))
        if self._organ:
            return [*options, Option(WINDOW, _("To the window"))]
        asked = _("What the citizen asks, to {addressee}")
        options += [Option(FROM_CITIZEN + name, asked.format(addressee=words)) for name, words in names.items()]
        return options


def _is_handed_over(tx: Transaction, row: Row) -> bool:
    """Return whether a message to the citizen was printed."""
    if row["addressee"] != CITIZEN:
        return False
    return any(made["outcome"] in COUNTED_OUTCOMES for made in tx.select("prints", paper=name_sheet(row)))


def _name_sender(tx: Transaction, row: Row) -> str:
    """Return who sent a message: the organ or the window with the name, or the citizen."""
    if row["sender"] == CITIZEN:
        return _("the citizen (typed in by {name})").format(name=read_staff_name(tx, row["sent_by"]))
    return f"{_name_part(tx, row['sender'], row['sender_organ'])} {read_staff_name(tx, row['sent_by'])}".strip()


def _name_part(tx: Transaction, kind: str, organ: str) -> str:
    if kind == ORGAN:
        return localize_organ_name(tx.get("organs", id=organ), organ)
    return _("the citizen") if kind == CITIZEN else _("the window")


def describe_messages(tx: Transaction, number: str, organ: str = "") -> str:
    """Return how many messages a case has, and how many are new to an organ, or to window and citizen."""
    rows = tx.select("case_messages", case_number=number)
    if not rows:
        return ""
    readers = [(ORGAN, organ)] if organ else [(WINDOW, ""), (CITIZEN, "")]
    new = sum(row["read_at"] is None and (row["addressee"], row["organ"]) in readers for row in rows)
    count = plural_form(len(rows), _("{count} message"), _("{count} messages")).format(count=len(rows))
    return _("{messages}, {new} new").format(messages=count, new=new) if new else count

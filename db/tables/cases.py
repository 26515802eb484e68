"""Tables of cases: drafts, cases, matters, notices, prints, deliveries."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    WITHOUT_ROWID,
    added_bool,
    added_integer,
    added_text,
    bigint,
    json_list,
    optional_bigint,
    partial_index,
    personal_data,
    primary_key,
)


class Draft(SQLModel, table=True):
    """Fields typed for a case that was not accepted yet; deleted when the case is created."""

    __tablename__ = "drafts"

    id: str = primary_key()
    visit: str | None = Field(default=None, index=True)
    staff: str = Field(index=True)
    window_id: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    content: bytes | None = personal_data()
    started_at: int = bigint()
    saved_at: int = bigint()


class Case(SQLModel, table=True):
    """A case 办件. `pending` is the number of tasks that have not ended; the case is closed when it becomes 0."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_applicant_number", "applicant_number", "one_thing"),
        Index("cases_window", "window_id", "accepted_at"),
        partial_index("cases_promised", "promised_at", where="state = 'accepted'"),
        partial_index("cases_calendar", "calendar", "number", where="state = 'accepted'"),
        partial_index("cases_application", "application", where="application <> ''"),
        partial_index("cases_delivered", "delivered_at", where="delivered_at IS NOT NULL"),
    )

    number: str = primary_key()
    one_thing: str
    catalogue: str
    catalogue_version: int
    state: str
    handling: str  # immediate | promised | joint
    applicant: str = Field(index=True)  # person or organisation id
    applicant_kind: str
    applicant_name: str | None = personal_data()
    applicant_number: str | None = personal_data()
    visit: str | None = Field(default=None, index=True)
    window_id: str
    clerk: str
    pending: int
    accepted_at: int = bigint()
    promised_at: int | None = optional_bigint()  # NULL while the clock of a task is paused
    statutory_at: int | None = optional_bigint()
    expected: bool  # `promised_at` depends on a calendar that is not published yet
    closed_at: int | None = optional_bigint()
    delivered_at: int | None = optional_bigint()
    ended_reason: str
    centre: str = added_text()  # the organ (service centre) of the window that accepted it
    statutory_expected: bool = added_bool()  # `statutory_at` depends on a calendar that is not published yet
    calendar: str = added_text()  # version of the calendars with which the dates were computed
    first_promised_at: int | None = optional_bigint()  # as printed on the receipt; later changes do not alter it
    reason_codes: str = json_list(is_added=True)  # ids of the stock reasons for not accepting it
    application: str = added_text()  # number of the application from outside that it answers; empty without one


class Objection(SQLModel, table=True):
    """An objection of the authority to an acceptance that is final; the service centre has to settle it."""

    __tablename__ = "objections"
    __table_args__ = WITHOUT_ROWID

    case_number: str = primary_key()
    number: int = primary_key()
    reason: str
    sentence: str
    facts: bytes
    raised_at: int = bigint()
    settled_at: int | None = optional_bigint()
    settled_by: str
    note: str


class Party(SQLModel, table=True):
    """A person or organisation in a role of a case: mother, father, child, enterprise, agent."""

    __tablename__ = "parties"
    __table_args__ = (
        partial_index("parties_without_subject", "number", where="subject IS NULL AND number IS NOT NULL"),
        WITHOUT_ROWID,
    )

    case_number: str = primary_key()
    role: str = primary_key()
    kind: str
    subject: str | None = Field(default=None, index=True)  # person or organisation id, where the city knows them
    name: str | None = personal_data()
    number: str | None = personal_data()
    known_by: str  # source of the identity: code, licence, typed


class Matter(SQLModel, table=True):
    """A matter of the case's one thing; `dropped` is the reason if the matter does not apply, else empty."""

    __tablename__ = "matters"
    __table_args__ = WITHOUT_ROWID

    case_number: str = primary_key()
    matter: str = primary_key()
    position: int
    variant: int  # -1: none
    dropped: str
    co_signature: str = added_text()  # how the further party signed for it: scan | signed; empty if nobody has to


class FieldValue(SQLModel, table=True):
    """One field of the case's form. Each has its own row, so that an organ receives only the fields of its tasks."""

    __tablename__ = "field_values"
    __table_args__ = WITHOUT_ROWID

    case_number: str = primary_key()
    field: str = primary_key()
    value: str | None = personal_data()
    source: str


class FieldDifference(SQLModel, table=True):
    """A value of the form that differs from a source: what the source has, and the clerk's reason."""

    __tablename__ = "field_differences"
    __table_args__ = WITHOUT_ROWID

    case_number: str = primary_key()
    field: str = primary_key()
    source: str = primary_key()
    known: str | None = personal_data()
    reason: str | None = personal_data()


class Notice(SQLModel, table=True):
    """A document for the citizen; `pending` until it was printed."""

    __tablename__ = "notices"
    __table_args__ = (Index("notices_window", "window_id", "state"), Index("notices_made", "window_id", "made_at"))

    id: str = primary_key()
    case_number: str = Field(index=True)
    kind: str  # a key of NOTICE_TITLES
    window_id: str
    state: str  # pending | printed | withdrawn
    prints: int
    made_at: int = bigint()
    printed_at: int | None = optional_bigint()


class CaseMessage(SQLModel, table=True):
    """A message on a case between window, organs and citizen."""

    __tablename__ = "case_messages"
    __table_args__ = (partial_index("case_messages_unread", "addressee", "case_number", where="read_at IS NULL"),)

    id: str = primary_key()
    case_number: str = Field(index=True)
    sender: str  # window | organ | citizen
    sender_organ: str
    sent_by: str  # who wrote it, or typed in what the citizen said
    sent_at: int = bigint()
    addressee: str  # window | organ | citizen
    organ: str  # that is the addressee; empty for the others
    text: str | None = personal_data()
    read_at: int | None = optional_bigint()
    read_by: str


class Print(SQLModel, table=True):
    """One print of a paper of a case: begun before anything is sent to the printer, ended with its outcome."""

    __tablename__ = "prints"
    __table_args__ = (partial_index("prints_open", "window_id", where="outcome IN ('printing', 'unknown')"),)

    id: str = primary_key()
    case_number: str = Field(index=True)
    paper: str  # id of the notice, or of another paper of the case
    kind: str  # of the paper: receipt | supplement | ...
    version: int  # of the paper's content, from 1
    number: int  # 0 for the first print of a version, n for its reprint n
    source: str  # the print whose content it repeats; '' if it has its own
    window_id: str
    staff: str
    printer: str  # its name at the window
    device: str  # folder | tcp | usb | serial | cups
    template: str  # version of the template; '' if not known
    language: str
    begun_at: int = bigint()
    outcome: str  # printing | printed | written | unknown | not_printed | confirmed | missing | damaged
    ended_at: int | None = optional_bigint()
    ended_by: str  # who recorded the outcome; '' while it is printing
    deadline_at: int | None = optional_bigint()  # until when papers can be brought, as stated on a supplement notice
    content: str | None = personal_data()  # the encoded page


class Issuance(SQLModel, table=True):
    """A result of one matter. A matter that was decided differently after its result was handed over has another."""

    __tablename__ = "issuances"

    case_number: str = primary_key()
    matter: str
    produces: str
    number: str = primary_key()
    issued_at: int = bigint()
    task: str = added_text()  # whose decision it is; empty in rows of earlier versions
    part: int = added_integer()  # `deliveries.part` of the hand-over, once `delivered_at` is set
    delivered_at: int | None = optional_bigint()


class Delivery(SQLModel, table=True):
    """The handing over of results against a signature (送达回证): the rest or all, or a part before (提前领取)."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("deliveries_window", "window_id", "at"),)

    case_number: str = primary_key()
    at: int = bigint()
    clerk: str
    window_id: str
    signature: str | None = personal_data()  # of the person who signed, for an organisation too
    role: str = added_text()  # the receiver's role in the case, or delegate
    known_by: str = added_text()  # code | document | delegation | codes
    agent: str = added_text()  # id of the registered person who collected them for the party, with both codes
    cause: str = added_text()  # why a part was handed over early, in words
    part: int = Field(default=0, primary_key=True, sa_column_kwargs={"server_default": text("0")})  # 0: the last one


class ResultLicence(SQLModel, table=True):
    """An e-licence that the authority makes out for an approved matter, and revokes when the approval is reversed."""

    __tablename__ = "result_licences"
    __table_args__ = (
        partial_index("result_licences_due", "case_number", "task", where="state IN ('due', 'revoking')"),
        partial_index("result_licences_licence", "licence", where="licence <> ''"),
        partial_index("result_licences_no_holder", "case_number", where="state = 'not_issued' AND reason = 'holder'"),
    )

    task: str = primary_key()
    product: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})  # place in the results, from 0
    case_number: str = Field(index=True)
    matter: str
    state: str  # due | issued | not_issued | revoking | revoked
    licence: str  # id in the city's repository; empty before it is made out
    number: str  # of the licence
    valid_from: str
    valid_to: str  # empty: unlimited
    reason: str  # code of why it cannot be made out, or why it was revoked
    role: str = added_text()  # of the party to whom it is issued; empty in older rows
    code: str | None = personal_data()  # text of the signed code
    issued_at: int | None = optional_bigint()
    revoked_at: int | None = optional_bigint()


class ResultParty(SQLModel, table=True):
    """A party of a case for whom results were approved: by registered id, or by a number that may be registered later.

    At the authority alone. A result may state the number of its party, such as that of a newborn child.
    """

    __tablename__ = "result_parties"
    __table_args__ = (
        partial_index("result_parties_subject", "subject", where="subject <> ''"),
        partial_index("result_parties_number", "number", where="number IS NOT NULL"),
        WITHOUT_ROWID,
    )

    case_number: str = primary_key()
    role: str = primary_key()
    subject: str  # person or organisation id; empty if the city did not know the party
    number: str | None = personal_data()  # identity number or credit code; null if unknown


class RejectedAcceptance(SQLModel, table=True):
    """An acceptance of a window that the center rejected, with its data, until a supervisor has settled it."""

    __tablename__ = "rejected_acceptances"

    id: str = primary_key()  # key of the rejected entry
    reference: int = bigint()  # named to the citizen
    number: str = Field(index=True)  # case number on the receipt, which is not valid; '' if it has no such form
    site: str
    node: str
    clerk: str
    kind: str  # stored name of the command; '' for a case that was removed
    reason: str
    sentence: str
    facts: bytes
    accepted_at: int = bigint()
    rejected_at: int = bigint()
    due_at: int = bigint()
    draft: str
    command: bytes
    personal: bytes | None = personal_data()
    viewer: str  # node to which the personal part is sent; '' for none
    state: str  # open | accepted | informed | grouped
    case_number: str  # under which it was accepted again; '' until then
    settled_at: int | None = optional_bigint()
    settled_by: str
    note: str


class CaseSearch(SQLModel, table=True):
    """A search for another case of an applicant that found this case: the key of its entry in the log."""

    __tablename__ = "case_searches"
    __table_args__ = WITHOUT_ROWID

    case_number: str = primary_key()
    node: str = primary_key()
    incarnation: int = Field(primary_key=True)
    number: int = bigint(is_primary_key=True)

"""Tables of applications that come from outside: from a portal, in a letter or an e-mail."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import SQLModel

from db.tables.columns import (
    added_text,
    bigint,
    json_list,
    optional_bigint,
    partial_index,
    personal_data,
    primary_key,
)


class Application(SQLModel, table=True):
    """An application from outside; the authority has its content, and the window at which it was opened."""

    __tablename__ = "applications"
    __table_args__ = (
        Index("applications_reference", "portal", "reference", unique=True),
        Index("applications_portal", "portal", "arrived_at"),
        Index("applications_case", "case_number"),
        partial_index("applications_due", "due_at", "number", where="state IN ('received', 'opened')"),
        partial_index("applications_content", "ended_at", "number", where="content IS NOT NULL"),
    )

    number: str = primary_key()
    source: str  # portal | letter | email
    portal: str  # id of the node that sent it; of a letter or e-mail the id of its entry
    reference: str  # the portal's own; empty for a letter or e-mail
    one_thing: str
    catalogue: str
    catalogue_version: int
    state: str  # received | opened | accepted | answered | expired
    received_on: str  # local date from which the period of the answer counts
    arrived_at: int = bigint()
    due_at: int = bigint()  # end of the period of the answer
    due_expected: bool  # `due_at` depends on a calendar that is not published yet
    report: str = json_list()  # what the check on arrival found, as kind:id
    content: bytes | None = personal_data()
    evidence: bytes | None = personal_data()  # the signed request of the portal
    opened_at: int | None = optional_bigint()
    opened_node: str
    opened_by: str
    assigned_window: str = added_text()  # to which a supervisor gave it; empty for none
    purpose: str  # of the last opening
    case_number: str
    ended_at: int | None = optional_bigint()
    outcome: str  # of an answer: refused | incomplete
    reason: str
    reason_codes: str = json_list()  # ids of stock reasons
    missing: str = json_list()  # what an incomplete application lacks, as kind:id


class ApplicationAttachment(SQLModel, table=True):
    """A material that was sent with an application as a scan."""

    __tablename__ = "application_attachments"
    __table_args__ = (Index("application_attachments_content", "content"),)

    application: str = primary_key()
    material: str = primary_key()
    content: str  # digest
    media_type: str

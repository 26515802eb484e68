"""Table of applications that were received and are neither accepted nor refused yet (收件)."""

from __future__ import annotations

from sqlmodel import SQLModel

from db.tables.columns import bigint, optional_bigint, partial_index, personal_data, primary_key


class ReceivedRecord(SQLModel, table=True):
    """List of missing items, dates and draft content of a received case; deleted when the case leaves this state.

    The authority has the content, and the machines at which it was received and last opened.
    """

    __tablename__ = "received_records"
    __table_args__ = (
        partial_index("received_records_due", "answer_due_at", "case_number", where="notified_at IS NULL"),
        partial_index("received_records_bring", "bring_until", "case_number", where="bring_until IS NOT NULL"),
    )

    case_number: str = primary_key()
    site: str
    received_node: str
    received_at: int = bigint()
    answer_due_at: int = bigint()  # end of the five working days (art. 32)
    answer_expected: bool  # it depends on a calendar that is not published yet
    missing: str  # JSON of MissingItem: the last list
    content: bytes | None = personal_data()  # JSON of the draft
    consents: str  # JSON: how consent was confirmed, by material
    notified_at: int | None = optional_bigint()  # first print of the notice, which stops the clock
    bring_until: int | None = optional_bigint()
    bring_expected: bool
    extended_reason: str  # why the period to bring the rest was extended; empty if it was not
    notices: int  # made so far
    opened_node: str
    opened_by: str
    opened_window: str
    lease_until: int | None = optional_bigint()

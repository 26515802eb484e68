"""Tables of what an applicant promised at an acceptance, and of promises that proved false."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from db.tables.columns import bigint, json_list, optional_bigint, partial_index, personal_data, primary_key


class CasePromise(SQLModel, table=True):
    """A commitment (告知承诺) or a paper to be brought later (容缺), and its follow-up."""

    __tablename__ = "promises"
    __table_args__ = (
        partial_index("promises_due", "due_at", "id", where="state IN ('open', 'reported')"),
        partial_index("promises_organ", "organ", "due_at", where="state IN ('open', 'reported')"),
    )

    id: str = primary_key()  # case number, a slash, and a number from 1
    case_number: str = Field(index=True)
    kind: str  # matter | material | gap | relied
    subject: str  # matter of a commitment; otherwise material
    matters: str = json_list()  # of the organ, that rely on it
    organ: str  # answers for the follow-up
    site: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    applicant_name: str | None = personal_data()
    sheet: str  # number of the signed sheet; empty: the promise itself was handed in as a paper
    signed_at: int = bigint()
    seen_by: str  # the clerk who saw the signature
    made_at: int = bigint()
    due_at: int = bigint()
    expected: bool  # whether `due_at` depends on a calendar that is not published yet
    extended_days: int
    extended_reason: str
    state: str  # open | kept | reported | broken | ended
    reported_by: str
    reported_at: int | None = optional_bigint()
    reason: str
    evidence: str
    settled_by: str
    settled_at: int | None = optional_bigint()
    note: str


class BrokenPromise(SQLModel, table=True):
    """A false promise of an applicant, who gets no further promise before it is repaired or its time is over."""

    __tablename__ = "broken_promises"
    __table_args__ = (partial_index("broken_promises_subject", "subject", where="subject <> ''"),)

    promise: str = primary_key()
    case_number: str = Field(index=True)
    subject: str  # registered id of the applicant; otherwise empty, and the case has their number
    organ: str
    recorded_at: int = bigint()
    counts_until: int = bigint(index=True)
    repair_asked_by: str  # empty: nobody has proposed the repair
    repaired_at: int | None = optional_bigint()
    repaired_by: str
    repair_reason: str

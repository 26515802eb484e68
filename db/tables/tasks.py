"""Tables of tasks: claims, decisions, and what pauses or extends their periods."""

from __future__ import annotations

from sqlalchemy import Index
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
    primary_key,
)


class Task(SQLModel, table=True):
    """One matter at one organ. `rank` orders the queue; `fence` grows with each claim, and a decision must match it."""

    __tablename__ = "tasks"
    __table_args__ = (
        partial_index("tasks_queue", "organ", "rank", "id", where="state = 'pooled'"),
        partial_index("tasks_owner", "owner", "state", where="owner IS NOT NULL"),
        Index("tasks_case", "case_number"),
        partial_index("tasks_returned", "organ", "rank", "id", where="state = 'returned'"),
        partial_index("tasks_procedure", "organ", "rank", "id", where="state = 'procedure'"),
        partial_index("tasks_external", "organ", "rank", "id", where="state = 'external'"),
        partial_index("tasks_waiting", "organ", "rank", "id", where="state = 'waiting'"),
        partial_index("tasks_due", "organ", "due_at", "id", where="ended_at IS NULL"),
        partial_index("tasks_past_due", "due_at", "id", where="ended_at IS NULL"),
        partial_index("tasks_statutory", "statutory_at", "id", where="ended_at IS NULL"),
        partial_index("tasks_started", "organ", "started_at", where="ended_at IS NULL"),
        partial_index("tasks_ended", "organ", "ended_at", where="ended_at IS NOT NULL"),
        partial_index("tasks_papers_overdue", "organ", where="papers_overdue AND ended_at IS NULL"),
        partial_index("tasks_lease", "organ", "lease_until", "id", where="state = 'claimed'"),
    )

    id: str = primary_key()  # case number and two digits
    case_number: str
    matter: str
    organ: str
    recheck_of: str | None = Field(default=None)  # the decided task whose material a supplement replaced
    state: str
    rank: int = bigint()  # sort key of the queue: the promised due time; 0 before the task is started
    promised_days: int
    statutory_days: int
    started_at: int | None = optional_bigint()
    due_at: int | None = optional_bigint()  # promised; NULL while the period is paused
    statutory_at: int | None = optional_bigint()
    expected: bool
    committed_at: int | None = optional_bigint()
    ended_at: int | None = optional_bigint()
    owner: str | None = Field(default=None)
    lease_until: int | None = optional_bigint()
    fence: int = bigint()
    caused_by: str = added_text()  # a lapsed task: the refused task that it depended on
    statutory_expected: bool = added_bool()
    calendar: str = added_text()  # version of the calendars with which the dates were computed
    papers_overdue: bool = added_bool()  # requested papers were not brought in time; the organ decides without them
    extended_days: int = added_integer()  # working days by which its periods were extended (延期)
    referred_from: str = added_text()  # the task of the organ that referred the matter here, or sent it back
    moved_from: str = added_text()  # the organ from which it moved here, because a place was corrected


class QueueCount(SQLModel, table=True):
    """Number of an organ's tasks in one state, for states of open tasks; updated when a task changes its state."""

    __tablename__ = "queue_counts"

    organ: str = primary_key()
    state: str = primary_key()
    many: int = bigint()


class Claim(SQLModel, table=True):
    """A period in which a member of staff held a task, and how it ended."""

    __tablename__ = "claims"
    __table_args__ = WITHOUT_ROWID

    task: str = primary_key()
    fence: int = bigint(is_primary_key=True)
    staff: str
    at: int = bigint()
    ended_at: int | None = optional_bigint()
    how: str  # "" | released | taken_back | expired | decided | returned | moved


class Decision(SQLModel, table=True):
    """An organ's decision on one task, signed by one officer."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("decisions_signer", "signer", "at"),
        partial_index("decisions_deemed", "paper_due_at", where="paper_due_at IS NOT NULL"),
    )

    task: str = primary_key()
    outcome: str  # approved | refused; entries of schema 0005 and before also wrote lapsed
    reason: str
    signer: str
    organ: str
    fence: int = bigint()
    at: int = bigint()
    reason_codes: str = json_list(is_added=True)  # ids of stock reasons; `reason` is in the officer's own words
    paper_due_at: int | None = optional_bigint()  # deemed approved: until when its notice is given; NULL if signed


class Supplement(SQLModel, table=True):
    """What pauses the period of a task from `notified_at` to `answered_at`: a request for materials (补正), or a
    special procedure (特别程序)."""

    __tablename__ = "supplements"
    __table_args__ = (partial_index("supplements_open", "deadline_at", "id", where="answered_at IS NULL"),)

    id: str = primary_key()  # task and running number
    task: str = Field(index=True)
    case_number: str = Field(index=True)
    notice: str
    materials: str = json_list()  # ids
    reason: str
    asked_by: str  # officer who requested the materials
    asked_at: int = bigint()  # time of the request
    answered_at: int | None = optional_bigint()  # time of the answer; NULL while the request is open
    late_materials: str = json_list(is_added=True)  # ids of materials that were visible at the organ's previous notice
    late_code: str = added_text()  # why these are asked for only now: a key of LATE_REASONS
    late_reason: str = added_text()  # the same in the officer's words
    notified_at: int | None = optional_bigint()  # time of the written notice; NULL before it is printed
    deadline_at: int | None = optional_bigint()  # until when the papers can be brought, as printed on the notice
    deadline_expected: bool = added_bool()  # `deadline_at` depends on a calendar that is not published yet
    kind: str = added_text()  # a key of PROCEDURES, or external_wait; empty for a request for materials
    working_days: int = added_integer()  # how long that is expected to take, as stated to the citizen
    term_ended: bool = added_bool()  # no papers came: the pause ended because `deadline_at` passed
    reason_codes: str = json_list(is_added=True)  # ids of stock reasons; `reason` is in the officer's own words
    outside_materials: str = json_list(is_added=True)  # ids of materials that the matter does not require
    legal_basis: str = added_text()  # on which these are asked for; empty without such materials
    counted: bool = added_bool()  # a wait for an office outside whose time counts: it is no pause


class Referral(SQLModel, table=True):
    """A matter that its organ agrees to and has referred to the superior organ (转报), which decides it."""

    __tablename__ = "referrals"
    __table_args__ = (Index("referrals_organ", "organ", "referred_at"),)

    task: str = primary_key()  # of the organ that referred it
    case_number: str = Field(index=True)
    organ: str
    superior: str  # the organ to which it was referred
    successor: str = Field(index=True)  # task of the superior organ; empty until the authority has made it
    opinion: str
    referred_by: str
    referred_at: int = bigint()
    review_due_at: int | None = optional_bigint()  # last day of the lower organ's review, art. 43
    notice: str
    returned_by: str  # officer of the superior organ who sent it back; empty unless it was
    returned_at: int | None = optional_bigint()
    return_reason: str
    return_task: str  # new task of the lower organ; empty unless it was sent back


class Escalation(SQLModel, table=True):
    """A step of an overdue task in the chain of those who have to act (督办)."""

    __tablename__ = "escalations"
    __table_args__ = (partial_index("escalations_open", "addressee", where="closed_at IS NULL"),)

    id: str = primary_key()  # task and step
    task: str = Field(index=True)
    case_number: str
    step: int
    organ: str  # of the task
    addressee: str  # organ that has to act
    passed_at: int = bigint()  # the date that has passed
    raised_at: int = bigint()
    closed_at: int | None = optional_bigint()  # answered, or the task has ended
    answered_by: str  # empty: nobody
    note: str


class ExternalWait(SQLModel, table=True):
    """A wait of a task for a document from an office outside the city's network (调档函), with a term of its own."""

    __tablename__ = "external_waits"
    __table_args__ = (partial_index("external_waits_due", "organ", "due_at", where="outcome = ''"),)

    id: str = primary_key()  # that of its row in `supplements`
    task: str = Field(index=True)
    case_number: str = Field(index=True)
    organ: str
    office: str  # from which the document comes, in the officer's words
    document: str
    due_at: int = bigint()
    due_expected: bool  # `due_at` depends on a calendar that is not published yet
    letter: str  # id of the notice that is the letter to the office
    reminders: int
    reminded_at: int | None = optional_bigint()
    extended_days: int  # working days by which its term was extended
    extension_reason: str
    outcome: str  # "" | arrived | without | not_come | ended (with its task)
    ended_by: str
    ended_at: int | None = optional_bigint()
    note: str


class Extension(SQLModel, table=True):
    """An extension of the period of a task (延期), asked for by its officer and decided by another person."""

    __tablename__ = "extensions"

    task: str = primary_key()
    case_number: str = Field(index=True)
    working_days: int
    reason: str
    asked_by: str
    asked_at: int = bigint()
    outcome: str  # "" | approved | declined
    decided_by: str
    decided_at: int | None = optional_bigint()
    note: str
    notice: str

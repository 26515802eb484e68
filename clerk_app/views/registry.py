"""Contract of the registry in the administrator's mode: tables of a search, a record, corrections and feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from clerk_app.views.shared import LabelledValue, Level, Option

TableId = Literal[
    "attention", "found", "corrections", "feeds", "promises", "data", "licences", "relations", "sources", "history"
]
RepairActId = Literal["propose", "credit", "confirm"]
RecordActId = Literal["unmask", "correct", "approve", "end"]


@dataclass(frozen=True)
class RegistryRow:
    """A row of a table. `facts` are its details; `subject` is the record that it opens, empty if it opens none.

    `correction` is the one that it opens. `order` has what the row is sorted by for each column instead of its text.
    """

    key: str
    cells: tuple[str, ...]
    level: Level = "plain"
    facts: tuple[LabelledValue, ...] = ()
    subject: str = ""
    correction: str = ""
    order: tuple[str | float | None, ...] = ()
    acts: tuple[RepairActId, ...] = ()
    """What can be done with the record of a false promise."""


@dataclass(frozen=True)
class RegistryTable:
    """A table of the registry. `empty` is the sentence without rows; `level` is that of the tab."""

    id: TableId
    title: str
    columns: tuple[str, ...]
    rows: tuple[RegistryRow, ...]
    empty: str
    level: Level = "plain"


@dataclass(frozen=True)
class FeedArrivals:
    """What a source has sent of a kind of rows on each of the last days: rows, and refused ones."""

    source: str
    kind_name: str
    days: tuple[tuple[int, int], ...]
    level: Level = "plain"


@dataclass(frozen=True)
class Arrivals:
    """The last days, oldest first, what each feed has sent on them, and the newest batches of all sources."""

    days: tuple[str, ...] = ()
    feeds: tuple[FeedArrivals, ...] = ()
    columns: tuple[str, ...] = ()
    batches: tuple[RegistryRow, ...] = ()


@dataclass(frozen=True)
class RegistryView:
    """The state of the registry, read at `read_at` (HH:MM): what needs attention, corrections, feeds, a search.

    `shown` is the index of the table to begin with. `reading` is the recorded reading, by which it is read again.
    """

    tables: tuple[RegistryTable, ...]
    read_at: str
    reading: str = ""
    shown: int = 0
    arrivals: Arrivals = Arrivals()


@dataclass(frozen=True)
class RecordView:
    """The record of a person or organisation; `reading` is the recorded reading.

    `fields` can be corrected; the hint of each is its present value. `choices` are the values of the fields for which
    one of a few is chosen. `question` describes the correction that the record was opened for; `acts` are possible now.
    """

    subject: str
    purpose: str
    title: str
    in_full: bool
    tables: tuple[RegistryTable, ...]
    acts: tuple[RecordActId, ...]
    fields: tuple[Option, ...] = ()
    correction: str = ""
    question: tuple[LabelledValue, ...] = ()
    choices: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    reading: str = ""


class RegistryService(Protocol):
    """The registry at the center. Each reading is recorded with its purpose; nothing of it is stored at a machine."""

    def list_registry_purposes(self) -> tuple[Option, ...]: ...
    def read_registry(self, reading: str = "") -> RegistryView:
        """Return the state of corrections and feeds; `reading` is that of a view which is read again.

        Raises OutOfReach, Refused.
        """
        ...

    def find_registered(self, text: str, purpose: str) -> RegistryTable:
        """Return what a typed number or name means. Raises BadData, Refused, OutOfReach."""
        ...

    def open_record(self, subject: str, purpose: str) -> RecordView:
        """Return a record that was found, with names and numbers masked. Raises Refused, OutOfReach."""
        ...

    def unmask_record(self, subject: str, purpose: str) -> RecordView:
        """Return a record in full. Raises Refused, OutOfReach."""
        ...

    def open_correction(self, subject: str, correction: str) -> RecordView:
        """Return the record of a correction in full, with what is to be decided. Raises Refused, OutOfReach."""
        ...

    def read_record_again(self, record: RecordView, correction: str = "") -> RecordView:
        """Return the present state of a record that is shown, for a correction if one is named.

        The recorded reading covers it for some minutes; after that it is recorded again. Raises Refused, OutOfReach.
        """
        ...

    def request_correction(self, field: str, value: str, reason: str) -> str:
        """Ask for the correction of a field of `RecordView.fields`; return a message. Raises BadData, Refused."""
        ...

    def approve_correction(self, correction: str) -> str:
        """Approve what another person has asked for; return a message. Raises Refused, BadData."""
        ...

    def propose_repair(self, promise: str, reason: str, credit_case: str) -> str:
        """Propose the repair of the record of a false promise; return a message. `credit_case` may be empty.

        Raises Refused, OutOfReach.
        """
        ...

    def confirm_repair(self, promise: str) -> str:
        """Repair a record, as another person has proposed; return a message. Raises Refused, OutOfReach."""
        ...

    def end_correction(self, correction: str, note: str) -> str:
        """Decline a correction, or settle one that a source contradicts; return a message. Raises Refused."""
        ...

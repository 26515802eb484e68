"""The window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clerk_app.views.case import Applicant, CaseView, IntakeView, MaterialView
from clerk_app.views.connection import StaffService
from clerk_app.views.shared import Option, Paper, Status


@dataclass(frozen=True)
class TicketRow:
    """A ticket in the hall."""

    id: str
    number: str  # A023
    category: str
    priority: str  # elderly, appointment; empty for an ordinary one
    state: str
    waited: str
    calls: int
    called_at: datetime | None


@dataclass(frozen=True)
class CounterView:
    """Everything on a counter's screen."""

    status: Status
    serving: TicketRow | None
    waiting: tuple[TicketRow, ...]  # the next few
    held: tuple[TicketRow, ...]
    applicant: Applicant | None
    intake: IntakeView | None
    case: CaseView | None
    receipt: Paper | None
    unprinted: tuple[Paper, ...]  # papers that a crash or the printer kept back: offered once
    message: str  # a sentence for the message line, empty if none
    remote_case: str = ""  # the case that was asked for and is not at this centre


class CounterService(StaffService, Protocol):
    """The window. Every act answers with the whole view after it."""

    def read_view(self) -> CounterView: ...

    # the hall
    def call_next(self) -> CounterView: ...
    def recall(self) -> CounterView: ...
    def hold(self) -> CounterView: ...
    def resume(self, ticket: str) -> CounterView: ...
    def mark_no_show(self) -> CounterView: ...
    def serve_walk_in(self) -> CounterView:
        """Serve someone who stands here without a ticket."""
        ...

    def finish_visit(self) -> CounterView:
        """The citizen leaves; the draft, if any, stays."""
        ...

    # who and what
    def process_scan(self, text: str) -> CounterView:
        """Anything read or typed: a citizen's code, a receipt's number, a ticket. Refused codes are recorded too."""
        ...

    def is_code(self, text: str, kind: str) -> bool:
        """Whether a field of this kind holds nothing but a code that a scanner typed there.

        From the text alone: answers at once, in any thread.
        """
        ...

    def confirm_person(self) -> CounterView: ...
    def find_one_things(self, query: str) -> tuple[Option, ...]: ...
    def begin_draft(self, one_thing: str) -> CounterView: ...
    def fetch_materials(self) -> CounterView:
        """Asks what the city holds for the draft, where nobody could be asked when it was begun."""
        ...

    def list_drafts(self) -> tuple[Option, ...]: ...
    def reopen_draft(self, draft: str) -> CounterView: ...
    def discard_draft(self, reason: str) -> CounterView: ...

    # the form
    def fill_field(self, field: str, value: str) -> CounterView:
        """Keeps one value in the draft; a wrong one is kept too and its error stands in the view."""
        ...

    def drop_matter(self, matter: str) -> CounterView: ...
    def add_matter(self, matter: str) -> CounterView: ...
    def record_consent(self, materials: Sequence[str]) -> CounterView: ...
    def toggle_paper(self, material: str) -> CounterView:
        """The citizen hands it in on paper (or takes it back, if it was in)."""
        ...

    def open_material(self, material: str) -> MaterialView: ...
    def accept_case(self) -> CounterView: ...

    # a case that exists
    def open_case(self, number: str) -> CounterView: ...
    def transfer_case(self, last: str) -> CounterView:
        """`elsewhere` goes on at this centre; `last` are the last four characters of its applicant's number."""
        ...

    def receive_supplements(self, materials: Sequence[str]) -> CounterView: ...
    def hand_over_results(self, signature: str) -> CounterView: ...
    def withdraw_case(self, reason: str) -> CounterView: ...
    def decline_case(self, reason: str) -> CounterView: ...
    def reprint_paper(self, paper: str) -> CounterView:
        """Prints a paper again by its id; an empty id means the receipt of the case that is open."""
        ...

    def close_case_view(self) -> CounterView: ...

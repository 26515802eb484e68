"""The window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clerk_app.desk.case import Applicant, CaseView, Intake, MaterialView
from clerk_app.desk.line import LineDesk
from clerk_app.desk.shared import Choice, Paper, Status


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
    intake: Intake | None
    case: CaseView | None
    receipt: Paper | None
    unprinted: tuple[Paper, ...]  # papers that a crash or the printer kept back: offered once
    say: str  # a sentence for the message line, empty if none
    elsewhere: str = ""  # the case that was asked for and is not at this centre


class CounterDesk(LineDesk, Protocol):
    """The window. Every act answers with the whole view after it."""

    def look(self) -> CounterView: ...

    # the hall
    def call_next(self) -> CounterView: ...
    def recall(self) -> CounterView: ...
    def hold(self) -> CounterView: ...
    def resume(self, ticket: str) -> CounterView: ...
    def no_show(self) -> CounterView: ...
    def walk_in(self) -> CounterView:
        """Serve someone who stands here without a ticket."""
        ...

    def finish(self) -> CounterView:
        """The citizen leaves; the draft, if any, stays."""
        ...

    # who and what
    def present(self, text: str) -> CounterView:
        """Anything read or typed: a citizen's code, a receipt's number, a ticket. Refused codes are recorded too."""
        ...

    def is_code(self, text: str, kind: str) -> bool:
        """Whether a field of this kind holds nothing but a code that a scanner typed there.

        From the text alone: answers at once, in any thread.
        """
        ...

    def confirm_person(self) -> CounterView: ...
    def one_things(self, query: str) -> tuple[Choice, ...]: ...
    def begin(self, one_thing: str) -> CounterView: ...
    def fetch_materials(self) -> CounterView:
        """Asks what the city holds for the draft, where nobody could be asked when it was begun."""
        ...

    def drafts(self) -> tuple[Choice, ...]: ...
    def reopen(self, draft: str) -> CounterView: ...
    def discard(self, reason: str) -> CounterView: ...

    # the form
    def fill(self, field: str, value: str) -> CounterView:
        """Keeps one value in the draft; a wrong one is kept too and its error stands in the view."""
        ...

    def drop_matter(self, matter: str) -> CounterView: ...
    def add_matter(self, matter: str) -> CounterView: ...
    def consent(self, materials: Sequence[str]) -> CounterView: ...
    def take_paper(self, material: str) -> CounterView:
        """The citizen hands it in on paper (or takes it back, if it was in)."""
        ...

    def look_at(self, material: str) -> MaterialView: ...
    def accept(self) -> CounterView: ...

    # a case that exists
    def open_case(self, number: str) -> CounterView: ...
    def bring_case(self, last: str) -> CounterView:
        """`elsewhere` goes on at this centre; `last` are the last four characters of its applicant's number."""
        ...

    def take_in(self, materials: Sequence[str]) -> CounterView: ...
    def hand_over(self, signature: str) -> CounterView: ...
    def withdraw(self, reason: str) -> CounterView: ...
    def not_accept(self, reason: str) -> CounterView: ...
    def reprint(self, paper: str) -> CounterView:
        """Prints a paper again by its id; an empty id means the receipt of the case that is open."""
        ...

    def close_case(self) -> CounterView: ...

"""The acts of the sample supervisor on windows, waiting tickets and calls for help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clerk_app.views.applications import ApplicationList, ApplicationRow
from clerk_app.views.received import ReceivedRow
from clerk_app.views.shared import Option
from clerk_app.views.supervisor import (
    WINDOW_QUEUE,
    HallAct,
    HallDetails,
    OpenEmergency,
    SupervisorView,
    WaitingTicket,
    WindowFunctions,
)
from tests.screens.sample_connection import SampleStaffService

LATE_APPLICATION = ApplicationRow(
    number="SQ260000000014",
    one_thing="出生“一件事”",
    source="letter",
    received="2026-04-20",
    due="2026-04-27 (passed)",
    level="bad",
    state="not opened",
    findings=2,
    age="16 days old",
    is_overdue=True,
)

OVERDUE = ReceivedRow(
    number="260000000014",
    one_thing="Birth",
    applicant="林**",
    term="bring until 2026-05-20 (overdue)",
    level="bad",
    missing=("To be answered: Bank account",),
    can_extend=True,
    is_overdue=True,
)


class SampleSupervisorActs(SampleStaffService):
    """Records the acts in `asked`; two tickets wait in each category."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.emergencies: list[OpenEmergency] = []
        self.prioritised: set[str] = set()

    def view_with(self, message: str) -> SupervisorView:
        """Return the view with a message."""
        raise NotImplementedError

    def _record(self, act: str) -> SupervisorView:
        self.asked.append(act)
        return self.view_with(f"{act.split()[0]} was done.")

    def list_applications(self) -> ApplicationList:
        return ApplicationList((LATE_APPLICATION,), 1)

    def read_application(self, number: str) -> HallDetails:
        act = HallAct("assign_application", "Give it to a window")
        return HallDetails(title=f"Application {number}", lines=("Its period has ended.",), acts=(act,))

    def list_windows_for_applications(self) -> tuple[Option, ...]:
        return (Option("w1", "Window 1", "open"), Option("w2", "Window 2", "closed"))

    def assign_application(self, number: str, window: str) -> SupervisorView:
        return self._record(f"assign_application {number} {window}")

    def list_received(self) -> tuple[ReceivedRow, ...]:
        return (OVERDUE,)

    def extend_received(self, number: str, reason: str) -> SupervisorView:
        return self._record(f"extend_received {number} {reason}")

    def close_received(self, number: str, reason: str, codes: Sequence[str] = ()) -> SupervisorView:
        return self._record(" ".join(("close_received", number, reason, *codes)))

    def list_close_reasons(self, number: str) -> tuple[Option, ...]:
        return ()

    def list_clerks(self, window: str) -> tuple[Option, ...]:
        return (Option("c1", "Li Mei", "worked there last"), Option("c2", "Chen Gang"))

    def open_window(self, window: str, clerk: str = "") -> SupervisorView:
        return self._record(f"open_window {window} {clerk}".rstrip())

    def list_pause_reasons(self) -> tuple[Option, ...]:
        return (Option("meal", "Meal"), Option("rest", "Short break"))

    def pause_window(self, window: str, reason: str) -> SupervisorView:
        return self._record(f"pause_window {window} {reason}")

    def close_window(self, window: str) -> SupervisorView:
        return self._record(f"close_window {window}")

    def close_after_visit(self, window: str) -> SupervisorView:
        return self._record(f"close_after_visit {window}")

    def read_functions(self, window: str) -> WindowFunctions:
        return WindowFunctions((Option("A", "A  Family matters"), Option("B", "B  Enterprises")), frozenset("A"))

    def set_functions(self, window: str, letters: Sequence[str]) -> SupervisorView:
        return self._record(f"set_functions {window} {''.join(letters)}")

    def list_windows_to_add(self, category: str) -> tuple[Option, ...]:
        return (Option("w3", "Window 4", "not manned  C"),)

    def add_window(self, category: str, window: str, clerk: str = "") -> SupervisorView:
        return self._record(f"add_window {category} {window} {clerk}".rstrip())

    def send_message(self, window: str, text: str) -> SupervisorView:
        return self._record(f"send_message {window} {text}")

    def list_waiting(self, queue: str) -> tuple[WaitingTicket, ...]:
        category = "A" if queue.startswith(WINDOW_QUEUE) else queue
        return tuple(
            WaitingTicket(
                id=f"{category}{number}",
                number=f"{category}0{number}",
                category=category,
                place=place,
                waited=f"{50 - number} min",
                waited_seconds=60 * (50 - number),
                drawn="09:10",
                reason="In the order of arrival.",
                has_priority=f"{category}{number}" in self.prioritised,
            )
            for place, number in enumerate((24, 25, 26), 1)
        )

    def read_ticket(self, ticket: str) -> HallDetails:
        return HallDetails(ticket, ("In the order of arrival.",))

    def list_move_targets(self, category: str) -> tuple[Option, ...]:
        return (
            Option("category:B", "B  Enterprises", "category"),
            Option("window:w2", "Window 2", "this window alone"),
        )

    def move_tickets(self, tickets: Sequence[str], target: str) -> SupervisorView:
        return self._record(f"move_tickets {','.join(tickets)} {target}")

    def list_stations(self, ticket: str) -> WindowFunctions:
        return WindowFunctions((Option("A", "A  Family matters"), Option("B", "B  Enterprises")), frozenset())

    def set_stations(self, tickets: Sequence[str], categories: Sequence[str]) -> SupervisorView:
        return self._record(f"set_stations {','.join(tickets)} {''.join(categories)}")

    def list_priority_reasons(self) -> tuple[Option, ...]:
        return (Option("frail", "Unwell"),)

    def prioritise_tickets(self, tickets: Sequence[str], reason: str) -> SupervisorView:
        self.prioritised.update(tickets)
        return self._record(f"prioritise_tickets {','.join(tickets)} {reason}")

    def remove_priority(self, tickets: Sequence[str]) -> SupervisorView:
        self.prioritised.difference_update(tickets)
        return self._record(f"remove_priority {','.join(tickets)}")

    def read_emergencies(self) -> tuple[OpenEmergency, ...]:
        return tuple(self.emergencies)

    def answer_emergency(self, call: str) -> SupervisorView:
        self.emergencies = [replace(each, is_seen=each.is_seen or each.id == call) for each in self.emergencies]
        return self._record(f"answer_emergency {call}")

    def end_emergency(self, call: str) -> SupervisorView:
        self.emergencies = [each for each in self.emergencies if each.id != call]
        return self._record(f"end_emergency {call}")

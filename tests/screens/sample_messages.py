"""Messages on a case in tests of screens."""

from __future__ import annotations

from datetime import date
from typing import Any

from clerk_app.views.case_messages import CaseMessageRow, CaseMessageThread
from clerk_app.views.shared import CaseLetter, Option


class SampleCaseMessages:
    """Has one message, and records what is written in `asked`; one to the citizen has a letter."""

    asked: list[str]
    letters: tuple[CaseLetter, ...] = ()

    def read_view(self) -> Any:
        raise NotImplementedError

    def read_messages(self) -> CaseMessageThread:
        self.asked.append("read_messages")
        row = CaseMessageRow("2026-11-18 09:00, Police to the window", "Please ring first.", is_new=True, is_read=False)
        addressees = (Option("organ:police", "To Police"), Option("citizen", "To the citizen"))
        return CaseMessageThread("260000000010", (row,), addressees, for_citizen=1)

    def send_case_message(self, addressee: str, text: str) -> Any:
        self.asked.append(f"send_case_message {addressee} {text}")
        if addressee == "citizen":
            title = "Message to the citizen: the window 09:30"
            letter = CaseLetter("c-message-1", title, date(2026, 11, 20), is_decision=False, is_message=True)
            self.letters = (*self.letters, letter)
        return self.read_view()

    def show_messages_to_citizen(self) -> Any:
        self.asked.append("show_messages_to_citizen")
        return self.read_view()

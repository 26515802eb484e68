"""Messages of supervisors and the call for help of the sample window."""

from __future__ import annotations

from clerk_app.errors import OutOfReach
from clerk_app.views.counter import CounterView, HelpCall, StaffMessage
from tests.screens.sample_cases import SampleCaseLists
from tests.screens.sample_messages import SampleCaseMessages


class SampleStaffCalls(SampleCaseMessages, SampleCaseLists):
    """A window that its supervisors reach; `is_cut_off`: nobody gets its call for help."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.messages: tuple[StaffMessage, ...] = ()
        self.help_call: HelpCall | None = None
        self.is_cut_off = False

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def mark_message_read(self, message: str) -> CounterView:
        self.messages = tuple(each for each in self.messages if each.id != message)
        return self._do(f"mark_message_read {message}", "The supervisor sees that you have read it.")

    def raise_emergency(self) -> None:
        self.asked.append("raise_emergency")
        if self.is_cut_off:
            raise OutOfReach("The center is out of reach.")
        self.help_call = HelpCall("Help was called at 10:42. Nobody has seen it yet.")

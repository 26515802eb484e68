"""Messages on the case on the counter screen."""

from __future__ import annotations

from functools import cached_property

from clerk_app.locales import _
from clerk_app.roles.case_messages import CaseMessageDesk
from clerk_app.roles.counter.case_actions import CounterBase
from clerk_app.views.case_messages import CaseMessageThread
from clerk_app.views.counter import CounterView


class MessageActions(CounterBase):
    """Reads and writes messages on the open case."""

    def read_messages(self) -> CaseMessageThread:
        return self._message_desk.read(self._open_case_number)

    def send_case_message(self, addressee: str, text: str) -> CounterView:
        self._message_desk.send(self._open_case_number, addressee, text)
        return self._view_with_message(_("Sent."))

    def show_messages_to_citizen(self) -> CounterView:
        self._message_desk.show_to_citizen(self._open_case_number)
        return self._view_with_message(_("Recorded: the citizen has read the messages."))

    @cached_property
    def _message_desk(self) -> CaseMessageDesk:
        return CaseMessageDesk(self._office, self._staff_id)

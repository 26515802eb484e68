"""Acts of a window towards its supervisors: a message is read, help is called."""

from __future__ import annotations

from clerk_app.hall.emergency_calls import RaiseEmergency
from clerk_app.hall.staff_messages import MarkMessageRead
from clerk_app.locales import _
from clerk_app.roles.counter.hall_actions import HallActions
from clerk_app.views.counter import CounterView


class StaffCallActions(HallActions):
    """Reads messages of supervisors, and calls for help."""

    def mark_message_read(self, message: str) -> CounterView:
        self._door.perform(MarkMessageRead(message=message), self._staff_id)
        return self._view_with_message(_("The supervisor sees that you have read it."))

    def raise_emergency(self) -> None:
        self._door.perform(RaiseEmergency(window=self._window), self._staff_id)

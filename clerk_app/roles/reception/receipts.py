"""What the reception states about the receipt of a case: whether a message waits, and nothing else."""

from __future__ import annotations

from clerk_app.cases.waiting_messages import CountWaitingMessages
from clerk_app.composition.office import Office
from clerk_app.locales import _


def describe_waiting(office: Office, number: str, staff: str) -> str:
    """Return whether a message waits for the citizen of a case. Raises Refused, OutOfReach."""
    found = office.door.perform(CountWaitingMessages(case=number), staff)
    if found.messages:
        return _(
            "Case {number}: a message for the citizen waits. A window shows or prints it, with the identity document."
        ).format(number=number)
    return _("Case {number}: no message waits.").format(number=number)

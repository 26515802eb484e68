"""The connection part of every sample service: a lost center and a rejected decision."""

from __future__ import annotations

from clerk_app.views import ConnectionView, LabelledValue, Refused, RejectedWork

REJECTED_WORK = RejectedWork(
    id="refusal:7",
    action="Decision on a task",
    case_number="260000000017",
    at="05-06 09:31",
    sentence="You hold this task no longer: it was given to another.",
    typed=(LabelledValue("Reason", "not born here"),),
)


class SampleStaffService:
    """The calls of `StaffService`, in memory."""

    asked: list[str]
    rejected: tuple[RejectedWork, ...] = ()

    def read_connection(self) -> ConnectionView:
        return ConnectionView(
            headline="center out of reach since 09:12",
            level="warn",
            facts=(LabelledValue("Center", "c1  https://center.example.cn"), LabelledValue("Waits to be sent", "3")),
            unavailable=("Claiming further tasks: those already held can be decided.",),
            available=("Accepting cases: numbers and receipts are final.",),
            rejected=self.rejected,
        )

    def settle_rejected(self, returned: str, note: str) -> None:
        if not note.strip():
            raise Refused("reason", "Say what was done about it: that is kept with it.")
        self.asked.append(f"settle_rejected {returned} {note}")
        self.rejected = ()

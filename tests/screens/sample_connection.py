"""The connection part of every sample service: a lost center and a rejected decision."""

from __future__ import annotations

from clerk_app.errors import BadData, Refused
from clerk_app.views.connection import ClockQuestion, ConnectionView, Progress, RejectedWork
from clerk_app.views.shared import LabelledValue, ListAge

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
    sent = 117

    clock_question: ClockQuestion | None = None

    def read_clock_question(self) -> ClockQuestion | None:
        return self.clock_question

    def set_clock(self, time: str) -> None:
        if time == "soon":
            raise BadData("Write date and time like this: {example}", example="2026-11-28 09:30")
        self.asked.append(f"set_clock {time}")
        self.clock_question = None

    def read_connection(self) -> ConnectionView:
        return ConnectionView(
            headline="center out of reach since 09:12",
            level="warn",
            facts=(LabelledValue("Center", "c1  https://center.example.cn"), LabelledValue("Waits to be sent", "3")),
            unavailable=("Claiming further tasks: those already held can be decided.",),
            available=("Accepting cases: numbers and receipts are final.",),
            rejected=self.rejected,
            lists=(ListAge("trust list", "3 days", "warn"), ListAge("catalogue and staff", "up to date", "good")),
            progress=(Progress("Sent to the center", self.sent, 120), Progress("Copied off the center", 96, 120)),
        )

    def fetch_rejected(self, work_id: str) -> RejectedWork:
        self.asked.append(f"fetch_rejected {work_id}")
        return next(work for work in self.read_connection().rejected if work.id == work_id)

    def accept_rejected(self, work_id: str) -> str:
        self.asked.append(f"accept_rejected {work_id}")
        return f"accepted {work_id}"

    def settle_rejected(self, returned: str, note: str, act: str = "") -> None:
        if not note.strip():
            raise Refused("reason", "Say what was done about it: that is kept with it.")
        self.asked.append(f"settle_rejected {returned} {note} {act}".rstrip())
        self.rejected = ()

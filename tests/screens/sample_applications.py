"""Applications from outside of the sample counter."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.views.applications import ApplicationList, ApplicationRow, DraftOrigin, PostedApplication
from clerk_app.views.counter import CounterView
from clerk_app.views.received import ReceivedRow
from clerk_app.views.shared import Option
from tests.screens.sample_papers import SamplePapers

ORIGIN = DraftOrigin(
    number="SQ260729463992",
    source="portal",
    received="2026-05-04",
    due="2026-05-11",
    level="good",
    identity="One City Pass states: verified by face on 2026-05-04T08:12:00+08:00",
    scans=1,
)


class SampleApplications(SamplePapers):
    """Two applications wait; each call is recorded in `asked`."""

    application: DraftOrigin | None = None  # of the draft

    def list_applications(self) -> ApplicationList:
        birth = ("出生“一件事”", "portal", "2026-05-04", "2026-05-11")
        company = ("开办企业", "letter", "2026-04-20", "2026-04-27")
        rows = (
            ApplicationRow("SQ260729463992", *birth, "good", "not opened", 2),
            ApplicationRow("SQ260000000014", *company, "bad", "not opened", 0),
        )
        return ApplicationList(rows, 2)

    def list_application_sources(self) -> tuple[Option, ...]:
        return (Option("letter", "letter", key="1"), Option("email", "e-mail", key="2"))

    def list_opening_purposes(self) -> tuple[Option, ...]:
        return (Option("visit", "the applicant is here", key="1"), Option("review", "examined", key="2"))

    def open_application(self, number: str, purpose: str) -> CounterView:
        return self._do(f"open_application {number} {purpose}")

    def receive_by_post(self, application: PostedApplication) -> CounterView:
        posted = (application.source, application.received_on, application.sender, application.one_thing)
        return self._do(f"receive_by_post {' '.join(posted)}")

    def answer_application(self, outcome: str, reason: str = "", codes: Sequence[str] = ()) -> CounterView:
        return self._do(" ".join(("answer_application", outcome, reason, *codes)).rstrip())

    def withdraw_application(self, reason: str) -> CounterView:
        return self._do(f"withdraw_application {reason}")

    # received cases

    received: tuple[ReceivedRow, ...] = ()
    late_items: tuple[str, ...] = ()

    def receive_case(self, reason: str = "") -> CounterView:
        return self._do(f"receive_case {reason}".rstrip())

    def list_late_items(self) -> tuple[str, ...]:
        return self.late_items

    def list_received(self) -> tuple[ReceivedRow, ...]:
        return self.received

    def open_received(self, number: str) -> CounterView:
        return self._do(f"open_received {number}")

    def extend_received(self, number: str, reason: str) -> CounterView:
        return self._do(f"extend_received {number} {reason}")

    def close_received(self, number: str, reason: str, codes: Sequence[str] = ()) -> CounterView:
        return self._do(" ".join(("close_received", number, reason, *codes)).rstrip())

    def list_close_reasons(self, _number: str) -> tuple[Option, ...]:
        return ()

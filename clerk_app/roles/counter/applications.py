"""Actions of the counter on applications from outside: list, open as a draft, type in from post, answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from clerk_app.cases.applications.answers import AnswerApplication
from clerk_app.cases.applications.content import (
    BY_POST,
    INCOMPLETE,
    NO_APPLICATION,
    OPENED,
    SOURCE_PREFIX,
    SOURCES,
    ApplicationContent,
    StatedApplicant,
    decode_content,
)
from clerk_app.cases.applications.opening import OPENING_PURPOSES, REVIEW, VISIT, OpenApplication, ReturnApplication
from clerk_app.cases.applications.precheck import fill_in_applicant
from clerk_app.cases.applications.queries import ListApplications
from clerk_app.cases.applications.receipt import ReceiveApplication
from clerk_app.cases.applications.withdrawal import WithdrawApplication
from clerk_app.cases.intake.drafts import DiscardDraft, DraftApplication, DraftContent, SaveDraft, decode_draft
from clerk_app.catalogue.publication import read_policy
from clerk_app.catalogue.single_matters import split_single_id
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.locales import _, mark, translate
from clerk_app.roles.application_rows import build_application_row
from clerk_app.roles.counter.consent_actions import ConsentActions
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.draft_values import prefill_content
from clerk_app.roles.unreadable import UNREADABLE
from clerk_app.text.cleaning import clean_text
from clerk_app.views.applications import ApplicationList, PostedApplication
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import Option
from db.engines import Row

_OUT_OF_REACH = mark("Applications from outside are kept at the center, which is out of reach. Nothing was opened.")
_ANSWERED = "the application was answered"  # stored as the reason for deleting its draft
_WITHDRAWN = "the application was withdrawn"


class ApplicationActions(ConsentActions):
    """Actions on applications from outside."""

    def list_applications(self) -> ApplicationList:
        try:
            listed = self._door.perform(ListApplications(), self._staff_id)
        except OutOfReach as error:
            raise OutOfReach(_OUT_OF_REACH) from error
        now = self._office.corrected_now
        with self._office.store.read() as tx:
            rows = [build_application_row(tx, found, now) for found in listed.applications]
        rows.sort(key=lambda row: row.window != self._window)  # first what a supervisor gave to this window
        return ApplicationList(tuple(rows), listed.total)

    def list_application_sources(self) -> tuple[Option, ...]:
        return tuple(Option(source, translate(SOURCES[source]), key=str(key)) for key, source in enumerate(BY_POST, 1))

    def list_opening_purposes(self) -> tuple[Option, ...]:
        return tuple(
            Option(purpose, translate(name), key=str(key))
            for key, (purpose, name) in enumerate(OPENING_PURPOSES.items(), 1)
        )

    def receive_by_post(self, application: PostedApplication) -> CounterView:
        catalogue = self._office.catalogue_frame()
        command = ReceiveApplication(
            source=application.source,
            one_thing=split_single_id(application.one_thing)[0],
            catalogue=catalogue.id,
            catalogue_version=catalogue.version,
            received_on=application.received_on,
            personal=ApplicationContent(applicant=StatedApplicant(name=clean_text(application.sender))),
        )
        try:
            received = self._door.perform(command, self._staff_id)
        except OutOfReach as error:
            raise OutOfReach(_OUT_OF_REACH) from error
        return self.open_application(received.number, REVIEW)

    def open_application(self, number: str, purpose: str) -> CounterView:
        known = self._find_draft_of(number)
        if known:
            with suppress(OutOfReach):  # what was typed can be read on; the acceptance asks again
                self._hold_application(number, purpose)
            return self.reopen_draft(known)
        try:
            self._door.perform(OpenApplication(application=number, purpose=purpose), self._staff_id)
        except OutOfReach as error:
            raise OutOfReach(_OUT_OF_REACH) from error
        row, scans = self._read_application(number)
        if self._find_visit() is None:
            self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        visit = self._current_visit()
        catalogue = self._office.catalogue_frame()
        draft = SaveDraft(
            visit=visit["id"],
            window=self._window,
            one_thing=row["one_thing"],
            catalogue=catalogue.id,
            catalogue_version=catalogue.version,
            started_at=row["arrived_at"] if purpose == VISIT else 0,  # of an earlier time: masked until identified
            personal=self._build_draft(row, scans, purpose),
        )
        self._state.draft = self._door.perform(draft, self._staff_id).draft
        self._state.case, self._state.receipt = "", None
        self._save(prefill_content(self._read_draft()))
        unavailable = self._list_licences_if_possible(visit)
        opened = _("Application {number} of {day} is open as a draft.").format(number=number, day=row["received_on"])
        return self._view_with_message(" ".join(filter(None, (opened, unavailable))))

    def answer_application(self, outcome: str, reason: str = "", codes: Sequence[str] = ()) -> CounterView:
        draft = self._read_unmasked_draft()
        origin = draft.content.application
        if origin is None:
            raise Refused(NO_APPLICATION, "This draft answers no application from outside.")
        missing = tuple(f"{gap.kind}:{gap.id}" for gap in draft.gaps) if outcome == INCOMPLETE else ()
        command = AnswerApplication(
            application=origin.number, outcome=outcome, reason=reason, reason_codes=tuple(codes), missing=missing
        )
        self._door.perform(command, self._staff_id)
        self._door.perform(DiscardDraft(draft=draft.row["id"], reason=_ANSWERED), self._staff_id)
        self._state.draft, self._state.acted = "", True
        sentence = _("Application {number} was answered; the portal has the answer.")
        if origin.source in BY_POST:
            sentence = _("Application {number} was answered. Write to the applicant.")
        return self._view_with_message(sentence.format(number=origin.number))

    def discard_draft(self, reason: str, draft: str = "") -> CounterView:
        number = self._find_application_of(draft or self._find_draft()["id"])
        view = super().discard_draft(reason, draft)
        if not number:
            return view
        try:
            self._door.perform(ReturnApplication(application=number), self._staff_id)
        except OutOfReach:  # the center returns it after a day
            pass
        except Refused as refused:  # it has ended, or is open at another window
            return replace(view, message=str(refused))
        sentence = _("Application {number} waits again: it is still to be answered.")
        return replace(view, message=sentence.format(number=number))

    def withdraw_application(self, reason: str) -> CounterView:
        draft = self._read_unmasked_draft()
        number = draft.application_number
        self._door.perform(WithdrawApplication(application=number, reason=reason), self._staff_id)
        self._door.perform(DiscardDraft(draft=draft.row["id"], reason=_WITHDRAWN), self._staff_id)
        self._state.draft, self._state.acted = "", True
        sentence = _("Application {number} was withdrawn by its applicant; its draft is deleted.")
        return self._view_with_message(sentence.format(number=number))

    def _hold_application(self, number: str, purpose: str) -> None:
        """Open an application again that this machine does not hold any more: it was returned, or opened elsewhere.

        Raises Refused if it has ended, OutOfReach. `number` is empty for a draft that answers no application.
        """
        if number and not self._is_held(number):
            self._door.perform(OpenApplication(application=number, purpose=purpose), self._staff_id)

    def _is_held(self, number: str) -> bool:
        with self._office.store.read() as tx:
            row, own = tx.get("applications", number=number), tx.query_one("ledger.own_node")
        if row is None or own is None or row["state"] != OPENED:
            return False
        return bool(row["opened_node"] == own["id"])

    def _hold_application_of(self, draft: DraftState) -> None:
        """Do the same for a draft that is to be accepted or not; without a line the center objects to it later."""
        origin = draft.content.application
        if origin is not None:
            with suppress(OutOfReach):
                self._hold_application(origin.number, origin.purpose)

    def _find_application_of(self, draft: str) -> str:
        """Return the number of the application that a draft answers; empty without one."""
        with self._office.store.read() as tx:
            row = tx.get("drafts", id=draft)
        try:
            origin = decode_draft(row).application if row is not None else None
        except UNREADABLE:  # such a draft is discarded; the center returns its application after a day
            return ""
        return origin.number if origin is not None else ""

    def _find_draft_of(self, number: str) -> str:
        """Return the draft of the clerk or the window that answers an application; empty without one."""
        with self._office.store.read() as tx:
            rows = tx.query_all("cases.drafts_of_staff_or_window", staff=self._staff_id, window=self._window)
        return next((row["id"] for row in rows if self._find_application_of(row["id"]) == number), "")

    def _read_application(self, number: str) -> tuple[Row, dict[str, str]]:
        """Return an application that this machine was sent, and the digests of its scans by material."""
        with self._office.store.read() as tx:
            row = tx.get("applications", number=number)
            scans = tx.select("application_attachments", application=number, order=("material",))
        if row is None or row["content"] is None:
            raise Refused(NO_APPLICATION, "There is no application {number}. Check the number.", number=number)
        return row, {scan["material"]: scan["content"] for scan in scans}

    def _build_draft(self, row: Row, scans: Mapping[str, str], purpose: str) -> DraftContent:
        """Return the content of the draft of an application, with the day of receipt as the source of its values."""
        content = decode_content(row)
        assert content is not None, "it was read with its content"
        values = fill_in_applicant(self._office.catalogue_part(row["one_thing"]), row["one_thing"], content)
        identity = content.identity
        with self._office.store.read() as tx:
            accepts_verified = read_policy(tx).accept_verified_applications
        is_verified = identity is not None and identity.verified and accepts_verified
        origin = DraftApplication(
            number=row["number"],
            source=row["source"],
            purpose=purpose,
            received_on=row["received_on"],
            due_at=row["due_at"],
            scans=dict(scans),
            provider=identity.provider if identity is not None else "",
            verified=identity is not None and identity.verified,
            how=identity.how if identity is not None else "",
            at=identity.at if identity is not None else "",
            needs_no_visit=purpose == REVIEW and (row["source"] in BY_POST or is_verified),
        )
        source = SOURCE_PREFIX + row["received_on"]
        return DraftContent(values=values, sources=dict.fromkeys(values, source), application=origin)

"""Promises that a department follows up: the list, and the acts of an officer on one of them."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.cases.promises.follow_ups import ExtendPromise, KeepPromise, ReportPromise
from clerk_app.cases.promises.offers import GAP, MATERIAL
from clerk_app.cases.tasks.broken_promises import AnswerReport
from clerk_app.catalogue.publication import load_part
from clerk_app.ledger.persons import person_of
from clerk_app.locales import _, format_list
from clerk_app.roles.department.paper_reviews import PaperReviews
from clerk_app.roles.formatting import format_due_day, format_party_name, localize
from clerk_app.roles.promise_words import describe_kind
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.views.department import DepartmentView
from clerk_app.views.follow_ups import FollowUpRow
from clerk_app.views.shared import Level
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

_MOST = 200
_SOON = 7 * 86_400_000_000  # microseconds before the date from which a follow-up has the warning colour


def list_follow_ups(tx: Transaction, organ: str, staff: str, now: int) -> tuple[FollowUpRow, ...]:
    """Return the open promises of a department, the nearest date first; those that cannot be displayed are left out."""
    rows: list[FollowUpRow] = []
    for promise in tx.query_all("promises.open_of_organ", organ=organ, most=_MOST):
        try:
            rows.append(_build_row(tx, promise, staff, now))
        except UNREADABLE as error:
            report_unreadable(f"promise {promise['id']}", error)
    return tuple(rows)


def _build_row(tx: Transaction, promise: Row, staff: str, now: int) -> FollowUpRow:
    catalogue = load_part(tx, promise["catalogue"], promise["catalogue_version"], promise["one_thing"])
    reporter, is_overdue = promise["reported_by"], promise["due_at"] < now
    is_reported = promise["state"] == "reported"
    level: Level = "bad" if is_overdue else "warn" if promise["due_at"] < now + _SOON else "plain"
    return FollowUpRow(
        id=promise["id"],
        case=promise["case_number"],
        one_thing=localize(catalogue.one_thing(promise["one_thing"]).name),
        what=describe_kind(promise["kind"], _name_subject(tx, promise)),
        matters=format_list(localize(catalogue.matter(name).name) for name in decode_json_list(promise["matters"])),
        applicant=format_party_name(promise["applicant_name"], "person"),
        due=format_due_day(promise["due_at"], catalogue.time_zone, expected=bool(promise["expected"])),
        level=level,
        is_gap=promise["kind"] == GAP,
        is_overdue=is_overdue,
        is_extended=bool(promise["extended_days"]),
        reported_by=read_staff_name(tx, reporter) if is_reported else "",
        reason=promise["reason"] if is_reported else "",
        evidence=promise["evidence"] if is_reported else "",
        may_answer=is_reported and person_of(tx, reporter) != person_of(tx, staff),
    )


def _name_subject(tx: Transaction, promise: Row) -> str:
    """Return the name of the matter or material of a promise. Raises LookupError if the catalogue is not here."""
    catalogue = load_part(tx, promise["catalogue"], promise["catalogue_version"], promise["one_thing"])
    is_material = promise["kind"] in (GAP, MATERIAL)
    known = catalogue.material(promise["subject"]).name if is_material else catalogue.matter(promise["subject"]).name
    return localize(known)


class FollowUps(PaperReviews):
    """Acts on the promises that the department follows up."""

    def read_view(self) -> DepartmentView:
        raise NotImplementedError

    def keep_promise(self, promise: str, note: str) -> DepartmentView:
        self._door.perform(KeepPromise(promise=promise, note=note), self._staff_id)
        return replace(self.read_view(), message=_("The check is recorded as passed."))

    def extend_promise(self, promise: str, working_days: int, reason: str) -> DepartmentView:
        command = ExtendPromise(promise=promise, working_days=working_days, reason=reason)
        self._door.perform(command, self._staff_id)
        return replace(self.read_view(), message=_("The term of the check is extended."))

    def report_promise(self, promise: str, reason: str, evidence: str) -> DepartmentView:
        self._door.perform(ReportPromise(promise=promise, reason=reason, evidence=evidence), self._staff_id)
        return replace(self.read_view(), message=_("Reported. A colleague of your organ confirms or rejects it."))

    def answer_report(self, promise: str, note: str, *, confirmed: bool) -> DepartmentView:
        answer = self._door.perform(AnswerReport(promise=promise, confirmed=confirmed, note=note), self._staff_id)
        if not confirmed:
            return replace(self.read_view(), message=_("The report is rejected; the promise stays open."))
        sentence = _("Confirmed. Revoked: {revoked}; refused: {refused}; checked by other departments: {checks}.")
        counts = {"revoked": len(answer.revoked), "refused": len(answer.refused), "checks": len(answer.checks)}
        return replace(self.read_view(), message=sentence.format(**counts))

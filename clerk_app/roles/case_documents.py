"""Builds the documents of a case's notices from the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from clerk_app.cases.case_dates import compute_results_day
from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import compute_papers_deadline, to_local_time
from clerk_app.cases.delivery.parts import part_of_notice
from clerk_app.cases.delivery.result_set import CERTIFICATE
from clerk_app.cases.notices import DEEMED, EXTENSION, EXTERNAL_LETTER, EXTERNAL_WAIT, PROCEDURE, REFERRAL, TAKEN_IN
from clerk_app.cases.received_records import ONE_TIME
from clerk_app.cases.status_query import list_requested_materials
from clerk_app.cases.tasks.demands import find_legal_basis
from clerk_app.catalogue.fees import sum_fees
from clerk_app.catalogue.publication import read_calendar, read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list, localize_name
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.hand_over import HandedItem, HandOverList, PrintedDecision
from clerk_app.paper.documents.notices import MissingItem, NotAcceptedNotice, SupplementNotice
from clerk_app.paper.documents.receipt import CaseReceipt, SupplementReceipt
from clerk_app.paper.documents.shared_facts import PrintedMatter
from clerk_app.roles.also_eligible import describe_eligible, list_case_rows
from clerk_app.roles.case_view import build_gap_rows, list_held_materials
from clerk_app.roles.certificates import build_certificate
from clerk_app.roles.course_letters import (
    build_deemed_letter,
    build_external_letter,
    build_external_wait_letter,
    build_referral_letter,
)
from clerk_app.roles.divided_results import divide_results
from clerk_app.roles.fee_lines import format_yuan, print_fees
from clerk_app.roles.formatting import ORGANISATION, format_party_name, format_stored_reasons, list_reasons, localize
from clerk_app.roles.printed_matters import (
    build_printed_dates,
    build_printed_matter,
    describe_replaced,
    local_day,
    name_outcome,
)
from clerk_app.roles.promise_words import find_promised_gaps, list_commitments, list_promised
from clerk_app.roles.received_notice import build_received_notice, find_bring_date
from clerk_app.roles.receivers import describe_receiver, list_present_parties
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.roles.term_letters import build_extension_letter, build_procedure_letter, procedure_dates
from clerk_app.roles.withdrawable import list_refused_materials, list_withdrawable
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

_LETTERS = {
    PROCEDURE: build_procedure_letter,
    EXTENSION: build_extension_letter,
    REFERRAL: build_referral_letter,
    EXTERNAL_WAIT: build_external_wait_letter,
    EXTERNAL_LETTER: build_external_letter,
    DEEMED: build_deemed_letter,
}


class CaseDocuments:
    """Builds the document of one notice from the case.

    `in_full`: notices and hand-over list have the names of applicant and receiver in full, as they are needed in a
    document that is served and signed. They are masked otherwise, as on screens. Receipts always have the masked
    name, since they get lost. No document has an identity number.
    """

    def __init__(
        self,
        office: Office,
        tx: Transaction,
        case: CaseRecord,
        notice: Row,
        clerk_number: str,
        *,
        in_full: bool = False,
    ) -> None:
        self._office, self._tx, self._case, self._notice = office, tx, case, notice
        self._clerk_number = clerk_number
        self._in_full = in_full
        self._zone = case.catalogue.time_zone

    def build_document(self, kind: str) -> PaperFacts:
        """Return the document for a kind of notice. Raises BadData for an unknown kind."""
        if kind == "receipt":
            return self.receipt
        if kind == TAKEN_IN:
            return self.supplement_receipt
        if kind == "supplement":
            return self.supplement
        if kind == ONE_TIME:
            return build_received_notice(self._office, self._tx, self._case, self._notice)
        if kind == "not_accepted":
            return self.not_accepted
        if kind == "hand_over":
            return self.hand_over
        if kind in _LETTERS:
            return _LETTERS[kind](self._office, self._tx, self._case, self._notice, self._applicant_name)
        if kind == CERTIFICATE:
            return build_certificate(self._tx, self._case, self._notice, in_full=self._in_full)
        raise BadData("There is no such paper.")

    @cached_property
    def receipt(self) -> CaseReceipt:
        """Receipt of the acceptance (收件凭证)."""
        row, case = self._case.row, self._case
        first, is_open = row["first_promised_at"], row["state"] == "accepted"
        is_decided = not is_open and row["closed_at"] is not None
        return CaseReceipt(
            case_number=case.number,
            applicant_masked=format_party_name(row["applicant_name"], row["applicant_kind"]),
            is_organisation=row["applicant_kind"] == ORGANISATION,
            other_parties=list_present_parties(self._tx, case),
            one_thing=localize(case.plan.one_thing.name),
            matters=tuple(self._build_matter(task) for task in self._case.latest_tasks().values()),
            materials=self._name_papers(lambda row: row["taken_at"] == self._notice["made_at"]),
            added_materials=self._name_papers(lambda row: row["taken_at"] > self._notice["made_at"]),
            promised=list_promised(self._tx, case),
            withdrawn=any(task["state"] == "withdrawn" for task in case.tasks),
            held=list_held_materials(self._tx, case),
            refused=list_refused_materials(self._tx, case),
            may_withdraw=bool(list_withdrawable(case)),
            may_follow=self._name_unpromised_gaps(),
            received_at=to_local_time(row["accepted_at"], self._zone),
            hall=self._office.settings.name.localized(),
            window=self._window_name(row["window_id"]),
            clerk_number=self._staff_number(row["clerk"]),
            phone=self._office.settings.phone,
            dates=build_printed_dates(case, row, "promised_at") if is_open or is_decided else None,
            first_promised=local_day(self._case, first)
            if first != row["promised_at"] and (is_open or is_decided)
            else None,
            suspended=is_open and row["promised_at"] is None,
            fees=print_fees(case.plan),
            fee=format_yuan(sum_fees(case.plan.fees)[0]) if case.plan.fees else "",
            also_eligible=tuple(map(describe_eligible, list_case_rows(self._tx, case))) if is_open else (),
            results_by=compute_results_day(read_calendar(self._tx, case.catalogue), case) if is_decided else None,
        )

    def _name_papers(self, counts: Callable[[Row], bool]) -> tuple[str, ...]:
        """Return the names of the papers that were handed in and for which `counts` holds; a promise is no paper."""
        commitments = list_commitments(self._tx, self._case)
        return tuple(
            localize(self._case.catalogue.material(row["material"]).name)
            for row in self._case.materials
            if row["how"] == "paper" and counts(row) and (row["material"], row["version"]) not in commitments
        )

    def _name_unpromised_gaps(self) -> tuple[str, ...]:
        promised = find_promised_gaps(self._tx, self._case)
        return tuple(row.name for row in build_gap_rows(self._case) if row.id not in promised)

    @cached_property
    def supplement_receipt(self) -> SupplementReceipt:
        """Receipt for the materials that were handed in together after the acceptance."""
        row, case = self._case.row, self._case
        brought = [material for material in case.materials if material["taken_at"] == self._notice["made_at"]]
        requested = tuple(request.material for request in list_requested_materials(case))
        return SupplementReceipt(
            case_number=case.number,
            applicant_masked=format_party_name(row["applicant_name"], row["applicant_kind"]),
            is_organisation=row["applicant_kind"] == ORGANISATION,
            one_thing=localize(case.plan.one_thing.name),
            materials=tuple(localize(case.catalogue.material(material["material"]).name) for material in brought),
            still_missing=(
                *(localize(case.catalogue.material(name).name) for name in dict.fromkeys(requested)),
                *(gap.name for gap in build_gap_rows(case)),
            ),
            received_at=to_local_time(self._notice["made_at"], self._zone),
            hall=self._office.settings.name.localized(),
            window=self._window_name(self._notice["window_id"]),
            clerk_number=self._staff_number(brought[0]["taken_by"]) if brought else self._clerk_number,
            phone=self._office.settings.phone,
            other_parties=list_present_parties(self._tx, case),
        )

    @cached_property
    def supplement(self) -> SupplementNotice:
        """Supplement notice (一次性补正告知书) with the missing items of all tasks."""
        requests = [row for row in self._case.supplements if row["notice"] == self._notice["id"]]
        outstanding = {row["id"] for row in self._case.outstanding_supplements()}
        is_open = any(row["id"] in outstanding for row in requests)
        requests = [row for row in requests if row["id"] in outstanding or not is_open]
        days = read_policy(self._tx).supplement_working_days
        notified_at, deadline_at, expected = self._notice_dates(days)
        return SupplementNotice(
            case_number=self._case.number,
            applicant=self._applicant_name,
            one_thing=localize(self._case.plan.one_thing.name),
            missing_items=tuple(item for row in requests for item in self._build_missing_items(row)),
            checked_again=self._list_rechecked_matters(requests) if is_open else (),
            settled=not is_open,
            notified_on=to_local_time(notified_at, self._zone).date(),
            working_days=days if deadline_at == self._compute_papers_deadline(notified_at, days)[0] else None,
            deadline=to_local_time(deadline_at, self._zone).date(),
            expected=expected,
            other_parties=list_present_parties(self._tx, self._case, in_full=self._in_full),
            office=self._office.settings.name.localized(),
            phone=self._office.settings.phone,
        )

    def _notice_dates(self, days: int) -> tuple[int, int, bool]:
        """Return when the notice was given and until when papers can be brought, as stored at its first print."""
        for row in self._case.supplements:
            if (
                row["notice"] == self._notice["id"]
                and row["notified_at"] is not None
                and row["deadline_at"] is not None
            ):
                return row["notified_at"], row["deadline_at"], bool(row["deadline_expected"])
        now = self._office.corrected_now
        return now, *self._compute_papers_deadline(now, days)

    def _compute_papers_deadline(self, notified_at: int, days: int) -> tuple[int, bool]:
        organs = self._case.organs_of_notice(self._notice["id"])
        return compute_papers_deadline(read_calendar(self._tx, self._case.catalogue), organs, notified_at, days)

    @property
    def papers_deadline(self) -> int | None:
        """Return the end of the term that a supplement notice states; None for another document."""
        if self._notice["kind"] == PROCEDURE:
            row = next(row for row in self._case.supplements if row["notice"] == self._notice["id"])
            return procedure_dates(self._office, self._tx, self._case, row)[1]
        if self._notice["kind"] == ONE_TIME:
            record = self._tx.get("received_records", case_number=self._case.number)
            return find_bring_date(self._office, self._tx, self._case, record)[0] if record is not None else None
        if self._notice["kind"] != "supplement":
            return None
        return self._notice_dates(read_policy(self._tx).supplement_working_days)[1]

    @cached_property
    def not_accepted(self) -> NotAcceptedNotice:
        """Notice of non-acceptance (不予受理通知书)."""
        policy = read_policy(self._tx)
        return NotAcceptedNotice(
            case_number=self._case.number,
            applicant=self._applicant_name,
            other_parties=list_present_parties(self._tx, self._case, in_full=self._in_full),
            one_thing=localize(self._case.plan.one_thing.name),
            reasons=list_reasons(
                self._case.catalogue,
                decode_json_list(self._case.row["reason_codes"]),
                self._case.row["ended_reason"],
            ),
            legal_basis=_("Administrative Licensing Law, art. 32"),
            decided_on=to_local_time(self._case.row["accepted_at"], self._zone).date(),
            office=self._office.settings.name.localized(),
            phone=self._office.settings.phone,
            reconsideration_organ=localize(policy.reconsideration_organ),
            court=localize(policy.court),
        )

    @cached_property
    def hand_over(self) -> HandOverList:
        """Hand-over list (送达回证) of a part of the results, or of the last ones, signed by the receiver."""
        row, case, part = self._case.row, self._case, part_of_notice(self._notice["id"])
        delivery = self._tx.get("deliveries", case_number=case.number, part=part)
        parts = divide_results(self._tx, case, part)
        received_by, known_by = describe_receiver(self._tx, case, in_full=self._in_full, part=part)
        decided = [task for task in parts.decided if task["state"] != "lapsed"]
        return HandOverList(
            case_number=case.number,
            applicant=self._applicant_name,
            one_thing=localize(case.plan.one_thing.name),
            decisions=tuple(decision for task in decided if (decision := self._build_decision(task)) is not None),
            lapsed=tuple(self._build_matter(task) for task in parts.decided if task["state"] == "lapsed"),
            items=tuple(self._build_item(result) for result in parts.handed_over),
            handed_over_before=tuple(self._build_item(result, with_day=True) for result in parts.before),
            still_to_come=tuple(self._build_matter(task) for task in parts.expected),
            part=part,
            cause=delivery["cause"] if delivery else "",
            handed_over_at=to_local_time(delivery["at"] if delivery else self._office.corrected_now, self._zone),
            hall=self._office.settings.name.localized(),
            window=self._window_name(delivery["window_id"] if delivery else row["window_id"]),
            clerk_number=self._staff_number(delivery["clerk"]) if delivery else self._clerk_number,
            received_by=received_by,
            known_by=known_by,
            other_parties=list_present_parties(self._tx, case, in_full=self._in_full),
        )

    def _build_item(self, result: Row, *, with_day: bool = False) -> HandedItem:
        day = local_day(self._case, result["delivered_at"]) if with_day else None
        return HandedItem(name=self._result_name(result), number=result["number"], handed_over_on=day)

    @property
    def _applicant_name(self) -> str:
        name, kind = self._case.row["applicant_name"], self._case.row["applicant_kind"]
        return name or "" if self._in_full else format_party_name(name, kind)

    def _staff_number(self, staff: str) -> str:
        row = self._tx.get("staff", id=staff)
        return row["number"] if row else staff

    def _build_matter(self, task: Row) -> PrintedMatter:
        return build_printed_matter(self._tx, self._case, task)

    def _build_missing_items(self, supplement: Row) -> list[MissingItem]:
        task = next(row for row in self._case.tasks if row["id"] == supplement["task"])
        return [
            MissingItem(
                material=localize(self._case.catalogue.material(name).name),
                matter=localize(self._case.catalogue.matter(task["matter"]).name),
                organ=localize(self._case.catalogue.organ(task["organ"]).name),
                correction=format_stored_reasons(self._case.catalogue, supplement),
                late_reason=supplement["late_reason"] if name in decode_json_list(supplement["late_materials"]) else "",
                legal_basis=find_legal_basis(supplement, name),
            )
            for name in decode_json_list(supplement["materials"])
        ]

    def _list_rechecked_matters(self, requests: list[Row]) -> tuple[str, ...]:
        """Return the names of the decided matters that rely on a requested material of which the case has a version."""
        held = {material["material"] for material in self._case.materials}
        requested = {name for row in requests for name in decode_json_list(row["materials"])}
        open_matters = {task["matter"] for task in self._case.open_tasks()}
        decided = {task["matter"] for task in self._case.tasks if task["state"] in ("approved", "refused")}
        return tuple(
            localize(planned.matter.name)
            for planned in self._case.plan.active_matters
            if planned.id in decided - open_matters and requested & held & set(planned.materials)
        )

    def _build_decision(self, task: Row) -> PrintedDecision | None:
        row = self._tx.get("decisions", task=task["id"])
        if row is None or task["state"] == "lapsed":  # earlier versions stored a lapse as a decision
            return None
        return PrintedDecision(
            matter=localize(self._case.catalogue.matter(task["matter"]).name),
            organ=localize(self._case.catalogue.organ(row["organ"]).name),
            outcome=name_outcome(row["outcome"]),
            decided_on=to_local_time(row["at"], self._zone).date(),
            signer=read_staff_name(self._tx, row["signer"]),
            reason=format_stored_reasons(self._case.catalogue, row),
            replaces=describe_replaced(self._tx, self._case, task),
        )

    def _result_name(self, issue: Row) -> str:
        """Return the certificates of a result; without one, that its decision is stated on the list."""
        matter = self._case.catalogue.matter(issue["matter"])
        if issue["produces"] == "refusal" or not matter.produces:
            return _("{matter}: the decision stated above").format(matter=localize(matter.name))
        return format_list(localize(licence_type.name) for licence_type in matter.produces)

    def _window_name(self, window: str) -> str:
        row = self._tx.get("windows", id=window)
        return localize_name(row["name"]) if row else window

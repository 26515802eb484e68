"""Actions of the counter on received cases: receive a draft, list those that wait, open one, extend, close."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft, decode_draft
from clerk_app.cases.intake.later_notice import NotifyAgain, list_late
from clerk_app.cases.intake.missing import list_missing
from clerk_app.cases.intake.receipt import ReceiveCase, ReceivedDetails
from clerk_app.cases.intake.received_content import decode_content
from clerk_app.cases.intake.received_opening import OpenReceived, ReturnReceived, require_free
from clerk_app.cases.intake.received_terms import CloseReceived, ExtendReceived
from clerk_app.cases.received_records import find_received
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.locales import _
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.draft_values import prefill_content
from clerk_app.roles.counter.name_actions import NameActions
from clerk_app.roles.counter.paper_review import with_current_reasons
from clerk_app.roles.counter.parties import describe_identity_gap
from clerk_app.roles.papers.given_files import giving_files
from clerk_app.roles.unreadable import UNREADABLE
from clerk_app.views.counter import CounterView
from clerk_app.views.received import ReceivedRow
from clerk_app.views.shared import Option
from db.engines import Row


class ReceivedActions(NameActions):
    """Actions on received cases. Opening one needs the center, except at the machine that holds it."""

    def receive_case(self, reason: str = "") -> CounterView:
        require_plausible_clock(self._office)
        draft, visit = self._read_unmasked_draft(), self._current_visit()
        if visit["check_result"] and not visit["confirmed"]:
            raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")
        number = draft.content.received
        materials = with_current_reasons(self._office, draft)
        with giving_files(self._office, materials):
            if number:
                later = _build_later(draft, visit, self._window, materials, reason)
                notice = self._door.perform(later, self._staff_id).notice
            else:
                receipt = _build_receipt(draft, visit, self._window, materials)
                notice = self._door.perform(receipt, self._staff_id).notice
        self._state.draft, self._state.acted = "", True
        self._state.receipt = self._printer.print_notice(notice)
        self._ensure_numbers()
        return self.read_view()

    def _ensure_numbers(self) -> None:
        """On a center, keep blocks of case numbers in reserve. On a window the sync worker does this."""
        if self._door.authority is not None:
            return
        with self._office.store.read() as tx:
            node = tx.query_one("ledger.own_node")
            if node is None:
                return
            left = tx.query_one("ledger.count_usable_blocks", node=node["id"], incarnation=node["incarnation"])
        if left is not None and left["many"] <= RESERVE_BLOCKS:
            self._door.perform(LendNumbers(node=node["id"], incarnation=node["incarnation"]), self._staff_id)

    def _is_received(self, number: str) -> bool:
        """Return whether a case waits for its acceptance, as far as this store has it."""
        with self._office.store.read() as tx:
            return find_received(tx, number) is not None

    def _find_received_of(self, draft: str) -> str:
        """Return the number of the received case that a draft continues; empty without one."""
        with self._office.store.read() as tx:
            row = tx.get("drafts", id=draft)
        try:
            return decode_draft(row).received if row is not None else ""
        except UNREADABLE:  # such a draft is discarded; the lease ends by itself
            return ""

    def list_late_items(self) -> tuple[str, ...]:
        from clerk_app.roles.received_notice import build_lacking_item, describe_lacking  # papers: not before the first

        draft = self._read_unmasked_draft()
        with self._office.store.read() as tx:
            number = draft.content.received
            case, record = tx.get("cases", number=number), find_received(tx, number)
            if not number or case is None or record is None:
                return ()
            given, content = draft.given_materials, draft.content
            details, held = draft.case_details(), _list_held(draft)
            visit = self._current_visit()["id"]
            missing = list_missing(tx, visit, draft.plan, details, given, content.readings, held, draft.today)
            late = list_late(tx, draft.catalogue, case, record, content.values, missing)
            values = dict(content.values)
            return tuple(
                describe_lacking(build_lacking_item(draft.catalogue, draft.plan, item, values)) for item in late
            )

    def list_received(self) -> tuple[ReceivedRow, ...]:
        from clerk_app.roles.received_rows import read_received_rows  # papers: not before the first one

        return read_received_rows(self._office, self._staff["organ"] or "")

    def open_received(self, number: str) -> CounterView:
        record = self._hold_received(number)
        content = msgspec.structs.replace(decode_content(record), received=number)
        known = self._find_draft_of_received(number)
        if known:
            return self.reopen_draft(known)
        if self._find_visit() is None:
            self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        visit = self._current_visit()
        with self._office.store.read() as tx:
            case = tx.get("cases", number=number)
        if case is None:
            raise Refused("no_case", "There is no case {number} here. Check the number.", number=number)
        draft = SaveDraft(
            visit=visit["id"],
            window=self._window,
            one_thing=case["one_thing"],
            catalogue=case["catalogue"],
            catalogue_version=case["catalogue_version"],
            started_at=record["received_at"],  # of an earlier visit: masked until identified
            personal=content,
        )
        self._state.draft = self._door.perform(draft, self._staff_id).draft
        self._state.case, self._state.receipt = "", None
        self._save(prefill_content(self._read_draft()))
        unavailable = self._list_licences_if_possible(visit)
        state = self._read_draft()
        opened = _("Case {number} is open as a draft.").format(number=number)
        identity = _("Identity is proved for each visit: {what}").format(what=describe_identity_gap(state))
        return self._view_with_message(
            " ".join(filter(None, (opened, identity if state.identity_gap else unavailable)))
        )

    def _hold_received(self, number: str) -> Row:
        """Open a received case at the authority, and return its record with the content. Raises Refused, OutOfReach.

        Without a connection, a machine that holds the case opens it unless another machine had opened it.
        """
        try:
            self._door.perform(OpenReceived(case=number, window=self._window), self._staff_id)
        except OutOfReach as error:
            with self._office.store.read() as tx:
                record, own = find_received(tx, number), tx.query_one("ledger.own_node")
                if record is None or record["content"] is None or own is None:
                    raise OutOfReach(
                        "Case {number} is kept at the center, which is out of reach. Nothing was opened.", number=number
                    ) from error
                require_free(tx, record, own["id"], self._office.corrected_now)
        with self._office.store.read() as tx:
            record = find_received(tx, number)
        if record is None:
            raise Refused("not_received", "Case {number} does not wait for its acceptance any more.", number=number)
        return record

    def _find_draft_of_received(self, number: str) -> str:
        """Return the draft of the clerk or the window that continues a received case; empty without one."""
        with self._office.store.read() as tx:
            rows = tx.query_all("cases.drafts_of_staff_or_window", staff=self._staff_id, window=self._window)
        return next((row["id"] for row in rows if self._find_received_of(row["id"]) == number), "")

    def discard_draft(self, reason: str, draft: str = "") -> CounterView:
        number = self._find_received_of(draft or self._find_draft()["id"])
        view = super().discard_draft(reason, draft)
        if number:
            with suppress(OutOfReach, Refused):  # the lease ends by itself
                self._door.perform(ReturnReceived(case=number), self._staff_id)
        return view

    def extend_received(self, number: str, reason: str) -> CounterView:
        require_plausible_clock(self._office)
        command = ExtendReceived(case=number, window=self._window, reason=reason)
        notice = self._door.perform(command, self._staff_id).notice
        return self._show_case_with_paper(number, notice)

    def close_received(self, number: str, reason: str, codes: Sequence[str] = ()) -> CounterView:
        require_plausible_clock(self._office)
        command = CloseReceived(case=number, window=self._window, reason=reason, reason_codes=tuple(codes))
        notice = self._door.perform(command, self._staff_id).notice
        return self._show_case_with_paper(number, notice)

    def _show_case_with_paper(self, number: str, notice: str) -> CounterView:
        self.open_case(number)
        self._state.receipt = self._printer.print_notice(notice)
        return self.read_view()

    def list_close_reasons(self, number: str) -> tuple[Option, ...]:
        from clerk_app.roles.received_rows import list_close_reasons  # papers: not before the first one

        return list_close_reasons(self._office, number)


def _list_held(draft: DraftState) -> tuple[str, ...]:
    """Return the materials that the city holds and may not use yet, because consent is missing."""
    given = {material.material for material in draft.given_materials}
    return tuple(
        name
        for name, match in draft.matches.items()
        if match.state == "held" and name not in given and not draft.awaits_confirmation(name)
    )


def _build_details(draft: DraftState) -> ReceivedDetails:
    details = draft.case_details()
    content: DraftContent = draft.content
    return ReceivedDetails(
        parties=details.parties,
        values=details.values,
        claims=details.claims,
        differences=details.differences,
        representative=details.representative,
        content=content,
    )


def _build_receipt(draft: DraftState, visit: Row, window: str, materials: tuple[GivenMaterial, ...]) -> ReceiveCase:
    return ReceiveCase(
        draft=draft.row["id"],
        visit=visit["id"],
        window=window,
        one_thing=draft.plan.one_thing.id,
        catalogue=draft.catalogue.id,
        catalogue_version=draft.catalogue.version,
        chosen=draft.content.chosen,
        materials=materials,
        held=_list_held(draft),
        sources=draft.sources(),
        refused_licences=draft.refused_licences,
        personal=_build_details(draft),
    )


def _build_later(
    draft: DraftState, visit: Row, window: str, materials: tuple[GivenMaterial, ...], reason: str
) -> NotifyAgain:
    return NotifyAgain(
        case=draft.content.received,
        draft=draft.row["id"],
        visit=visit["id"],
        window=window,
        chosen=draft.content.chosen,
        materials=materials,
        held=_list_held(draft),
        sources=draft.sources(),
        refused_licences=draft.refused_licences,
        reason=reason,
        personal=_build_details(draft),
    )

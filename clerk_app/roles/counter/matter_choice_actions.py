"""Acts on matters that exclude each other, in a draft and in an accepted case."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.tasks.answer_corrections import list_correctable
from clerk_app.cases.tasks.doubtful_exclusions import MAY_EXCLUDE
from clerk_app.cases.tasks.matter_withdrawals import WithdrawMatters, list_withdrawable
from clerk_app.cases.tasks.unsettled_exclusions import EXCLUDED
from clerk_app.locales import _
from clerk_app.roles.answer_corrections import perform_correction
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.counter.name_actions import NameActions
from clerk_app.roles.formatting import localize
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import Option


class MatterChoiceActions(NameActions):
    """Acts on the matters of the draft on the screen."""

    def leave_out_matters(self, matters: Sequence[str]) -> CounterView:
        draft = self._read_unmasked_draft()
        chosen = {planned.id for planned in draft.plan.matters}.difference(matters)
        self._save(msgspec.structs.replace(draft.content, chosen=tuple(sorted(chosen))))
        return self.read_view()

    def list_open_matters(self) -> tuple[Option, ...]:
        case = self._read_open_record()
        with self._office.store.read() as tx:
            rows = [
                row
                for reason in (EXCLUDED, MAY_EXCLUDE)
                for row in tx.select("objections", case_number=case.number, reason=reason)
            ]
        facts = [msgspec.json.decode(row["facts"], type=dict[str, str]) for row in rows if row["settled_at"] is None]
        proposed = {name for found in facts for name in found["drop"].split(",")}
        return tuple(
            Option(matter, localize(case.catalogue.matter(matter).name), _("proposed") if matter in proposed else "")
            for matter in list_withdrawable(case)
        )

    def withdraw_matters(self, matters: Sequence[str], reason: str) -> CounterView:
        require_plausible_clock(self._office)
        command = WithdrawMatters(
            case=self._open_case_number, matters=tuple(matters), reason=reason, visit=self._visit_id()
        )
        self._door.perform(command, self._staff_id)
        return self.read_view()

    def list_correctable_answers(self) -> tuple[Option, ...]:
        return tuple(Option(field.id, localize(field.name)) for field in list_correctable(self._read_open_record()))

    def correct_answer(self, field: str, value: str, reason: str) -> CounterView:
        found = perform_correction(self._office, self._staff_id, self._read_open_record(), field, value, reason)
        return self._view_with_message(found) if found else self.read_view()

    def _read_open_record(self) -> CaseRecord:
        with self._office.store.read() as tx:
            return read_case(tx, self._open_case_number)

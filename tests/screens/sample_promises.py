"""Promises at the sample window: one commitment, one gap, and the sheet for the signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clerk_app.views.case import IntakeView
from clerk_app.views.counter import CounterView
from clerk_app.views.promises import PromiseRow, PromiseView
from clerk_app.views.shared import Option
from tests.screens.sample_data import localized

SHEET, ROLE = "CS-72565769A1", "promise:"
LEASE, KINSHIP = "gap:lease", "material:kinship"


class SamplePromises:
    """A window where a lease may be brought later and a commitment replaces a paper, if `offers_promises`."""

    _do: Callable[..., CounterView]
    offers_promises = False
    excluded = ""  # why no promise is taken
    _sheet, _is_signed, _is_declined = "", False, False
    _made: frozenset[str] = frozenset()

    def set_promise(self, promise: str, *, is_made: bool) -> CounterView:
        self._made = self._made | {promise} if is_made else self._made - {promise}
        self._sheet, self._is_signed = "", False
        return self._do(f"set_promise {promise} {is_made}")

    def decline_commitments(self, *, is_declined: bool) -> CounterView:
        self._is_declined = is_declined
        return self._do(f"decline_commitments {is_declined}")

    def print_promises(self) -> CounterView:
        self._sheet = SHEET
        sentence = localized("Sheet {number}: printed, please check.", "确认书{number}：已打印，请确认纸张打出。")
        return self._do("print_promises", sentence.format(number=SHEET))

    def co_sign_on_paper(self, role: str) -> CounterView:
        self._is_signed = role == ROLE
        sentence = localized("Sheet {number}: its signature is recorded.", "确认书{number}：已登记签字。")
        return self._do(f"co_sign_on_paper {role}", sentence.format(number=SHEET))

    def with_promises(self, intake: IntakeView) -> IntakeView:
        """Return the draft with what may be promised, and the sheet that was printed."""
        if not self.offers_promises:
            return intake
        sheets = (Option(ROLE, localized("Wang Li", "王丽"), SHEET),) if self._sheet else ()
        return replace(intake, promises=self._read_promises(), sheets=sheets)

    def _read_promises(self) -> PromiseView:
        texts: dict[str, tuple[Any, ...]] = {
            KINSHIP: ("material", ("Commitment on kinship", "亲属关系承诺书"), ("checked in 40 d", "40个工作日内核查")),
            LEASE: ("gap", ("Lease of the home", "房屋租赁合同"), ("within 2 d", "2个工作日内")),
        }
        rows = tuple(
            PromiseRow(promise, kind, localized(*name), localized(*term), promise in self._made)
            for promise, (kind, name, term) in texts.items()
        )
        return PromiseView(
            rows=rows,
            sheet=self._sheet,
            is_signed=self._is_signed,
            needs_signature=bool(self._made) and not self._is_signed,
            excluded=self.excluded,
            is_declined=self._is_declined,
        )

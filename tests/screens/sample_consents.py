"""Consents, and acting for somebody, at the sample window."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.views.counter import CounterView, FoundParty
from clerk_app.views.representation import DelegationBasis
from clerk_app.views.shared import Option
from tests.screens.sample_data import localized


class SampleConsents:
    """A window that records each answer; `principals` are those for whom the person served may act."""

    _consent = False
    _found_party: FoundParty | None = None
    consent_list, is_signed = "", False
    principals: tuple[Option, ...] = ()

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def record_consent(self, materials: Sequence[str]) -> CounterView:
        self._consent = True
        return self._do(f"record_consent {','.join(materials)}")

    def decline_consent(self, materials: Sequence[str]) -> CounterView:
        return self._do(f"decline_consent {','.join(materials)}")

    def withdraw_consent(self, materials: Sequence[str]) -> CounterView:
        return self._do(f"withdraw_consent {','.join(materials)}")

    def withdraw_case_consent(self, materials: Sequence[str], number: str = "") -> CounterView:
        return self._do(f"withdraw_case_consent {','.join(materials)} {number}".rstrip())

    def release_materials(self, phone: str = "") -> CounterView:
        return self._do(f"release_materials {phone}")

    def print_consent_list(self) -> CounterView:
        self.consent_list = "CL-1"
        return self._do("print_consent_list")

    def print_absent_list(self, role: str) -> CounterView:
        return self._do(f"print_absent_list {role}")

    def take_absent_list(self, number: str, phone: str = "") -> CounterView:
        return self._do(f"take_absent_list {number} {phone}")

    def confirm_consents(self, lists: Sequence[str]) -> CounterView:
        self.is_signed = True
        return self._do("confirm_consents")

    def co_sign(self, text: str) -> CounterView:
        return self._do(f"co_sign {text}")

    def print_sheet(self, role: str) -> CounterView:
        return self._do(f"print_sheet {role}")

    def represent(self, role: str, basis: DelegationBasis) -> CounterView:
        self._found_party = None
        return self._do(f"represent {role} {basis}", localized("Chen * acts for Li *.", "陈*代李*办理。"))

    def list_principals(self) -> tuple[Option, ...]:
        return self.principals

    def represent_relation(self, principal: str) -> CounterView:
        return self._do(f"represent_relation {principal}")

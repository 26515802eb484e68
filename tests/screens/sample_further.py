"""Further persons of the sample counter: none are allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clerk_app.errors import Refused
from clerk_app.views.case import FieldRow
from clerk_app.views.counter import CounterView
from clerk_app.views.further import FurtherImport, FurtherList


class SampleFurther:
    """Refuses each act, as a window does for a birth."""

    def read_further(self) -> FurtherList:
        raise _refusal()

    def read_further_answers(self, person: str) -> Mapping[str, str]:
        raise _refusal()

    def check_further(self, person: str, values: Mapping[str, str]) -> tuple[FieldRow, ...]:
        raise _refusal()

    def save_further(self, person: str, values: Mapping[str, str]) -> None:
        raise _refusal()

    def remove_further(self, persons: Sequence[str]) -> None:
        raise _refusal()

    def import_further(self, path: str) -> FurtherImport:
        raise _refusal()

    def write_further_form(self, path: str) -> str:
        raise _refusal()

    def accept_further(self) -> CounterView:
        raise _refusal()

    def print_receipt_list(self) -> CounterView:
        raise _refusal()


def _refusal() -> Refused:
    return Refused("bulk", "The catalogue does not allow several applications at once: {name}", name="birth")

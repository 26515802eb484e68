"""Names and excluded matters of a draft in memory, for tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from clerk_app.views.counter import CounterView
from clerk_app.views.names import CheckedName
from clerk_app.views.navigation import Judgement, Navigation
from clerk_app.views.shared import Option

NAME = "海州市华联科技有限公司"
TAKEN = CheckedName(
    field="company",
    name=NAME,
    severity="stop",
    verdict="cannot be used",
    findings=(f"海州市[华联]科技有限公司: the same core and trade at the same place: {NAME} (in use)",),
    alternatives=("海州市云岫科技有限公司", "海州市沐川科技有限公司"),
)


class SampleNames:
    """The form has `name_fields`; each name is checked by `checked_name`."""

    checked_name: CheckedName = TAKEN
    name_fields: tuple[Option, ...] = ()

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def check_name(self, field: str) -> CheckedName:
        return self.checked_name

    def reserve_name(self, field: str, reason: str = "") -> CounterView:
        return self._do(f"reserve_name {field} {reason}".strip())

    def release_name(self, field: str) -> CounterView:
        return self._do(f"release_name {field}")

    has_compared_texts = False  # whether a text of the form is compared with those of earlier cases

    def hint_similar(self) -> tuple[str, ...]:
        return ("Earlier applications with parts of the same text: 1; up to 40 %.",)

    def leave_out_matters(self, matters: Sequence[str]) -> CounterView:
        return self._do(f"leave_out_matters {','.join(matters)}")

    def list_open_matters(self) -> tuple[Option, ...]:
        return (Option("card", "Card", "proposed"), Option("permit", "Permit"))

    def withdraw_matters(self, matters: Sequence[str], reason: str) -> CounterView:
        return self._do(f"withdraw_matters {','.join(matters)} {reason}")

    def list_correctable_answers(self) -> tuple[Option, ...]:
        return (Option("works_end", "Works end"),)

    def correct_answer(self, field: str, value: str, reason: str) -> CounterView:
        return self._do(f"correct_answer {field} {value} {reason}")

    def navigate(self, offer: str, answers: Mapping[str, str], skipped: Collection[str]) -> Navigation:
        is_asked = not answers and not skipped
        verdict = "yes" if answers else "needs a person"
        judgement = Judgement("Card", verdict, "" if answers else "not known whether: has none", "good")
        options = (Option("yes", "Yes"), Option("no", "No")) if is_asked else ()
        return Navigation("Birth", "has_card" * is_asked, "Has a card?" * is_asked, options, (judgement,))

    def begin_navigated(self, offer: str, answers: Mapping[str, str]) -> CounterView:
        return self._do(f"begin_navigated {offer} {dict(answers)}")

    def begin_also_eligible(self, offer: str) -> CounterView:
        return self._do(f"begin_also_eligible {offer}")

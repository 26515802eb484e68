"""Set-up navigator (设立导航): from few answers, which matters of a one thing apply, which do not, and which are open.

An open question never becomes a yes: such a matter is judged by a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.catalogue.conditions import TruthValue, evaluate_condition

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Condition, Text
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.matters import MatterDefinition
    from clerk_app.catalogue.model import Catalogue


class MatterJudgement(NamedTuple):
    """Whether a matter applies, and the rules that decide it: why it does not, or what is not known.

    `open_conditions` are those that are not known to hold, of a matter that may apply.
    """

    matter: MatterDefinition
    verdict: TruthValue
    rules: tuple[Text, ...]
    open_conditions: tuple[Condition, ...] = ()


def judge_matters(catalogue: Catalogue, one_thing: str, answers: Mapping[str, str]) -> tuple[MatterJudgement, ...]:
    """Return the judgement of each matter of a one thing, in its order. Raises KeyError for an unknown one thing."""
    matters = map(catalogue.matter, catalogue.one_thing(one_thing).matters)
    return tuple(_judge(matter, answers) for matter in matters)


def _judge(matter: MatterDefinition, answers: Mapping[str, str]) -> MatterJudgement:
    found = [(evaluate_condition(condition, answers), condition, text) for condition, text in _list_rules(matter)]
    failed = tuple(text for value, _condition, text in found if value == "no")
    if failed:
        return MatterJudgement(matter, "no", failed)
    unknown = [(condition, text) for value, condition, text in found if value == "unknown"]
    if unknown:
        conditions, texts = zip(*unknown, strict=True)
        return MatterJudgement(matter, "unknown", texts, conditions)
    return MatterJudgement(matter, "yes", ())


def _list_rules(matter: MatterDefinition) -> Iterator[tuple[Condition, Text]]:
    """Yield the conditions that have to hold, each with its words."""
    if matter.applies is not None:
        yield matter.applies.when, matter.applies.reason
    for condition in matter.conditions:
        if condition.when is not None:
            yield condition.when, condition.text


def find_next_question(
    catalogue: Catalogue, one_thing: str, answers: Mapping[str, str], skipped: Collection[str] = ()
) -> Field | None:
    """Return the next field that can decide an open matter; None if no such question is left.

    Only fields with fixed answers are asked; `skipped` are those whose answer is unknown.
    """
    fields = {field.id: field for field in catalogue.fields}
    for found in judge_matters(catalogue, one_thing, answers):
        if found.verdict != "unknown":
            continue
        for condition, _text in _list_rules(found.matter):
            if evaluate_condition(condition, answers) != "unknown":
                continue
            for name in condition.field_ids():
                field = fields.get(name)
                if field is not None and field.fixed_answers() and not answers.get(name) and name not in skipped:
                    return field
    return None

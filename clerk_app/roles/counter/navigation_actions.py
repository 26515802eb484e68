"""The set-up navigator (设立导航) at the counter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from clerk_app.catalogue.conditions import evaluate_condition
from clerk_app.catalogue.navigation import MatterJudgement, find_next_question, judge_matters
from clerk_app.catalogue.one_things import Exclusion
from clerk_app.catalogue.single_matters import split_single_id
from clerk_app.locales import _, format_list
from clerk_app.roles.case_answers import list_answer_options
from clerk_app.roles.counter.one_things import read_choice
from clerk_app.roles.counter.received import ReceivedActions
from clerk_app.roles.formatting import localize
from clerk_app.views.navigation import Judgement, Navigation


class NavigationActions(ReceivedActions):
    """Nothing is stored before the draft is begun."""

    def navigate(self, offer: str, answers: Mapping[str, str], skipped: Collection[str]) -> Navigation:
        catalogue = self._office.catalogue_part(split_single_id(offer)[0])
        one_thing, fixed = read_choice(catalogue, offer)
        known = {**fixed, **answers}
        field = find_next_question(catalogue, one_thing, known, skipped)
        found = tuple(judge_matters(catalogue, one_thing, known))
        return Navigation(
            one_thing=localize(catalogue.one_thing(one_thing).name),
            field=field.id if field is not None else "",
            question=localize(field.name) if field is not None else "",
            options=list_answer_options(field) if field is not None else (),
            judgements=(
                *map(_describe, found),
                *_describe_exclusions(catalogue.one_thing(one_thing).exclusions, found, known),
            ),
        )


def _describe_exclusions(
    exclusions: Iterable[Exclusion], found: Iterable[MatterJudgement], known: Mapping[str, str]
) -> Iterator[Judgement]:
    """Yield a row for the matters that may apply and exclude each other: only one of them can be had."""
    names = {judged.matter.id: localize(judged.matter.name) for judged in found if judged.verdict != "no"}
    for exclusion in exclusions:
        together = [names[matter] for matter in exclusion.matters if matter in names]
        if len(together) > 1 and (exclusion.when is None or evaluate_condition(exclusion.when, known) != "no"):
            yield Judgement(format_list(together), _("only one of them"), localize(exclusion.reason), "warn")


def _describe(found: MatterJudgement) -> Judgement:
    verdict = {"yes": _("yes"), "no": _("no"), "unknown": _("needs a person")}[found.verdict]
    rule = format_list((localize(text) for text in found.rules), ";")
    if found.verdict == "unknown":
        rule = _("not known whether: {rule}").format(rule=rule)
    level = {"yes": "good", "no": "plain", "unknown": "warn"}[found.verdict]
    return Judgement(localize(found.matter.name), verdict, rule, level)  # type: ignore[arg-type]

"""The navigator at a window: questions, what they mean, and a draft with the answers."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.views.counter import CounterService


def test_the_answers_lead_to_a_draft_with_the_matters_that_apply(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    first = counter.navigate("residence-permit", {}, ())
    assert first.field == "holds_residence_permit"
    open_matter = next(found for found in first.judgements if found.name == "New residence permit")
    assert open_matter.verdict == "needs a person"
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    answers = {"holds_residence_permit": "no", "housing_kind": "own"}
    done = counter.navigate("residence-permit", answers, ())
    assert "no" in {found.verdict for found in done.judgements}
    view = counter.begin_navigated("residence-permit", answers)
    assert view.intake is not None
    values = {row.id: row.value for row in view.intake.fields}
    assert (values["holds_residence_permit"], values["housing_kind"]) == ("no", "own")


def test_of_matters_that_exclude_each_other_only_one_is_announced(counter: CounterService, english: None) -> None:
    shown = counter.navigate("hiring", {}, ()).judgements[-1]
    assert (shown.name, shown.verdict) == ("Hiring subsidy, Insurance subsidy", "only one of them")
    assert "One worker cannot bring both" in shown.rule

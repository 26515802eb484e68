"""The navigator: yes, no, or a person decides; an open question never becomes a yes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.navigation import find_next_question, judge_matters
from tests.sample_data import sample_city

BUNDLES = ("birth", "hiring", "residence-permit")


def verdicts(city: Catalogue, one_thing: str, answers: dict[str, str]) -> dict[str, str]:
    return {found.matter.id: found.verdict for found in judge_matters(city, one_thing, answers)}


def test_an_answer_decides_and_quotes_the_rule(city: Catalogue) -> None:
    question = find_next_question(city, "residence-permit", {})
    assert question is not None
    assert question.id == "holds_residence_permit"
    judged = {found.matter.id: found for found in judge_matters(city, "residence-permit", {question.id: "yes"})}
    assert judged["residence-permit-new"].verdict == "no"
    assert [rule.en for rule in judged["residence-permit-new"].rules] == [
        "The applicant has a residence permit of this city"
    ]
    assert judged["residence-registration"].verdict == "yes"


def test_a_question_nobody_can_answer_leaves_the_matter_to_a_person(city: Catalogue) -> None:
    asked: set[str] = set()
    while (question := find_next_question(city, "residence-permit", {}, asked)) is not None:
        asked.add(question.id)
    assert "holds_residence_permit" in asked
    assert verdicts(city, "residence-permit", {})["residence-permit-new"] == "unknown"


@given(st.sampled_from(BUNDLES), st.data())
def test_questions_end_and_an_unknown_never_becomes_a_yes(one_thing: str, data: st.DataObject) -> None:
    city = sample_city()
    answers: dict[str, str] = {}
    skipped: set[str] = set()
    before = verdicts(city, one_thing, answers)
    for _turn in range(40):
        question = find_next_question(city, one_thing, answers, skipped)
        if question is None:
            break
        answer = data.draw(st.sampled_from(("", *question.fixed_answers())))
        if answer:
            answers[question.id] = answer
        else:
            skipped.add(question.id)
        now = verdicts(city, one_thing, answers)
        assert all(now[name] == verdict for name, verdict in before.items() if verdict != "unknown")
        if not answer:
            assert now == before
        before = now
    assert find_next_question(city, one_thing, answers, skipped) is None

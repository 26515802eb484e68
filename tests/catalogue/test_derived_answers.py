"""Answers that follow from other answers by the rules of their field."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.derived_answers import derive_value, find_rule
from clerk_app.catalogue.form_fields import Field
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.prefill import prefill_fields
from clerk_app.errors import BadData
from tests.sample_data import sample_city

DEPTHS, ROADS = ("", "shallow", "medium", "deep"), ("", "yes", "no")


@pytest.mark.parametrize(
    ("depth", "main_road", "expected"),
    [
        ("deep", "", "high"),
        ("deep", "no", "high"),
        ("shallow", "no", "low"),
        ("shallow", "yes", "ordinary"),
        ("medium", "no", "ordinary"),
        ("medium", "", "ordinary"),
        ("shallow", "", ""),
        ("", "no", ""),
        ("", "yes", ""),
    ],
)
def test_the_class_of_risk_follows_from_depth_and_road(depth: str, main_road: str, expected: str) -> None:
    answers = {"excavation_depth": depth, "on_main_road": main_road}
    found = derive_value(sample_city().field("risk_class"), answers)
    assert (found.value if found else "") == expected
    if found:
        rule = find_rule(sample_city(), found.source)
        assert rule is not None
        assert rule.value == expected


@given(st.sampled_from(DEPTHS), st.sampled_from(ROADS), st.sampled_from(DEPTHS[1:]), st.sampled_from(ROADS[1:]))
def test_a_further_answer_never_changes_what_follows(depth: str, road: str, later_depth: str, later_road: str) -> None:
    field = sample_city().field("risk_class")
    before = derive_value(field, {"excavation_depth": depth, "on_main_road": road})
    after = derive_value(field, {"excavation_depth": depth or later_depth, "on_main_road": road or later_road})
    assert after is not None
    assert before in (None, after)


def test_the_questions_that_decide_are_asked_for_the_same_matters() -> None:
    plan = make_plan(sample_city(), "road-excavation", None, {})
    users = {planned.field.id: planned.needed_by for planned in plan.fields}
    assert set(users["excavation_depth"]) == set(users["on_main_road"]) == set(users["risk_class"])


def test_a_field_decided_by_a_derived_field_follows_in_the_same_step() -> None:
    city = sample_city()
    reason = {"zh": "深", "en": "deep"}
    first = {"when": {"field": "excavation_depth", "is": "deep"}, "value": "yes", "reason": reason}
    second = {"when": {"field": "on_main_road", "is": "yes"}, "value": "high", "reason": reason}
    changed = {
        name: Field.model_validate(city.field(name).model_dump(by_alias=True) | {"derive": [rule]})
        for name, rule in (("on_main_road", first), ("risk_class", second))
    }
    fields = tuple(changed.get(field.id, field) for field in city.fields)
    plan = make_plan(city.model_copy(update={"fields": fields}), "road-excavation", None, {})
    # earlier answers are replaced, because nobody stated them
    answers = {"excavation_depth": "deep", "on_main_road": "no", "risk_class": "low"}
    filled = prefill_fields(plan, {}, answers, frozenset({"excavation_depth"}))
    assert (filled["risk_class"].value, filled["on_main_road"].value) == ("high", "yes")
    assert filled["risk_class"].source == "rule:risk_class.1"


def test_a_catalogue_without_rules_keeps_its_bytes() -> None:
    plain = sample_city().field("excavation_area")
    assert "derive" not in plain.model_dump(by_alias=True)
    rebuilt = Catalogue.from_bytes(sample_city().to_bytes())
    assert rebuilt.field("risk_class").derive == sample_city().field("risk_class").derive


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("value: high", "value: hihg", "hihg is not an answer of the field risk_class."),
        ("{field: excavation_depth, is: deep}", "{field: excavation_depht, is: deep}", "excavation_depht is not in"),
        ("{field: excavation_depth, is: deep}", "{field: excavation_depth, is: dep}", "dep is not an answer"),
        ("{field: excavation_depth, is: deep}", "{field: risk_class, is: high}", "risk_class > risk_class"),
        ("{field: excavation_depth, is: deep}", "{field: mother_insured, is: 'yes'}", "mother_insured belongs to"),
        (
            "    party: enterprise\n    sample: true\n\n  - id: risk_class",
            (
                "    party: enterprise\n    derive: [{when: {field: risk_class, is: high}, value: 'yes', "
                "reason: {zh: 高, en: high}}]\n    sample: true\n\n  - id: risk_class"
            ),
            "These answers follow from each other",
        ),
    ],
)
def test_rules_that_cannot_hold_are_named(old: str, new: str, sentence: str, tmp_path: Path, english: None) -> None:
    folder = tmp_path / "city"
    copytree(SAMPLE_CITY, folder)
    file = folder / "fields.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadData) as refused:
        load_folder(folder)
    assert sentence in str(refused.value)

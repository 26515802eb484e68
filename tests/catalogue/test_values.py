from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.field_values import normalize_value
from clerk_app.catalogue.model import Catalogue, Field, FieldChoice, FieldKind, Text
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.prefill import prefill_fields
from clerk_app.errors import BadData

NAME = Text(zh="名", en="name")
COLOURS = (FieldChoice(id="red", name=Text(zh="红", en="Red")), FieldChoice(id="blue", name=Text(zh="蓝", en="Blue")))


def field(kind: FieldKind) -> Field:
    return Field(id="f", name=NAME, kind=kind, choices=COLOURS if kind == "choice" else ())


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("text", "  王   小明 ", "王 小明"),
        ("date", "2026年5月1日", "2026-05-01"),
        ("date", "20260501", "2026-05-01"),
        ("date", "2026/5/1", "2026-05-01"),
        ("number", "1,000", "1000"),
        ("number", "07.50", "7.5"),
        ("money", "¥1,200.5", "1200.50"),
        ("money", "1200元", "1200.00"),
        ("choice", "红", "red"),
        ("choice", "BLUE", "blue"),
        ("yes_no", "是", "yes"),
        ("yes_no", "N", "no"),
        ("id_number", "11010519491231002x", "11010519491231002X"),
        ("credit_code", "91110000600037341l", "91110000600037341L"),
        ("phone", "138 0013-8000", "13800138000"),
        ("phone", "+86 138 0013 8000", "13800138000"),
        ("phone", "021-62345678", "02162345678"),
        ("phone", "(0571) 87654321-203", "057187654321-203"),
        ("bank_account", "6222 0210 0112 3456 789", "6222021001123456789"),
        ("id_number", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
    ],
)
def test_input_is_normalised(kind: FieldKind, typed: str, stored: str) -> None:
    assert normalize_value(field(kind), typed) == stored
    assert normalize_value(field(kind), stored) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", "2026-02-30"),
        ("date", "2026111"),
        ("number", "seven"),
        ("number", "1e9"),
        ("money", "-5"),
        ("money", "1.005"),
        ("choice", "green"),
        ("yes_no", "maybe"),
        ("id_number", "110105194912310021"),
        ("id_number", "11010519491331002X"),
        ("id_number", "1101051949123100"),
        ("credit_code", "91110000600037341A"),
        ("credit_code", "9111000060003734IL"),
        ("phone", "12345"),
        ("bank_account", "123"),
        ("bank_account", "12345678901234567890"),
        ("text", "a\x1b[31m"),
        ("text", "x" * 401),
    ],
)
def test_invalid_input_is_rejected_with_a_sentence(kind: FieldKind, typed: str) -> None:
    with pytest.raises(BadData) as caught:
        normalize_value(field(kind), typed)
    assert str(caught.value)


def test_an_identity_number_with_an_unknown_district_is_accepted() -> None:
    assert normalize_value(field("id_number"), "000000199001010018") == "000000199001010018"


@given(st.sampled_from(get_args(FieldKind)), st.text(max_size=30))
def test_normalisation_of_any_text_is_idempotent_or_rejects_it(kind: FieldKind, typed: str) -> None:
    try:
        stored = normalize_value(field(kind), typed)
    except BadData:
        return
    assert normalize_value(field(kind), stored) == stored


def test_a_blank_value_stays_blank_for_every_kind() -> None:
    for kind in get_args(FieldKind):
        assert normalize_value(field(kind), "  ") == ""


def test_the_form_of_a_birth_is_filled_from_the_licences_and_three_answers_are_left(city: Catalogue) -> None:
    birth = make_plan(city, "birth", None, {})
    filled = prefill_fields(
        birth,
        {
            "licence:birth-certificate.child_name": "王小明",
            "licence:birth-certificate.child_sex": "男",
            "licence:birth-certificate.birth_date": "20260901",
            "licence:mother-id.name": "李华",
            "licence:mother-id.id_number": "11010519491231002X",
            "licence:father-id.name": "王强",
            "licence:household-register.address": "示范路 1 号",
        },
    )
    assert filled["child_sex"].value == "male"
    assert filled["child_birth_date"].value == "2026-09-01"
    assert filled["child_name"].source == "licence:birth-certificate.child_name"
    left = [planned.field.id for planned in birth.fields if planned.field.required and planned.field.id not in filled]
    assert left == ["register_with", "mother_insured", "bank_account"]


def test_the_first_source_is_used_and_a_different_value_is_conflicting(city: Catalogue) -> None:
    birth = make_plan(city, "birth", None, {})
    sources = {
        "licence:mother-id.name": "李华",
        "licence:birth-certificate.mother_name": "李 桦",
        "party:mother.name": "李华 ",
    }
    found = prefill_fields(birth, sources)["mother_name"]
    assert found.value == "李华"
    assert found.conflicting == (("李 桦", "licence:birth-certificate.mother_name"),)


def test_a_value_that_does_not_fit_its_field_is_never_filled_in(city: Catalogue) -> None:
    birth = make_plan(city, "birth", None, {})
    wrong = {"licence:mother-id.id_number": "123"}
    assert "mother_id_number" not in prefill_fields(birth, wrong)
    better = {**wrong, "party:mother.id_number": "11010519491231002X"}
    found = prefill_fields(birth, better)["mother_id_number"]
    assert (found.value, found.source) == ("11010519491231002X", "party:mother.id_number")
    assert found.conflicting

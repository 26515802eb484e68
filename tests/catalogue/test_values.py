from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.field_values import normalize_value
from clerk_app.catalogue.form_fields import Field, FieldChoice, FieldKind
from clerk_app.catalogue.model import Catalogue, Text
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
        ("bank_account", "6222-0210-0112-3456-789", "6222021001123456789"),
        ("id_number", "110105 19491231 002X", "11010519491231002X"),
        ("id_number", "110105-19491231-002x", "11010519491231002X"),
        ("id_number", "１１０１０５　１９４９１２３１—００２ｘ", "11010519491231002X"),
        ("credit_code", "9111 0000-6000 37341L", "91110000600037341L"),
        ("phone", "8613800138000", "13800138000"),
        ("phone", "138●0013。8000", "13800138000"),
        *(
            ("phone", f"{label}：13800138000", "13800138000")
            for label in ("电话", "手机", "联系电话", "手机号码", "Tel.")
        ),
        ("phone", "0086 138 0013 8000", "13800138000"),
        ("phone", "+86 10 6234 5678", "01062345678"),
        ("phone", "+86(0)10-62345678", "01062345678"),
        ("phone", "86-21-62345678", "02162345678"),
        ("phone", "0571-8765-4321", "057187654321"),
        ("phone", "0571-8765432-1", "05718765432-1"),
        ("phone", "010-62345678转203", "01062345678-203"),
        ("phone", "010-62345678 * 203", "01062345678-203"),
        ("phone", "（０１０）６２３４５６７８ 分机 8", "01062345678-8"),
        ("phone", "13800138000#2", "13800138000-2"),
        ("phone", "400-820-8820", "4008208820"),
        ("phone", "800 820 8820 转 3", "8008208820-3"),
        ("phone", "12345", "12345"),
        ("phone", "95588", "95588"),
        ("phone", "95588转1", "95588-1"),
        ("phone", "00852 9123 4567", "+85291234567"),
        ("phone", "+852-9123-4567", "+85291234567"),
        ("phone", "001 (415) 555-2671", "+14155552671"),
        ("text", "\U00031350\u3000\ue863", "\U00031350 䶮"),
        ("text", "e\u0301", "e\u0301"),
        ("date", "２０２６ 年 5 月 1 日", "2026-05-01"),
        ("birth_date", "2026–05–01", "2026-05-01"),
        ("number", "1 000，000", "1000000"),
        ("money", "人民币 1，200.50 元整", "1200.50"),
        ("choice", "　ＲＥＤ", "red"),
        ("document_kind", "passport", "passport"),
        ("document_kind", "Passport", "passport"),
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
        ("phone", "1234"),
        ("phone", "62345678"),
        ("phone", "138001380001"),
        ("phone", "13800138000 13900139000"),
        ("phone", "+86 1380013800"),
        ("birth_date", "2026-02-30"),
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


CITIZEN = "11010519491231002X"
HMT_PERMIT = "830000199201300022"
FOREIGNER = "911124198108030024"


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("", CITIZEN, CITIZEN),
        ("resident", "110105-19491231-002x", CITIZEN),
        ("resident_15", "110105 491231 002", "110105491231002"),
        ("passport", "e 1234 5678", "E12345678"),
        ("passport", "５３１２３４５６７", "531234567"),
        ("hk_macau_permit", "h12345678", "H12345678"),
        ("hk_macau_permit", "M 1234 5678 01", "M1234567801"),
        ("taiwan_permit", "1234 5678", "12345678"),
        ("taiwan_permit", "1234567890（B）", "1234567890B"),
        ("hmt_residence_permit", HMT_PERMIT, HMT_PERMIT),
        ("foreign_permanent_residence", FOREIGNER, FOREIGNER),
        ("foreign_permanent_residence", "kaz 1100 9012 3105", "KAZ110090123105"),
        ("other", "军字第1234567号", "军字第1234567号"),
    ],
)
def test_the_number_of_a_document_is_checked_by_its_kind(kind: str, typed: str, stored: str) -> None:
    assert normalize_value(field("document_number"), typed, document_kind=kind) == stored
    assert normalize_value(field("document_number"), stored, document_kind=kind) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("", "E12345678"),
        ("resident", FOREIGNER),
        ("resident", HMT_PERMIT),
        ("resident", "110105491231002"),
        ("resident_15", "110105491331002"),
        ("resident_15", CITIZEN),
        ("passport", "PASSPORT"),
        ("passport", "E123"),
        ("hk_macau_permit", "12345678"),
        ("taiwan_permit", "H12345678"),
        ("hmt_residence_permit", CITIZEN),
        ("hmt_residence_permit", HMT_PERMIT[:-1] + "3"),
        ("foreign_permanent_residence", CITIZEN),
        ("foreign_permanent_residence", FOREIGNER[:-1] + "5"),
        ("foreign_permanent_residence", "KAZ110091323100"),
        ("foreign_permanent_residence", "KAZ110090123106"),
        ("other", "--"),
    ],
)
def test_a_number_that_a_document_of_this_kind_cannot_have_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(BadData) as caught:
        normalize_value(field("document_number"), typed, document_kind=kind)
    assert str(caught.value)


@pytest.mark.parametrize(
    ("kind", "document", "typed"),
    [
        ("birth_date", "", "2026-05-03"),
        ("id_number", "", "110105202605030025"),
        ("document_number", "resident", "110105202605030025"),
        ("document_number", "foreign_permanent_residence", "911124202605030024"),
    ],
)
def test_a_date_of_birth_in_the_future_is_refused(kind: FieldKind, document: str, typed: str) -> None:
    day_before = date(2026, 5, 2)
    assert normalize_value(field(kind), typed, today=date(2026, 5, 3), document_kind=document) == typed
    with pytest.raises(BadData) as caught:
        normalize_value(field(kind), typed, today=day_before, document_kind=document)
    assert "in the future" in caught.value.sentence


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

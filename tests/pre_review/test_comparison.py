"""Findings on papers: kind, validity, check characters, names and numbers, doubles; and what is no finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.pre_review.comparison import (
    ExpectedPaper,
    Finding,
    FindingCode,
    KnownValue,
    Meaning,
    OtherPaper,
    ReadFact,
    ReadPaper,
    compare,
    is_same_value,
    meaning_of,
)
from clerk_app.pre_review.kinds import load_kinds

TODAY = date(2026, 5, 6)
GOOD_ID, BAD_ID = "11010519491231002X", "110105194912310021"
LEASE = ReadPaper(
    kind="lease",
    is_readable=True,
    facts=(
        ReadFact("tenant_name", "王芳", meaning=Meaning.NAME),
        ReadFact("tenant_id_number", GOOD_ID, meaning=Meaning.ID_NUMBER),
        ReadFact("address", "示范路12号301室"),
        ReadFact("valid_from", "2026-01-01", meaning=Meaning.VALID_FROM),
        ReadFact("valid_to", "2026-12-31", meaning=Meaning.VALID_TO),
        ReadFact("number", "ZL-2026-00817", meaning=Meaning.NUMBER),
    ),
)
EXPECTED = ExpectedPaper(
    kinds=frozenset({"lease"}),
    known={
        "tenant_name": (KnownValue("party", "applicant", "王芳"), KnownValue("form", "applicant_name", "王 芳")),
        "tenant_id_number": (KnownValue("party", "applicant", GOOD_ID.lower()),),
        "address": (KnownValue("form", "residence_address", "示范路１２号，３０１室"),),
    },
    promised=date(2026, 6, 1),
)


def change(fact: str, value: str, *, is_sure: bool = True) -> ReadPaper:
    facts = tuple(replace(old, value=value, is_sure=is_sure) if old.id == fact else old for old in LEASE.facts)
    return replace(LEASE, facts=facts)


def codes(paper: ReadPaper, expected: ExpectedPaper = EXPECTED, *others: OtherPaper) -> list[str]:
    return [finding.code.value for finding in compare(paper, expected, TODAY, others)]


def test_a_paper_that_agrees_with_everything_has_no_finding() -> None:
    assert codes(LEASE) == []


def test_of_an_unreadable_paper_nothing_else_is_found() -> None:
    assert codes(replace(change("tenant_name", "赵六"), is_readable=False)) == ["unreadable"]


@pytest.mark.parametrize(("kind", "found"), [("id_card", ["wrong_kind"]), ("", ["unknown_kind"]), ("lease", [])])
def test_another_kind_than_that_of_the_material_is_named(kind: str, found: list[str]) -> None:
    assert codes(replace(LEASE, kind=kind)) == found
    assert codes(replace(LEASE, kind=kind), replace(EXPECTED, kinds=frozenset())) == (found if not kind else [])


@pytest.mark.parametrize(
    ("fact", "value", "found"),
    [
        ("valid_to", "2026-05-05", ["expired"]),
        ("valid_to", "2026-05-06", ["ends_early"]),
        ("valid_to", "2026-05-31", ["ends_early"]),
        ("valid_to", "2026-06-01", []),
        ("valid_to", "soon", []),
        ("valid_from", "2026-05-07", ["not_yet_valid"]),
        ("tenant_name", "赵六", ["other_name"]),
        ("tenant_id_number", "110105199003070039", ["other_number", "check_character"]),
        ("address", "示范路21号301室", ["differs"]),
    ],
)
def test_what_differs_is_named(fact: str, value: str, found: list[str]) -> None:
    assert codes(change(fact, value)) == found


def test_a_wrong_check_character_is_asked_about_also_if_the_form_has_the_same() -> None:
    expected = replace(EXPECTED, known={"tenant_id_number": (KnownValue("form", "applicant_id_number", BAD_ID),)})
    assert codes(change("tenant_id_number", BAD_ID), expected) == ["check_character"]


def test_a_finding_has_what_was_read_and_what_is_known() -> None:
    (finding,) = compare(change("tenant_name", "赵六"), EXPECTED, TODAY)
    assert finding == Finding(
        FindingCode.OTHER_NAME,
        "tenant_name",
        read="赵六",
        known=(KnownValue("party", "applicant", "王芳"), KnownValue("form", "applicant_name", "王 芳")),
    )


def test_unsure_values_are_shown_as_unsure_after_everything_else() -> None:
    paper = change("tenant_name", "赵六", is_sure=False)
    assert [(found.code, found.is_sure) for found in compare(paper, EXPECTED, TODAY)] == [("other_name", False)]
    assert codes(change("address", "示范路12号301室", is_sure=False)) == ["unsure"]
    both = replace(paper, facts=(*paper.facts, ReadFact("valid_to", "2020-01-01", meaning=Meaning.VALID_TO)))
    assert codes(both) == ["expired", "other_name"]


def test_the_same_number_on_another_paper_of_its_kind_is_a_likely_double() -> None:
    double = OtherPaper("lease-of-the-parents", "lease", ("zl202600817",))
    assert codes(LEASE, EXPECTED, double) == ["double"]
    assert codes(LEASE, EXPECTED, replace(double, kind="id_card")) == []
    assert codes(change("number", "ZL-2026-00817", is_sure=False), EXPECTED, double) == ["unsure"]
    assert codes(change("number", "12"), EXPECTED, replace(double, numbers=("12",))) == []


VARIANTS = st.sampled_from([("强", "強"), ("零", "〇"), ("国", "國"), ("1", "１"), ("A", "ａ"), ("", " "), ("", "，")])


@given(st.lists(VARIANTS, min_size=1, max_size=8))
def test_a_name_is_the_same_in_every_way_of_writing(pairs: list[tuple[str, str]]) -> None:
    read, known = "王" + "".join(left for left, _ in pairs), "王" + "".join(right for _, right in pairs)
    assert is_same_value(Meaning.NAME, read, known)


@given(st.integers(-400, 400), st.integers(-400, 400))
def test_validity_is_judged_by_the_day(first: int, last: int) -> None:
    paper = ReadPaper(
        "lease",
        True,
        (
            ReadFact("from", (TODAY + timedelta(first)).isoformat(), meaning=Meaning.VALID_FROM),
            ReadFact("to", (TODAY + timedelta(last)).isoformat(), meaning=Meaning.VALID_TO),
        ),
    )
    found = codes(paper, ExpectedPaper())
    assert ("expired" in found) == (last < 0)
    assert ("not_yet_valid" in found) == (first > 0)


@given(
    st.lists(
        st.builds(
            ReadFact,
            st.text("abc", min_size=1, max_size=2),
            st.text(max_size=20),
            st.booleans(),
            st.sampled_from(Meaning),
        ),
        max_size=5,
    ),
    st.text(max_size=12),
)
def test_whatever_was_read_each_sure_finding_comes_before_each_unsure_one(facts: list[ReadFact], known: str) -> None:
    expected = ExpectedPaper(frozenset({"lease"}), {"a": (KnownValue("licence", "lease", known),)}, TODAY)
    found = compare(ReadPaper("lease", True, tuple(facts)), expected, TODAY)
    assert [finding.is_sure for finding in found] == sorted((finding.is_sure for finding in found), reverse=True)


@pytest.mark.parametrize(("read", "known", "same"), [("3,000.00元", "3000", True), ("3000.50", "300050", False)])
def test_amounts_are_compared_as_numbers(read: str, known: str, *, same: bool) -> None:
    assert is_same_value(Meaning.AMOUNT, read, known) == same


def test_each_field_of_the_kinds_has_a_meaning_and_at_most_one_of_a_kind_is_the_name_of_the_holder() -> None:
    for kind in load_kinds():
        meanings = [meaning_of(field) for field in kind.fields]
        assert len(meanings) == len(kind.fields)
        for fact in ("name", "id_number", "credit_code"):
            assert sum(field.holder == fact for field in kind.fields) <= 1, (kind.id, fact)
        for meaning in (Meaning.VALID_TO, Meaning.VALID_FROM, Meaning.ISSUED_ON, Meaning.NUMBER):
            assert meanings.count(meaning) <= 1, (kind.id, meaning)
    lease = next(kind for kind in load_kinds() if kind.id == "lease")
    assert meaning_of(lease.field("valid_until")) == Meaning.VALID_TO
    assert meaning_of(lease.field("rent")) == Meaning.AMOUNT


@pytest.mark.parametrize(
    ("paper", "needed"),
    [
        (change("tenant_name", "赵六"), True),
        (change("tenant_name", "赵六", is_sure=False), False),
        (change("valid_to", "2026-01-31"), True),
        (change("valid_to", "2026-01-31", is_sure=False), False),
        (change("valid_to", "2026-05-31"), False),  # it ends early, and counts
        (change("tenant_id_number", BAD_ID), True),
        (replace(LEASE, kind="id_card"), True),
        (replace(LEASE, kind=""), False),
        (replace(LEASE, is_readable=False), False),
    ],
)
def test_a_sure_difference_needs_a_reason_and_a_hint_does_not(paper: ReadPaper, needed: bool) -> None:
    found = compare(paper, EXPECTED, TODAY, ())
    assert found
    assert any(finding.needs_reason for finding in found) == needed

"""A typed line is recognised as a number, a name with a birth date or telephone number, or the number of a paper."""

from __future__ import annotations

import pytest

from clerk_app.text.search_terms import SearchTerms, parse_search_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("690102 19940312 026x", SearchTerms("number", number="69010219940312026X")),
        ("G12345678", SearchTerms("number", number="G12345678")),
        ("91310000MA1K35X12Q", SearchTerms("number", number="91310000MA1K35X12Q")),
        ("260000000017", SearchTerms("case", number="260000000017")),
        ("a023", SearchTerms("ticket", number="A023")),
        ("林晓雯1994年3月12日", SearchTerms("birth_date", name="林晓雯", birth_date="1994-03-12")),
        ("阿里木·买买提 1990/1/2", SearchTerms("birth_date", name="阿里木·买买提", birth_date="1990-01-02")),
        ("Wang Li 1990.4.18", SearchTerms("birth_date", name="wang li", birth_date="1990-04-18")),
        ("林晓雯 0001", SearchTerms("phone", name="林晓雯", phone_end="0001")),
        ("Wang Li 13800138000", SearchTerms("phone", name="wang li", phone_end="8000")),
    ],
)
def test_what_a_line_states(text: str, terms: SearchTerms) -> None:
    assert parse_search_terms(text) == terms


@pytest.mark.parametrize("text", ["", "林晓雯", "王芳 1990-13-40", "1994-03-12", "13800138000", "0001"])
def test_a_line_that_identifies_nobody_is_incomplete(text: str) -> None:
    assert parse_search_terms(text).kind == "incomplete"

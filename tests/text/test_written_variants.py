"""Comparison of read texts: variants of characters, punctuation and blanks are equal, other characters are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.text.written_variants import fold_read_text, is_same_read_text


@pytest.mark.parametrize(
    ("read", "known"),
    [
        ("王志強", "王志强"),
        ("陳 小 明", "陈小明"),
        ("二〇二六", "二零二六"),
        ("示范路１２号，３０１室", "示范路12号 301室"),
        ("ABC-123", "abc123"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
    ],
)
def test_the_same_text_written_in_another_way_is_no_difference(read: str, known: str) -> None:
    assert is_same_read_text(read, known)


@pytest.mark.parametrize(("read", "known"), [("王志强", "王志刚"), ("12号", "21号"), ("", "王芳"), ("...", "-")])
def test_another_text_is_a_difference(read: str, known: str) -> None:
    assert not is_same_read_text(read, known)


@given(st.text(max_size=30))
def test_each_text_is_the_same_as_itself_and_as_its_folded_copy(text: str) -> None:
    assert is_same_read_text(text, text)
    assert fold_read_text(fold_read_text(text)) == fold_read_text(text)
    if fold_read_text(text):
        assert is_same_read_text(text, fold_read_text(text))

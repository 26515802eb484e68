"""Lists in columns: written as JSON, and read in both forms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from db.json_lists import decode_json_list, encode_json_list

ANY_TEXT = st.text(st.characters(codec="utf-8"))
IDS = st.text(st.characters(categories=("L", "N"), include_characters="-_./"), min_size=1)
NOTES = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1)


@given(st.lists(ANY_TEXT))
def test_a_list_is_read_as_it_was_written(values: list[str]) -> None:
    assert decode_json_list(encode_json_list(values)) == tuple(values)


@given(st.lists(ANY_TEXT), st.sampled_from(["", ",", "\n"]))
def test_the_old_separator_does_not_change_how_json_is_read(values: list[str], separator: str) -> None:
    assert decode_json_list(encode_json_list(values), old_separator=separator) == tuple(values)


@given(st.lists(IDS))
def test_a_list_joined_by_commas_is_read(values: list[str]) -> None:
    assert decode_json_list(",".join(values)) == tuple(values)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_text_of_single_letters_is_read(letters: str) -> None:
    assert decode_json_list(letters, old_separator="") == tuple(letters)


@given(st.lists(NOTES).filter(lambda lines: not "\n".join(lines).startswith("[")))
def test_a_list_of_lines_is_read(lines: list[str]) -> None:
    assert decode_json_list("\n".join(lines), old_separator="\n") == tuple(lines)


def test_an_old_list_that_begins_with_a_bracket_is_not_taken_for_json() -> None:
    assert decode_json_list("[a],b") == ("[a]", "b")
    assert decode_json_list("[1]") == ("[1]",)


def test_a_written_list_is_compact_json_with_plain_characters() -> None:
    assert encode_json_list(("a", "出生证明")) == '["a","出生证明"]'
    assert encode_json_list(()) == "[]"

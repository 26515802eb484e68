"""The Chinese is complete: what the source says and what the catalogue holds are the same sentences."""

from __future__ import annotations

import ast
import re
import unicodedata
from string import Formatter

import pytest
from babel.messages.mofile import read_mo

from tests.locales import translations

Pairs = dict[str, str]


@pytest.fixture(scope="module")
def keywords() -> dict[str, int]:
    return translations.keywords()


@pytest.fixture(scope="module")
def source(keywords: dict[str, int]) -> set[str]:
    return translations.collect_sentences(keywords)


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return translations.catalogue_sentences(translations.read_chinese())


def test_every_error_that_carries_a_sentence_is_known(keywords: dict[str, int]) -> None:
    assert keywords["_"] == keywords["mark"] == keywords["StoreBusy"] == keywords["OutOfReach"] == 1
    assert keywords["Refused"] == 2
    assert "ValueError" not in keywords


def test_every_sentence_of_the_source_is_in_the_catalogue(source: set[str], pairs: Pairs) -> None:
    assert sorted(source - pairs.keys()) == [], "run: make words"


def test_the_catalogue_holds_no_sentence_that_the_source_no_longer_says(source: set[str], pairs: Pairs) -> None:
    assert sorted(pairs.keys() - source) == [], "run: make words"


def test_every_sentence_has_its_chinese(pairs: Pairs) -> None:
    assert [english for english, chinese in pairs.items() if not chinese.strip()] == []


def test_no_chinese_is_a_guess() -> None:
    assert [message.id for message in translations.read_chinese() if message.fuzzy] == []


def test_the_same_places_are_filled_in_both_languages(pairs: Pairs) -> None:
    assert [english for english, chinese in pairs.items() if chinese and _places(english) != _places(chinese)] == []


def test_a_line_end_stays_where_it_is(pairs: Pairs) -> None:
    wrong = [english for english, chinese in pairs.items() if english.endswith("\n") != chinese.endswith("\n")]
    assert [english for english in wrong if pairs[english]] == []


def test_the_compiled_catalogue_is_the_written_one(pairs: Pairs) -> None:
    with translations.COMPILED.open("rb") as file:
        compiled = translations.catalogue_sentences(read_mo(file))
    assert compiled == {english: chinese for english, chinese in pairs.items() if chinese}, "run: make words"


def test_the_english_is_ascii(pairs: Pairs) -> None:
    assert [english for english in pairs if not english.isascii()] == []


def test_no_sign_is_drawn_wide_on_one_terminal_and_narrow_on_another(pairs: Pairs) -> None:
    """UAX #11: the width of an East Asian Ambiguous character is up to the terminal, and columns would break."""
    doubtful = {
        sign for pair in pairs.items() for text in pair for sign in text if unicodedata.east_asian_width(sign) == "A"
    }
    assert doubtful == set()


def test_sentences_are_written_out_where_they_are_said(keywords: dict[str, int]) -> None:
    """A sentence put together first (f"...", "..." % x, "..." + x, a if b else c) is in no catalogue."""
    whole = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)
    assert [
        call.place
        for call in translations.find_calls(keywords)
        if not isinstance(call.sentence, whole) and not ast.unparse(call.sentence).startswith("mark(")
    ] == []


def test_babel_sees_every_sentence(keywords: dict[str, int], source: set[str]) -> None:
    """It does not look inside f-strings: a sentence is translated before it is put into one."""
    assert [
        call.place
        for call in translations.find_calls(keywords)
        if isinstance(call.sentence, ast.Constant) and call.sentence.value and call.sentence.value not in source
    ] == []


def _places(text: str) -> tuple[set[str], list[str]]:
    """The `{named}` places, and the `%` places of argparse's own sentences."""
    named = {name for _text, name, _spec, _how in Formatter().parse(text) if name is not None}
    return named, sorted(re.findall(r"%\(\w+\)[a-z]|%[a-z]", text))

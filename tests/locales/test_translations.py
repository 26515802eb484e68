"""The Chinese catalogue is complete and has the sentences of the source."""

from __future__ import annotations

import ast
import re
import unicodedata
from string import Formatter

import pytest
from babel.messages.mofile import read_mo

from clerk_app.locales.earlier_sentences import EARLIER_SENTENCES
from tests.locales import translations

pytestmark = pytest.mark.xdist_group("translations")  # one process, which prepares them once

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


def test_error_classes_with_a_sentence_are_keywords(keywords: dict[str, int]) -> None:
    assert keywords["_"] == keywords["mark"] == keywords["StoreBusy"] == keywords["OutOfReach"] == 1
    assert keywords["Refused"] == 2
    assert "ValueError" not in keywords


def test_every_sentence_of_the_source_is_in_the_catalogue(source: set[str], pairs: Pairs) -> None:
    assert sorted(source - pairs.keys()) == [], "run: make words"


def test_the_catalogue_has_no_stale_sentence(source: set[str], pairs: Pairs) -> None:
    assert sorted(pairs.keys() - source) == [], "run: make words"


def test_every_sentence_has_a_translation(pairs: Pairs) -> None:
    assert [english for english, chinese in pairs.items() if not chinese.strip()] == []


def test_a_counted_thing_has_a_singular_and_a_plural(source: set[str]) -> None:
    assert [english for english in source.difference(EARLIER_SENTENCES) if "(s)" in english] == []


def test_no_translation_is_fuzzy() -> None:
    assert [message.id for message in translations.read_chinese() if message.fuzzy] == []


def test_both_languages_have_the_same_placeholders(pairs: Pairs) -> None:
    assert [
        english for english, chinese in pairs.items() if chinese and _placeholders(english) != _placeholders(chinese)
    ] == []


def test_both_languages_end_with_a_newline_or_none(pairs: Pairs) -> None:
    wrong = [english for english, chinese in pairs.items() if english.endswith("\n") != chinese.endswith("\n")]
    assert [english for english in wrong if pairs[english]] == []


def test_the_compiled_catalogue_is_current(pairs: Pairs) -> None:
    with translations.COMPILED.open("rb") as file:
        compiled = translations.catalogue_sentences(read_mo(file))
    assert compiled == {english: chinese for english, chinese in pairs.items() if chinese}, "run: make words"


def test_english_sentences_are_ascii(pairs: Pairs) -> None:
    assert [english for english in pairs if not english.isascii()] == []


def test_no_character_has_an_ambiguous_width(pairs: Pairs) -> None:
    """Terminals draw East Asian Ambiguous characters (UAX #11) with different widths, which breaks columns."""
    ambiguous = {
        sign for pair in pairs.items() for text in pair for sign in text if unicodedata.east_asian_width(sign) == "A"
    }
    assert ambiguous == set()


def test_sentences_are_literals(keywords: dict[str, int]) -> None:
    """A computed sentence (f"...", "..." % x, "..." + x, a if b else c) is in no catalogue."""
    literals = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)
    assert [
        call.place
        for call in translations.find_calls(keywords)
        if not isinstance(call.sentence, literals) and not ast.unparse(call.sentence).startswith("mark(")
    ] == []


def test_babel_extracts_every_sentence(keywords: dict[str, int], source: set[str]) -> None:
    """Babel does not read f-strings, so a sentence must be translated before it is put into one."""
    assert [
        call.place
        for call in translations.find_calls(keywords)
        if isinstance(call.sentence, ast.Constant) and call.sentence.value and call.sentence.value not in source
    ] == []


def _placeholders(text: str) -> tuple[set[str], list[str]]:
    """Return the `{named}` placeholders, and the `%` placeholders of argparse's own sentences."""
    named = {name for _text, name, _spec, _how in Formatter().parse(text) if name is not None}
    return named, sorted(re.findall(r"%\(\w+\)[a-z]|%[a-z]", text))

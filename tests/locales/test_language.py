"""The two languages of the user interface, switched while the program runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.errors import Refused
from clerk_app.locales import LANGUAGES, _, current_language, format_list, mark, set_language


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    before = current_language()
    yield
    set_language(before)


def test_a_sentence_is_translated_into_the_current_language() -> None:
    set_language("zh_CN")
    chinese = _("accepted")
    set_language("en")
    assert (chinese, _("accepted")) == ("已受理", "accepted")


def test_a_marked_sentence_is_translated_only_when_it_is_shown() -> None:
    set_language("zh_CN")
    kept = mark("accepted")
    assert (kept, _(kept)) == ("accepted", "已受理")


def test_an_error_is_translated_when_it_is_shown() -> None:
    set_language("zh_CN")
    refused = Refused("window", "There is no window {window}.", window="3")
    chinese = str(refused)
    set_language("en")
    assert (chinese, str(refused)) == ("没有窗口3。", "There is no window 3.")


def test_a_list_is_joined_with_the_separators_of_the_language() -> None:
    names, phrases = ("身份证", "结婚证", "出生医学证明"), ("缺身份证", "缺结婚证")
    set_language("zh_CN")
    assert (format_list(names), format_list(phrases, ";")) == ("身份证、结婚证、出生医学证明", "缺身份证；缺结婚证")
    assert format_list(("有效", "真实有效。"), ":") == "有效：真实有效。"
    set_language("en")
    assert (format_list(["a", "b"]), format_list(["a b", "c"], ";"), format_list([])) == ("a, b", "a b; c", "")


@pytest.mark.parametrize("pages", ["clerk_app/roles/**/*view.py", "clerk_app/roles/printing.py", "screens/**/*.py"])
def test_screen_texts_are_joined_with_format_list(pages: str) -> None:
    texts = {path: path.read_text("utf-8") for path in Path(__file__).parents[2].glob(pages)}
    assert texts
    assert [path for path, text in texts.items() if '", ".join(' in text or '"; ".join(' in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_and_unknown_messages_stay_unchanged(language: str) -> None:
    set_language(language)
    assert (_(""), _("Said by nobody.")) == ("", "Said by nobody.")


def test_an_unknown_language_raises_and_changes_nothing() -> None:
    set_language("en")
    with pytest.raises(ValueError, match="xx"):
        set_language("xx")
    assert current_language() == "en"

"""One program, two languages, switched while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.errors import Refused
from clerk_app.locales import LANGUAGES, _, listed, mark, speak, spoken


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    before = spoken()
    yield
    speak(before)


def test_a_sentence_follows_the_language_spoken_now() -> None:
    speak("zh_CN")
    chinese = _("accepted")
    speak("en")
    assert (chinese, _("accepted")) == ("已受理", "accepted")


def test_a_marked_sentence_is_translated_only_when_it_is_shown() -> None:
    speak("zh_CN")
    kept = mark("accepted")
    assert (kept, _(kept)) == ("accepted", "已受理")


def test_an_error_speaks_the_language_of_the_moment_it_is_shown() -> None:
    speak("zh_CN")
    refused = Refused("window", "There is no window {window}.", window="3")
    chinese = str(refused)
    speak("en")
    assert (chinese, str(refused)) == ("没有窗口3。", "There is no window 3.")


def test_a_list_is_joined_as_the_language_joins_it() -> None:
    names, phrases = ("身份证", "结婚证", "出生医学证明"), ("缺身份证", "缺结婚证")
    speak("zh_CN")
    assert (listed(names), listed(phrases, ";")) == ("身份证、结婚证、出生医学证明", "缺身份证；缺结婚证")
    assert listed(("有效", "真实有效。"), ":") == "有效：真实有效。"
    speak("en")
    assert (listed(["a", "b"]), listed(["a b", "c"], ";"), listed([])) == ("a, b", "a b; c", "")


@pytest.mark.parametrize("pages", ["clerk_app/desks/*_view.py", "clerk_app/desks/printing.py", "screens/**/*.py"])
def test_nothing_that_is_read_on_a_screen_is_joined_by_hand(pages: str) -> None:
    texts = {path: path.read_text("utf-8") for path in Path(__file__).parents[2].glob(pages)}
    assert texts
    assert [path for path, text in texts.items() if '", ".join(' in text or '"; ".join(' in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stays_nothing_and_the_unknown_stays_as_it_is(language: str) -> None:
    speak(language)
    assert (_(""), _("Said by nobody.")) == ("", "Said by nobody.")


def test_an_unknown_language_is_refused_and_changes_nothing() -> None:
    speak("en")
    with pytest.raises(ValueError, match="xx"):
        speak("xx")
    assert spoken() == "en"

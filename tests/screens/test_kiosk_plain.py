"""Plain words at the kiosk: short sentences in both languages, more time, and which sentences lack them."""

from __future__ import annotations

import json
import string

from clerk_app.locales import PLAIN_SENTENCES, is_plain
from tests.locales.plain_words import without_plain_words
from tests.screens.stage import press
from tests.screens.test_kiosk import CASE_KEYS, running_kiosk

LONGEST_ENGLISH, LONGEST_CHINESE = 14, 22  # words, and characters, of a sentence


def _plain_sentences() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(PLAIN_SENTENCES.read_text("utf-8"))["sentences"]
    return rows


def _fields(text: str) -> set[str | None]:
    return {name for _text, name, _form, _conversion in string.Formatter().parse(text)} - {None}


def test_every_sentence_of_the_kiosk_has_plain_words() -> None:
    assert without_plain_words() == []


def test_plain_words_have_the_fields_of_their_sentence_and_short_parts() -> None:
    for row in _plain_sentences():
        assert set(row) == {"message", "en", "zh"}
        assert _fields(row["en"]) <= _fields(row["message"])
        assert _fields(row["zh"]) <= _fields(row["message"])
        assert all(len(part.split()) <= LONGEST_ENGLISH for part in row["en"].replace("?", ".").split(".")), row["en"]
        assert all(len(part) <= LONGEST_CHINESE for part in row["zh"].replace("？", "。").split("。")), row["zh"]


async def test_the_language_button_leads_to_plain_words_and_leaving_ends_them() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "*", "*")
        assert "What do you need? Touch it." in corner.text
        assert "简明中文" in corner.text
        await press(corner.pilot, "*")
        assert "您要办什么？请按一下。" in corner.text
        await press(corner.pilot, "1", "escape")
        assert not is_plain()
        assert "What do you need? Touch it, or press its number." in corner.text


async def test_every_time_out_is_twice_as_long_with_plain_words() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, *CASE_KEYS, "*", "*")
        await corner.advance(89)
        assert not corner.app.screen.query_one("#countdown").display
        await corner.advance(2)
        assert corner.app.screen.query_one("#countdown").display
        assert "I am still here" in corner.text
        await press(corner.pilot, "9")
        await corner.advance(91 + 38)
        assert not corner.at_home
        await corner.advance(3)
        assert corner.at_home

"""Sentences that entries of earlier versions store are shown in the language of the reader."""

from __future__ import annotations

import re

import pytest

from clerk_app.errors import format_sentence
from clerk_app.locales.earlier_sentences import EARLIER_SENTENCES


@pytest.mark.parametrize("sentence", EARLIER_SENTENCES)
def test_a_stored_sentence_has_no_english_word_on_a_chinese_screen(sentence: str) -> None:
    facts = dict.fromkeys(re.findall(r"\{(\w+)\}", sentence), "1") | {"state": "waits for papers", "act": "approve"}
    shown = format_sentence(sentence, facts).replace("clerk staff confirm", "")  # a command
    assert not re.search("[A-Za-z]", shown)

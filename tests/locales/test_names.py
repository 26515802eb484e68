"""Configured names in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_app.errors import Refused
from clerk_app.locales import current_language, localize_name, set_language


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    before = current_language()
    yield
    set_language(before)


@pytest.mark.parametrize(
    ("name", "chinese", "english"),
    [
        ("1号窗口/Window 1", "1号窗口", "Window 1"),
        ("婚育窗口/Births & marriages", "婚育窗口", "Births & marriages"),
        ("12号窗口", "12号窗口", "Window 12"),
        ("综合窗口", "综合窗口", "综合窗口"),
        ("Window 3", "Window 3", "Window 3"),
        ("/srv/中心/Spool", "/srv/中心/Spool", "/srv/中心/Spool"),
        ("中/外", "中/外", "中/外"),
        ("", "", ""),
    ],
)
def test_a_name_is_shown_in_the_current_language(name: str, chinese: str, english: str) -> None:
    for chosen, wanted in (("zh_CN", chinese), ("en", english)):
        set_language(chosen)
        assert localize_name(name) == wanted


def test_a_bilingual_name_in_a_sentence_is_shown_in_its_language() -> None:
    error = Refused("two_windows", "You are signed in at {other}.", other="1号窗口/Window 1")
    set_language("en")
    assert str(error) == "You are signed in at Window 1."

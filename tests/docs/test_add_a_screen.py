"""The code in docs/howto/add-a-screen.md runs: its files are written to a folder, and its test is called."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

import clerk_app.views
import screens
import tests.screens
from clerk_app.locales import current_language, set_language

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "add-a-screen.md"
FILE = re.compile(r"^```\w+\n(?:#|/\*) (\S+\.\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MODULES = ("clerk_app.views.ratings", "screens.ratings", "screens.ratings.screen", "tests.screens.test_ratings")


async def test_the_screen_of_the_page_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = dict(FILE.findall(PAGE.read_text()))
    assert len(files) == 4
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for package in (clerk_app.views, screens, tests.screens):
        folder = tmp_path.joinpath(*package.__name__.split("."))
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    language = current_language()
    set_language("en")
    try:
        sample = importlib.import_module("tests.screens.test_ratings")
        await sample.test_a_rating_is_marked_as_read()
    finally:
        set_language(language)
        for name in MODULES:
            sys.modules.pop(name, None)

"""Fixtures: the sample city, a catalogue folder, English as the language of compared sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.locales import current_language, set_language

Folder = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def city() -> Catalogue:
    return load_folder(SAMPLE_CITY)


@pytest.fixture
def english() -> Iterator[None]:
    before = current_language()
    set_language("en")
    yield
    set_language(before)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(head: str, things: str) -> Path:
        (tmp_path / "catalogue.yaml").write_text(head, encoding="utf-8")
        (tmp_path / "things.yaml").write_text(things, encoding="utf-8")
        return tmp_path

    return write

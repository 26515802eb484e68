"""Fixtures: the sample city, a catalogue folder, English as the language of compared sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue

Folder = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def city() -> Catalogue:
    return load_folder(SAMPLE_CITY)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(head: str, things: str) -> Path:
        (tmp_path / "catalogue.yaml").write_text(head, encoding="utf-8")
        (tmp_path / "things.yaml").write_text(things, encoding="utf-8")
        return tmp_path

    return write

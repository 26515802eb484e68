"""An office: opening its folder, its settings; the registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_rules
from clerk_app.composition.settings import read_settings
from clerk_app.composition.shared_settings import encode_shared_settings, make_window_settings
from clerk_app.errors import BadData
from tests.office import SampleOffice


@pytest.fixture
def folder(office_template: Path, tmp_path: Path) -> Path:
    """The folder of a closed office."""
    sample = SampleOffice.open_copy(office_template, tmp_path / "office")
    sample.close()
    return sample.office.folder


def test_a_folder_without_an_office_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"There is no office|没有"):
        open_office(tmp_path / "nothing")


@pytest.mark.parametrize("seconds", ["0", "9", "601", "-60", "60.0", "true"])
def test_an_invalid_code_lifetime_is_refused_with_its_position(folder: Path, seconds: str) -> None:
    path = folder / "office.toml"
    assert read_settings(folder).code_seconds == 60
    path.write_text(f"code_seconds = {seconds}\n" + path.read_text("utf-8"), "utf-8")
    with pytest.raises(BadData, match="code_seconds"):
        read_settings(folder)


def test_a_window_adopts_the_shared_settings(folder: Path, tmp_path: Path) -> None:
    settings = read_settings(folder)
    text = make_window_settings(encode_shared_settings(settings), name="center", hall="h2", window="w9")
    (tmp_path / "office.toml").write_text(text, "utf-8")
    adopted = read_settings(tmp_path)
    assert (adopted.hall, adopted.window) == ("h2", "w9")
    assert (adopted.name, adopted.phone, adopted.categories) == (settings.name, settings.phone, settings.categories)


def test_the_rules_are_built_once() -> None:
    assert all_rules() is all_rules()

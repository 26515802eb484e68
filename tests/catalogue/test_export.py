"""The export of a published catalogue: files from which an author gets the same catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.catalogue.difference import compare_catalogues
from clerk_app.catalogue.model import Catalogue
from clerk_app.cli.catalogue_export import write_folder
from clerk_app.composition.catalogue_files import read_and_check
from clerk_app.errors import BadData
from tests.sample_data import sample_city


def round_trip(catalogue: Catalogue, folder: Path) -> Catalogue:
    write_folder(catalogue, folder)
    found, mistakes = read_and_check(folder)
    assert mistakes == []
    assert found is not None
    return found


def test_an_exported_catalogue_is_checked_and_differs_in_nothing(tmp_path: Path) -> None:
    city = sample_city()
    found = round_trip(city, tmp_path / "export")
    assert compare_catalogues(city, found) == ()
    assert found.to_bytes() == city.to_bytes()
    assert (tmp_path / "export" / "one_things").is_dir()


def test_matters_in_another_order_than_their_one_things_keep_it(tmp_path: Path) -> None:
    city = sample_city()
    turned = city.model_copy(update={"matters": tuple(reversed(city.matters))})
    assert round_trip(turned, tmp_path / "export").to_bytes() == turned.to_bytes()
    assert (tmp_path / "export" / "matters.yaml").exists()


def test_papers_and_long_lists_are_written_too(tmp_path: Path) -> None:
    city = sample_city()
    copies = [city.materials[0].model_copy(update={"id": f"copy-{number}"}) for number in range(700)]
    more = city.model_copy(update={"materials": (*city.materials, *copies)})
    assert round_trip(more, tmp_path / "export").to_bytes() == more.to_bytes()
    assert (tmp_path / "export" / "materials-0002.yaml").exists()


def test_a_folder_with_files_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", "utf-8")
    with pytest.raises(BadData):
        write_folder(sample_city(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]

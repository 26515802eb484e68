"""Loads a catalogue folder with everything that can be checked before it is published, its papers too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.catalogue import loader
from clerk_app.catalogue.paper_folder import FOLDER as PAPER_FOLDER
from clerk_app.catalogue.yaml_file import Mistake
from clerk_app.errors import BadData

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


def read_and_check(folder: Path) -> tuple[Catalogue | None, list[Mistake]]:
    """Return a catalogue, and the mistakes in its files and templates of papers, sorted by file and line.

    With mistakes the catalogue is None.
    """
    catalogue, found = loader.read_and_check(folder)
    mistakes = set(found)
    papers = folder / PAPER_FOLDER
    if papers.is_dir():
        from clerk_app.paper.documents.template_check import check_templates  # loads the encoder of receipt printers

        mistakes |= set(check_templates(papers, f"{PAPER_FOLDER}/"))
    return (None if mistakes else catalogue), sorted(mistakes)


def check_catalogue(folder: Path) -> list[Mistake]:
    """Return the mistakes of `read_and_check`."""
    return read_and_check(folder)[1]


def load_catalogue(folder: Path) -> Catalogue:
    """Load the catalogue in `folder`. Raises BadData with the first mistake and the number of mistakes."""
    catalogue, mistakes = read_and_check(folder)
    if catalogue is None:
        raise BadData(
            "The catalogue in {folder} has {count} mistakes. {first}",
            folder=folder,
            count=len(mistakes),
            first=mistakes[0],
        )
    return catalogue

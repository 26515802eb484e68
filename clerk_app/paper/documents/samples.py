"""Sample facts of each kind of paper, from `data/KIND.yaml`, to check and preview templates; people are invented."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clerk_app.catalogue.yaml_file import read_yaml_file
from clerk_app.errors import BadData
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.kinds import FACTS_BY_KIND

DATA = Path(__file__).parent / "data"


def load_samples(kind: str) -> tuple[PaperFacts, ...]:
    """Return the samples of a kind of paper; the first one is the usual case. Raises BadData if the file is wrong."""
    return read_samples(DATA / f"{kind}.yaml", FACTS_BY_KIND[kind])


def read_samples(path: Path, facts: type[PaperFacts]) -> tuple[PaperFacts, ...]:
    """Return the samples in a file: a list of maps with the fields of `facts`. Raises BadData if the file is wrong."""
    file = read_yaml_file(path, path.name)
    if file.mistakes:
        raise BadData("The samples of a paper are wrong: {why}", why=file.mistakes[0])
    try:
        return tuple(msgspec.convert(sample, facts, strict=False) for sample in file.content or ())
    except (msgspec.ValidationError, TypeError) as error:
        raise BadData("The samples of a paper are wrong: {why}", why=f"{path.name}: {error}") from error

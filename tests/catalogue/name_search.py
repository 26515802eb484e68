"""A search that looks at every name of a catalogue, to compare an index with."""

from __future__ import annotations

from clerk_app.catalogue.entries import CatalogueContent
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.names import Name, list_names
from clerk_app.catalogue.search import Query, rank_names


def names_of(catalogue: Catalogue) -> list[Name]:
    content = CatalogueContent.decode(catalogue.to_bytes())
    assert content is not None
    return list(list_names(content))


def search_names(names: list[Name], query: str, language: str) -> list[Name]:
    return [match.name for match in rank_names(enumerate(names), Query.of(query, language))]

"""Lists of texts in one TEXT column, stored as a JSON array."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

_CACHED_TEXTS = 4096  # the same few lists are read again with every command


def encode_json_list(values: Iterable[str]) -> str:
    """Return the JSON array of texts, for a column made by `db.tables.columns.json_list`."""
    return msgspec.json.encode(list(values)).decode()


@lru_cache(maxsize=_CACHED_TEXTS)
def decode_json_list(text: str, old_separator: str = ",") -> tuple[str, ...]:
    """Return the texts of a JSON array, or of a list as schema 0002 stored it: joined by `old_separator`.

    An empty separator splits the text into characters. Empty items of an old list are left out. Nodes of the previous
    version still send old lists in documents.
    """
    if text.startswith("["):
        try:
            return msgspec.json.decode(text, type=tuple[str, ...])
        except msgspec.DecodeError:
            pass  # an old list whose first item begins with a bracket
    return tuple(filter(None, text.split(old_separator))) if old_separator else tuple(text)

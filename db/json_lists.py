"""Lists of texts in one TEXT column, stored as a JSON array."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

_CACHED_TEXTS = 4096  # the same few lists are read again with every command


def encode_json_list(values: Iterable[str]) -> str:
    """Return texts as the JSON array of a column made by `json_list`."""
    return msgspec.json.encode(list(values)).decode()


@lru_cache(maxsize=_CACHED_TEXTS)
def decode_json_list(text: str, old_separator: str = ",") -> tuple[str, ...]:
    """Return the texts of a JSON array, or of a list as schema 0002 stored it: joined by `old_separator`.

    An empty separator stands for a list of single characters. Nodes of the previous version still send the old form
    in documents; empty items of it are left out.
    """
    if text.startswith("["):
        try:
            return msgspec.json.decode(text, type=tuple[str, ...])
        except msgspec.DecodeError:
            pass  # an old list whose first item begins with a bracket
    return tuple(filter(None, text.split(old_separator))) if old_separator else tuple(text)

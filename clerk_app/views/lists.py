"""What a person asked of a list: its filter and its order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListQuery:
    """Filter and order of a list. A row is shown if its visible texts contain every word of `text`."""

    text: str = ""
    order: str = ""  # name of the column by which the rows are sorted; empty: the order of the service
    descending: bool = False

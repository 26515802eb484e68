"""Messages of the feed API between the machine of an issuing organ and the center. Their names never change."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"


class FeedMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message or a part of one. Unknown fields of newer versions are ignored."""


class BatchRequest(FeedMessage, frozen=True, kw_only=True):
    """Up to 1,000 rows of one kind: objects with the field names of `docs/registry.md`."""

    kind: Annotated[str, msgspec.Meta(max_length=40, examples=["person", "organisation", "relation", "licence"])]
    rows: list[dict[str, Any]]


class RowReport(FeedMessage, frozen=True, kw_only=True):
    """What became of a row; for a refused one also the field, a stable code and a sentence with its facts.

    `index` is that of the row in the request, from 0. Reports that are read later have no identifier.
    """

    index: int
    state: str
    identifier: str = ""
    field: str = ""
    code: str = ""
    sentence: str = ""
    facts: dict[str, str] = {}


class BatchReport(FeedMessage, frozen=True, kw_only=True, omit_defaults=False):
    """A batch under its number at the source, with its numbers of rows and a report of each row.

    A batch that is read later has reports of its refused rows only, and none if it is too old. `previous` is the number
    of the batch of this machine before it, 0 without one: if it is lower than the number that the machine knows, the
    center was restored from a backup and has lost the batches between them.
    """

    batch: int
    previous: int = 0
    kind: str
    new: int
    changed: int
    unchanged: int
    refused: int
    rows: tuple[RowReport, ...] = ()


class BatchNumbers(FeedMessage, frozen=True, kw_only=True, omit_defaults=False):
    """The numbers of the last batches that the center has: of the source, and of this machine; 0 without one."""

    last: int
    last_of_machine: int

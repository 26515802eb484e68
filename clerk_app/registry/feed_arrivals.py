"""What the feeds have sent lately: rows of each day, and the newest batches of all sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from clerk_app.ledger.commands import MessagePart
from db.engines import Transaction

ARRIVAL_DAYS = 14
MOST_BATCHES = 30
_DAY = 86_400_000_000  # microseconds


class FeedDay(MessagePart, frozen=True, kw_only=True):
    """What a source sent of a kind of rows on a day; `day` counts from the first of ARRIVAL_DAYS, from 0."""

    source: str
    kind: str
    day: int
    rows: int  # that were imported or unchanged
    refused: int


class SentBatch(MessagePart, frozen=True, kw_only=True):
    """A batch that was imported. `at` is in microseconds UTC; `machine` is empty for a file."""

    source: str
    serial: int
    kind: str
    machine: str
    at: int
    new: int
    changed: int
    unchanged: int
    refused: int


def first_day_of_arrivals(now: int, zone: str) -> int:
    """Return when the first of the last ARRIVAL_DAYS days began in the city (microseconds UTC)."""
    begin = datetime.fromtimestamp(now / 1e6, ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(begin.timestamp()) * 1_000_000 - (ARRIVAL_DAYS - 1) * _DAY


def list_feed_days(tx: Transaction, since: int) -> Iterator[FeedDay]:
    """Yield the days on which sources sent something, counted from `since` (microseconds UTC)."""
    for row in tx.query_all("registry_records.feed_days", since=since):
        yield FeedDay(
            source=row["source"], kind=row["kind"], day=row["day"], rows=row["sent_rows"], refused=row["refused"]
        )


def list_newest_batches(tx: Transaction) -> Iterator[SentBatch]:
    """Yield the newest MOST_BATCHES batches of all sources, the newest first."""
    for row in tx.query_all("registry_records.newest_batches", many=MOST_BATCHES):
        yield SentBatch(
            source=row["source"],
            serial=row["serial"],
            kind=row["kind"],
            machine=row["machine"],
            at=row["at"],
            new=row["new_rows"],
            changed=row["changed_rows"],
            unchanged=row["unchanged_rows"],
            refused=row["refused_rows"],
        )

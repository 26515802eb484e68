"""State of the feeds: the last batch of each source and kind of rows, its refused rows, its age against a setting."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clerk_app.catalogue.publication import read_policy
from clerk_app.ledger.commands import MessagePart
from clerk_app.registry.batches import KEPT_REFUSALS
from db.engines import Transaction

LATE, OVERDUE = "late", "overdue"
MOST_REFUSALS = 50  # refused rows of a source and kind, the newest ones
_HOUR = 3_600_000_000  # microseconds


class RefusedRow(MessagePart, frozen=True, kw_only=True):
    """A row that was not imported. `row` is its number in its file, or its index in a batch that was sent."""

    serial: int
    at: int
    row: int
    field: str
    code: str
    facts: dict[str, str] = {}


class FeedState(MessagePart, frozen=True, kw_only=True):
    """The last batch of a source for a kind of rows, and its newest refused rows. Times are microseconds UTC.

    `hours` is the time after which the next batch is due by the policy; `due` is empty, LATE after it, OVERDUE after
    twice the time.
    """

    source: str
    kind: str
    serial: int
    batches: int
    at: int
    way: str
    machine: str
    new: int
    changed: int
    unchanged: int
    refused: int
    refused_in_all: int
    changed_on: str
    hours: int
    due: str = ""
    refusals: tuple[RefusedRow, ...] = ()


def list_feeds(tx: Transaction, now: int) -> Iterator[FeedState]:
    """Yield the state of each feed at `now` (microseconds UTC), by source and kind."""
    policy = read_policy(tx)
    for feed in tx.query_all("registry_records.feeds", many=KEPT_REFUSALS):
        source, kind = feed["source"], feed["kind"]
        batch = tx.get("registry_batches", source=source, serial=feed["serial"])
        if batch is None:
            continue
        hours = policy.feed_hours_of_source.get(source, policy.feed_hours)
        age = now - batch["at"]
        yield FeedState(
            source=source,
            kind=kind,
            serial=feed["serial"],
            batches=feed["batches"],
            at=batch["at"],
            way=batch["way"],
            machine=batch["machine"],
            new=batch["new_rows"],
            changed=batch["changed_rows"],
            unchanged=batch["unchanged_rows"],
            refused=batch["refused_rows"],
            refused_in_all=feed["refused"],
            changed_on=feed["changed_on"] or "",
            hours=hours,
            due=OVERDUE if age > 2 * hours * _HOUR else LATE if age > hours * _HOUR else "",
            refusals=tuple(
                RefusedRow(
                    serial=row["serial"],
                    at=row["at"],
                    row=row["row_number"],
                    field=row["field"],
                    code=row["code"],
                    facts=msgspec.json.decode(row["facts"], type=dict[str, str]),
                )
                for row in tx.query_all(
                    "registry_records.newest_refusals", source=source, kind=kind, many=MOST_REFUSALS
                )
            ),
        )

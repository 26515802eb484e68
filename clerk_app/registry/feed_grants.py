"""What the machine of an issuing organ may write: kinds of rows, types of licences, issuers whose licences it sends."""

from __future__ import annotations

import msgspec

from clerk_app.registry.refusals import NOT_ALLOWED, NOT_ISSUER, RowRefusal
from clerk_app.registry.rows import LICENCE, AnyRow, LicenceRow
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


class Feed(msgspec.Struct, frozen=True):
    """Rows of these kinds, and licences of these types, whose issuers have one of these credit codes.

    `any_issuer`: licences of every issuer, for the collecting platform of a city. The machine may also replace the
    status lists of these issuers.
    """

    node: str
    source: str
    kinds: frozenset[str]
    licence_types: frozenset[str]
    issuer_codes: frozenset[str] = frozenset()
    any_issuer: bool = False

    def is_issuer_granted(self, issuer_code: str) -> bool:
        """Return whether the machine may send licences and status lists of an issuer."""
        return self.any_issuer or issuer_code in self.issuer_codes

    def check_kind(self, kind: str) -> None:
        """Raise RowRefusal for rows of a kind that was not granted. Licences are granted by their type."""
        if kind != LICENCE and kind not in self.kinds:
            raise RowRefusal(NOT_ALLOWED, "")

    def check_licence(self, licence_type: str, issuer_code: str) -> None:
        """Raise RowRefusal for a type or an issuer of licences that was not granted."""
        if licence_type not in self.licence_types:
            raise RowRefusal(NOT_ALLOWED, "licence_type")
        if not self.is_issuer_granted(issuer_code):
            raise RowRefusal(NOT_ISSUER, "issuer_code")

    def check_row(self, kind: str, row: AnyRow) -> None:
        """Raise RowRefusal for a row that the machine may not write."""
        self.check_kind(kind)
        if isinstance(row, LicenceRow):
            self.check_licence(row.licence_type, row.issuer_code)


def find_feed(tx: Transaction, node: str) -> Feed | None:
    """Return the feed of a machine: by its last admission, else by its invitation; None if it was admitted to none."""
    row = tx.get("registry_feeds", node=node) or _find_invited_feed(tx, node)
    if row is None:
        return None
    kinds, types, codes = (
        frozenset(decode_json_list(row[name])) for name in ("kinds", "licence_types", "issuer_codes")
    )
    return Feed(node, row["source"], kinds, types, codes, bool(row["any_issuer"]))


def _find_invited_feed(tx: Transaction, node: str) -> Row | None:
    feeds = (tx.get("invited_feeds", invitation=invited["digest"]) for invited in tx.select("invitations", node=node))
    return next(filter(None, feeds), None)


def list_feeds(tx: Transaction) -> list[Feed]:
    """Return the feeds of all machines that have joined, by source and machine."""
    nodes = {row["node"] for row in tx.select("registry_feeds")}
    nodes |= {
        invited["node"]
        for feed in tx.select("invited_feeds")
        for invited in tx.select("invitations", digest=feed["invitation"])
        if invited["node"]
    }
    feeds = [feed for node in nodes if (feed := find_feed(tx, node)) is not None]
    return sorted(feeds, key=lambda feed: (feed.source, feed.node))

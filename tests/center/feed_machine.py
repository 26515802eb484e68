"""The machine of an issuing organ, as its center sees it."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import msgspec

from clerk_app.people import SYSTEM
from clerk_app.registry.feed_messages import BatchReport
from clerk_app.registry.feeds import AdmitFeed
from tests.office import SampleOffice
from tests.registry.source_data import ISSUER_CODE, Row
from tests.sample_node import RunningCenter, SampleNode


def join_feed(
    served: RunningCenter,
    office: SampleOffice,
    source: str = "population",
    kinds: tuple[str, ...] = ("person",),
    licence_types: tuple[str, ...] = ("0101",),
    issuer_codes: tuple[str, ...] = (ISSUER_CODE,),
) -> FeedMachine:
    """Return an enrolled machine that is admitted to a feed."""
    node = SampleNode.enrol(served.client, served.invite(kind="issuer", window=""))
    office.door.perform(
        AdmitFeed(
            node=node.enrolled.node,
            source=source,
            kinds=kinds,
            licence_types=licence_types,
            issuer_codes=issuer_codes,
        ),
        SYSTEM,
    )
    return FeedMachine(node)


class FeedMachine:
    """A machine that sends batches."""

    def __init__(self, node: SampleNode) -> None:
        self.node = node

    def post(self, kind: str, rows: Sequence[Row]) -> httpx.Response:
        """Send a batch; return the response."""
        return self.node.post("registry/batches", msgspec.json.encode({"kind": kind, "rows": rows}))

    def send(self, kind: str, *rows: Row) -> BatchReport:
        """Send a batch that is answered by a report."""
        response = self.post(kind, rows)
        assert response.status_code == 200, response.text
        return msgspec.json.decode(response.content, type=BatchReport)

    def states(self, kind: str, *rows: Row) -> list[tuple[str, str, str]]:
        """Send a batch; return state, field and code of each row."""
        return [(row.state, row.field, row.code) for row in self.send(kind, *rows).rows]

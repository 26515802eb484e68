"""Batches of one source that arrive at two center processes at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from clerk_app.ledger.machine_keys import center_key_path, read_or_create_signing_key
from clerk_app.people import SYSTEM
from clerk_app.registry.feed_messages import BatchReport
from clerk_app.registry.feeds import AdmitFeed
from tests.center.feed_machine import FeedMachine
from tests.center.test_processes import create_issuer_code, run_program
from tests.engines import postgresql_only
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import Row, feed_person
from tests.sample_node import NodeSigner, SampleNode

PERSONS, BATCHES = 120, 24
STATES = ("new", "changed", "unchanged", "refused")


def rows_of(batch: int) -> list[Row]:
    """Return the rows of a batch: each person is in several batches, with the same or with other values."""
    return [feed_person(serial % PERSONS, phone=f"139{batch % 3}") for serial in range(batch * 20, batch * 20 + 60)]


@postgresql_only
@pytest.mark.wide
def test_batches_of_one_source_at_two_processes_are_numbered_densely_and_reported_as_they_are_imported(
    office: SampleOffice,
) -> None:
    folder = office.office.folder
    with run_program(folder) as first, run_program(folder) as second:
        NodeSigner.center_key = read_or_create_signing_key(center_key_path(folder))
        node = SampleNode.enrol(first.client, create_issuer_code(folder))
        admitted = AdmitFeed(node=node.enrolled.node, source="population", kinds=("person",))
        office.door.perform(admitted, SYSTEM)
        machines = FeedMachine(node), FeedMachine(SampleNode(second.client, node.enrolled, node.signer))
        with ThreadPoolExecutor(8) as threads:  # each batch is sent to both processes
            sent = [
                (batch, threads.submit(machine.post, "person", rows_of(batch)))
                for batch in range(BATCHES)
                for machine in machines
            ]
            responses = [(batch, future.result(60)) for batch, future in sent]
    assert {response.status_code for _batch, response in responses} == {200}
    reports = [msgspec.json.decode(response.content, type=BatchReport) for _batch, response in responses]
    assert sorted(report.batch for report in reports) == list(range(1, 2 * BATCHES + 1))
    assert sum(report.new for report in reports) == len(office.select("registry_items", kind="person")) == PERSONS
    for report in reports:
        states = Counter(row.state for row in report.rows)
        assert [states[state] for state in STATES] == [report.new, report.changed, report.unchanged, report.refused]
        assert report.refused == 0
        (stored,) = office.select("registry_batches", source="population", serial=report.batch)
        assert [stored[f"{state}_rows"] for state in STATES] == [states[state] for state in STATES]
    assert find_faults(office.store) == []

"""A center that is killed in the middle of a batch has it whole or not at all, and takes it again.

`make faults` runs it; CLERK_BATCH_KILLS is the number of kills.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import httpx
import msgspec
import pytest

from clerk_app.ledger import audit
from clerk_app.registry.batches import MAX_ROWS
from clerk_app.registry.feed_messages import BatchReport
from tests.center.test_processes import Program, run_center_command, run_program
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import feed_person
from tests.sample_node import SampleNode

pytestmark = [pytest.mark.faults, sqlite_only]
KILLS = int(os.environ.get("CLERK_BATCH_KILLS", "6"))
LONGEST = 0.2  # seconds after which the center is killed; a batch takes about half as long


def make_batch(serial: int) -> bytes:
    rows = [feed_person(serial * MAX_ROWS + at) for at in range(MAX_ROWS)]
    return msgspec.json.encode({"kind": "person", "rows": rows})


def count_rows(office: SampleOffice) -> int:
    return len(office.select("registry_items"))


def join_feed(client: httpx.Client, folder: Path) -> SampleNode:
    words = ("--name", "前置机", "--kind", "issuer", "--organs", "centre", "--minutes", "5")
    invited = run_center_command("invite", "--folder", folder, *words)
    node = SampleNode.enrol(client, invited.stdout.splitlines()[-1])
    feed = ("--source", "population", "--rows", "person")
    assert run_center_command("feed", "--folder", folder, node.enrolled.node, *feed).returncode == 0
    return node


def send_and_kill(center: Program, node: SampleNode, body: bytes, delay: float) -> bool:
    """Send a batch and kill the center after `delay` seconds; return whether there was a report."""
    headers = node.headers("POST", "/v1/registry/batches", body)
    killer = threading.Timer(delay, center.process.kill)
    killer.start()
    try:
        center.client.post("/v1/registry/batches", content=body, headers=headers)
    except httpx.TransportError:
        return False
    finally:
        killer.join()
        center.process.wait()
    return True


def test_a_killed_center_has_whole_batches_and_a_repeated_one_is_new_or_unchanged(office: SampleOffice) -> None:
    folder = office.office.folder
    with run_program(folder) as first:
        node = join_feed(first.client, folder)
    imported, reported = -1, 0
    for serial in range(KILLS + 1):
        with run_program(folder) as center:
            node.client, node.is_clock_known = center.client, False
            if serial:
                response = node.post("registry/batches", make_batch(serial - 1))
                report = msgspec.json.decode(response.content, type=BatchReport)
                assert (report.unchanged, report.new) == (imported, MAX_ROWS - imported)
            before = count_rows(office)
            assert before == serial * MAX_ROWS
            reported += send_and_kill(center, node, make_batch(serial), LONGEST * serial / KILLS)
        imported = count_rows(office) - before
        assert imported in (0, MAX_ROWS)
    assert reported < KILLS
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []

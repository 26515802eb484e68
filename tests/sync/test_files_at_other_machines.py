"""The file of a paper at a machine that has not taken it in: fetched when it is opened, or why it is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import OutOfReach
from clerk_app.roles.papers.viewing import read_stored_file
from clerk_app.sync.connection import WindowConnection
from tests.office import SampleOffice, paper_materials
from tests.sample_node import RunningCenter
from tests.sync.test_attachments import DIGEST, SCAN, close_windows, open_window

pytestmark = pytest.mark.usefixtures("english")
Machines = tuple[tuple[SampleOffice, WindowConnection], tuple[SampleOffice, WindowConnection]]


@pytest.fixture
def machines(served: RunningCenter, tmp_path: Path) -> Iterator[Machines]:
    """A window that has taken in a paper whose file it has not sent, and a machine of the department with the case."""
    counter, line = open_window(served, tmp_path / "w1", window="w1")
    department, other = open_window(served, tmp_path / "t", window="t1", organs=("transport",))
    names = ("business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan")
    *others, plan = paper_materials(*names)
    counter.office.attachments.add(SCAN)
    given = (*others, msgspec.structs.replace(plan, content=DIGEST))
    counter.accept(msgspec.structs.replace(counter.prepare_road("w1"), materials=given))
    for connection in (line, other):
        while connection.client.step():
            pass
    yield (counter, line), (department, other)
    close_windows((counter, line), (department, other))


def connected(machine: tuple[SampleOffice, WindowConnection]) -> Office:
    office, connection = machine
    return replace(office.office, connection=connection)


def test_a_file_that_has_not_reached_the_center_is_named_and_is_there_when_it_has(machines: Machines) -> None:
    (_counter, line), department = machines
    with pytest.raises(OutOfReach, match="has not reached the center yet"):
        read_stored_file(connected(department), DIGEST)
    line.sync_now(lambda: None)
    assert read_stored_file(connected(department), DIGEST) == SCAN
    assert department[0].office.attachments.read(DIGEST) == SCAN


@pytest.mark.wide
def test_a_center_that_does_not_answer_is_named(machines: Machines) -> None:
    office = machines[1][0].office
    with office.store.write() as tx:
        row = tx.query_one("ledger.center_connection")
        assert row is not None
        tx.update("center_lines", {"center": row["center"]}, url="http://127.0.0.1:9")
    connection = WindowConnection(office.folder, office.door, all_rules(), all_document_types(), office.attachments)
    with closing(connection.transport), pytest.raises(OutOfReach, match="the center does not answer"):
        read_stored_file(replace(office, connection=connection), DIGEST)

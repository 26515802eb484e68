"""An import that is killed leaves whole batches only, and is continued by running it again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.ledger import audit
from clerk_app.registry.batches import MAX_ROWS
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import id_number, person, write_csv

pytestmark = [pytest.mark.wide, sqlite_only]
BATCHES = 6


def count_persons(store: Path) -> int:
    connection = sqlite3.connect(store)
    (found,) = connection.execute("SELECT count(*) FROM registry_items").fetchone()
    connection.close()
    return int(found)


def test_an_import_killed_in_the_middle_has_whole_batches_and_goes_on(office: SampleOffice, tmp_path: Path) -> None:
    rows = [person(serial, 身份证号=id_number(serial)) for serial in range(BATCHES * MAX_ROWS)]
    path, folder = write_csv(tmp_path / "p.csv", rows), office.office.folder
    words = ["--office", str(folder), "registry", "import", str(path), "--source", "population"]
    office.close()
    running = subprocess.Popen([sys.executable, "-m", "clerk_app", *words], env=os.environ | {"CLERK_LANGUAGE": "en"})
    while count_persons(folder / "store.db") < MAX_ROWS and running.poll() is None:
        pass
    running.kill()
    running.wait()
    left = count_persons(folder / "store.db")
    assert left in range(MAX_ROWS, BATCHES * MAX_ROWS, MAX_ROWS)
    again = subprocess.run(
        [sys.executable, "-m", "clerk_app", *words],
        env=os.environ | {"CLERK_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.stdout.splitlines()[-1] == (
        f"Natural persons: {BATCHES * MAX_ROWS - left} new, 0 changed, {left} unchanged, 0 refused."
    )
    opened = SampleOffice(open_office(folder, clock=office.clock), office.clock)
    assert audit.verify_log(opened.store)[1] == []
    assert find_faults(opened.store) == []
    opened.close()

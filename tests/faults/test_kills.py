"""Kills at any moment: what was answered is stored completely, and everything else is not stored at all.

Each test run kills a few times; `make faults` kills a thousand times (CLERK_KILLS) at new offices in turn, on both
engines, and kills the PostgreSQL server too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from benchmarks.postgres_server import PostgresProcess
from db.upgrade import upgrade
from tests.engines import ENGINES, PostgresServer
from tests.faults.workload import find_lost_entries
from tests.office import SampleOffice, build_template

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("CLERK_KILLS", "1000"))
KILLS_PER_OFFICE = 50  # kills; the checks take longer with each of them
ROUNDS = -(-KILLS // (len(ENGINES) * KILLS_PER_OFFICE))


def run_kills(folder: Path, kills: int, seed: int, *data: Path) -> dict[str, int]:
    """Kill at the office in `folder`; return the numbers of killed programs, killed servers and answered commands."""
    program = [sys.executable, "-m", "tests.faults.kill_loop", str(folder), str(kills), str(seed), *map(str, data)]
    ran = subprocess.run(program, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr
    done: dict[str, int] = json.loads(ran.stdout)
    assert done["killed"] >= kills
    return done


@pytest.mark.wide
@pytest.mark.parametrize("engine", ENGINES)
def test_a_few_kills(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    if engine == "sqlite":
        SampleOffice.open_copy(request.getfixturevalue("office_template"), folder).close()
        run_kills(folder, 2, seed=1)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    template, name = request.getfixturevalue("office_database")
    with server.borrow_copy(name) as url:
        SampleOffice.open_copy(template, folder, store=url).close()
        run_kills(folder, 2, seed=1)


def test_an_answer_missing_in_the_log_is_detected(office_template: Path, tmp_path: Path) -> None:
    office = SampleOffice.open_copy(office_template, tmp_path / "office")
    office.take_ticket()
    office.close()
    answers = tmp_path / "answers"
    assert find_lost_entries(tmp_path / "office", answers) == []
    answers.write_text('["PrepareTicket", "kiosk", "never given"]\n["PrepareTicket", "kiosk", "cut')
    assert find_lost_entries(tmp_path / "office", answers) == ["missing: ('PrepareTicket', 'kiosk', 'never given')"]


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_many_kills_on_sqlite(seed: int, office_template: Path, tmp_path: Path) -> None:
    SampleOffice.open_copy(office_template, tmp_path / "office").close()
    done = run_kills(tmp_path / "office", KILLS_PER_OFFICE, seed)
    assert done["answers"] > KILLS_PER_OFFICE


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder that the server may enter when the tests are run by root."""
    folder = Path(mkdtemp(prefix="clerk-faults-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_many_kills_of_programs_and_servers_on_postgresql(seed: int, server_folder: Path) -> None:
    server = PostgresProcess(server_folder / "data")
    server.start()
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE office")
        upgrade(server.url("office"))
        folder = build_template(server_folder, store=server.url("office"))
    finally:
        server.remove()
    done = run_kills(folder, KILLS_PER_OFFICE, seed, server_folder / "data")
    assert done["servers"] > 0
    assert done["answers"] > KILLS_PER_OFFICE

"""Killed in the middle, again and again: what was answered is there, whole, and everything else is not there at all.

A few kills in each run of the tests; `make faults` kills a thousand times (CLERK_KILLS) at new offices in turn, on both
engines, and the server of PostgreSQL too.
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

from clerk_app.bench.queue_server import PostgresServer
from db.migrations import upgrade
from tests.engines import ENGINES, Postgres
from tests.faults.life import missing
from tests.office import SampleOffice, build_template

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("CLERK_KILLS", "1000"))
AT_ONE_OFFICE = 50  # kills, so that looking does not take longer and longer
ROUNDS = -(-KILLS // (len(ENGINES) * AT_ONE_OFFICE))


def killed(folder: Path, kills: int, seed: int, *data: Path) -> dict[str, int]:
    """Kills at the office in `folder`; how many programs and servers died, and how many commands were answered."""
    program = [sys.executable, "-m", "tests.faults.killing", str(folder), str(kills), str(seed), *map(str, data)]
    ran = subprocess.run(program, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr
    done: dict[str, int] = json.loads(ran.stdout)
    assert done["killed"] >= kills
    return done


@pytest.mark.parametrize("engine", ENGINES)
def test_a_few_kills(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    if engine == "sqlite":
        SampleOffice.opened(request.getfixturevalue("office_template"), folder).close()
        killed(folder, 2, seed=1)
        return
    server: Postgres = request.getfixturevalue("postgres")
    template, name = request.getfixturevalue("office_database")
    with server.copied(name) as url:
        SampleOffice.opened(template, folder, store=url).close()
        killed(folder, 2, seed=1)


def test_an_answer_that_the_history_does_not_hold_is_noticed(office_template: Path, tmp_path: Path) -> None:
    office = SampleOffice.opened(office_template, tmp_path / "office")
    office.take_ticket()
    office.close()
    answers = tmp_path / "answers"
    assert missing(tmp_path / "office", answers) == []
    answers.write_text('["PrepareTicket", "kiosk", "never given"]\n["PrepareTicket", "kiosk", "cut')
    assert missing(tmp_path / "office", answers) == ["missing: ('PrepareTicket', 'kiosk', 'never given')"]


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_many_kills_on_sqlite(seed: int, office_template: Path, tmp_path: Path) -> None:
    SampleOffice.opened(office_template, tmp_path / "office").close()
    done = killed(tmp_path / "office", AT_ONE_OFFICE, seed)
    assert done["answers"] > AT_ONE_OFFICE


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the server may enter when the tests are run by root."""
    folder = Path(mkdtemp(prefix="clerk-faults-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_many_kills_on_postgresql_and_of_its_server(seed: int, place: Path) -> None:
    server = PostgresServer(place / "data")
    server.start()
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE office")
        upgrade(server.url("office"))
        folder = build_template(place, store=server.url("office"))
    finally:
        server.remove()
    done = killed(folder, AT_ONE_OFFICE, seed, place / "data")
    assert done["servers"] > 0
    assert done["answers"] > AT_ONE_OFFICE

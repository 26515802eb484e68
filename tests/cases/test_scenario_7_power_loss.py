"""Scenario 7: the plug is pulled while a case is accepted. It wholly exists or it wholly does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from clerk_app.cases.accept import AcceptCase
from clerk_app.cases.ending import EndNotice
from clerk_app.desks.office import STORE
from clerk_app.ledger import proof
from clerk_app.ledger.numbers import is_case_number
from db.engines import Store
from tests.clock import Clock
from tests.office import SampleOffice, faults, reopened

ROOT = Path(__file__).parents[2]


class Deaths:
    """One store for each statement before which the program was killed, and the store as it was before."""

    def __init__(self, office: SampleOffice, folder: Path) -> None:
        office.take_ticket()
        office.call_next()
        visit = office.visit()
        self.command = office.accepting_birth(visit=visit)
        self.folder = folder
        office.close()
        self.before = Store(office.store.path)
        assert faults(self.before) == []
        (folder / "command").write_bytes(msgspec.json.encode(self.command))
        program = [sys.executable, "-m", "tests.cases.programs", "accept", str(office.store.path)]
        ran = subprocess.run(
            [*program, str(folder / "command"), str(folder)], capture_output=True, text=True, check=True, cwd=ROOT
        )
        self.count = int(ran.stdout)
        for suffix in ("", "-wal"):  # the last death is kept as it was: opening it would tidy the log away
            shutil.copy(folder / f"{self.count}.db{suffix}", folder / f"power{suffix}")

    def store(self, place: int) -> Store:
        return Store(self.folder / f"{place}.db")


@pytest.fixture(scope="module")
def deaths(office_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deaths]:
    folder = tmp_path_factory.mktemp("deaths")
    made = Deaths(SampleOffice.opened(office_template, folder / "office"), folder)
    yield made
    made.before.close()


def exists(store: Store, command: AcceptCase) -> bool:
    """Whether the case is there; the draft must be there exactly when it is not, and its receipt when it is."""
    with store.read() as look:
        drafts = [row["id"] for row in look.rows("drafts")]
        cases = look.rows("cases")
        receipts = [row["id"] for row in look.all("cases.unprinted", window="w1")]
    assert drafts == ([] if cases else [command.draft])
    assert receipts == [f"{row['number']}-receipt" for row in cases]
    return bool(cases)


def test_killed_before_any_statement_the_case_wholly_is_or_wholly_is_not(deaths: Deaths) -> None:
    assert deaths.count > 40  # a birth is many rows
    outcomes = []
    for place in range(1, deaths.count + 1):
        store = deaths.store(place)
        outcomes.append(exists(store, deaths.command))
        assert store.sound() == []
        if outcomes[-1]:
            assert faults(store) == []
        else:  # every table is as it was, and that was proven
            assert proof.differences(store, deaths.before) == []
        store.close()
    assert outcomes == [False] * (deaths.count - 1) + [True]  # an answer was durable before it was given


def test_power_lost_in_the_middle_of_writing(deaths: Deaths, tmp_path: Path) -> None:
    """What had not reached the disk is missing from the end of the write-ahead log."""
    whole = deaths.folder / "power"
    log = Path(f"{whole}-wal").read_bytes()
    frame = 24 + 4096
    outcomes = []
    for kept in sorted({0, 16, 32, len(log), *range(32, len(log), frame), *range(32 + 2000, len(log), frame)}):
        path = tmp_path / f"{kept}.db"
        shutil.copy(whole, path)
        Path(f"{path}-wal").write_bytes(log[:kept])
        store = Store(path)
        outcomes.append(exists(store, deaths.command))
        assert store.sound() == []
        assert proof.verify(store)[1] == []
        store.close()
    assert outcomes == [False] * (len(outcomes) - 1) + [True]


@pytest.fixture
def after(deaths: Deaths, tmp_path: Path) -> Iterator[SampleOffice]:
    """The next morning, after the plug was pulled between accepting and printing."""
    folder = tmp_path / "office"
    shutil.copytree(deaths.folder / "office", folder)
    for name in (STORE, f"{STORE}-wal", f"{STORE}-shm"):
        (folder / name).unlink(missing_ok=True)
    for suffix in ("", "-wal"):
        shutil.copy(deaths.folder / f"power{suffix}", folder / f"{STORE}{suffix}")
    with reopened(folder, Clock("2026-05-06 11:00")) as office:
        yield office


def test_the_unprinted_receipt_is_offered_once(after: SampleOffice) -> None:
    (receipt,) = after.receipts_to_print()
    after.door.perform(EndNotice(notice=receipt, printed=False), "clerk-1")  # no paper
    assert after.receipts_to_print() == [receipt]
    after.door.perform(EndNotice(notice=receipt, printed=True), "clerk-1")
    assert after.receipts_to_print() == []
    assert after.rows("notices")[0]["prints"] == 1


def test_its_number_is_final_and_not_given_again(after: SampleOffice) -> None:
    number = after.rows("cases")[0]["number"]
    assert is_case_number(number)
    after.move("finish")
    another = after.accept_birth()
    assert another != number
    assert int(another[2:11]) == int(number[2:11]) + 1
    assert faults(after.store) == []


def test_the_ticket_is_still_being_served_at_that_window(after: SampleOffice) -> None:
    ticket = after.rows("tickets")[0]
    assert (ticket["state"], ticket["window_id"], ticket["number"]) == ("serving", "w1", "A001")
    assert after.move("finish") == "finished"


def test_the_tasks_wait_in_their_queues(after: SampleOffice) -> None:
    assert after.queue("health") == ["birth-medical-certificate"]

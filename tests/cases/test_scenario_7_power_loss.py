"""Scenario 7: power is lost during an acceptance; afterwards the case exists completely or not at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.composition.office import STORE_FILE
from clerk_app.ledger import audit
from clerk_app.ledger.numbers import is_case_number
from db.engines import Store
from tests.clock import Clock
from tests.office import SampleOffice, find_faults, reopen_office

pytestmark = pytest.mark.xdist_group("power loss")  # one process, which prepares them once

ROOT = Path(__file__).parents[2]


class KilledStores:
    """A store for each statement from `first` on before which the process was killed, and that before the acceptance.

    The last one, numbered `count`, is of the process that was killed right after the answer; with 0 it is the only one.
    """

    def __init__(self, office: SampleOffice, folder: Path, first: int) -> None:
        office.take_ticket()
        office.call_next()
        visit = office.open_visit_at()
        self.command = office.prepare_birth(visit=visit)
        self.folder = folder
        office.close()
        self.before = Store(office.store.path)
        assert find_faults(self.before) == []
        (folder / "command").write_bytes(msgspec.json.encode(self.command))
        program = [sys.executable, "-m", "tests.cases.programs", "accept", str(office.store.path)]
        words = [*program, str(folder / "command"), str(folder), str(first)]
        ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
        self.count = int(ran.stdout)
        for suffix in ("", "-wal"):  # a copy, because opening the store would remove its log
            shutil.copy(folder / f"{self.count}.db{suffix}", folder / f"power{suffix}")

    def store(self, number: int) -> Store:
        return Store(self.folder / f"{number}.db")


def kill_acceptances(template: Path, folder: Path, first: int) -> Iterator[KilledStores]:
    """Kill processes in the act of accepting a case, and yield their stores."""
    killed = KilledStores(SampleOffice.open_copy(template, folder / "office"), folder, first)
    yield killed
    killed.before.close()


@pytest.fixture(scope="module")
def killed_stores(office_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KilledStores]:
    """The stores of processes that were killed before each of their statements."""
    yield from kill_acceptances(office_template, tmp_path_factory.mktemp("deaths"), 1)


@pytest.fixture(scope="module")
def answered_store(office_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KilledStores]:
    """The store of a process that was killed right after its answer."""
    yield from kill_acceptances(office_template, tmp_path_factory.mktemp("death"), 0)


def case_exists(store: Store, command: AcceptCase) -> bool:
    """Return whether the case exists; assert that then its receipt exists, and otherwise its draft."""
    with store.read() as tx:
        drafts = [row["id"] for row in tx.select("drafts")]
        cases = tx.select("cases")
        receipts = [row["id"] for row in tx.query_all("cases.unprinted_notices", window="w1")]
    assert drafts == ([] if cases else [command.draft])
    assert receipts == [f"{row['number']}-receipt" for row in cases]
    return bool(cases)


@pytest.mark.wide
def test_a_kill_before_any_statement_leaves_all_of_the_case_or_nothing(killed_stores: KilledStores) -> None:
    assert killed_stores.count > 40  # one per table and more
    outcomes = []
    for number in range(1, killed_stores.count + 1):
        store = killed_stores.store(number)
        outcomes.append(case_exists(store, killed_stores.command))
        assert store.check_integrity() == []
        if outcomes[-1]:
            assert find_faults(store) == []
        else:
            assert audit.list_different_tables(store, killed_stores.before) == []
        store.close()
    assert outcomes == [False] * (killed_stores.count - 1) + [True]  # an answer is durable before it is given


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.wide)])
def test_a_truncated_log_leaves_all_of_the_case_or_nothing(
    answered_store: KilledStores, tmp_path: Path, every: int
) -> None:
    """Power loss truncates the write-ahead log at any byte: of each fifth frame in the quick suite."""
    source = answered_store.folder / "power"
    log = Path(f"{source}-wal").read_bytes()
    frame = every * (24 + 4096)
    outcomes = []
    for kept in sorted({0, 16, 32, len(log), *range(32, len(log), frame), *range(32 + 2000, len(log), frame)}):
        path = tmp_path / f"{kept}.db"
        shutil.copy(source, path)
        Path(f"{path}-wal").write_bytes(log[:kept])
        store = Store(path)
        outcomes.append(case_exists(store, answered_store.command))
        assert store.check_integrity() == []
        assert audit.verify_log(store)[1] == []
        store.close()
    assert outcomes == [False] * (len(outcomes) - 1) + [True]


@pytest.fixture
def restarted_office(answered_store: KilledStores, tmp_path: Path) -> Iterator[SampleOffice]:
    """Return the office restarted after power was lost between acceptance and printing."""
    folder = tmp_path / "office"
    shutil.copytree(answered_store.folder / "office", folder)
    for name in (STORE_FILE, f"{STORE_FILE}-wal", f"{STORE_FILE}-shm"):
        (folder / name).unlink(missing_ok=True)
    for suffix in ("", "-wal"):
        shutil.copy(answered_store.folder / f"power{suffix}", folder / f"{STORE_FILE}{suffix}")
    with reopen_office(folder, Clock("2026-05-06 11:00")) as office:
        yield office


def test_the_unprinted_receipt_is_offered_until_it_is_printed(restarted_office: SampleOffice) -> None:
    (receipt,) = restarted_office.unprinted_notices()
    restarted_office.door.perform(RecordNoticePrint(notice=receipt, printed=False), "clerk-1")  # no paper
    assert restarted_office.unprinted_notices() == [receipt]
    restarted_office.door.perform(RecordNoticePrint(notice=receipt, printed=True), "clerk-1")
    assert restarted_office.unprinted_notices() == []
    assert restarted_office.select("notices")[0]["prints"] == 1


@pytest.mark.wide
def test_the_case_number_is_not_given_again(restarted_office: SampleOffice) -> None:
    number = restarted_office.select("cases")[0]["number"]
    assert is_case_number(number)
    restarted_office.move_ticket("finish")
    another = restarted_office.accept_birth()
    assert another != number
    assert int(another[2:11]) == int(number[2:11]) + 1
    assert find_faults(restarted_office.store) == []


def test_the_ticket_is_still_being_served_at_that_window(restarted_office: SampleOffice) -> None:
    ticket = restarted_office.select("tickets")[0]
    assert (ticket["state"], ticket["window_id"], ticket["number"]) == ("serving", "w1", "A001")
    assert restarted_office.move_ticket("finish") == "finished"


def test_the_tasks_are_in_their_queues(restarted_office: SampleOffice) -> None:
    assert restarted_office.queue("health") == ["birth-medical-certificate"]

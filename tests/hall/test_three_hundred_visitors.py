"""300 visitors at a real center over HTTP: kiosk and reception issue, two windows call, nine departments decide.

The driver uses the services and commands of the screens. Its own counts are compared with the center and its measures.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.demo.hall.acts import Colleague, HallActs, Visit
from clerk_app.demo.hall.data import load_hall_data
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallNext, CallTicket
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.transfers import TransferTicket
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.roles.reception.service import OfficeReception
from clerk_app.roles.sign_in import verify_here
from db.engines import Row
from tests.city_policy import UNLIMITED, publish_policy
from tests.docs.test_install import find_free_port
from tests.hall.day_intake import KINDS, RECEIVE, IntakeClerk, IntakeLog
from tests.hall.day_intake_checks import check_intake, check_later
from tests.hall.day_officers import OFFICERS, ORGANS, Officers
from tests.office import find_faults
from tests.sync.test_http_sync import enrol_window_at, run_center_program, run_window, wait_until

VISITORS, CATEGORIES, PIN, HALL = 300, "AAABBC", "486217", "1"
CLASSES = ("ordinary", "ordinary", "ordinary", "elderly", "return")
WAYS = ("finish",) * 6 + ("no_show", "transfer", "hold", "accept", RECEIVE, *KINDS)
STAFF = {"1001": "clerk", "1002": "clerk", "1003": "clerk", "3001": "supervisor"} | dict.fromkeys(OFFICERS, "officer")
MACHINES: Mapping[str, tuple[str, ...]] = {
    "kiosk": ("--kind", "kiosk"),
    "reception": ("--kind", "reception"),
    "supervisor": ("--kind", "supervisor"),
    "department": ("--kind", "department", "--organs", ",".join(ORGANS)),
    "window1": ("--kind", "counter", "--window", "1"),
    "window2": ("--kind", "counter", "--window", "2"),
}
TIME_LIMIT = 900.0  # seconds, on a busy machine: 300 were too few at a load of 9, and the intake is more work


@dataclass
class Counts:
    """What the driver did: tickets issued, calls, calls that a ticket needs besides its first one, ends."""

    issued: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    further_calls: Counter[str] = field(default_factory=Counter)
    groups: Counter[tuple[str, str]] = field(default_factory=Counter)
    ended: set[str] = field(default_factory=set)
    no_shows: int = 0
    cases: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    failed: threading.Event = field(default_factory=threading.Event)  # a thread has failed: the others end

    def watch(self, act: Callable[..., None], *arguments: object) -> None:
        """Do what a thread does; end the other threads if it fails."""
        try:
            act(*arguments)
        except BaseException:
            self.failed.set()
            raise


class Clerk:
    """Calls and serves at a window until every visitor's ticket has ended."""

    def __init__(self, office: Office, staff: Row, other: str, counts: Counts, log: IntakeLog, rng: Random) -> None:
        self._office = office
        self._perform, self._store, self._counts, self._rng = office.door.perform, office.store, counts, rng
        self._data = load_hall_data()
        self._acts = HallActs(office, self._data, rng)
        self._me, self._other = Colleague(office.settings.window, staff["id"], ""), other
        self._log, self._intake = log, IntakeClerk(office, staff, self._acts, log, rng)

    def work(self) -> None:
        """Open the window and serve."""
        until, pause = monotonic() + TIME_LIMIT, threading.Event()
        self._acts.set_window(self._me, "open")
        while len(self._counts.ended) < VISITORS and not self._counts.failed.is_set():
            assert monotonic() < until, f"{len(self._counts.ended)} of {VISITORS} tickets ended"
            try:
                called = self._perform(CallNext(hall=HALL, window=self._me.window), self._me.staff)
            except Refused as refused:
                if refused.reason != "nobody":
                    raise
                pause.wait(0.05)
                continue
            self._serve(called.visit, called.ticket or "")

    def _serve(self, visit: str, ticket: str) -> None:
        with self._store.read() as tx:
            row = tx.get("tickets", id=ticket)
        assert row is not None
        way = self._rng.choice(WAYS)
        with self._counts.lock:
            self._counts.calls[ticket] += 1
            self._counts.groups.update([("window", self._me.window), ("category", row["category"])])
        if way == "transfer" and not self._counts.further_calls[ticket]:
            self._perform(TransferTicket(visit=visit, window=self._other, comes_back=True), self._me.staff)
            self._record(ticket, "waiting")
            return
        if way == "hold":
            self._move(visit, "hold")
            wait_until(lambda: read_connection_facts(self._office).unsent == 0)  # a person looks up before F4 and F2
            visit = self._perform(CallTicket(ticket=ticket, window=self._me.window), self._me.staff).visit
            wait_until(lambda: read_connection_facts(self._office).unsent == 0)
        if way == "accept":
            visitor, matter = self._acts.invent_visitor("person"), self._data.matters[0]
            self._acts.identify(self._me, Visit(visit, row["category"]), visitor)
            self._counts.cases.append(self._acts.accept(self._me, Visit(visit, row["category"]), visitor, matter))
        if way in KINDS:
            self._intake.serve_new(Visit(visit, row["category"]), way)
        returner = self._log.take_returner(self._me.window) if way == "finish" else None
        if returner is not None:
            self._intake.serve_returner(Visit(visit, row["category"]), returner)
        self._intake.read_messages()
        if way == "no_show":
            self._move(visit, "recall")
            self._move(visit, "recall")
        state = self._move(visit, "no_show" if way == "no_show" else "finish")
        self._counts.no_shows += state == "no_show"  # the others wait once more
        self._record(ticket, state)

    def _move(self, visit: str, act: str) -> str:
        return self._perform(MoveTicket(visit=visit, act=act), self._me.staff).state

    def _record(self, ticket: str, state: str) -> None:
        with self._counts.lock:
            if state == "waiting":
                self._counts.further_calls[ticket] += 1
            else:
                self._counts.ended.add(ticket)


def run_clerk(*words: object) -> str:
    command = [sys.executable, "-m", "clerk_app", "--language", "en", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def prepare_center(folder: Path) -> None:
    """Make a center with staff, and without the limits that keep a person at a kiosk from taking many tickets."""
    pin = folder.parent / "pin"
    pin.write_text(f"{PIN}\n")
    run_clerk("center", "init", folder, "--name", "市中心/City center", "--admin", "9001", "--admin-name", "王主任",
              "--pin-file", pin)  # fmt: skip
    for number, role in STAFF.items():
        organ = ("--organ", OFFICERS[number]) if number in OFFICERS else ()
        run_clerk(
            "--office", folder, "staff", "add", number, f"员工{number}", "--role", role, "--pin-file", pin, *organ
        )
    office = open_office(folder)
    publish_policy(
        office, **UNLIMITED, tickets_per_minute_of_machine=1000, tickets_at_once_of_kiosk=30, tickets_at_once_seconds=1
    )
    office.store.close()


def read_measures(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Return the rows that `clerk hall measures --csv` writes at the center, by group and name."""
    file = folder.parent / "day.csv"
    run_clerk("--office", folder, "hall", "measures", "--csv", file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {(row["group"], row["name"]): row for row in csv.DictReader(lines)}


def issue_all(issue_one: Iterable[str], counts: Counts) -> None:
    for number in issue_one:
        with counts.lock:
            counts.issued.append(number)


@pytest.mark.wide
def test_each_of_300_visitors_is_called_once_and_the_measures_are_what_the_windows_did(tmp_path: Path) -> None:
    center, port, counts, log, rng = tmp_path / "center", find_free_port(), Counts(), IntakeLog(), Random(7)
    prepare_center(center)
    with run_center_program(center, port), ExitStack() as opened:
        offices = {}
        for name, words in MACHINES.items():
            code = run_clerk("center", "invite", "--folder", center, "--name", name, *words)
            enrol_window_at(tmp_path / name, f"http://127.0.0.1:{port}", code.splitlines()[-1])
            _sample, offices[name], _connection = opened.enter_context(run_window(tmp_path / name))
        numbers = {"window1": "1001", "window2": "1002", "reception": "1003", "supervisor": "3001"}
        signed_in = {name: verify_here(offices[name], number, PIN, "") for name, number in numbers.items()}
        at_desks = {number: verify_here(offices["department"], number, PIN, "") for number in OFFICERS}
        officers, closed = Officers(offices["department"], at_desks, log, Random(3)), threading.Event()
        kiosk, reception = OfficeKiosk(offices["kiosk"]), OfficeReception(offices["reception"], signed_in["reception"])
        wishes = [(rng.choice(CATEGORIES), rng.choice(CLASSES)) for _visitor in range(VISITORS)]
        work = [
            Clerk(offices[f"window{own}"], signed_in[f"window{own}"], str(3 - own), counts, log, Random(own)).work
            for own in (1, 2)
        ]
        with ThreadPoolExecutor(5) as threads:
            taken = (kiosk.take_ticket(category).number for category, _class in wishes[::2])
            given = (reception.issue(*wish).issued[0].number for wish in wishes[1::2])
            tasks = [threads.submit(counts.watch, each) for each in work]
            tasks += [threads.submit(counts.watch, issue_all, issued, counts) for issued in (taken, given)]
            departments = threads.submit(counts.watch, officers.work, closed)
            wait(tasks, TIME_LIMIT)
            closed.set()
            for task in (*tasks, departments):
                task.result(TIME_LIMIT)
        wait_until(lambda: all(read_connection_facts(office).unsent == 0 for office in offices.values()))
        rejected = 0
        for own in (1, 2):
            with offices[f"window{own}"].store.read() as tx:
                refusals = tx.select("refusals")
            assert {row["reason"] for row in refusals} <= {"not_at_work"}
            rejected += len(refusals)
        with offices["supervisor"].store.read() as tx:  # before 04:00 it is the day before
            (day,) = [row["day"] for row in tx.select("service_days", hall=HALL, state="open")]
        offices["supervisor"].door.perform(CloseServiceDay(hall=HALL, day=day), signed_in["supervisor"]["id"])
    assert len(set(counts.issued)) == len(counts.issued) == VISITORS
    assert {ticket: 1 + counts.further_calls[ticket] for ticket in counts.ended} == counts.calls
    office = open_office(center)
    with office.store.read() as tx:
        tickets, visits, cases = tx.select("tickets"), tx.select("visits"), tx.select("cases")
    assert find_faults(office.store) == []
    check_intake(office, log, rejected)
    office.store.close()
    assert {row["number"] for row in tickets} == set(counts.issued)
    assert {row["state"] for row in tickets} <= {"finished", "no_show"}
    assert len(visits) == counts.calls.total()
    assert [row["id"] for row in visits if row["ended_at"] is None] == []
    assert {row["number"] for row in cases} == {*counts.cases, *log.cases}
    measures = read_measures(center)
    assert (measures["whole hall", ""]["visits"], measures["whole hall", ""]["without service"]) == (
        str(counts.calls.total()), str(counts.no_shows)
    )  # fmt: skip
    windows = {name: row["visits"] for (kind, name), row in measures.items() if kind == "window"}
    assert windows == {f"window{key}": str(count) for (kind, key), count in counts.groups.items() if kind == "window"}
    by_category = sorted(int(row["visits"]) for key, row in measures.items() if key[0] == "ticket category")
    assert by_category == sorted(count for (kind, _key), count in counts.groups.items() if kind == "category")
    check_later(center, log)

"""Measure acceptances of a one thing through the command processor (`Door`), and raw inserts of the same rows."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from stdnum.cn import ric

from benchmarks.queue import MEMORY_FOLDER
from benchmarks.queue_store import FlushDelay, SlowSqlite
from benchmarks.sample_office import sign_in_clerk, start_birth_case
from clerk_app import people
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.parties import CaseDetails
from clerk_app.cases.known_by import KNOWN_BY_DOCUMENT
from clerk_app.composition.office import STORE_FILE
from clerk_app.composition.registry import all_rules
from clerk_app.demo.kept_city import open_or_build
from clerk_app.ledger.door import Door
from clerk_app.ledger.entries import entry_from_row
from db.engines import Row, Store
from db.tables import METADATA
from db.upgrade import upgrade

MIN_RATIO = 1 / 3  # acceptances per second, relative to the floor
_BATCH_SIZE = 40  # acceptances in a round
TableRows = dict[str, list[Row]]
"""Rows of a case by table."""


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when the bar is held, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks accept",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "A birth of nine matters is accepted at the door, on SQLite. The floor inserts the same rows, with\n"
            "the entry and the rows of the feed, raw in one transaction. The files are in memory (/dev/shm); both\n"
            "sides sleep for the time of a flush after each commit."
        ),
    )
    parser.add_argument("--flush-ms", type=float, default=4.1, help="milliseconds of a flush")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each result, which is their median")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    with TemporaryDirectory(prefix="clerk-bench-", dir=MEMORY_FOLDER if MEMORY_FOLDER.exists() else None) as place:
        found = measure(Path(place), args.flush_ms / 1000, args.rounds)
    if args.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        sys.stdout.write("  ".join(f"{name} {value}" for name, value in found.items()) + "\n")
    held = found["ratio"] >= MIN_RATIO
    sys.stderr.write(("Every bar is held." if held else "Broken:") + "\n")
    return 0 if held else 1


def measure(folder: Path, flush: float, rounds: int) -> dict[str, Any]:
    """Return medians of alternating rounds: acceptances per second, the floor per second, and their ratio.

    `flush` is the emulated duration of a disk flush in seconds.
    """
    accepting, actor = _prepare_city(folder / "city")
    slow = FlushDelay()
    slow.seconds = flush
    store = Store(SlowSqlite(folder / "city" / STORE_FILE, slow))
    door = Door(store, all_rules(), people.authorise)
    rows = _rows_of_case(store, door.perform(_with_new_draft(door, accepting, actor, 1), actor).number)
    floor = _AcceptanceFloor(folder / "floor.db", rows)
    rates, floors = [], []
    for round_number in range(rounds + 1):  # the first round warms up and is not counted
        first = 2 + round_number * _BATCH_SIZE
        commands = [_with_new_draft(door, accepting, actor, first + number) for number in range(_BATCH_SIZE)]
        floors.append(floor.run_batch(_BATCH_SIZE, flush))
        begun = time.perf_counter()
        for command in commands:
            door.perform(command, actor)
        rates.append(_BATCH_SIZE / (time.perf_counter() - begun))
        if not round_number:
            rates.clear()
            floors.clear()
    store.close()
    floor.close()
    rate, bare = median(rates), median(floors)
    return {
        "matters": len(rows["matters"]),
        "rows": sum(map(len, rows.values())),
        "flush_ms": flush * 1000,
        "accepts_per_s": round(rate, 1),
        "floor_per_s": round(bare, 1),
        "ratio": round(rate / bare, 3),
    }


def _prepare_city(folder: Path) -> tuple[AcceptCase, str]:
    """Make a city and accept one birth at its counter; return the command of this acceptance and its actor."""
    office = open_or_build(folder)
    try:
        counter = sign_in_clerk(office)
        start_birth_case(office, counter, "register_with", "mother_insured", "bank_account")
        counter.accept_case()
        with office.store.read() as tx:
            row = next(iter(tx.select("ledger_entries", kind="AcceptCase")))
        return entry_from_row(office.door.rules["AcceptCase"], row).command, row["actor"]
    finally:
        office.store.close()


def _with_new_draft(door: Door, like: AcceptCase, actor: str, serial: int) -> AcceptCase:
    """Save a new draft of the same visit; return the command that accepts it like `like`, for another applicant.

    `serial` makes the numbers of the parties and the name of the child new: a second case of the same applicant or
    child would be refused until the clerk gives a reason. The materials are papers, because a licence has to belong to
    a party of the form.
    """
    details = like.personal
    if not isinstance(details, CaseDetails):
        raise TypeError(type(details))
    keep = SaveDraft(
        visit=like.visit,
        window=like.window,
        one_thing=like.one_thing,
        catalogue=like.catalogue,
        catalogue_version=like.catalogue_version,
        personal=DraftContent(values=details.values),
    )
    draft = door.perform(keep, actor).draft
    renamed = {party.number: _next_number(party.number, serial) for party in details.parties if party.number}
    renamed |= {party.name: party.name[:1] + chr(0x4E00 + serial) for party in details.parties if not party.number}
    parties = tuple(
        msgspec.structs.replace(
            party,
            name=renamed.get(party.name, party.name),
            number=renamed.get(party.number, ""),
            subject="",
            known_by=KNOWN_BY_DOCUMENT,
        )
        for party in details.parties
    )
    values = {field: renamed.get(value, value) for field, value in details.values.items()}
    materials = tuple(GivenMaterial(material=given.material, how="paper") for given in like.materials)
    personal = msgspec.structs.replace(details, parties=parties, values=values, claims={})
    return msgspec.structs.replace(like, draft=draft, materials=materials, personal=personal)


def _next_number(number: str, serial: int) -> str:
    """Return the identity number of another person of the same place, birthday and sex: GB 11643-1999."""
    first = f"{number[:14]}{(int(number[14:17]) + 2 * serial) % 1000:03}"
    return first + str(ric.calc_check_digit(first + "0"))


def _rows_of_case(store: Store, number: str) -> TableRows:
    """Return every row that contains the number of the case, by table."""
    found: TableRows = {}
    with store.read() as tx:
        for table in METADATA.sorted_tables:
            rows = [row for row in tx.select(table.name) if any(number in str(value) for value in row.values())]
            if rows:
                found[table.name] = rows
    return found


class _AcceptanceFloor:
    """Inserts the rows of one acceptance raw, with new keys each time, into tables like those of the store."""

    def __init__(self, path: Path, rows: TableRows) -> None:
        upgrade(path)
        self._connection = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            self._connection.execute(f"PRAGMA {setting}")
        self._rows = rows
        self._number = rows["cases"][0]["number"]
        self._done = 0

    def run_batch(self, many: int, flush: float) -> float:
        """Insert all rows `many` times, each time in one transaction; return transactions per second."""
        made = [
            [(self._insert_statement(table, rows[0]), self._with_new_keys(rows)) for table, rows in self._rows.items()]
            for _each in range(many)
        ]
        begun = time.perf_counter()
        for inserts in made:
            self._connection.execute("BEGIN IMMEDIATE")
            for text, rows in inserts:
                self._connection.executemany(text, rows)
            self._connection.execute("COMMIT")
            time.sleep(flush)
        return many / (time.perf_counter() - begun)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _insert_statement(self, table: str, row: Row) -> str:
        return f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})"  # noqa: S608

    def _with_new_keys(self, rows: list[Row]) -> list[tuple[Any, ...]]:
        self._done += 1
        new = f"{self._done:012d}"
        return [tuple(self._with_new_key(name, value, new) for name, value in row.items()) for row in rows]

    def _with_new_key(self, name: str, value: Any, new: str) -> Any:
        if isinstance(value, str):
            return value.replace(self._number, new)
        return value + self._done * 1_000 if name in ("position", "version", "number") else value

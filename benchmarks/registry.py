"""Measure the import of persons and licences from files: against raw inserts of the same rows, and unchanged again.

The raw inserts write the same rows into the same tables with their indexes, with one commit for as many rows. Both are
measured in turn, a part of the file in each round, so that another load of the machine concerns both.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import msgspec
from stdnum.cn import ric, uscc

from clerk_app.composition.office import Office
from clerk_app.demo.sample_city import build_sample_city
from clerk_app.errors import BadData
from clerk_app.ledger.audit import read_entries
from clerk_app.people import SYSTEM
from clerk_app.registry.batches import MAX_ROWS, RowsImported
from clerk_app.registry.file_import import FileImport, ImportReport
from clerk_app.registry.source_files import open_source_file
from db.engines import Row, Store
from db.upgrade import upgrade

ROWS, ROUND = 100_000, 10_000
INSERT_BAR, UNCHANGED_BAR = 0.3, 5.0
_TABLES = {
    "person": ("persons", "registry_items", "registry_parts"),
    "licence": ("licences", "licence_users", "registry_items", "registry_parts"),
}
_ISSUER = "11310000MB2F30017"
_LICENCES_PER_PERSON = 5


@dataclass(frozen=True)
class ImportSpeed:
    """Seconds of the import of new rows, of raw inserts, and of the import of the same rows again."""

    kind: str
    rows: int
    new: float
    raw: float
    unchanged: float

    @property
    def insert_ratio(self) -> float:
        """Speed of the import of new rows, relative to raw inserts."""
        return self.raw / self.new

    @property
    def unchanged_ratio(self) -> float:
        """Speed of the import of unchanged rows, relative to new ones."""
        return self.new / self.unchanged

    @property
    def held(self) -> bool:
        """Whether both bars are held."""
        return self.insert_ratio >= INSERT_BAR and self.unchanged_ratio >= UNCHANGED_BAR


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks registry", allow_abbrev=False)
    parser.add_argument("--rows", type=int, default=ROWS, help="persons; there are five times as many licences")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    if args.rows < 2 * MAX_ROWS:
        raise BadData("At least two batches are needed: {limit} rows.", limit=2 * MAX_ROWS)
    speeds = list(measure(args.rows))
    for speed in speeds:
        line = json.dumps(asdict(speed) | {"held": speed.held}) if args.json else _as_text(speed)
        sys.stdout.write(line + "\n")
    return 0 if all(speed.held for speed in speeds) else 1


def _as_text(speed: ImportSpeed) -> str:
    return (
        f"{speed.kind:8} {speed.rows:7} rows  new {speed.rows / speed.new:7.0f}/s  {speed.insert_ratio:.2f} of raw"
        f" inserts, at least {INSERT_BAR}  unchanged {speed.rows / speed.unchanged:7.0f}/s, {speed.unchanged_ratio:.1f}"
        f" times as fast, at least {UNCHANGED_BAR:g}  {'bar held' if speed.held else 'BAR BROKEN'}"
    )


def measure(rows: int) -> Iterator[ImportSpeed]:
    """Yield the speeds of persons and of licences: of the round whose ratio to raw inserts is the median.

    The first batch of each kind is not measured: the program loads modules and fills its caches.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        office = build_sample_city(folder / "office")
        upgrade(folder / "raw.db")
        raw = Store(folder / "raw.db")
        try:
            for kind, lines in (("person", _persons(rows)), ("licence", _licences(rows))):
                header, rounds = next(lines), []
                _measure_round(office, raw, folder / "part.csv", kind, [header, *islice(lines, MAX_ROWS)])  # warms up
                while part := list(islice(lines, ROUND)):
                    rounds.append(_measure_round(office, raw, folder / "part.csv", kind, [header, *part]))
                rounds.sort(key=lambda speed: speed.insert_ratio)
                middle = rounds[len(rounds) // 2]
                unchanged = middle.new / median(speed.unchanged_ratio for speed in rounds)
                yield replace(middle, unchanged=unchanged)
        finally:
            raw.close()
            office.store.close()


def _measure_round(office: Office, raw: Store, path: Path, kind: str, lines: Sequence[Sequence[str]]) -> ImportSpeed:
    """Import a file twice, and insert the rows that it wrote into the raw store, one after the other."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    with office.store.read() as tx:
        before = tx.query_one("ledger.last_position")
    new, report = _time_import(office, path)
    unchanged, again = _time_import(office, path)
    if report.refused or again.unchanged != report.new:
        raise BadData("The measure is wrong: {text}", text=report)
    first = before["position"] + 1 if before else 1
    batches = list(_read_batches(office.store, kind, first))
    begin = time.perf_counter()
    for batch in batches:
        with raw.write() as tx:
            for table, rows in batch.items():
                tx.insert_many(table, rows)
    return ImportSpeed(kind, report.new, new, time.perf_counter() - begin, unchanged)


def _number(serial: int) -> str:
    day = f"{1950 + serial // 336 % 60}{1 + serial % 12:02}{1 + serial // 12 % 28:02}"
    digits = f"31{serial // 20_160_000:02}01{day}{serial // 20_160 % 1000:03}"
    return digits + str(ric.calc_check_digit(digits + "0"))


def _persons(rows: int) -> Iterator[Sequence[str]]:
    yield "identifier", "id_number", "name", "born", "phone", "address"
    for serial in range(rows):
        number = _number(serial)
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        address = f"示范市示范区梧桐路{serial % 900}弄{serial % 37}号{serial % 1700}室"
        yield (
            f"R{serial:010}",
            number,
            f"令狐{chr(0x4E00 + serial % 5000)}",
            born,
            f"1390000{serial % 10_000:04}",
            address,
        )


def _licences(rows: int) -> Iterator[Sequence[str]]:
    issuer = _ISSUER + uscc.calc_check_digit(_ISSUER)
    yield (
        "certificateNumber",
        "certificateTypeCode",
        "certificateHolderCode",
        "certificateIssuingAuthorityName",
        ("certificateIssuingAuthorityCode"),
        "certificateIssuedDate",
        "certificateExpiringDate",
        "更新日期",
        "name",
        "sex",
    )
    for serial in range(rows * _LICENCES_PER_PERSON):
        holder = serial // _LICENCES_PER_PERSON
        name = f"令狐{chr(0x4E00 + holder % 5000)}"
        period = "2020-01-01", "2040-01-01", "2026-01-01"
        yield f"11310000{serial:012}", "0101", _number(holder), "示范市公安局", issuer, *period, name, "男"


def _time_import(office: Office, path: Path) -> tuple[float, ImportReport]:
    begin = time.perf_counter()
    report = FileImport(
        office.door,
        open_source_file(path),
        "benchmark",
        SYSTEM,
        is_dry_run=False,
        today=office.local_time().date(),
        report_mistake=lambda _mistake: None,
    ).run()
    return time.perf_counter() - begin, report


def _read_batches(store: Store, kind: str, first: int) -> Iterator[Mapping[str, list[Row]]]:
    """Yield the rows by table that each entry from position `first` on wrote."""
    for entry in read_entries(store, first - 1):
        subjects = msgspec.json.decode(entry["decision"], type=RowsImported).subjects
        key = {"node": entry["node"], "incarnation": entry["incarnation"], "number": entry["number"]}
        batch: dict[str, list[Row]] = {table: [] for table in _TABLES[kind]}
        with store.read() as tx:
            for subject in subjects:
                batch[_TABLES[kind][0]] += tx.select(_TABLES[kind][0], id=subject)
                batch["registry_items"] += tx.select("registry_items", subject=subject)
            if kind == "licence":
                holders = [row["holder"] for row in batch["licences"]]
                batch["licence_users"] = [
                    {"person": holder, "licence": subject} for holder, subject in zip(holders, subjects, strict=True)
                ]
            else:
                holders = list(subjects)
            batch["registry_parts"] = [{"subject": holder, **key, "part": part} for part, holder in enumerate(holders)]
        yield batch

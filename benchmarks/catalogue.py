"""Measure a published catalogue of the size of a large city: publication, finding with F5, and the parts of cases.

Each key in the dialog of F5 is compared with a key of a minimal Textual app, pressed in turn. With `--feel`, the rounds
of `feel` run over an office with this catalogue and over one with the sample catalogue in turn.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks import minimal_app
from benchmarks.catalogue_queries import KINDS
from benchmarks.feel_report import MEMORY, ORDER, Values, percentile
from benchmarks.feel_rounds import SIGN_IN, program_command, run_round
from benchmarks.sample_office import CLERK, PIN, build_feel_city
from benchmarks.synthetic_catalogue import ITEMS, MATTERS, build_catalogue
from benchmarks.terminal import Terminal
from clerk_app.catalogue.entries import CatalogueContent
from clerk_app.catalogue.name_index import NameIndex
from clerk_app.catalogue.names import ONE_THING, list_names
from clerk_app.catalogue.publication import load_part
from clerk_app.cli.office_access import publish_catalogue
from clerk_app.composition.office import Office, open_office
from clerk_app.errors import BadData
from clerk_app.roles.counter.offers import find_offers
from clerk_app.roles.counter.one_things import option_id

KEY_BAR, RESULT_BAR, FEEL_BAR = 2.0, 100.0, 1.2  # ratio to the minimal app, milliseconds, ratio to the sample catalogue
WORDS = ("spjyxk", "birth", "gthbg", "zgbt")
_KEY_SECONDS = 0.1  # between keys that a person types
_FORM_MARKER = "draft saved"
_DIALOG_MARKER = "can be found"
_TASKS, _FEEL_TASKS = 10, 5_000
_F5, _ESCAPE, _CLEAR = "\x1b[15~", "\x1b", "\x15"


@dataclass(frozen=True)
class Line:
    """A line of the report; `ratio` is compared with `bar` if there is one, else `value`."""

    name: str
    value: float
    unit: str = "ms"
    ratio: float | None = None
    bar: float | None = None
    recall: float | None = None  # share of queries whose name is among the rows that are shown
    count: int = 1

    @property
    def held(self) -> bool:
        """Whether the bar is held."""
        return self.bar is None or (self.value if self.ratio is None else self.ratio) <= self.bar

    def as_text(self) -> str:
        """Return a readable line."""
        more = [
            "" if self.ratio is None else f"x {self.ratio:.2f}",
            "" if self.recall is None else f"recall {self.recall:.2f}",
            "" if self.bar is None else f"(bar {self.bar:g}) {'held' if self.held else 'BROKEN'}",
        ]
        return f"{self.name:34} {self.value:10.1f} {self.unit:4} {'  '.join(filter(None, more))}".rstrip()


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks catalogue", allow_abbrev=False)
    parser.add_argument("--scale", type=float, default=1.0, help=f"share of {MATTERS} matters and {ITEMS} items")
    parser.add_argument("--rounds", type=int, default=3, help="how often each word is typed, and rounds of --feel")
    parser.add_argument("--queries", type=int, default=25, help="queries of each kind")
    parser.add_argument("--feel", action="store_true", help="compare with the sample catalogue in the rounds of feel")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    if args.rounds < 1 or args.queries < 1 or not 0 < args.scale <= 1:
        raise BadData("At least one round and one query are needed, and a scale up to 1.")
    with TemporaryDirectory(prefix="clerk-bench-") as temporary:
        lines = measure(Path(temporary), args.scale, args.rounds, args.queries, with_feel=args.feel)
    for line in lines:
        text = json.dumps(asdict(line) | {"held": line.held}) if args.json else line.as_text()
        sys.stdout.write(text + "\n")
    return 0 if all(line.held for line in lines) else 1


def measure(folder: Path, scale: float, rounds: int, queries: int, *, with_feel: bool) -> list[Line]:
    """Publish the catalogue in a sample city in `folder` and measure."""
    city = folder / "city"
    build_feel_city(city, _FEEL_TASKS if with_feel else _TASKS)
    office = open_office(city)
    lines = _publish(office, scale)
    lines += _find_names(office, queries)
    lines += _load_parts(office)
    office.store.close()
    lines += _type_words(city, rounds)
    if with_feel:
        build_feel_city(folder / "sample", _FEEL_TASKS)
        lines += _compare_feel(folder / "sample", city, rounds)
    return lines


def _publish(office: Office, scale: float) -> list[Line]:
    catalogue = build_catalogue(round(MATTERS * scale), round(ITEMS * scale), office.catalogue().version + 1)
    started, used = perf_counter(), process_time()
    publish_catalogue(office, catalogue)
    took, processor = (perf_counter() - started) * 1000, (process_time() - used) * 1000
    with office.store.read() as tx:
        names = NameIndex(tx, catalogue.id, catalogue.version).count_names()
    return [
        Line("names that can be found", names, ""),
        Line("publication", took),
        Line("publication, processor", processor),
    ]


def _find_names(office: Office, queries: int) -> list[Line]:
    """Find random names of matters and handling items; the times are of whole pages, as the dialog asks for them."""
    content = CatalogueContent.decode(office.catalogue().to_bytes())
    names = [name for name in list_names(content) if name.kind != ONE_THING and name.number] if content else []
    found, random = [], Random(7)  # noqa: S311 - the same queries each time
    everything: list[float] = []
    for kind, typed in KINDS.items():
        chosen = [random.choice(names) for _ in range(queries)]
        times, hits = [], 0
        for name in chosen:
            text = typed(name, random)
            started = perf_counter()
            page = find_offers(office, text, {})
            times.append((perf_counter() - started) * 1000)
            hits += any(row.id == option_id(name) for row in page.rows)
        everything += times
        found.append(Line(f"found by {kind}, p95", percentile(times, 0.95), recall=hits / queries, count=queries))
    p95 = percentile(everything, 0.95)
    return [*found, Line("found by any kind, p95", p95, bar=RESULT_BAR, count=len(everything))]


def _load_parts(office: Office) -> list[Line]:
    catalogue = office.catalogue()
    times = {}
    for one_thing in (catalogue.one_things[0].id, "matter.s-1"):
        with office.store.read() as tx:
            started = perf_counter()
            load_part(tx, catalogue.id, catalogue.version, one_thing)
            times[one_thing] = (perf_counter() - started) * 1000
    return [Line(f"part of {one_thing} loaded", took) for one_thing, took in times.items()]


def _type_words(city: Path, rounds: int) -> list[Line]:
    """Type each word into F5, character by character; the first round is not counted."""
    office = open_office(city)
    totals = {
        word[:end]: find_offers(office, word[:end], {}).total for word in WORDS for end in range(1, len(word) + 1)
    }
    office.store.close()
    minimal: list[float] = []
    own: list[float] = []
    results: list[float] = []
    processor: list[float] = []
    with (
        Terminal((sys.executable, "-m", minimal_app.__name__)) as base,
        Terminal(program_command(city)) as terminal,
    ):
        base.wait_for(minimal_app.MARKER)
        terminal.wait_for(SIGN_IN)
        terminal.write(f"{CLERK}\r{PIN}\r")
        terminal.wait_for(_FORM_MARKER)
        terminal.wait_until_quiet()
        terminal.time_answers(_F5, re.compile(_DIALOG_MARKER.encode()), patience=20)
        terminal.wait_until_quiet()
        for round_number in range(rounds + 1):
            for word in WORDS:
                for end in range(1, len(word) + 1):
                    terminal.read_for(_KEY_SECONDS)
                    key = base.time_key("a", re.compile(minimal_app.MARKER.encode()))
                    used = terminal.processor_ms()
                    times = _type_character(terminal, word, end, totals)
                    if round_number and len(times) > 1:
                        processor.append(terminal.processor_ms() - used)
                    if round_number:
                        minimal.append(key)
                        own.append(times[0])
                        results += times[1:]
                terminal.write(_CLEAR)
                terminal.wait_until_quiet(0.3)
    ratio = median(own) / median(minimal)
    return [
        Line("key of a minimal app", median(minimal), count=len(minimal)),
        Line("key in F5, paint", median(own), ratio=ratio, bar=KEY_BAR, count=len(own)),
        Line("result shown, median", median(results), count=len(results)),
        Line("result shown, p95", percentile(results, 0.95), bar=RESULT_BAR, count=len(results)),
        Line("processor until a result, p95", percentile(processor, 0.95), count=len(processor)),
    ]


def _type_character(terminal: Terminal, word: str, end: int, totals: dict[str, int]) -> list[float]:
    """Return the milliseconds until the character is painted, and until its count is, if the count has changed."""
    typed = word[:end]
    patterns = [re.compile(rb"m%s\x1b" % typed.encode())]
    if totals[typed] != totals.get(word[: end - 1]):
        patterns.append(re.compile(rb"\b%d\b" % totals[typed]))
    return terminal.time_answers(word[end - 1], *patterns)


def _compare_feel(sample: Path, city: Path, rounds: int) -> list[Line]:
    """Run rounds of `feel` over both offices in turn; the first round is not counted."""
    values: tuple[Values, Values] = ({}, {})
    for round_number in range(rounds + 1):
        for kept, folder in zip(values, (sample, city), strict=True):
            _minimal, found = run_round(folder)
            if round_number:
                for name, numbers in found.items():
                    kept.setdefault(name, []).extend(numbers)
    lines = []
    for name in ORDER:
        base, own = (median(kept[name]) for kept in values)
        unit, count = "MiB" if name == MEMORY else "ms", len(values[1][name])
        lines.append(Line(f"feel: {name}", own, unit, ratio=own / base, bar=FEEL_BAR, count=count))
    return lines

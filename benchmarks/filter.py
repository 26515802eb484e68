"""Measure the filter of a list of 100,000 rows: the paint of each key, and the time until its result is shown.

The list is filtered in a thread. Each key is compared with a key of a minimal Textual app, pressed in turn. After keys
that are typed fast, only the result of the last one may be painted.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks import filter_app, minimal_app
from benchmarks.feel_report import percentile
from benchmarks.terminal import Terminal
from clerk_app.errors import BadData
from clerk_app.views.lists import ListQuery
from screens.widgets.list_filter import ListRows

ROWS, ROUNDS = 100_000, 8
KEY_BAR, RESULT_BAR = 2.0, 100.0  # ratio to the minimal app; milliseconds
WORDS = ("birth", "lice", "张", "hous", "b05")
_KEY_SECONDS, _FAST_SECONDS = 0.1, 0.04  # between keys that a person types, and that are typed fast
_END_OF_FRAME = b"\x1b[?2026l"
_ANY_COUNT = re.compile(rb"(\d+) of \d+")


@dataclass(frozen=True)
class FilterResult:
    """Medians and 95th percentiles in milliseconds, and how many stale results were painted."""

    minimal_key: float
    own_paint: float
    own_paint_ratio: float
    result_median: float
    result_p95: float
    stale_results: int
    keys: int

    @property
    def held(self) -> bool:
        """Whether every bar is held."""
        return self.own_paint_ratio <= KEY_BAR and self.result_p95 <= RESULT_BAR and not self.stale_results


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks filter", allow_abbrev=False)
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the list")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each word is typed")
    parser.add_argument("--json", action="store_true", help="print a JSON line")
    args = parser.parse_args(list(argv))
    if args.rows < 1 or args.rounds < 1:
        raise BadData("At least one row and one round are needed.")
    result = measure(args.rows, args.rounds)
    sys.stdout.write(
        (json.dumps(asdict(result) | {"held": result.held}) if args.json else format_result(result)) + "\n"
    )
    return 0 if result.held else 1


def measure(rows: int, rounds: int) -> FilterResult:
    """Type each word `rounds` times, character by character, and once more fast."""
    expected = ListRows(filter_app.sample_rows(rows), ())
    minimal: list[float] = []
    own: list[float] = []
    results: list[float] = []
    stale = 0
    command = (sys.executable, "-m", filter_app.__name__, str(rows))
    with Terminal((sys.executable, "-m", minimal_app.__name__)) as base, Terminal(command) as terminal:
        base.wait_for(minimal_app.MARKER)
        terminal.wait_for(filter_app.MARKER)
        terminal.wait_until_quiet()
        for round_number in range(rounds + 1):
            for word in WORDS:
                terminal.write("/")
                terminal.wait_until_quiet(0.3)
                for end in range(1, len(word) + 1):
                    count = len(expected.arrange(ListQuery(word[:end])) or ())
                    terminal.read_for(_KEY_SECONDS)
                    key = base.time_answers("a", re.compile(minimal_app.MARKER.encode()))[0]
                    echo = re.compile(re.escape(word[end - 1].encode()))
                    shown = re.compile(rb"\b%d of " % count)
                    paint, result = terminal.time_answers(word[end - 1], echo, shown)
                    if round_number:  # the first round folds the rows
                        minimal.append(key)
                        own.append(paint)
                        results.append(result)
                terminal.write("\x1b")
                terminal.wait_until_quiet(0.3)
                stale += _count_stale_results(terminal, expected, word)
    return FilterResult(
        median(minimal),
        median(own),
        median(own) / median(minimal),
        median(results),
        percentile(results, 0.95),
        stale,
        len(own),
    )


def _count_stale_results(terminal: Terminal, expected: ListRows, word: str) -> int:
    """Type a word fast; return how many results of a part of it were painted after its last key."""
    terminal.write("/")
    terminal.wait_until_quiet(0.3)
    for character in word[:-1]:
        terminal.write(character)
        terminal.read_for(_FAST_SECONDS)
    terminal.time_answers(word[-1], re.compile(re.escape(word[-1].encode())))
    terminal.wait_until_quiet(0.3)
    echo, _end, later = terminal.output.partition(_END_OF_FRAME)
    while word[-1].encode() not in echo and later:  # a result of the keys before, painted before this key
        echo, _end, later = later.partition(_END_OF_FRAME)
    counts = {int(count) for count in _ANY_COUNT.findall(later)}
    final = len(expected.arrange(ListQuery(word)) or ())
    terminal.write("\x1b")
    terminal.wait_until_quiet(0.3)
    return len(counts - {final})


def format_result(result: FilterResult) -> str:
    """Return the result as lines of text."""
    verdict = "held" if result.held else "NOT held"
    return "\n".join(
        (
            f"key of a minimal app      {result.minimal_key:8.2f} ms",
            f"key in the filter, paint  {result.own_paint:8.2f} ms  x {result.own_paint_ratio:.2f}  (bar {KEY_BAR})",
            f"result, median            {result.result_median:8.2f} ms",
            f"result, 95th percentile   {result.result_p95:8.2f} ms  (bar {RESULT_BAR:.0f})",
            f"stale results painted     {result.stale_results:8d}     (bar 0)",
            f"{result.keys} keys; bars {verdict}",
        )
    )

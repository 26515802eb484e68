"""Measure the share of codes read and the time per picture, for three readers: ours, zxing-cpp alone, and a cascade.

    python -m benchmarks decode [FOLDER ...]    photographs, upright and rotated. The expected text of a picture is in
                                                NAME.txt or NAME.bin in the same folder. A picture without such a file
                                                holds no code, and a text read from it counts as wrong
    python -m benchmarks decode --drawn N       N drawn pictures of each kind
    python -m benchmarks decode --clips N       N clips of each kind: number of frames until the first right text
    python -m benchmarks decode --attempts      what each further attempt of our decoder reads of these pictures,
                                                and its time
    --size 640x480                              shrink the pictures to this size first

All readers read the same picture one after another, so that times compare even on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from time import perf_counter

from benchmarks.decode_attempts import report_attempts
from benchmarks.decode_clips import report_clips
from benchmarks.decode_competitors import CodeReader, read_with_cascade, read_with_zxing
from benchmarks.decode_tasks import DecodeTask, draw_tasks, fit_pictures, is_same_text, load_photographs
from clerk_app.errors import BadData
from scanners.opencv import Picture
from scanners.qr.decoder import Decoder

CLERK, ZXING, CASCADE = "clerk", "zxing-cpp", "cascade"


@dataclass
class Tally:
    """One row of the table: for each reader the pictures read rightly, those read wrongly, and its milliseconds.

    `easy` counts the pictures that zxing-cpp alone reads.
    """

    row: str
    pictures: int = 0
    with_code: int = 0
    easy: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    ms: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    easy_ms: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, task: DecodeTask, texts: dict[str, list[str]], ms: dict[str, float]) -> None:
        """Count the texts and times of every reader for one picture."""
        right = {
            name: any(is_same_text(text, wanted) for text in texts[name] for wanted in task.wanted) for name in texts
        }
        self.pictures += 1
        self.with_code += bool(task.wanted)
        self.easy += right[ZXING]
        for name, found in texts.items():
            self.right[name] += right[name]
            self.wrong[name] += bool(found) and not right[name]
            self.ms[name] += ms[name]
            self.easy_ms[name] += ms[name] if right[ZXING] else 0.0

    def merge(self, other: Tally) -> None:
        """Add the counts of another row."""
        self.pictures += other.pictures
        self.with_code += other.with_code
        self.easy += other.easy
        self.right.update(other.right)
        self.wrong.update(other.wrong)
        for mine, more in ((self.ms, other.ms), (self.easy_ms, other.easy_ms)):
            for name, value in more.items():
                mine[name] += value


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments.

    Returns 1 if our reader read a text from a picture without a code, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks decode", allow_abbrev=False)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--drawn", type=int, default=0, metavar="N")
    parser.add_argument("--clips", type=int, default=0, metavar="N")
    parser.add_argument("--attempts", action="store_true")
    parser.add_argument("--size", metavar="WxH", default="")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(list(argv))
    tasks = fit_pictures(chain(load_photographs(args.folders), draw_tasks(_drawn_count(args))), _parse_size(args.size))
    if args.attempts:
        sys.stdout.write("\n".join(report_attempts(tasks, as_json=args.json)) + "\n")
        return 0
    tallies = measure(tasks)
    lines = _format_tallies(tallies, as_json=args.json)
    if args.clips:
        lines += report_clips(args.clips, as_json=args.json)
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if any(tally.wrong.get(CLERK) for tally in tallies if not tally.with_code) else 0


def _drawn_count(args: argparse.Namespace) -> int:
    """Return the number of drawn pictures of each kind; 4 if neither folders nor clips are asked for."""
    return int(args.drawn or (0 if args.folders or args.clips else 4))


def measure(tasks: Iterable[DecodeTask]) -> list[Tally]:
    """Run every reader on every picture; return a tally for each row, in the order of their first pictures."""

    def read_with_clerk(picture: Picture) -> list[str]:
        return [code.text for code in Decoder().read_still(picture).codes]

    readers: dict[str, CodeReader] = {ZXING: read_with_zxing, CASCADE: read_with_cascade, CLERK: read_with_clerk}
    tallies: dict[str, Tally] = {}
    for task in tasks:
        texts, ms = {}, {}
        for name, reader in readers.items():
            began = perf_counter()
            texts[name] = reader(task.picture)
            ms[name] = (perf_counter() - began) * 1000
        tallies.setdefault(task.row, Tally(task.row)).add(task, texts, ms)
    return list(tallies.values())


def _parse_size(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    width, _x, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise BadData("{text} is not a size such as 640x480", text=text)
    return int(width), int(height)


def _format_tallies(tallies: list[Tally], *, as_json: bool) -> list[str]:
    """Return a line for each row, one for all rows with a code, and one for all rows without."""
    with_code, without_code = Tally("all with a code"), Tally("all without a code")
    for tally in tallies:
        (with_code if tally.with_code else without_code).merge(tally)
    rows = [*tallies, *(total for total in (with_code, without_code) if total.pictures)]
    if as_json:
        return [json.dumps(vars(tally)) for tally in rows]
    head = "pictures; read rightly, texts read wrongly, mean ms, mean ms of what zxing-cpp alone reads"
    width = max((len(tally.row) for tally in rows), default=0)
    lines = [head] if rows else []
    for tally in rows:
        cells = (f"{name} {_format_cell(tally, name)}" for name in (ZXING, CASCADE, CLERK))
        lines.append(f"{tally.row:<{width}} {tally.pictures:5d}   " + "   ".join(cells))
    return lines


def _format_cell(tally: Tally, name: str) -> str:
    share = f"{100 * tally.right[name] / tally.with_code:5.1f} %" if tally.with_code else "    - %"
    easy = f"{tally.easy_ms[name] / tally.easy:.2f}" if tally.easy else "-"
    return f"{share} {tally.wrong[name]:2d} {tally.ms[name] / tally.pictures:6.2f} {easy:>5}"

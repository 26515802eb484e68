"""`clerk bench decode`: how many codes are read, and what that costs, beside zxing-cpp alone and a good cascade.

    clerk bench decode [FOLDER ...]    photographs, as they are and turned. A text lies beside each as NAME.txt or
                                       NAME.bin; a picture without one holds no code, and a text out of it is wrong
    clerk bench decode --drawn N       N drawn pictures of each hardship
    clerk bench decode --clips N       N clips of each hardship: frames until the first right text
    clerk bench decode --looks         what each further look alone reads of those pictures, and what it costs
    --size 640x480                     pictures are fitted into it first

All readers see the same pictures in the same run, one after another, so times compare although the machine is busy.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from benchmarks.decode_competitors import CodeReader
    from scanners.opencv import Picture

CLERK, ZXING, CASCADE = "clerk", "zxing-cpp", "cascade"
_CHARSETS = ("utf-8", "latin-1", "shift_jis", "gb18030", "cp437", "big5")


class DecodeTask(NamedTuple):
    """A picture, the name of its row in the table, and the bytes it may say; none if it holds no code."""

    row: str
    picture: Picture
    wanted: tuple[bytes, ...]


@dataclass
class Tally:
    """One line of the table: for each reader how many pictures it read rightly and wrongly, and its milliseconds.

    `easy` are the pictures that zxing-cpp alone reads.
    """

    row: str
    pictures: int = 0
    with_code: int = 0
    easy: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    ms: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    easy_ms: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, task: DecodeTask, said: dict[str, list[str]], ms: dict[str, float]) -> None:
        """Counts what each reader said of one picture."""
        right = {
            name: any(is_same_text(text, wanted) for text in said[name] for wanted in task.wanted) for name in said
        }
        self.pictures += 1
        self.with_code += bool(task.wanted)
        self.easy += right[ZXING]
        for name, texts in said.items():
            self.right[name] += right[name]
            self.wrong[name] += bool(texts) and not right[name]
            self.ms[name] += ms[name]
            self.easy_ms[name] += ms[name] if right[ZXING] else 0.0

    def merge(self, other: Tally) -> None:
        """Adds another line's counts."""
        self.pictures += other.pictures
        self.with_code += other.with_code
        self.easy += other.easy
        self.right.update(other.right)
        self.wrong.update(other.wrong)
        for mine, more in ((self.ms, other.ms), (self.easy_ms, other.easy_ms)):
            for name, value in more.items():
                mine[name] += value


def main(words: Sequence[str]) -> int:
    """Runs the bench with the arguments after `clerk bench decode`. 0, or 1 if a text was read that is not there."""
    parser = argparse.ArgumentParser(prog="clerk bench decode", allow_abbrev=False)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--drawn", type=int, default=0, metavar="N")
    parser.add_argument("--clips", type=int, default=0, metavar="N")
    parser.add_argument("--looks", action="store_true")
    parser.add_argument("--size", metavar="WxH", default="")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(list(words))
    tasks = _fit_pictures(chain(load_photographs(args.folders), draw_tasks(_drawn_count(args))), _parse_size(args.size))
    if args.looks:
        from benchmarks.decode_attempts import report_attempts

        sys.stdout.write("\n".join(report_attempts(tasks, as_json=args.json)) + "\n")
        return 0
    tallies = measure(tasks)
    lines = _format_tallies(tallies, as_json=args.json)
    if args.clips:
        from benchmarks.decode_clips import report_clips

        lines += report_clips(args.clips, as_json=args.json)
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if any(tally.wrong.get(CLERK) for tally in tallies if not tally.with_code) else 0


def _drawn_count(args: argparse.Namespace) -> int:
    """How many pictures of each hardship: some, if nothing else is asked for."""
    return int(args.drawn or (0 if args.folders or args.clips else 4))


def load_photographs(folders: Iterable[Path]) -> Iterator[DecodeTask]:
    """The pictures of each folder, upright and turned by 90, 180 and 270 degrees. Raises BadData if there are none."""
    from scanners.camera.sources import list_pictures, load_picture
    from scanners.opencv import np, to_grey

    for folder in folders:
        paths = list_pictures(folder)
        if not paths:
            raise BadData("There is no picture in {folder}.", folder=str(folder))
        for path in paths:
            beside = (path.with_suffix(".txt"), path.with_suffix(".bin"))
            wanted = tuple(text.read_bytes() for text in beside if text.exists())
            picture = to_grey(load_picture(path.read_bytes(), path.name))
            none = _("no code")
            for turn in range(4):
                row = f"{path.parent.name} {90 * turn if wanted else none}"
                yield DecodeTask(row, np.ascontiguousarray(np.rot90(picture, -turn)), wanted)


def draw_tasks(number: int) -> Iterator[DecodeTask]:
    """So many drawn pictures of each hardship."""
    from benchmarks.synthetic_codes import PICTURE_KINDS, draw_picture

    for kind in PICTURE_KINDS:
        for seed in range(number):
            shown, text = draw_picture(kind, seed)
            yield DecodeTask(kind, shown, (text.encode(),))


def measure(tasks: Iterable[DecodeTask]) -> list[Tally]:
    """Every reader on every picture; a tally a row, in the order of their first pictures."""
    from benchmarks.decode_competitors import read_with_cascade, read_with_zxing
    from scanners.qr.decoder import Decoder

    def ours(picture: Picture) -> list[str]:
        return [code.text for code in Decoder().read_still(picture).codes]

    readers: dict[str, CodeReader] = {ZXING: read_with_zxing, CASCADE: read_with_cascade, CLERK: ours}
    tallies: dict[str, Tally] = {}
    for task in tasks:
        texts, ms = {}, {}
        for name, reader in readers.items():
            began = perf_counter()
            texts[name] = reader(task.picture)
            ms[name] = (perf_counter() - began) * 1000
        tallies.setdefault(task.row, Tally(task.row)).add(task, texts, ms)
    return list(tallies.values())


def is_same_text(text: str, wanted: bytes) -> bool:
    """Whether a text is what is wanted, whichever character set the one who wrote that down took."""
    return bool(_possible_encodings(text.encode("utf-8", "surrogatepass")) & _possible_encodings(wanted))


def _possible_encodings(data: bytes) -> set[bytes]:
    found = {data}
    for charset in _CHARSETS:
        try:
            found.add(data.decode(charset).encode())
        except UnicodeError:
            continue
    return {spelling.replace(b"\r\n", b"\n").strip() for spelling in found}


def _fit_pictures(tasks: Iterable[DecodeTask], size: tuple[int, int] | None) -> Iterator[DecodeTask]:
    from scanners.opencv import fit_into

    for task in tasks:
        if size:
            height, width = task.picture.shape[:2]
            long, short = max(size), min(size)
            box = (long, short) if width >= height else (short, long)
            task = task._replace(picture=fit_into(task.picture, *box))
        yield task


def _parse_size(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    width, _x, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise BadData("{text} is not a size such as 640x480", text=text)
    return int(width), int(height)


def _format_tallies(tallies: list[Tally], *, as_json: bool) -> list[str]:
    """A line a row, then one for all rows with a code together and one for all without."""
    whole, empty = Tally(_("all with a code")), Tally(_("all without a code"))
    for tally in tallies:
        (whole if tally.with_code else empty).merge(tally)
    rows = [*tallies, *(total for total in (whole, empty) if total.pictures)]
    if as_json:
        return [json.dumps(vars(tally)) for tally in rows]
    head = _("pictures; read rightly, texts read wrongly, mean ms, mean ms of what zxing-cpp alone reads")
    wide = max((len(tally.row) for tally in rows), default=0)
    lines = [head] if rows else []
    for tally in rows:
        cells = (f"{name} {_format_cell(tally, name)}" for name in (ZXING, CASCADE, CLERK))
        lines.append(f"{tally.row:<{wide}} {tally.pictures:5d}   " + "   ".join(cells))
    return lines


def _format_cell(tally: Tally, name: str) -> str:
    share = f"{100 * tally.right[name] / tally.with_code:5.1f} %" if tally.with_code else "    - %"
    easy = f"{tally.easy_ms[name] / tally.easy:.2f}" if tally.easy else "-"
    return f"{share} {tally.wrong[name]:2d} {tally.ms[name] / tally.pictures:6.2f} {easy:>5}"

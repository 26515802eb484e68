"""Measure the processor time of a sheet of A4, against the floor: as much text, by typst without our template.

Rounds of floor and papers alternate, so that each has the same load of the machine. Every paper has a text of its own,
as papers of cases have. The first paper, which loads typst and the fonts, is a row of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import count
from statistics import median
from time import process_time
from typing import Any

from clerk_app.errors import BadData
from clerk_app.paper.page import Barcode128, FillInLine, PaperCut, PaperPage, QrCode, TextLine, TwoColumnLine
from clerk_app.paper.printers.a4 import render_a4
from clerk_app.paper.printers.installed_fonts import ascii_face, chinese_face

ROUNDS = 10
_PAPERS = range(8)  # of each kind in a round: typst keeps what it computed for a few papers
BAR = 6.0  # times the floor
LIMIT_MS = 20.0  # for a sheet on an idle machine
_AT = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
_SENTENCE = "经审查，申请材料齐全，符合法定形式和法定条件。"
_FLOOR = """#set page(paper: "a4")
#set text(font: {families}, lang: "zh")
#for text in json(bytes(sys.inputs.texts)) [#text \\ ]
"""


@dataclass(frozen=True)
class SheetTime:
    """Median processor time of a sheet; `ratio` to the floor, `bar` the largest allowed ratio, or None."""

    name: str
    milliseconds: float
    ratio: float | None = None
    bar: float | None = None

    @property
    def held(self) -> bool:
        """Whether the ratio is within its bar."""
        return self.bar is None or self.ratio is None or self.ratio <= self.bar


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when the bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks a4", allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of floor and papers, of which medians count")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    if args.rounds < 1:
        raise BadData("At least one round has to count.")
    if find_spec("typst") is None or chinese_face() is None:
        raise BadData("typst and a Chinese font are needed for this benchmark.")
    times = measure(args.rounds)
    for row in times:
        ratio = "" if row.ratio is None else f"{row.ratio:6.1f} x floor, bar {row.bar:.0f}"
        line = f"{row.name:<44}{row.milliseconds:8.1f} ms {ratio}\n"
        sys.stdout.write(json.dumps(asdict(row) | {"held": row.held}) + "\n" if args.json else line)
    return 0 if all(row.held for row in times) else 1


def measure(rounds: int) -> list[SheetTime]:
    """Return the time of the first paper, of the floor, and of a paper and a list after the first."""
    numbers = count(100_000_000_000)
    first = _time(_render, _make_letter(next(numbers)))
    floor = _Floor()
    floor.compile(_texts_of(_make_letter(next(numbers))))
    floors: list[float] = []
    letters: list[float] = []
    for _round in range(rounds):
        floors += [_time(floor.compile, texts) for texts in (_texts_of(_make_letter(next(numbers))) for _ in _PAPERS)]
        letters += [_time(_render, _make_letter(next(numbers))) for _paper in _PAPERS]
    # at last, because typst keeps what it computed for a while, and that of long papers slows short ones
    lists = [_time(_render, _make_list(next(numbers))) / _LIST_SHEETS for _paper in range(rounds)]
    base = median(floors)
    return [
        SheetTime("first paper: typst and fonts are loaded", first),
        SheetTime("floor: the same text by typst alone", base),
        SheetTime(f"letter of one sheet (limit {LIMIT_MS:.0f} ms, idle)", median(letters), median(letters) / base, BAR),
        SheetTime(f"list of 300 rows, a sheet of {_LIST_SHEETS}", median(lists), median(lists) / base, BAR),
    ]


class _Floor:
    """A compiler of typst with the font of the papers, without our template."""

    def __init__(self) -> None:
        import typst

        face = chinese_face()
        letters = face and ascii_face(face)
        if face is None or letters is None:
            raise BadData("A Chinese font and one with letters are needed for this benchmark.")
        folders = list(dict.fromkeys((face.path.parent, letters.path.parent)))
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
        names = {(info.path, info.index): info.family for info in fonts.fonts()}
        families = dict.fromkeys(names[str(used.path), used.index] for used in (face, letters))
        self._source = _FLOOR.replace(
            "{families}", f"({''.join(f'{json.dumps(name)},' for name in families)})"
        ).encode()
        self._compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)

    def compile(self, texts: list[str]) -> Any:
        inputs = {"texts": json.dumps(texts, ensure_ascii=False)}
        return self._compiler.compile(self._source, sys_inputs=inputs, format="pdf", pdf_standards="a-2b")


_LIST_SHEETS = 8


def _make_letter(number: int) -> PaperPage:
    """Return a letter of one sheet with codes, rows and a list of five items."""
    return (
        TextLine("示例市政务服务中心", align="center"),
        TextLine("准予行政许可决定书", bold=True, wide=True, align="center"),
        Barcode128(str(number)),
        TextLine(str(number), bold=True, wide=True, align="center"),
        QrCode(str(number)),
        *(TwoColumnLine(label, f"{label}{number}") for label in ("申请人", "一件事", "收件时间", "窗口", "咨询电话")),
        TextLine("许可内容", bold=True),
        *(TextLine(f"{item}. {_SENTENCE}{number + item}") for item in range(1, 6)),
        TextLine(_SENTENCE * 4),
        FillInLine("受送达人（签字）"),
        FillInLine("日期"),
        PaperCut(),
    )


def _make_list(number: int) -> PaperPage:
    return (
        TextLine("目录", bold=True, wide=True, align="center"),
        *(TwoColumnLine(f"项目 {row}", f"{_SENTENCE}{number + row}") for row in range(300)),
    )


def _texts_of(page: PaperPage) -> list[str]:
    return [getattr(block, "text", "") or getattr(block, "value", "") for block in page]


def _render(page: PaperPage) -> bytes:
    return render_a4(page, "zh_CN", "决定书", _AT)


def _time(act: Callable[[Any], object], argument: object) -> float:
    """Return the processor time of `act` in milliseconds, of all threads: other programs do not change it much."""
    started = process_time()
    act(argument)
    return (process_time() - started) * 1000

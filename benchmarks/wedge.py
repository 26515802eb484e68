"""Measure the time from the last byte of a hand scanner's code to the applicant on the screen, with busy processes.

The program runs on a pseudo terminal at the counter. The code of a sample citizen is written as a scanner types it,
with a pause after each piece of a few bytes, while `--busy` processes use the processors. Before each scan the visit of
the scan before is ended, so that each scan begins on a screen without the verdict and shows a new applicant.

The time ends when the text of the verdict has come. Counted are the frames, of synchronised output, that contain this
text: a second one means that facts were painted twice. Frames without it are not counted: the clock, the emptied code
line, and the photo, whose cells a child process computes after the facts are shown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.feel_report import percentile
from benchmarks.sample_office import CLERK, PIN
from benchmarks.terminal import Terminal
from clerk_app.demo.kept_city import open_or_build
from clerk_app.errors import BadData, OutOfReach

SCANS, BUSY = 10, 4
SCAN_BAR = 200.0  # milliseconds from the last byte
CITIZEN = "mother"
_PIECE, _PIECE_SECONDS = 16, 0.004  # bytes that a scanner sends at once, and its pause after them
_READY, _VERDICT = "Sample City service centre", "Genuine"  # English texts of the screens
_NEXT = "\x1bOQ"  # F2
_QUESTION, _ADVICE = "Nothing was done", "3\r"  # what became of the visit: it was served with advice
_END_OF_FRAME = b"\x1b[?2026l"  # of synchronised output


@dataclass(frozen=True)
class ScanResult:
    """Milliseconds from the last byte to the verdict, and how many frames had the verdict for one scan at most."""

    characters: int
    busy: int
    median: float
    p95: float
    most_paints: int
    echoed: bool  # whether characters of the code were painted
    scans: int

    @property
    def held(self) -> bool:
        """Whether every scan was shown in time, once, and none of its characters was painted."""
        return self.p95 <= SCAN_BAR and self.most_paints == 1 and not self.echoed


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when the bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks wedge", allow_abbrev=False)
    parser.add_argument("--scans", type=int, default=SCANS, help="scans that are measured")
    parser.add_argument("--busy", type=int, default=BUSY, help="processes that use the processors meanwhile")
    parser.add_argument("--json", action="store_true", help="print a JSON line")
    args = parser.parse_args(list(argv))
    if args.scans < 1 or args.busy < 0:
        raise BadData("At least one scan is needed.")
    with TemporaryDirectory(prefix="clerk-bench-") as temporary:
        result = measure(Path(temporary) / "city", args.scans, args.busy)
    sys.stdout.write(
        (json.dumps(asdict(result) | {"held": result.held}) if args.json else format_result(result)) + "\n"
    )
    return 0 if result.held else 1


def measure(folder: Path, scans: int, busy: int) -> ScanResult:
    """Scan the code of the sample citizen `scans` times at the counter of the city in `folder`, which is built."""
    open_or_build(folder).store.close()
    code = (folder / "codes" / f"{CITIZEN}.txt").read_text("ascii").strip()
    times: list[float] = []
    paints: list[int] = []
    echoed = False
    command = (sys.executable, "-m", "clerk_app", "--language", "en", "--office", str(folder), "counter")
    with ExitStack() as stack, Terminal(command) as terminal:
        terminal.wait_for("Staff number")
        terminal.write(f"{CLERK}\r{PIN}\r")
        terminal.wait_for(_READY)
        terminal.wait_until_quiet()
        for _number in range(busy):
            process = subprocess.Popen((sys.executable, "-c", "while True: pass"))
            stack.callback(process.wait)
            stack.callback(process.kill)
        for _number in range(scans):
            _end_visit(terminal)
            text = f"{code}\r"
            for begin in range(0, len(text), _PIECE):
                terminal.write(text[begin : begin + _PIECE])
                terminal.read_for(_PIECE_SECONDS)
            if _VERDICT.encode() in terminal.output:
                raise OutOfReach("The verdict was painted before the whole code was written.")
            sent_at = perf_counter()
            terminal.wait_for(_VERDICT)
            times.append((perf_counter() - sent_at) * 1000)
            terminal.wait_until_quiet(0.5)
            frames = terminal.output.split(_END_OF_FRAME)
            paints.append(sum(_VERDICT.encode() in frame for frame in frames))  # a panel may show it twice
            echoed = echoed or code[20:32].encode() in terminal.output
    return ScanResult(len(code), busy, median(times), percentile(times, 0.95), max(paints), echoed, len(times))


def _end_visit(terminal: Terminal) -> None:
    """Call the next ticket, and answer what became of the visit before."""
    terminal.output = b""
    terminal.write(_NEXT)
    terminal.wait_until_quiet(1.0)
    if _QUESTION.encode() in terminal.output:
        terminal.write(_ADVICE)
        terminal.wait_until_quiet(1.0)
    terminal.output = b""


def format_result(result: ScanResult) -> str:
    """Return the result as lines of text."""
    verdict = "held" if result.held else "NOT held"
    return "\n".join(
        (
            f"code of {result.characters} characters, {result.busy} busy processes, {result.scans} scans",
            f"last byte to verdict: median {result.median:.0f} ms, p95 {result.p95:.0f} ms (bar {SCAN_BAR:.0f})",
            f"paints of the verdict for a scan: {result.most_paints} (bar 1); characters painted: {result.echoed}",
            f"bars {verdict}",
        )
    )

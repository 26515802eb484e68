"""Measure what an encrypted store costs: opening it, and claims through the command processor (`Door`).

A process over a plain store and one over an encrypted store are measured in turn; their medians are compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import encryption_worker
from benchmarks.encryption_worker import ENCRYPTED, PLAIN
from benchmarks.feel_report import percentile
from clerk_app.errors import BadData, OutOfReach

OPEN, CLAIM, CLAIM_ON_DISK = "open", "claim, 4.1 ms flush", "claim, real disk"
BARS = {OPEN: 1.3, CLAIM: 1.3, CLAIM_ON_DISK: 2.0}
_FLUSH_MS = 4.1  # emulated over a disk in memory
_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a disk in memory, whose flushes take no time


@dataclass(frozen=True)
class Cost:
    """A row of the report, in milliseconds; `ratio` is relative to the plain store."""

    name: str
    plain: float
    encrypted: float
    encrypted_p95: float
    ratio: float
    bar: float
    count: int

    @property
    def held(self) -> bool:
        """Whether the ratio is within its bar."""
        return self.ratio <= self.bar

    def as_json(self) -> str:
        """Return one JSON object on a line, with rounded numbers."""
        row = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return json.dumps(row | {"held": self.held})

    def as_text(self) -> str:
        """Return a readable line."""
        return (
            f"{self.name:20} plain {self.plain:7.3f} ms  encrypted {self.encrypted:7.3f} ms"
            f" (p95 {self.encrypted_p95:7.3f})  ratio {self.ratio:5.2f}, at most {self.bar}"
            f"  {'bar held' if self.held else 'BAR BROKEN'}"
        )


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks encryption", allow_abbrev=False)
    parser.add_argument("--rows", type=int, default=20_000, help="open tasks in the queue")
    parser.add_argument("--rounds", type=int, default=25, help="rounds that count (one more runs before them)")
    parser.add_argument("--seconds", type=float, default=0.2, help="seconds of a round of claims")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    if min(args.rows, args.rounds) < 1:
        raise BadData("At least one row and one round are needed.")
    costs = [*measure(args.rows, args.rounds, args.seconds)]
    sys.stdout.write("\n".join(cost.as_json() if args.json else cost.as_text() for cost in costs) + "\n")
    return 0 if all(cost.held for cost in costs) else 1


def measure(rows: int, rounds: int, seconds: float) -> Iterator[Cost]:
    """Yield the cost of each measure. Raises OutOfReach if a process does not start."""
    memory = _MEMORY_FOLDER if _MEMORY_FOLDER.exists() else None
    claim = {"measure": "claim", "seconds": seconds}
    with _start_pair(rows, memory) as pair:
        yield pair.compare(CLAIM, claim | {"flush_ms": _FLUSH_MS}, rounds)
    with _start_pair(rows, None) as pair:
        yield pair.compare(CLAIM_ON_DISK, claim | {"flush_ms": 0}, rounds)
        yield pair.compare(OPEN, {"measure": "open"}, rounds * 4)


class _Worker:
    """A process of `encryption_worker`."""

    def __init__(self, folder: Path, rows: int, form: str) -> None:
        command = [sys.executable, "-m", encryption_worker.__name__, str(folder), str(rows), form]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self._read_answer()

    def ask(self, request: dict[str, object]) -> list[float]:
        """Return the measured seconds."""
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        return list(self._read_answer()["seconds"])

    def stop(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read_answer(self) -> dict[str, list[float]]:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise OutOfReach("The measure is wrong: {text}", text="a process has ended")
        answer: dict[str, list[float]] = json.loads(line)
        return answer


@dataclass(frozen=True)
class _Pair:
    """The two processes that are measured in turn."""

    plain: _Worker
    encrypted: _Worker

    def compare(self, name: str, request: dict[str, object], rounds: int) -> Cost:
        """Measure both sides in turn; the first round warms up and is not counted."""
        values: tuple[list[float], list[float]] = [], []
        for round_number in range(rounds + 1):
            for kept, worker in zip(values, (self.plain, self.encrypted), strict=True):
                found = worker.ask(request)
                if round_number:
                    kept.extend(1000 * second for second in found)
        plain, encrypted = map(median, values)
        return Cost(name, plain, encrypted, percentile(values[1], 0.95), encrypted / plain, BARS[name], len(values[1]))


@contextmanager
def _start_pair(rows: int, base: Path | None) -> Iterator[_Pair]:
    with TemporaryDirectory(prefix="clerk-bench-", dir=base) as temporary, ExitStack() as exits:
        workers = []
        for form in (PLAIN, ENCRYPTED):
            worker = _Worker(Path(temporary) / form, rows, form)
            exits.callback(worker.stop)
            workers.append(worker)
        yield _Pair(*workers)

"""Result rows of `queue`, their bars, and the verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

MIN_RATIO_ONE_WORKER = 0.85  # relative to the floor, if each claim waits for a flush
MIN_RATIO_GROUP_COMMIT = 5.0  # relative to the floor of one worker, if claims share a flush
GROUP_COMMIT_WORKERS = 16  # least number of workers for which MIN_RATIO_GROUP_COMMIT is required
MIN_RATIO_NO_FLUSH = 0.15  # relative to the floor without a flush; SQLModel objects reach 0.064
MAX_GROWTH = 1.3  # time of a claim in the longest queue, relative to the shortest
REAL_DISK = "real"


@dataclass(frozen=True)
class QueueResult:
    """One row. `flush_ms` is emulated, or "real" for the disk's own; `ratio` is relative to one floor worker."""

    engine: str
    rows: int
    workers: int
    flush_ms: float | str
    claims_per_s: float
    p99_ms: float
    floor_per_s: float
    ratio: float
    doubled: int
    lost: int

    def as_json(self) -> str:
        """Return one JSON object on a line, with rounded numbers."""
        return json.dumps(
            {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}
        )

    def as_text(self) -> str:
        """Return a readable line."""
        counted = f"{self.doubled:>3} {self.lost:>3}"
        return (
            f"{self.engine:10} {self.rows:>9} {self.workers:>3}  {self.flush_ms!s:>5} ms  {self.claims_per_s:>9.0f}/s"
            f"  p99 {self.p99_ms:>8.2f} ms  {self.floor_per_s:>9.0f}/s  {self.ratio:>7.3f}  {counted}"
        )


@dataclass(frozen=True)
class CompetitorResult:
    """Claims per second of a job library and of our program, on the same server in the same run."""

    name: str
    rows: int
    workers: int
    flush_ms: float | str
    claims_per_s: float
    ours_per_s: float

    def as_json(self) -> str:
        """Return one JSON object on a line."""
        return json.dumps(
            {"engine": "postgresql", "against": self.name}
            | {
                name: round(value, 1) if isinstance(value, float) else value
                for name, value in asdict(self).items()
                if name != "name"
            }
        )

    def as_text(self) -> str:
        """Return a readable line."""
        place = f"{self.name:14} {self.rows:>9} {self.workers:>3}  {self.flush_ms!s:>5} ms"
        return f"{place}  {self.claims_per_s:>9.0f}/s  {self.ours_per_s:>9.0f}/s"


def missed_bars(results: Sequence[QueueResult], competitors: Iterable[CompetitorResult] = ()) -> list[str]:
    """Return a sentence for each bar that is missed. On a real disk only doubled and lost claims count."""
    missed = [sentence for result in results for sentence in _missed_bars_of(result)]
    missed += _missed_growth_bars([result for result in results if result.flush_ms != REAL_DISK])
    missed += [
        f"{competitor.name} is quicker: {competitor.claims_per_s:.0f} claims a second, ours {competitor.ours_per_s:.0f}"
        for competitor in competitors
        if competitor.ours_per_s <= competitor.claims_per_s
    ]
    return missed


def _missed_bars_of(result: QueueResult) -> Iterable[str]:
    place = f"{result.engine} {result.rows} x{result.workers} {result.flush_ms} ms"
    if result.doubled or result.lost:
        yield f"{place}: doubled {result.doubled}, lost {result.lost}"
    bar = _required_ratio(result)
    if bar is not None and result.ratio < bar:
        yield f"{place}: {result.ratio:.3f} of the floor, {bar} at least"


def _required_ratio(result: QueueResult) -> float | None:
    if result.flush_ms == REAL_DISK:
        return None
    if result.flush_ms == 0:
        return MIN_RATIO_NO_FLUSH
    if result.workers == 1:
        return MIN_RATIO_ONE_WORKER
    return MIN_RATIO_GROUP_COMMIT if result.workers >= GROUP_COMMIT_WORKERS else None


def _missed_growth_bars(results: Sequence[QueueResult]) -> Iterable[str]:
    groups: dict[tuple[str, int, float | str], list[QueueResult]] = {}
    for result in results:
        groups.setdefault((result.engine, result.workers, result.flush_ms), []).append(result)
    for (engine, workers, flush), group in groups.items():
        shortest, longest = min(group, key=lambda result: result.rows), max(group, key=lambda result: result.rows)
        growth = shortest.claims_per_s / longest.claims_per_s
        if growth > MAX_GROWTH:
            yield "{place}: a claim among {many} costs {growth:.2f} times one among {few}".format(
                place=f"{engine} x{workers} {flush} ms", many=longest.rows, few=shortest.rows, growth=growth
            )


def format_verdict(missed: Sequence[str]) -> str:
    """Return the missed bars as lines, or a sentence that all are held."""
    return "\n".join(["Broken:", *missed]) if missed else "Every bar is held."

"""The lines of `clerk bench queue`, the bars that they are held to, and the verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from clerk_app.locales import _

MIN_RATIO_ONE_WORKER = 0.85  # of the floor, when each claim waits for a flush anyway
MIN_RATIO_GROUP_COMMIT = 5.0  # times the floor of one worker, when a group shares it
GROUP_COMMIT_WORKERS = 16  # workers from which that holds
MIN_RATIO_NO_FLUSH = 0.15  # of the floor, when nothing is waited for: SQLModel objects reach 0.064
MAX_GROWTH = 1.3  # what a claim may cost at most in the longest queue, by what it costs in the shortest
REAL_DISK = "real"


@dataclass(frozen=True)
class QueueResult:
    """One line. `flush_ms` is emulated, or "real" for what the disk does; `ratio` is to the floor of one worker."""

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
        """One JSON object on a line, numbers rounded."""
        return json.dumps(
            {name: round(one, 3) if isinstance(one, float) else one for name, one in asdict(self).items()}
        )

    def as_text(self) -> str:
        """The same for people."""
        counted = f"{self.doubled:>3} {self.lost:>3}"
        return (
            f"{self.engine:10} {self.rows:>9} {self.workers:>3}  {self.flush_ms!s:>5} ms  {self.claims_per_s:>9.0f}/s"
            f"  p99 {self.p99_ms:>8.2f} ms  {self.floor_per_s:>9.0f}/s  {self.ratio:>7.3f}  {counted}"
        )


@dataclass(frozen=True)
class CompetitorResult:
    """A job library beside us, on the same server in the same run."""

    name: str
    rows: int
    workers: int
    flush_ms: float | str
    claims_per_s: float
    ours_per_s: float

    def as_json(self) -> str:
        """One JSON object on a line."""
        return json.dumps(
            {"engine": "postgresql", "against": self.name}
            | {
                name: round(one, 1) if isinstance(one, float) else one
                for name, one in asdict(self).items()
                if name != "name"
            }
        )

    def as_text(self) -> str:
        """The same for people."""
        place = f"{self.name:14} {self.rows:>9} {self.workers:>3}  {self.flush_ms!s:>5} ms"
        return f"{place}  {self.claims_per_s:>9.0f}/s  {self.ours_per_s:>9.0f}/s"


def missed_bars(cells: Sequence[QueueResult], rivals: Iterable[CompetitorResult] = ()) -> list[str]:
    """A sentence for each bar that was not held. A real disk has none, but that nothing may be doubled or lost."""
    found = [said for cell in cells for said in _missed_bars_of(cell)]
    found += _missed_growth_bars([cell for cell in cells if cell.flush_ms != REAL_DISK])
    found += [
        _("{name} is quicker: {theirs:.0f} claims a second, ours {ours:.0f}").format(
            name=rival.name, theirs=rival.claims_per_s, ours=rival.ours_per_s
        )
        for rival in rivals
        if rival.ours_per_s <= rival.claims_per_s
    ]
    return found


def _missed_bars_of(cell: QueueResult) -> Iterable[str]:
    place = f"{cell.engine} {cell.rows} x{cell.workers} {cell.flush_ms} ms"
    if cell.doubled or cell.lost:
        yield _("{place}: doubled {doubled}, lost {lost}").format(place=place, doubled=cell.doubled, lost=cell.lost)
    bar = _required_ratio(cell)
    if bar is not None and cell.ratio < bar:
        yield _("{place}: {ratio:.3f} of the floor, {bar} at least").format(place=place, ratio=cell.ratio, bar=bar)


def _required_ratio(cell: QueueResult) -> float | None:
    if cell.flush_ms == REAL_DISK:
        return None
    if cell.flush_ms == 0:
        return MIN_RATIO_NO_FLUSH
    if cell.workers == 1:
        return MIN_RATIO_ONE_WORKER
    return MIN_RATIO_GROUP_COMMIT if cell.workers >= GROUP_COMMIT_WORKERS else None


def _missed_growth_bars(cells: Sequence[QueueResult]) -> Iterable[str]:
    alike: dict[tuple[str, int, float | str], list[QueueResult]] = {}
    for cell in cells:
        alike.setdefault((cell.engine, cell.workers, cell.flush_ms), []).append(cell)
    for (engine, workers, flush), group in alike.items():
        shortest, longest = min(group, key=lambda one: one.rows), max(group, key=lambda one: one.rows)
        growth = shortest.claims_per_s / longest.claims_per_s
        if growth > MAX_GROWTH:
            yield _("{place}: a claim among {many} costs {growth:.2f} times one among {few}").format(
                place=f"{engine} x{workers} {flush} ms", many=longest.rows, few=shortest.rows, growth=growth
            )


def format_verdict(found: Sequence[str]) -> str:
    """Whether the queue may serve a city, in a sentence or several."""
    return "\n".join([_("Broken:"), *found]) if found else _("Every bar is held.")

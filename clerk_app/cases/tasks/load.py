"""Load of an organ over a day: tasks that came, were decided and were open in each interval."""

from __future__ import annotations

from dataclasses import dataclass

from db.engines import Transaction

OPEN_STATES = ("pooled", "claimed", "returned", "procedure", "external")


@dataclass(frozen=True)
class OrganLoad:
    """Figures of the intervals of a day so far. `open` counts the started tasks at the end of each."""

    arrived: tuple[int, ...]
    decided: tuple[int, ...]
    open: tuple[int, ...]


def read_load(tx: Transaction, organ: str, since: int, step: int, count: int) -> OrganLoad:
    """Return the load of an organ since a moment in `count` intervals of `step` microseconds; the last one is now."""
    arrived, decided, ended = [0] * count, [0] * count, [0] * count
    for row in tx.query_all("cases.arrivals_of_open_tasks", organ=organ, since=since, step=step):
        arrived[min(count - 1, row["came"])] += row["many"]
    for row in tx.query_all("cases.course_of_ended_tasks", organ=organ, since=since, step=step):
        index = min(count - 1, row["went"])
        ended[index] += row["many"]
        decided[index] += row["many"] * row["decided"]
        if row["came"] >= 0:
            arrived[min(count - 1, row["came"])] += row["many"]
    counts = {row["state"]: int(row["many"]) for row in tx.query_all("cases.queue_counts", organ=organ)}
    length = sum(counts.get(state, 0) for state in OPEN_STATES)
    lengths: list[int] = []
    for came, went in zip(reversed(arrived), reversed(ended), strict=True):
        lengths.append(length)
        length += went - came
    return OrganLoad(tuple(arrived), tuple(decided), tuple(reversed(lengths)))

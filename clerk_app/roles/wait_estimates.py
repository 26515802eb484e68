"""The estimated waits of a hall, kept for the screens of this machine.

The views of a screen are read in a worker thread, which computes the estimates: when the queue or a window has changed,
and at least every KEPT_SECONDS; never for each ticket, and never in the event loop. A ticket takes the last one.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from clerk_app.catalogue.publication import read_hall
from clerk_app.composition.office import Office
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.estimate_inputs import read_hall_state, read_widening
from clerk_app.hall.wait_estimate import WaitRange, estimate_waits
from db.engines import Transaction

KEPT_SECONDS = 15  # an estimate is at most so old while a screen is refreshed
CHANGED_SECONDS = 3  # after a change of the queue
_SECOND = 1_000_000  # microseconds


@dataclass(frozen=True)
class HallEstimates:
    """Ranges of the waits of new ordinary tickets by category, as stored with a ticket, and the widening of the day."""

    ranges: dict[str, WaitRange] = field(default_factory=dict)
    widening: float = 1.0

    def stored(self, category: str) -> WaitRange:
        """Return the range that is stored with a ticket: before the widening, which later days compute from it."""
        return self.ranges.get(category, WaitRange())

    def shown(self, category: str) -> tuple[int, int]:
        """Return the range that people read, in minutes; (0, 0) without an estimate."""
        stored = self.stored(category)
        return stored.widen(self.widening).to_minutes() if stored else (0, 0)


class WaitEstimates:
    """Computes the estimates of a hall, and keeps them. Used by the worker threads of one machine."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = threading.Lock()
        self._kept = HallEstimates()
        self._computed_at = 0
        self._version: object = None
        self._widening: tuple[str, float] = ("", 1.0)

    @property
    def newest(self) -> HallEstimates:
        """The estimates that were computed last; none before the first reading."""
        return self._kept

    def read(self, tx: Transaction) -> HallEstimates:
        """Return the estimates, computed again if they are too old. Empty while the hall is closed."""
        with self._lock:
            hall, now = self._office.settings.hall, self._office.corrected_now
            day = find_open_day(tx, hall)
            if day is None:
                self._kept, self._version = HallEstimates(), None
                return self._kept
            age = abs(now - self._computed_at)
            if self._version is not None and age < CHANGED_SECONDS * _SECOND:
                return self._kept
            version = self._read_version(tx, hall, day["day"])
            if version != self._version or age >= KEPT_SECONDS * _SECOND:
                self._kept = self._compute(tx, hall, day["day"], now)
                self._version, self._computed_at = version, now
            return self._kept

    def _read_version(self, tx: Transaction, hall: str, day: str) -> object:
        tickets = dict(tx.query_one("hall.day_version", hall=hall, day=day) or {})
        windows = [(row["id"], row["state"], row["categories"]) for row in tx.select("windows", order=("id",))]
        return day, tickets, windows

    def _compute(self, tx: Transaction, hall: str, day: str, now: int) -> HallEstimates:
        if self._widening[0] != day:  # the closed days before a day do not change
            self._widening = day, read_widening(tx, hall, day)
        published = read_hall(tx)
        categories = self._office.settings.categories if published is None else published.categories
        letters = [category.letter for category in categories]
        seed = now // (KEPT_SECONDS * _SECOND)
        return HallEstimates(estimate_waits(read_hall_state(tx, hall, now), letters, seed), self._widening[1])

"""Life in the hall around a person who tries the sample city: visitors come, colleagues call and serve them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from clerk_app.composition.office import Office
from clerk_app.composition.schedule import Scheduler
from clerk_app.log import log_exception

if TYPE_CHECKING:
    from clerk_app.demo.hall.day import HallDay

_STARTS_AFTER = 6.0  # seconds after the store was opened: sign-in and first screen come first
_MICROSECONDS = 1_000_000
_OPEN_WITHIN = 6 * _MICROSECONDS


class HallScheduler(Scheduler):
    """The schedule of a sample city, and a second thread with the life in its hall."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._city = office
        self._ended = threading.Event()
        self._hall = threading.Thread(target=self._live, name="hall", daemon=True)

    def start_in_background(self, prepare: Callable[[], None] | None = None) -> None:
        """Start both threads; life in the hall begins some seconds later."""
        super().start_in_background(prepare)
        self._hall.start()

    def stop(self) -> None:
        """Stop both threads and wait until they have ended."""
        self._ended.set()
        if self._hall.is_alive():
            self._hall.join(timeout=10)
        super().stop()

    def _live(self) -> None:
        if self._ended.wait(_STARTS_AFTER):
            return
        try:
            live_in_hall(self._city, self._ended)
        except Exception as error:  # the screen does not need the hall
            log_exception("hall", error)


def live_in_hall(office: Office, ended: threading.Event) -> None:
    """Let visitors come and colleagues serve them until `ended` is set. Raises ClerkError when it cannot begin."""
    from clerk_app.demo.hall.program import perform_events

    hall = plan_life(office, office.now)
    perform_events(hall, lambda at: max(0.0, (at - office.now) / _MICROSECONDS), ended)


def plan_life(office: Office, seed: int) -> HallDay:
    """Return the events from now on, without an end."""
    from clerk_app.demo.hall.acts import HallActs  # these modules import the rules of cases
    from clerk_app.demo.hall.city import endless_arrivals, register_colleagues
    from clerk_app.demo.hall.data import SAMPLE_HALL, load_hall_data
    from clerk_app.demo.hall.day import HallDay

    data, begin, rng = load_hall_data(SAMPLE_HALL), office.now, Random(seed)  # noqa: S311 - a simulation
    colleagues = register_colleagues(office, data, rng)
    hall = HallDay(HallActs(office, data, rng), data, rng, colleagues, endless_arrivals(begin, data, rng))
    hall.begin(begin, _OPEN_WITHIN)
    return hall

"""The course of a simulated hall as a list of events in time: arrivals, calls, visits, breaks, decisions.

Nothing here waits: the caller performs each event when its time has come. Everything follows from the seed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from heapq import heappop, heappush
from random import Random

from clerk_app.cases.tasks.claims import TaskClaimed
from clerk_app.demo.hall.acts import Colleague, HallActs, Visit, Visitor
from clerk_app.demo.hall.data import HallData, MatterData
from clerk_app.errors import ClerkError, Refused
from clerk_app.log import log_event

SECOND = 1_000_000  # microseconds
MINUTE = 60 * SECOND
_CALLS = 3  # calls of a ticket before its holder counts as absent
_RECALL_AFTER = 40 * SECOND
_ABSENCE = 5 * MINUTE  # of a clerk whose window was closed by somebody else
_LUNCH = "meal"  # reason of the break
_LAST_ACT = 0.85  # share of a visit after which a case is accepted

Event = Callable[[int], None]
"""Performs something; the argument is its time, microseconds UTC."""


class HallDay:
    """The events of a hall. `counts` has the number of tickets, visits, cases, decisions and refused acts."""

    def __init__(
        self, acts: HallActs, data: HallData, rng: Random, colleagues: Sequence[Colleague], arrivals: Iterator[int]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._acts, self._data, self._rng, self._arrivals = acts, data, rng, arrivals
        self._events: list[tuple[int, int, Event]] = []
        self._number = 0
        self._idle: dict[str, Colleague] = {}
        self._due_breaks: dict[str, int] = {}  # length of the break after the present visit, by window
        self._colleagues = colleagues
        self._categories = {category.letter: category for category in data.categories}
        self._is_over = False
        self._renewal = acts.read_lease_minutes() * MINUTE // 3

    @property
    def next_at(self) -> int | None:
        """Time of the next event; None after the last one."""
        return self._events[0][0] if self._events else None

    def perform_next(self) -> None:
        """Perform the next event. A refused act is counted and logged, and the people go on."""
        at, _number, event = heappop(self._events)
        try:
            event(at)
        except ClerkError as error:
            self.counts["refused"] += 1
            log_event("hall", "refused", error=getattr(error, "reason", type(error).__name__))

    def begin(self, at: int, within: int = 2 * MINUTE) -> None:
        """Let the colleagues open their windows within a time, and the first visitor come."""
        for colleague in self._colleagues:
            self._plan_for(colleague, at + self._rng.randrange(within), partial(self._open, colleague))
            self._plan(at + self._renewal, partial(self._renew, colleague))
        self._await_arrival()

    def plan_lunch(self, first_at: int, length: int) -> None:
        """Plan the break of each colleague: half of them at `first_at`, the others afterwards."""
        for place, colleague in enumerate(self._colleagues):
            at = first_at + place % 2 * length + self._rng.randrange(2 * MINUTE)
            self._plan(at, partial(self._begin_break, colleague, length))

    def plan_officers(self, at: int) -> None:
        """Let every officer look for a task within a few minutes."""
        for officer, organ in self._acts.list_officers():
            self._plan(at + self._rng.randrange(8 * MINUTE), partial(self._claim, officer, organ))

    def plan_regularly(self, at: int, interval: int, act: Callable[[], object]) -> None:
        """Perform `act` at a time and in intervals afterwards, until the day is over."""

        def perform(now: int) -> None:
            act()
            self.plan_regularly(now + interval, interval, act)

        self._plan(at, perform)

    def plan_end(self, at: int) -> None:
        """Let the supervisor close the service day at a time; nothing happens afterwards."""
        self._plan(at, self._end)

    def end_now(self) -> None:
        """Leave out what has not happened, and let the supervisor close the service day."""
        self._end(0)

    def _plan(self, at: float, event: Event) -> None:
        if not self._is_over:
            self._number += 1
            heappush(self._events, (int(at), self._number, event))

    def _end(self, _at: int) -> None:
        self._is_over = True
        self._events.clear()
        self._acts.close_day()

    # visitors

    def _await_arrival(self) -> None:
        at = next(self._arrivals, None)
        if at is not None:
            self._plan(at, self._arrive)

    def _arrive(self, at: int) -> None:
        self._await_arrival()
        if self._data.most_waiting and self._acts.count_waiting() >= self._data.most_waiting:
            return
        letters, classes = list(self._categories), self._data.classes
        category = self._rng.choices(letters, [self._categories[letter].share for letter in letters])[0]
        priority = self._rng.choices(list(classes), list(classes.values()))[0]
        self._acts.take_ticket(category, priority)
        self.counts["tickets"] += 1
        serving = [colleague for colleague in self._idle.values() if category in colleague.categories]
        if serving:
            colleague = self._rng.choice(serving)
            del self._idle[colleague.window]
            self._plan_for(colleague, at + self._random_time(self._data.gap_seconds), partial(self._call, colleague))

    # clerks

    def _open(self, colleague: Colleague, at: int) -> None:
        if unfinished := self._acts.find_visit(colleague):  # of an earlier run
            self._acts.set_window(colleague, "open")
            self._acts.move(colleague, Visit(unfinished, ""), "finish")
        self._acts.set_window(colleague, "open")
        self._call(colleague, at)

    def _return(self, colleague: Colleague, at: int) -> None:
        """Open the window again if somebody has closed it; wait as long as a supervisor's pause lasts."""
        if self._acts.is_paused(colleague):
            self._plan_for(colleague, at + _ABSENCE, partial(self._return, colleague))
        else:
            self._open(colleague, at)

    def _renew(self, colleague: Colleague, at: int) -> None:
        self._plan(at + self._renewal, partial(self._renew, colleague))
        self._acts.renew_lease(colleague)

    def _begin_break(self, colleague: Colleague, length: int, at: int) -> None:
        if self._idle.pop(colleague.window, None) is None:
            self._due_breaks[colleague.window] = length
            return
        self._plan_for(colleague, at + length, partial(self._open, colleague))
        self._acts.set_window(colleague, "paused", _LUNCH)

    def _call(self, colleague: Colleague, at: int) -> None:
        if self._data.left_waiting and self._acts.count_waiting() <= self._data.left_waiting:
            self._idle[colleague.window] = colleague
            return
        try:
            visit = self._acts.call_next(colleague)
        except Refused as refused:
            if refused.reason != "nobody":
                raise
            self._idle[colleague.window] = colleague
            return
        self.counts["calls"] += 1
        if self._rng.random() < self._data.no_shows:
            self._plan_for(colleague, at + _RECALL_AFTER, partial(self._recall, colleague, visit, 1))
        else:
            way = self._random_time(self._data.way_seconds)
            self._plan_for(colleague, at + way, partial(self._serve, colleague, visit))

    def _recall(self, colleague: Colleague, visit: Visit, calls: int, at: int) -> None:
        if calls < _CALLS:
            self._acts.move(colleague, visit, "recall")
            self._plan_for(colleague, at + _RECALL_AFTER, partial(self._recall, colleague, visit, calls + 1))
            return
        self._acts.move(colleague, visit, "no_show")
        self.counts["absent"] += 1
        self._call(colleague, at)

    def _serve(self, colleague: Colleague, visit: Visit, at: int) -> None:
        matter = self._choose_matter(visit.category)
        visitor = self._acts.invent_visitor(matter.party.kind if matter else "person")
        self._acts.identify(colleague, visit, visitor)
        category = self._categories.get(visit.category, self._data.categories[0])
        length = self._rng.lognormvariate(math.log(category.minutes), category.spread) * MINUTE
        if matter is not None:
            accept = partial(self._accept, colleague, visit, visitor, matter)
            self._plan(at + length * _LAST_ACT, accept)
        self._plan_for(colleague, at + length, partial(self._finish, colleague, visit))

    def _choose_matter(self, category: str) -> MatterData | None:
        matters = [matter for matter in self._data.matters if category in matter.categories]
        is_chosen = bool(matters) and self._rng.random() < self._data.acceptances
        return self._rng.choice(matters) if is_chosen else None

    def _accept(self, colleague: Colleague, visit: Visit, visitor: Visitor, matter: MatterData, _at: int) -> None:
        self._acts.accept(colleague, visit, visitor, matter)
        self.counts["cases"] += 1

    def _finish(self, colleague: Colleague, visit: Visit, at: int) -> None:
        self._acts.move(colleague, visit, "finish")
        self.counts["visits"] += 1
        self._idle[colleague.window] = colleague
        if colleague.window in self._due_breaks:
            self._begin_break(colleague, self._due_breaks.pop(colleague.window), at)
            return
        gap = self._random_time(self._data.gap_seconds)
        self._plan_for(colleague, at + gap, partial(self._call_if_idle, colleague))

    def _call_if_idle(self, colleague: Colleague, at: int) -> None:
        if self._idle.pop(colleague.window, None) is not None:
            self._call(colleague, at)

    def _plan_for(self, colleague: Colleague, at: float, event: Event) -> None:
        """Plan an event at a window. If refused, the window was closed or paused, and the clerk returns later."""

        def perform(now: int) -> None:
            try:
                event(now)
            except ClerkError:
                self._plan_for(colleague, now + _ABSENCE, partial(self._return, colleague))
                raise

        self._plan(at, perform)

    # officers

    def _claim(self, officer: str, organ: str, at: int) -> None:
        try:
            claimed = self._acts.claim(officer, organ)
        except Refused:  # no task, or the officer has too many
            self._plan(at + self._random_time(5 * 60), partial(self._claim, officer, organ))
            return
        length = self._rng.lognormvariate(math.log(self._data.department_minutes), 0.5) * MINUTE
        self._plan(at + length, partial(self._decide, officer, organ, claimed))

    def _decide(self, officer: str, organ: str, claimed: TaskClaimed, at: int) -> None:
        self._plan(at + self._random_time(60), partial(self._claim, officer, organ))
        self._acts.decide(officer, claimed, refuses=self._rng.random() < self._data.refusals)
        self.counts["decisions"] += 1

    def _random_time(self, mean_seconds: float) -> float:
        """Return a time around a mean, microseconds: at least half, at most one and a half."""
        return self._rng.uniform(0.5, 1.5) * mean_seconds * SECOND

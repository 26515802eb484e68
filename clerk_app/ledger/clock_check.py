"""Detects a wrong clock: the battery of the machine was empty, or somebody set another date.

The time that counts is the machine's time plus the last measured offset, unless the clock was set right since. It is
compared with the last exchange with the center, with the publication of the catalogue, and with the last own entries;
in a store that is its own center, also with the end of the published calendar of working days.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import STAFF_MACHINES, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Store, Transaction

CLOCK_STREAM = "clock"
TOLERANCE = 120_000_000  # microseconds by which the clock may be behind without a question
LONGEST_ABSENCE = 14 * 86_400_000_000  # microseconds without an exchange after which the date is asked for once
LONGEST_WITHOUT_CALENDAR = 731 * 86_400_000_000  # the same, after the end of the calendar in a store without a center
LARGE_OFFSET = 86_400_000_000  # microseconds by which a clock is so far behind that its owner will set it right
CONFIRMED_WITHIN = 3_600_000_000  # an answer this near to the machine's time confirms it
_PERSISTED_CHANGE = 1_000_000  # microseconds; smaller changes of the clock offset are not stored
_RECENT_ENTRIES = 500  # more than a hall records under a wrong clock before somebody answers the question

RULES = RuleSet()


class ClockProblem(msgspec.Struct, frozen=True):
    """Why the time is not plausible: `known_at` is the latest time that is known for certain (microseconds UTC)."""

    kind: Literal["behind", "ahead", "beyond_calendar"]
    now: int
    known_at: int


class ClockCorrected(CommandDecision, frozen=True, kw_only=True):
    """Offset that is added to the machine's clock from now on, in microseconds, and the time that was set."""

    stored_name: ClassVar[str] = "ClockCorrected"
    clock_offset: int
    time: int


class CorrectClock(Command[ClockCorrected], frozen=True, kw_only=True):
    """Records the time that a person read from another clock. Times are microseconds UTC.

    `machine_time` is the time of this machine's clock at that moment. The next exchange with the center measures the
    offset again. A store that is its own center can only confirm the time of its machine.
    """

    stored_name: ClassVar[str] = "CorrectClock"
    machine_time: int
    time: int


def find_clock_problem(
    tx: Transaction,
    machine_time: int,
    clock_offset: int,
    calendar_end: int | None = None,
    *,
    is_offset_doubtful: bool = False,
) -> ClockProblem | None:
    """Return what is wrong with the time of this store; None if it is plausible.

    The problem has the time of the machine's own clock, which a person can compare with another one. `calendar_end` is
    the end of the published calendar if this store is its own center (microseconds UTC). `is_offset_doubtful`: see
    `choose_offset`.
    """
    known = _read_known_times(tx)
    if known.check(machine_time + clock_offset, calendar_end) is not None:
        own = known.check(machine_time, calendar_end)
        return own or ClockProblem("ahead", machine_time, known.confirmed_at)
    if is_offset_doubtful:
        return ClockProblem("ahead", machine_time, known.confirmed_at)
    return None


def choose_offset(store: Store, machine_time: int, stored_offset: int) -> tuple[int, bool]:
    """Return the offset to use after a restart, and whether a person has to confirm the time.

    The clock may have been set right while the program was ended. Then the stored offset gives an impossible time, and
    the machine's own time is plausible. If both are, and the clock was far behind, only a person can tell.
    """
    with store.read() as tx:
        known = _read_known_times(tx)
    if known.check(machine_time) is not None:
        return stored_offset, False
    if known.check(machine_time + stored_offset) is not None:
        return 0, False
    return stored_offset, stored_offset > LARGE_OFFSET and machine_time > known.confirmed_at


class _KnownTimes(msgspec.Struct, frozen=True):
    """Times that are certain, in microseconds UTC; 0 for those that are missing."""

    exchanged_at: int
    confirmed_at: int  # by the last exchange, or by a person since
    published_at: int  # of the catalogue
    entry_at: int

    def check(self, now: int, calendar_end: int | None = None) -> ClockProblem | None:
        """Return why `now` is not plausible; None if it is."""
        latest = max(self.exchanged_at, self.published_at, self.entry_at)
        if now < latest - TOLERANCE:
            return ClockProblem("behind", now, latest)
        if self.exchanged_at and now > self.confirmed_at + LONGEST_ABSENCE:
            return ClockProblem("ahead", now, self.confirmed_at)
        if calendar_end is not None and now > max(calendar_end, self.confirmed_at) + LONGEST_WITHOUT_CALENDAR:
            return ClockProblem("beyond_calendar", now, calendar_end)
        return None


def _read_known_times(tx: Transaction) -> _KnownTimes:
    correction = tx.query_one("ledger.last_done_of_stream", stream=CLOCK_STREAM)
    exchanged_at = _last_exchange(tx)
    return _KnownTimes(
        exchanged_at=exchanged_at,
        confirmed_at=max(exchanged_at, _confirmed_time(correction)),
        published_at=_catalogue_published(tx),
        entry_at=_last_entry(tx, correction) if exchanged_at else _latest_entry(tx, correction),
    )


def _last_exchange(tx: Transaction) -> int:
    """Return the center's time at the last exchange; 0 without one."""
    line = tx.query_one("ledger.center_connection")
    return 0 if line is None or line["measured_at"] is None else int(line["measured_at"] + line["clock_offset"])


def _catalogue_published(tx: Transaction) -> int:
    row = tx.query_one("ledger.newest_publication")
    return int(row["at"]) if row and row["at"] is not None else 0


def _last_entry(tx: Transaction, correction: Row | None) -> int:
    """Return the time of the last entry; 0 if the time was set since by the entry `correction`."""
    row = tx.query_one("ledger.last_entry")
    if row is None or (correction is not None and correction["position"] >= row["position"]):
        return 0
    return int(row["corrected_at"])


def _latest_entry(tx: Transaction, correction: Row | None) -> int:
    """Return the latest time of the recent entries since the time was set by the entry `correction`; 0 without one.

    In a store that never exchanges with a center. The last entry alone would not do: a sign-in precedes the question.
    """
    after = 0 if correction is None else correction["position"]
    row = tx.query_one("ledger.latest_time_of_entries", after=after, many=_RECENT_ENTRIES)
    return int(row["at"]) if row and row["at"] is not None else 0


def _confirmed_time(correction: Row | None) -> int:
    """Return the time that a person set by the entry `correction`; 0 without one."""
    return 0 if correction is None else msgspec.json.decode(correction["decision"], type=ClockCorrected).time


def _decide(tx: Transaction, command: CorrectClock, moment: Moment) -> ClockCorrected:
    if moment.is_authority and abs(command.time - command.machine_time) > CONFIRMED_WITHIN:
        raise Refused(
            "own_center", "This machine is its own center: set the date of its system, then start the program again."
        )
    if command.time < max(_last_exchange(tx), _catalogue_published(tx)) - TOLERANCE:
        raise Refused("earlier", "It cannot be earlier than the last exchange with the center. Read the date again.")
    offset = 0 if moment.is_authority else command.time - command.machine_time
    return ClockCorrected(clock_offset=offset, time=command.time)


@RULES.register(
    CorrectClock,
    ClockCorrected,
    permission="clock.correct",
    roles=(Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=STAFF_MACHINES,
    label=mark("Correction of the clock"),
    decide=_decide,
    stream=lambda _, __: CLOCK_STREAM,
    placement=Placement.PRIVATE,
)
def _apply(tx: Transaction, entry: Entry[CorrectClock, ClockCorrected]) -> None:
    line = tx.query_one("ledger.center_connection")
    if line is not None:
        tx.update("center_lines", {"center": line["center"]}, **offset_columns(line, entry.decision.clock_offset))


def store_changed_offset(tx: Transaction, clock_offset: int) -> None:
    """Store a measured offset if it differs from the stored one by more than a second."""
    line = tx.query_one("ledger.center_connection")
    if line is not None and abs(clock_offset - line["clock_offset"]) > _PERSISTED_CHANGE:
        tx.update("center_lines", {"center": line["center"]}, **offset_columns(line, clock_offset))


def offset_columns(line: Row, clock_offset: int) -> dict[str, int | None]:
    """Return the columns of the connection's row for a new offset.

    The time of the last exchange is kept by the center's clock: by this machine's clock it changes with the offset.
    """
    measured_at = line["measured_at"]
    if measured_at is not None:
        measured_at += line["clock_offset"] - clock_offset
    return {"clock_offset": clock_offset, "measured_at": measured_at}

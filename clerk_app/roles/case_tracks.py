"""Tracks of a case: each matter over time, who holds it, what it waits for, and what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from clerk_app.cases.case_dates import project_case_dates
from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.schedule import CaseSchedule, MatterSchedule, project_schedule
from clerk_app.cases.states import (
    CASE_STATE_NAMES,
    ENDED_TASK_STATES,
    TASK_STATE_NAMES,
    WAITING_STATES,
    shown_task_state,
)
from clerk_app.catalogue.legal_calendar import LegalCalendar
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan
from clerk_app.catalogue.publication import read_calendar
from clerk_app.locales import _, format_list, translate
from clerk_app.roles.formatting import format_days_left, format_due_day, localize, urgency_level
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.views.shared import Level
from clerk_app.views.tracks import CaseTracks, SpanKind, Track, TrackSpan
from db.engines import Row, Transaction

RESULTS = "results"
"""Id of the track of the results, which is that of no matter."""
_DUE_SOON_DAYS = 1
_MARGIN_DAYS = 14  # days off are known so much longer than the tracks: an axis is wider than its tracks
_MOST_DAYS = 2_000
_DAY = timedelta(days=1)
_MINUTE = 60_000_000  # microseconds; equal tracks within a minute are not painted again
TASK_LEVELS: dict[str, Level] = {
    "approved": "good",
    "refused": "bad",
    "returned": "warn",
    "procedure": "warn",
    "external": "warn",
    "lapsed": "bad",
}
_END_KINDS: dict[str, SpanKind] = {"approved": "done", "refused": "refused"}


def build_case_tracks(tx: Transaction, case: CaseRecord, now: int) -> CaseTracks:
    """Build the tracks of an accepted case at `now` (microseconds UTC), whose minute counts."""
    now -= now % _MINUTE
    calendar = read_calendar(tx, case.catalogue)
    tasks = case.latest_tasks()
    schedule = project_schedule(calendar, case.plan, case.row["accepted_at"], tasks, case.supplements, now)
    holders = {owner: read_staff_name(tx, owner) for owner in {task["owner"] for task in tasks.values()} if owner}
    scene = _Scene(case.catalogue, case.plan, calendar, schedule, tasks, case.supplements, holders, now)
    return scene.build(case.row, str(case.row["number"]), _describe_results(case.row))


def build_draft_tracks(
    catalogue: Catalogue, plan: Plan, calendar: LegalCalendar, now: int, start: int
) -> CaseTracks | None:
    """Build the tracks that are expected if a draft is accepted at `now`; None without a matter that applies.

    `start` is from when its terms run, which is earlier for an application that was not answered in its period.
    """
    if not plan.active_matters:
        return None
    now, start = now - now % _MINUTE, start - start % _MINUTE
    dates = project_case_dates(calendar, plan, start, ())
    row: Row = {"state": "draft", "accepted_at": start, "promised_at": dates.promised_at}
    schedule = project_schedule(calendar, plan, start, {}, (), now)
    return _Scene(catalogue, plan, calendar, schedule, {}, (), {}, now).build(row, "", _("waits for others"))


def _describe_results(case: Row) -> str:
    """Return the state of the results of an accepted case; empty if there are none."""
    if case["state"] == "accepted":
        return translate(TASK_STATE_NAMES["waiting"])
    return "" if case["state"] in ("withdrawn", "not_accepted") else translate(CASE_STATE_NAMES[case["state"]])


class _Scene(NamedTuple):
    catalogue: Catalogue
    plan: Plan
    calendar: LegalCalendar
    schedule: CaseSchedule
    tasks: Mapping[str, Row]
    supplements: Iterable[Row]
    holders: Mapping[str, str]
    now: int

    def build(self, case: Row, number: str, results: str) -> CaseTracks:
        """Build the tracks of a case or a draft; `results` is the state of its results, empty if there are none."""
        tracks = [self._build_track(matter) for matter in self.schedule.matters]
        is_open = case["state"] in ("draft", "accepted")
        if results and tracks:
            tracks.append(self._build_results(case, results))
        moments = [span.end for track in tracks for span in track.spans]
        now = self._time(self.now) if case["state"] in ("draft", "accepted", "closed", "issued") else None
        promised = self._time(case["promised_at"]) if case["promised_at"] is not None else None
        begin = self._time(case["accepted_at"])
        end = max([begin, *moments, *filter(None, (now, promised))])
        outlook, level = self._describe_outlook(case, promised) if is_open else ("", "plain")
        return CaseTracks(
            title=localize(self.plan.one_thing.name),
            number=number,
            tracks=tuple(tracks),
            done=sum(task["state"] in ENDED_TASK_STATES for task in self.tasks.values()),
            total=len(self.schedule.matters),
            begin=begin,
            end=end,
            now=now,
            promised=promised,
            outlook=outlook or translate(CASE_STATE_NAMES[case["state"]]),
            level=level,
            nearest=self._describe_nearest() if is_open else "",
            days_off=frozenset(self._days_off(begin.date(), end.date())),
        )

    def _time(self, moment: int) -> datetime:
        return to_local_time(moment, self.calendar.zone)

    def _days_off(self, first: date, last: date) -> Iterator[date]:
        count = min((last - first).days + _MARGIN_DAYS, _MOST_DAYS)
        days = (first + index * _DAY for index in range(count + 1))
        return (day for day in days if not self.calendar.working.is_working_day(day))

    def _describe_outlook(self, case: Row, promised: datetime | None) -> tuple[str, Level]:
        expected = self._time(self.schedule.ends_at).date()
        words = _("expected {day}").format(day=expected.isoformat())
        if promised is None:
            return format_list((words, _("clock stopped")), ";"), "warn"
        if case["state"] == "draft":
            return words, "plain"
        today = self._time(self.now).date()
        days = self.calendar.working.count_between(today, promised.date())
        level = urgency_level(days, _DUE_SOON_DAYS)
        if expected > promised.date() and level == "good":
            level = "warn"
        return format_list((words, format_days_left(days)), ";"), level

    def _describe_nearest(self) -> str:
        """Return the open matter that is due next, with its day; empty if there is none."""
        due = [task for task in self.tasks.values() if task["state"] not in ENDED_TASK_STATES and task["due_at"]]
        if not due:
            return ""
        task = min(due, key=lambda task: int(task["due_at"]))
        words = _("Due next: {matter}, {day}")
        return words.format(matter=self._matter_name(task["matter"]), day=self._describe_due(task))

    def _matter_name(self, matter: str) -> str:
        return localize(self.catalogue.matter(matter).name)

    def _organ(self, matter: str) -> str:
        return next(planned.organ for planned in self.plan.matters if planned.id == matter)

    def _build_track(self, schedule: MatterSchedule) -> Track:
        matter, task = self.catalogue.matter(schedule.matter), self.tasks.get(schedule.matter)
        state = shown_task_state(task, self.now) if task is not None else "waiting"
        track = Track(
            id=schedule.matter,
            name=localize(matter.name),
            organ=localize(self.catalogue.organ(task["organ"] if task is not None else self._organ(matter.id)).name),
            state=translate(TASK_STATE_NAMES[state]),
            level=TASK_LEVELS.get(state, "plain"),
            cause="",
            spans=tuple(self._build_spans(schedule, task, state)),
            follows=schedule.follows,
            critical=schedule.critical,
        )
        if task is None:
            return self._describe_planned(track, schedule)
        if task["state"] not in ENDED_TASK_STATES and task["due_at"] is not None:
            is_late = task["due_at"] < self.now
            track = replace(track, due=self._describe_due(task), level="bad" if is_late else track.level)
        return replace(track, cause=self._describe_cause(task, state))

    def _describe_planned(self, track: Track, schedule: MatterSchedule) -> Track:
        """Return the track of a matter of a draft: it begins at once, or after others."""
        after = self._unfinished_predecessors(schedule.matter)
        day = _("until {day}").format(day=self._time(schedule.ends_at).date().isoformat())
        if after:
            return replace(track, state=_("after others"), cause=format_list(after), due=day)
        return replace(track, state=_("starts at once"), due=day)

    def _describe_due(self, task: Row) -> str:
        """Return the promised day of a task whose clock runs, and the days left."""
        working = self.calendar.working_days_of(task["organ"])
        days = working.count_between(self._time(self.now).date(), self._time(task["due_at"]).date())
        day = format_due_day(task["due_at"], self.calendar.zone, expected=bool(task["expected"]))
        return format_list((day, format_days_left(days)))

    def _describe_cause(self, task: Row, state: str) -> str:
        """Return who holds a task, what it waits for, or when it ended."""
        if state in ENDED_TASK_STATES:
            return self._time(task["ended_at"]).date().isoformat()
        if state == "claimed":
            return self.holders.get(task["owner"], "")
        if state == "pooled":
            return _("nobody has taken it yet")
        if state in WAITING_STATES:
            return self._describe_return(task)
        return format_list(self._unfinished_predecessors(task["matter"]))

    def _describe_return(self, task: Row) -> str:
        asked = [row for row in self.supplements if row["task"] == task["id"] and row["answered_at"] is None]
        if not asked:
            return ""
        notified = [row for row in asked if row["notified_at"] is not None]
        if not notified:
            return _("the notice was not printed yet")
        since = self._time(notified[-1]["notified_at"]).date().isoformat()
        if notified[-1]["deadline_at"] is None:
            return _("since {day}").format(day=since)
        until = self._time(notified[-1]["deadline_at"]).date().isoformat()
        sentence = _("since {day}, at the latest {last}")
        if notified[-1]["kind"]:
            sentence = _("since {day}, expected until {last}")
        return sentence.format(day=since, last=until)

    def _unfinished_predecessors(self, matter: str) -> list[str]:
        planned = next(planned for planned in self.plan.active_matters if planned.id == matter)
        return [
            self._matter_name(arrow.matter)
            for arrow in planned.waits_for
            if arrow.matter not in self.tasks or self.tasks[arrow.matter]["state"] not in ENDED_TASK_STATES
        ]

    def _build_spans(self, schedule: MatterSchedule, task: Row | None, state: str) -> Iterator[TrackSpan]:
        """Yield what has happened to a matter and what is expected, in the order of time."""
        begin, end, now = map(self._time, (schedule.begins_at, schedule.ends_at, self.now))
        if task is None or task["started_at"] is None:
            if state not in ENDED_TASK_STATES:
                yield TrackSpan("expected", begin, end)
            elif state in _END_KINDS:
                yield TrackSpan(_END_KINDS[state], begin, end)
            return
        is_over = state in ENDED_TASK_STATES
        last = end if is_over else now
        kind = _END_KINDS.get(state, "ended") if is_over else "queued" if state == "pooled" else "working"
        yield from self._split_at_pauses(task, kind, begin, last)
        if not is_over and end > now:
            yield TrackSpan("expected", now, end)

    def _split_at_pauses(self, task: Row, kind: SpanKind, begin: datetime, last: datetime) -> Iterator[TrackSpan]:
        """Yield the spans of a task until `last`: what was before a pause is done, what follows the last is `kind`."""
        start = begin
        for row in self.supplements:
            if row["task"] != task["id"] or row["notified_at"] is None or row.get("counted"):
                continue
            paused_at = self._time(row["notified_at"])
            resumed_at = self._time(row["answered_at"]) if row["answered_at"] is not None else last
            if paused_at > start:
                yield TrackSpan("done" if kind != "ended" else kind, start, min(paused_at, last))
            if min(resumed_at, last) > paused_at:
                yield TrackSpan("paused", max(paused_at, start), min(resumed_at, last))
            start = max(start, resumed_at)
        if last > start or start == begin:
            yield TrackSpan(kind, start, max(last, start))

    def _build_results(self, case: Row, state: str) -> Track:
        """Return the track of the results: from the last decision until they are made out, or handed over."""
        decided = self._time(max(schedule.ends_at for schedule in self.schedule.matters))
        made_out = self._time(self.schedule.ends_at)
        spans: tuple[TrackSpan, ...]
        cause = ""
        level: Level = "plain"
        if case["state"] in ("delivered", "archived") and case["delivered_at"] is not None:
            delivered = self._time(case["delivered_at"])
            spans = (TrackSpan("done", decided, max(decided, delivered)),)
            cause, level = delivered.date().isoformat(), "good"
        elif case["state"] in ("closed", "issued"):
            now = self._time(self.now)
            spans = (TrackSpan("queued", decided, max(decided, now)),)
            spans += (TrackSpan("expected", now, made_out),) if made_out > now and case["state"] == "closed" else ()
        else:
            spans = (TrackSpan("expected", decided, made_out),)
        follows = max(self.schedule.matters, key=lambda schedule: schedule.ends_at).matter
        return Track(
            id=RESULTS,
            name=_("Results"),
            organ=_("counter"),
            state=state,
            level=level,
            cause=cause,
            spans=spans,
            follows=follows,
            critical=any(schedule.critical for schedule in self.schedule.matters),
        )

"""Rules of the schedule of a case, for any bundle of matters and any course of its tasks."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.case_dates import project_case_dates
from clerk_app.cases.schedule import project_schedule
from clerk_app.catalogue.legal_calendar import build_calendar
from clerk_app.catalogue.plan import make_plan
from db.engines import Row
from tests.cases.bundles import after, bundle

DAY = 86_400_000_000  # microseconds
ACCEPTED = int(datetime(2026, 5, 6, 2, tzinfo=UTC).timestamp()) * 1_000_000
CATALOGUE = bundle(first=[], second=[after("first")], third=[after("first", "committed")], fourth=[],
                   fifth=[after("second"), after("fourth")])  # fmt: skip
PLAN = make_plan(CATALOGUE, CATALOGUE.one_things[0].id, None, {})
ORGAN = PLAN.matters[0].matter.organ
CALENDAR = build_calendar(CATALOGUE, CATALOGUE)


def task(state: str, started: float | None, ended: float | None, *, committed: float | None = None) -> Row:
    """Return the row of a task; times are days after the acceptance."""
    moments = [None if days is None else ACCEPTED + int(days * DAY) for days in (started, ended, committed)]
    return {
        "id": "t",
        "organ": ORGAN,
        "state": state,
        "promised_days": 3,
        "extended_days": 0,
        "started_at": moments[0],
        "ended_at": moments[1],
        "committed_at": moments[2],
    }


def test_a_new_case_is_expected_on_its_promised_day() -> None:
    dates = project_case_dates(CALENDAR, PLAN, ACCEPTED, ())
    schedule = project_schedule(CALENDAR, PLAN, ACCEPTED, {}, (), ACCEPTED)
    assert schedule.ends_at == dates.promised_at
    assert {found.matter for found in schedule.matters if found.critical} >= set(PLAN.critical_path)


@given(
    first=st.floats(0, 9),
    fourth=st.floats(0, 30),
    committed=st.one_of(st.none(), st.floats(0, 5)),
    now=st.floats(0, 40),
)
def test_each_matter_begins_after_its_predecessors_and_the_critical_ones_end_last(
    first: float, fourth: float, committed: float | None, now: float
) -> None:
    tasks = {
        "first": task("claimed", 0, None, committed=committed) if first > now else task("approved", 0, first),
        "fourth": task("pooled", 0, None) if fourth > now else task("approved", 0, fourth),
    }
    moment = ACCEPTED + int(now * DAY)
    schedule = project_schedule(CALENDAR, PLAN, ACCEPTED, tasks, (), moment)
    found = {matter.matter: matter for matter in schedule.matters}
    order = list(found)
    for planned in PLAN.active_matters:
        matter = found[planned.id]
        assert matter.begins_at <= matter.ends_at <= matter.issued_at <= schedule.ends_at
        if matter.follows:
            assert order.index(matter.follows) < order.index(matter.matter)
        for arrow in planned.after:
            if arrow.join == "finished":
                assert matter.begins_at >= found[arrow.matter].ends_at
        if planned.id not in tasks:
            assert matter.begins_at >= moment
    last = [matter for matter in schedule.matters if matter.issued_at == schedule.ends_at]
    assert all(matter.critical for matter in last)
    assert all(found[matter.follows].critical for matter in schedule.matters if matter.critical and matter.follows)


def test_a_late_decision_moves_what_waits_for_it_and_nothing_else() -> None:
    early = {"first": task("approved", 0, 1), "fourth": task("approved", 0, 1)}
    late = {"first": task("approved", 0, 20), "fourth": task("approved", 0, 1)}
    now = ACCEPTED + 20 * DAY
    before, later = (project_schedule(CALENDAR, PLAN, ACCEPTED, tasks, (), now - offset * DAY)
                     for tasks, offset in ((early, 19), (late, 0)))  # fmt: skip
    assert later.ends_at > before.ends_at
    fourth = [next(found for found in case.matters if found.matter == "fourth") for case in (before, later)]
    assert (fourth[0].begins_at, fourth[0].ends_at) == (fourth[1].begins_at, fourth[1].ends_at)

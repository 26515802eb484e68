"""The course of a plan in working days agrees with its critical path and its dependencies."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.plan_course import project_course
from tests.catalogue.catalogue_builder import make_catalogue, make_matter


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    matters: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 7))):
        before = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        joins = st.sampled_from(["finished", "committed", "lead"])
        after = [{"matter": f"m{other}", "join": draw(joins)} for other in sorted(before)]
        days = {"promised_days": draw(st.integers(0, 6)), "issue_days": draw(st.integers(0, 4))}
        matters.append(make_matter(f"m{number}", after=after, **days))
    return make_catalogue(matters)


@given(catalogues())
def test_the_course_ends_with_the_critical_path_and_respects_each_dependency(catalogue: Catalogue) -> None:
    plan = make_plan(catalogue, catalogue.one_things[0].id, None, {})
    course = project_course(plan)
    by_id = {matter.id: matter for matter in course.matters}
    assert course.days == plan.promised_days
    assert course.serial_days == sum(matter.issued - matter.begins for matter in course.matters)
    assert course.serial_days == plan.reductions.before.days >= course.days
    assert {by_id[name].critical for name in plan.critical_path} <= {True}
    assert course.last
    for matter in course.matters:
        waits = [by_id[arrow.matter].decided for arrow in matter.planned.waits_for]
        assert matter.begins == max(waits, default=0)
        assert matter.decided <= matter.issued <= course.days


@given(catalogues())
def test_a_longer_critical_matter_moves_the_end_and_a_shorter_other_one_does_not(catalogue: Catalogue) -> None:
    course = project_course(make_plan(catalogue, catalogue.one_things[0].id, None, {}))
    for matter in course.matters:
        longer = matter.planned.matter.model_copy(update={"promised_days": matter.planned.matter.promised_days + 1})
        changed = catalogue.model_copy(
            update={"matters": tuple(longer if other.id == longer.id else other for other in catalogue.matters)}
        )
        moved = project_course(make_plan(changed, catalogue.one_things[0].id, None, {})).days > course.days
        assert moved == matter.critical

"""Properties of plans over random catalogues and answers, each compared with a separate computation in this file."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.completeness import GivenMaterial, find_gaps
from clerk_app.catalogue.legal_calendar import build_calendar
from clerk_app.catalogue.model import Catalogue, Condition, MatterDefinition
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.projection import project_promised_date
from clerk_app.paper.printers.preview import preview_lines
from clerk_app.roles.service_guide import build_service_guide
from tests.catalogue.catalogue_builder import make_catalogue, make_material, make_matter, make_text, make_yes_no_fields

FIELDS = ("f0", "f1", "f2")
PAPERS = ("p0", "p1", "p2", "p3")
HOLIDAYS = ("2026-05-01", "2026-05-04", "2026-05-05")
MOVED = ("2026-05-09",)
TODAY = date(2026, 5, 6)
answers = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["yes", "no"]))
some_papers = st.lists(st.sampled_from(PAPERS), unique=True, max_size=3)
tests = st.fixed_dictionaries({"field": st.sampled_from(FIELDS), "is": st.sampled_from(["yes", "no"])})
conditions = st.one_of(tests, st.builds(lambda parts: {"all": parts}, st.lists(tests, min_size=2, max_size=2)))


@st.composite
def matters(draw: st.DrawFn, name: str, earlier: list[str]) -> dict[str, Any]:
    """Draw a matter that may wait for earlier ones."""
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["applies"] = {"when": draw(conditions), "reason": make_text("no")}
    if draw(st.booleans()):
        more["variants"] = [
            {
                "id": "other",
                "name": make_text("other"),
                "when": draw(conditions),
                "promised_days": draw(st.integers(0, 9)),
                "materials": draw(some_papers),
            }
        ]
    arrows = (
        [
            {
                "matter": before,
                "join": draw(st.sampled_from(["finished", "committed", "lead"])),
                "if_refused": draw(st.sampled_from(["lapse", "go_on"])),
            }
            for before in draw(st.lists(st.sampled_from(earlier), unique=True))
        ]
        if earlier
        else []
    )
    return make_matter(
        name,
        promised_days=draw(st.integers(0, 9)),
        issue_days=draw(st.integers(0, 5)),
        materials=draw(some_papers),
        fields=draw(st.lists(st.sampled_from(FIELDS), unique=True)),
        produces=[{"name": make_text(paper), "material": paper} for paper in draw(some_papers)],
        after=arrows,
        **more,
    )  # fmt: skip


@st.composite
def bundles(draw: st.DrawFn) -> Catalogue:
    """Draw a catalogue with one bundle of up to six matters and up to two exclusions."""
    names = [f"m{number}" for number in range(draw(st.integers(1, 6)))]
    made = [draw(matters(name, names[:place])) for place, name in enumerate(names)]
    exclusions = (
        [
            {"matters": list(pair), "reason": make_text("not both"), "when": draw(st.none() | conditions)}
            for pair in draw(st.lists(st.sampled_from(list(combinations(names, 2))), max_size=2, unique=True))
        ]
        if len(names) > 1
        else []
    )
    return make_catalogue(
        list(draw(st.permutations(made))),
        {"exclusions": exclusions},
        fields=make_yes_no_fields(*FIELDS),
        materials=[make_material(paper) for paper in PAPERS],
        calendars=[{"year": 2026, "holidays": HOLIDAYS, "working_weekends": MOVED}],
    )  # fmt: skip


# -- the separate computation ----------------------------------------------------------------------------------


def holds(condition: Condition, facts: dict[str, str]) -> bool | None:
    """Evaluate a condition of these tests; None if a fact is unknown."""
    if condition.all_ is not None:
        parts = [holds(part, facts) for part in condition.all_]
        return False if False in parts else None if None in parts else True
    value = facts.get(str(condition.field))
    return None if value is None else value == condition.is_


def applying(catalogue: Catalogue, facts: dict[str, str]) -> dict[str, MatterDefinition]:
    return {
        matter.id: matter
        for matter in catalogue.matters
        if matter.applies is None or holds(matter.applies.when, facts) is not False
    }


def in_force(matter: MatterDefinition, facts: dict[str, str]) -> tuple[int, tuple[str, ...]]:
    """Return days and materials of a matter."""
    for variant in matter.variants:
        if holds(variant.when, facts):
            return variant.promised_days or 0, variant.materials or ()
    return matter.promised_days, matter.materials


def paths(inside: dict[str, MatterDefinition], matter: str) -> list[tuple[str, ...]]:
    """Return every chain of waiting that ends with a matter."""
    waits = [arrow.matter for arrow in inside[matter].after if arrow.matter in inside and arrow.join != "lead"]
    return [(matter,), *((*path, matter) for before in waits for path in paths(inside, before))]


def made_before(inside: dict[str, MatterDefinition], matter: str) -> set[str]:
    """Return the materials that certainly exist when a matter begins."""
    found: set[str] = set()
    for arrow in inside[matter].after:
        if arrow.matter in inside and (arrow.join, arrow.if_refused) == ("finished", "lapse"):
            found |= {str(result.material) for result in inside[arrow.matter].produces}
            found |= made_before(inside, arrow.matter)
    return found


def is_working(day: date) -> bool:
    return day.isoformat() in MOVED or (day.weekday() < 5 and day.isoformat() not in HOLIDAYS)


def end_of_path(path: tuple[tuple[int, int], ...]) -> date:
    """Walk along a chain day by day from TODAY: days of each matter, then the days of issue of the last."""
    day = TODAY
    for days in (*(days for days, _issue in path), path[-1][1]):
        for _number in range(days):
            day += timedelta(days=1)
            while not is_working(day):
                day += timedelta(days=1)
    return day


# -- the properties --------------------------------------------------------------------------------------------


def planned(catalogue: Catalogue, facts: dict[str, str]) -> Plan:
    return make_plan(catalogue, "bundle", None, facts)


@given(bundles(), answers)
def test_days_and_date_are_those_of_the_longest_of_all_chains(catalogue: Catalogue, facts: dict[str, str]) -> None:
    plan, inside = planned(catalogue, facts), applying(catalogue, facts)
    assert {matter.id for matter in plan.active_matters} == set(inside)
    terms = {name: (in_force(matter, facts)[0], matter.issue_days) for name, matter in inside.items()}
    chains = [tuple(terms[name] for name in path) for matter in inside for path in paths(inside, matter)]
    assert plan.promised_days == max((sum(days for days, _ in chain) + chain[-1][1] for chain in chains), default=0)
    due = project_promised_date(build_calendar(catalogue, catalogue), plan, TODAY, {})
    assert due is not None
    assert due.date == max((end_of_path(chain) for chain in chains), default=TODAY)


@given(bundles(), answers)
def test_a_material_that_exists_when_a_matter_begins_is_never_demanded_for_it(
    catalogue: Catalogue, facts: dict[str, str]
) -> None:
    plan, inside = planned(catalogue, facts), applying(catalogue, facts)
    demanded = {(need.material.id, matter) for need in plan.materials for matter in need.needed_by}
    assert demanded == {
        (paper, name)
        for name, matter in inside.items()
        for paper in in_force(matter, facts)[1]
        if paper not in made_before(inside, name)
    }
    assert len({need.material.id for need in plan.materials}) == len(plan.materials)


@given(bundles(), answers)
def test_no_field_is_asked_twice_and_none_that_a_matter_needs_is_left_out(
    catalogue: Catalogue, facts: dict[str, str]
) -> None:
    plan, inside = planned(catalogue, facts), applying(catalogue, facts)
    asked = [need.field.id for need in plan.fields]
    assert len(asked) == len(set(asked))
    assert {name for matter in inside.values() for name in matter.fields} <= set(asked)


@given(bundles(), answers)
def test_matters_that_exclude_each_other_are_never_accepted_together(
    catalogue: Catalogue, facts: dict[str, str]
) -> None:
    plan, inside = planned(catalogue, facts), applying(catalogue, facts)
    given_all = [GivenMaterial(material=need.material.id, how="paper") for need in plan.materials]
    stops = [gap for gap in find_gaps(plan, facts, given_all, TODAY) if gap.kind == "exclusion"]
    certain = {
        name for name, matter in inside.items() if matter.applies is None or holds(matter.applies.when, facts) is True
    }
    excluded = [
        exclusion
        for exclusion in catalogue.one_things[0].exclusions
        if certain.issuperset(exclusion.matters) and (exclusion.when is None or holds(exclusion.when, facts) is True)
    ]
    assert not excluded or stops


@given(bundles(), answers)
def test_everything_that_is_missing_is_named_at_once(catalogue: Catalogue, facts: dict[str, str]) -> None:
    plan = planned(catalogue, facts)
    missing = {(gap.kind, gap.id) for gap in find_gaps(plan, facts, [], TODAY)}
    assert {("material", need.material.id) for need in plan.materials} <= missing
    assert {("field", need.field.id) for need in plan.fields if need.field.id not in facts} <= missing


@given(bundles())
def test_a_printed_guide_names_every_matter_and_material(catalogue: Catalogue) -> None:
    guide = build_service_guide(catalogue, "bundle", office="office", phone="12345", today=TODAY)
    text = "\n".join(preview_lines(guide.to_page("en", None), 80))
    plan = planned(catalogue, {})
    assert {matter.name for matter in guide.matters} == {matter.id for matter in plan.active_matters}
    for name in (*(matter.id for matter in plan.active_matters), *(need.material.id for need in plan.materials)):
        assert name in text

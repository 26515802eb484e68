"""Completeness of an application: all gaps of all matters are found at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from clerk_app.cases.completeness import GivenMaterial, find_gaps
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from tests.catalogue.catalogue_builder import make_catalogue, make_material, make_matter, make_text
from tests.office import BIRTH, paper_materials
from tests.sample_data import sample_city

TODAY = date(2026, 5, 6)


def find_gap_ids(
    catalogue: Catalogue, values: dict[str, str] | None = None, *given: GivenMaterial, later: Sequence[str] = ()
) -> list[tuple[str, str]]:
    plan = make_plan(catalogue, catalogue.one_things[0].id, None, values or {})
    return [(gap.kind, gap.id) for gap in find_gaps(plan, values or {}, given, TODAY, later)]


def catalogue_needing_paper(**more: Any) -> Catalogue:
    return make_catalogue([make_matter("m", materials=["paper"])], materials=[make_material("paper", **more)])


def test_a_necessary_material_is_a_gap_until_it_is_given() -> None:
    assert find_gap_ids(catalogue_needing_paper()) == [("material", "paper")]
    assert find_gap_ids(catalogue_needing_paper(), None, *paper_materials("paper")) == []


def test_only_a_secondary_material_with_gap_allowed_may_be_missing() -> None:
    assert find_gap_ids(catalogue_needing_paper(main=False, gap_allowed=True)) == [("material", "paper")]
    assert find_gap_ids(catalogue_needing_paper(main=False, gap_allowed=True), later=["paper"]) == []
    assert find_gap_ids(catalogue_needing_paper(main=False, gap_allowed=True, decides_without=True)) == []
    assert find_gap_ids(catalogue_needing_paper(main=False), later=["paper"]) == [("material", "paper")]
    assert find_gap_ids(catalogue_needing_paper(main=False)) == [("material", "paper")]
    assert find_gap_ids(catalogue_needing_paper(main=True, gap_allowed=True)) == [("material", "paper")]


def test_an_expired_material_is_a_gap_of_its_own_kind() -> None:
    for valid_to, gaps in (("2026-05-05", [("expired", "paper")]), ("2026-05-06", []), ("", [])):
        assert find_gap_ids(catalogue_needing_paper(), None, *paper_materials("paper", valid_to=valid_to)) == gaps


def test_all_gaps_are_found_in_the_order_of_the_form() -> None:
    birth = make_plan(sample_city(), "birth", None, {"mother_insured": "no"})
    values = {"mother_id_number": "1", "mother_insured": "no"}
    gaps = [(gap.kind, gap.id) for gap in find_gaps(birth, values, (), TODAY)]
    assert gaps == [
        ("field", "child_name"),
        ("field", "child_sex"),
        ("field", "child_birth_date"),
        ("field", "mother_name"),
        ("wrong", "mother_id_number"),
        ("field", "home_address"),
        ("field", "register_with"),
        ("field", "bank_account"),
        ("material", "birth-certificate"),
        ("material", "mother-id"),
        ("material", "household-register"),
    ]
    given = paper_materials("birth-certificate", "mother-id", "household-register")
    assert find_gaps(make_plan(sample_city(), "birth", None, BIRTH), BIRTH, given, TODAY) == []


def test_matters_that_exclude_each_other_and_an_empty_choice_are_gaps() -> None:
    both = make_catalogue(
        [make_matter("one"), make_matter("two")],
        {"exclusions": [{"matters": ["one", "two"], "reason": make_text("not both")}]},
    )
    assert find_gap_ids(both) == [("exclusion", "one")]
    empty = make_plan(both, "bundle", frozenset(), {})
    assert [(gap.kind, gap.id) for gap in find_gaps(empty, {}, (), TODAY)] == [("matters", "bundle")]

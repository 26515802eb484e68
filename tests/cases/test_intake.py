"""What stands between a draft and its acceptance: all of it, of all matters, told at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from clerk_app.cases.intake import GivenMaterial, gaps
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import plan
from tests.catalogue.small import catalogue, material, matter, text
from tests.furnishing import sample_city
from tests.office import BIRTH, papers

TODAY = date(2026, 5, 6)


def found(made: Catalogue, values: dict[str, str] | None = None, *given: GivenMaterial) -> list[tuple[str, str]]:
    one = plan(made, made.one_things[0].id, None, values or {})
    return [(gap.kind, gap.id) for gap in gaps(one, values or {}, given, TODAY)]


def needing(**more: Any) -> Catalogue:
    return catalogue([matter("m", materials=["paper"])], materials=[material("paper", **more)])


def test_what_is_necessary_must_be_there() -> None:
    assert found(needing()) == [("material", "paper")]
    assert found(needing(), None, *papers("paper")) == []


def test_only_a_secondary_paper_that_may_follow_may_be_missing() -> None:
    assert found(needing(main=False, gap_allowed=True)) == []
    assert found(needing(main=False)) == [("material", "paper")]
    assert found(needing(main=True, gap_allowed=True)) == [("material", "paper")]


def test_an_expired_one_is_told_apart_from_a_missing_one() -> None:
    for until, kind in (("2026-05-05", [("expired", "paper")]), ("2026-05-06", []), ("", [])):
        assert found(needing(), None, *papers("paper", valid_to=until)) == kind


def test_everything_is_told_at_once_in_the_order_of_the_form() -> None:
    birth = plan(sample_city(), "birth", None, {"mother_insured": "no"})
    values = {"mother_id_number": "1", "mother_insured": "no"}
    told = [(gap.kind, gap.id) for gap in gaps(birth, values, (), TODAY)]
    assert told == [
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
    given = papers("birth-certificate", "mother-id", "household-register")
    assert gaps(plan(sample_city(), "birth", None, BIRTH), BIRTH, given, TODAY) == []


def test_matters_that_exclude_each_other_and_an_empty_choice_are_gaps() -> None:
    both = catalogue(
        [matter("one"), matter("two")], {"exclusions": [{"matters": ["one", "two"], "reason": text("not both")}]}
    )
    assert found(both) == [("exclusion", "one")]
    empty = plan(both, "bundle", frozenset(), {})
    assert [(gap.kind, gap.id) for gap in gaps(empty, {}, (), TODAY)] == [("matters", "bundle")]

"""Issuer and validity of papers: what has to be typed, how it is stored, when a paper has ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.completeness import GivenMaterial, find_gaps
from clerk_app.cases.paper_facts import PaperFacts, check_facts, has_expired, lacks_facts
from clerk_app.catalogue.model import MaterialDefinition
from clerk_app.catalogue.plan import make_plan
from tests.sample_data import sample_city

TODAY = date(2026, 5, 6)
LEASE = sample_city().material("lease")
ANY = LEASE.model_copy(update={"expires": False})
FROM_ISSUE = ANY.model_copy(update={"valid_days": 90})


def errors_of(definition: MaterialDefinition, **typed: str) -> dict[str, str]:
    return {name: str(error) for name, error in check_facts(definition, typed, TODAY)[1].items()}


def test_a_paper_that_expires_needs_its_last_day_and_one_with_a_period_its_day_of_issue() -> None:
    assert errors_of(LEASE).keys() == {"valid_to"}
    assert errors_of(FROM_ISSUE).keys() == {"issued_on"}
    assert errors_of(ANY) == {}
    assert lacks_facts(LEASE, "2026-01-01", "")
    assert not lacks_facts(ANY, "", "")


def test_dates_are_typed_as_digits_or_in_chinese_and_stored_as_iso_dates() -> None:
    facts, errors = check_facts(
        LEASE, {"issuer": " 街道  办 ", "issued_on": "20260101", "valid_to": "２０２７年1月2日"}, TODAY
    )
    assert errors == {}
    assert facts == PaperFacts(issuer="街道 办", issued_on="2026-01-01", valid_to="2027-01-02")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"valid_to": "2026-02-30"}, "valid_to"),
        ({"valid_to": "next year"}, "valid_to"),
        ({"issued_on": "2026-05-07", "valid_to": "2027-01-01"}, "issued_on"),
        ({"issued_on": "2026-05-01", "valid_to": "2026-04-01"}, "valid_to"),
        ({"issuer": "长" * 101, "valid_to": "2027-01-01"}, "issuer"),
    ],
)
def test_what_cannot_be_is_an_error_at_its_field(typed: dict[str, str], wrong: str) -> None:
    assert errors_of(LEASE, **typed).keys() == {wrong}


def test_a_paper_with_a_period_ends_with_it_or_with_the_earlier_end_that_it_states() -> None:
    facts, _errors = check_facts(FROM_ISSUE, {"issued_on": "2026-01-01"}, TODAY)
    assert facts.valid_to == "2026-04-01"
    assert has_expired(facts.valid_to, TODAY)
    facts, _errors = check_facts(FROM_ISSUE, {"issued_on": "2026-01-01", "valid_to": "2026-02-01"}, TODAY)
    assert facts.valid_to == "2026-02-01"


@given(issued=st.dates(max_value=TODAY), days=st.integers(1, 36500), stated=st.dates())
def test_a_stored_end_is_never_after_what_the_paper_or_the_catalogue_allows(
    issued: date, days: int, stated: date
) -> None:
    definition = ANY.model_copy(update={"valid_days": days})
    typed = {"issued_on": issued.isoformat(), "valid_to": stated.isoformat()}
    facts, errors = check_facts(definition, typed, TODAY)
    if not errors:
        end = date.fromisoformat(facts.valid_to)
        assert end <= stated
        assert end - issued <= timedelta(days=days)
        assert has_expired(facts.valid_to, TODAY) == (end < TODAY)


def gaps_of(given_paper: GivenMaterial) -> list[str]:
    values = {"holds_residence_permit": "no", "housing_kind": "rented"}
    plan = make_plan(sample_city(), "residence-permit", None, values)
    return [gap.kind for gap in find_gaps(plan, values, [given_paper], TODAY) if gap.id == "lease"]


def test_an_acceptance_lacks_the_validity_of_a_paper_and_not_that_of_a_copy_that_was_sent_in() -> None:
    assert gaps_of(GivenMaterial(material="lease", how="paper")) == ["validity"]
    assert gaps_of(GivenMaterial(material="lease", how="paper", grade="C")) == []
    assert gaps_of(GivenMaterial(material="lease", how="licence")) == []
    assert gaps_of(GivenMaterial(material="lease", how="paper", valid_to="2026-05-06")) == []
    assert gaps_of(GivenMaterial(material="lease", how="paper", valid_to="2026-05-05")) == ["expired"]


def test_a_catalogue_without_validity_keeps_its_bytes() -> None:
    assert "expires" not in ANY.model_dump()
    assert ANY.model_copy(update={"reuse_days": 0}).model_dump()["reuse_days"] == 0
    assert LEASE.model_dump()["expires"] is True

"""Matching of licences with materials by type, holder and validity."""

from __future__ import annotations

from datetime import date

import pytest

from clerk_app.catalogue.plan import make_plan
from clerk_app.licences.material_match import match_materials
from db.engines import Row
from tests.sample_data import sample_city

TODAY = date(2026, 5, 6)
BIRTH = make_plan(sample_city(), "birth", None, {"mother_insured": "no"})
ROAD = make_plan(sample_city(), "road-excavation", None, {"risk_class": "ordinary"})


def licence(kind: str, holder: str, valid_to: str = "", state: str = "valid", since: str = "2020-01-01") -> Row:
    return {"id": f"{kind}-{holder}-{since}", "kind": kind, "holder": holder, "valid_to": valid_to, "state": state,
            "valid_from": since}  # fmt: skip


def states(*licences: Row) -> dict[str, str]:
    return {name: found.state for name, found in match_materials(BIRTH, licences, {"mother": "mother"}, TODAY).items()}


def test_without_a_licence_the_material_is_missing() -> None:
    assert set(states().values()) == {"missing"}


def test_a_card_matches_the_role_of_its_holder() -> None:
    found = match_materials(BIRTH, [licence("0101", "mother"), licence("0101", "father")], {"mother": "mother"}, TODAY)
    assert found["mother-id"].licence is not None
    assert found["mother-id"].licence["holder"] == "mother"
    assert found["father-id"].licence is not None
    assert found["father-id"].licence["holder"] == "father"


def test_a_licence_of_another_person_is_not_the_applicants() -> None:
    assert states(licence("0102", "father"))["household-register"] == "missing"


@pytest.mark.parametrize(
    ("valid_to", "state", "expected"),
    [
        ("", "valid", "held"),
        ("2026-05-06", "valid", "held"),
        ("2026-05-05", "valid", "expired"),
        ("2030-01-01", "revoked", "revoked"),
        ("2026-05-05", "suspended", "revoked"),
    ],
)
def test_a_licence_must_be_valid_today(valid_to: str, state: str, expected: str) -> None:
    assert states(licence("0101", "mother", valid_to, state))["mother-id"] == expected


def test_the_newest_valid_licence_is_chosen() -> None:
    old = licence("0101", "mother", since="2016-01-01")
    new = licence("0101", "mother", since="2024-01-01")
    lost = licence("0101", "mother", state="revoked", since="2025-01-01")
    assert match_materials(BIRTH, [old, lost, new], {"mother": "mother"}, TODAY)["mother-id"].licence == new


def test_materials_of_the_negative_list_are_never_shared() -> None:
    found = match_materials(ROAD, [licence("0401", "enterprise")], {"enterprise": "enterprise"}, TODAY)
    assert found["pipe-survey"].state == "not_shared"
    assert found["business-licence"].state == "held"

"""What an applicant is also eligible for: a missing fact never makes a yes, and only offers of known facts are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.also_eligible import EligibleOffer, KnownFacts, find_also_eligible, judge_offer
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import OneThing
from clerk_app.catalogue.offer_conditions import OfferCondition
from clerk_app.catalogue.offer_index import StoredOffer, read_offers
from db.engines import Store
from tests.catalogue.module_store import open_module_store, publish
from tests.engines import ENGINES

CITY = load_folder(SAMPLE_CITY)
TODAY = date(2026, 11, 27)
WORKER = {"enterprise_credit_code": "91110000MA00000000", "worker_id_number": "11010519900101001X"}


@pytest.fixture(scope="module", params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_module_store(request, tmp_path_factory) as store:
        with store.write() as tx:
            publish(tx, CITY)
        yield store


def find(store: Store, **values: str) -> dict[str, EligibleOffer]:
    with store.read() as tx:
        found = find_also_eligible(tx, KnownFacts(today=TODAY, values=values), ("hiring",))
    return {offer.id: offer for offer in found}


def test_hiring_leads_to_a_subsidy_and_to_the_fund_and_each_missing_fact_is_named(store: Store) -> None:
    found = find(store, **WORKER)
    assert found["matter.hiring-subsidy"].verdict == "unknown"
    assert found["matter.hiring-subsidy"].missing_fields == ("worker_group",)
    assert found["disability-fund"].missing_fields == ("staff_total",)
    found = find(store, **WORKER, worker_group="graduate", staff_total="12", worker_has_card="no")
    assert found["matter.hiring-subsidy"].verdict == found["matter.worker-social-security-card"].verdict == "yes"
    assert found["matter.hiring-subsidy"].condition.rule.en.startswith("An employer that hires a graduate")
    assert "disability-fund" not in found


def test_only_offers_that_depend_on_a_known_fact_are_read(store: Store) -> None:
    with store.read() as tx:
        found = read_offers(tx, CITY.id, CITY.version, ["household_income"], ())
        assert read_offers(tx, CITY.id, CITY.version, ["contact_phone"], ()) == []
    assert {offer.id for offer in found} == {"social-assistance", "matter.medical-payment"}


def test_a_low_income_leads_to_aid_and_an_age_to_retirement(store: Store) -> None:
    found = find(store, applicant_id_number="110105196001010019", household_income="3000", household_size="3")
    assert {name: offer.verdict for name, offer in found.items() if name != "matter.retirement"} == {
        "social-assistance": "yes",
        "matter.medical-payment": "yes",
    }
    assert found["matter.retirement"].verdict == "unknown"  # the kind of retirement is a condition of the matter
    assert "retirement_kind" in found["matter.retirement"].missing_fields
    assert "social-assistance" not in find(store, household_income="9000", household_size="3")


def offer_of(when: object, holds: tuple[str, ...]) -> StoredOffer:
    condition = OfferCondition.model_validate({"rule": {"zh": "规则", "en": "rule"}, "when": when, "holds": holds})
    return StoredOffer("birth", condition, {"claimed": ("licence:paper.claim",)})


tests = st.one_of(
    st.builds(lambda name, value: {"field": name, "is": value}, st.sampled_from("ab"), st.sampled_from("12")),
    st.builds(lambda name: {"field": name, "known": "true"}, st.sampled_from(["a", "claimed"])),
    st.just({"compare": {"left": {"field": "a"}, "is": "less", "right": {"field": "b"}}}),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)


@given(conditions, st.sets(st.sampled_from(["paper", "card"])), st.data())
def test_a_missing_fact_never_makes_a_yes_and_a_further_fact_never_changes_one(
    when: object, holds: set[str], data: st.DataObject
) -> None:
    offer = offer_of(when, tuple(sorted(holds)))
    facts = data.draw(st.dictionaries(st.sampled_from(["a", "b", "claimed"]), st.sampled_from("12")))
    kept = {name: value for name, value in facts.items() if data.draw(st.booleans())}
    given_materials = data.draw(st.sets(st.sampled_from(["paper", "card"])))
    fewer = frozenset(name for name in given_materials if data.draw(st.booleans()))
    more = judge_offer(offer, KnownFacts(TODAY, facts, materials=frozenset(given_materials)))
    less = judge_offer(offer, KnownFacts(TODAY, kept, materials=fewer))
    assert less.verdict in (more.verdict, "unknown")
    if less.verdict == "yes":
        assert holds <= fewer
    if less.verdict == "unknown":
        assert less.missing_fields or less.missing_materials


def test_an_offer_is_left_out_of_the_stored_bytes_while_there_is_none() -> None:
    plain = next(thing for thing in CITY.one_things if thing.offer is None)
    assert "offer" not in OneThing.model_dump(plain, mode="json")

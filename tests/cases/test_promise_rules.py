"""Properties of what may be promised, over one things, answers and given materials of the sample city."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.completeness import may_be_missing
from clerk_app.cases.promises.offers import GAP, KINDS, MATERIAL, MATTER, find_bar, list_offers
from clerk_app.catalogue.plan import NO_COMMITMENT, make_plan
from tests.sample_data import sample_city

CITY = sample_city()
ONE_THINGS = ("birth", "residence-permit", "road-excavation", "hiring", "passport")
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "housing_kind": st.sampled_from(["own", "rented", "relatives"]),
        "risk_class": st.sampled_from(["low", "ordinary", "high"]),
        "holds_residence_permit": st.sampled_from(["yes", "no"]),
        NO_COMMITMENT: st.just("yes"),
    },
)
MATERIALS = st.sets(st.sampled_from([material.id for material in CITY.materials]))


@given(st.sampled_from(ONE_THINGS), ANSWERS, MATERIALS)
def test_what_is_offered_is_allowed_and_in_time(one_thing: str, answers: dict[str, str], held: set[str]) -> None:
    plan = make_plan(CITY, one_thing, None, answers)
    matters = {planned.id: planned for planned in plan.active_matters}
    needs = {need.material.id: need for need in plan.materials}
    for offer in list_offers(CITY, plan, held):
        assert find_bar(CITY, plan, offer.kind, offer.subject) is None
        if offer.kind == MATTER:
            assert matters[offer.subject].by_commitment
            assert NO_COMMITMENT not in answers
            continue
        need = needs[offer.subject]
        assert offer.subject not in held
        if offer.kind == MATERIAL:
            assert need.material.promise_allowed
        else:
            assert may_be_missing(need.material, [offer.subject])
            strict = not need.material.decides_without
            assert all(offer.days <= matters[name].promised_days for name in need.needed_by if strict)


@given(st.sampled_from(ONE_THINGS), ANSWERS, st.sampled_from([*KINDS, "x"]), st.text(max_size=8))
def test_nothing_that_the_application_does_not_have_is_promised(
    one_thing: str, answers: dict[str, str], kind: str, subject: str
) -> None:
    plan = make_plan(CITY, one_thing, None, answers)
    assert find_bar(CITY, plan, kind, subject) is not None


@given(st.sampled_from(ONE_THINGS), ANSWERS)
def test_a_main_material_is_never_brought_later(one_thing: str, answers: dict[str, str]) -> None:
    plan = make_plan(CITY, one_thing, None, answers)
    for need in plan.materials:
        if need.material.main:
            assert find_bar(CITY, plan, GAP, need.material.id) is not None

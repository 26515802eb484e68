"""The sample city, compared with the table of one things from which it was made."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from pydantic import BaseModel

from clerk_app.catalogue.loader import SAMPLE_CITY, check_folder
from clerk_app.catalogue.model import Catalogue, Text
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.stock_reasons import select_stock_reasons


def _texts(part: object) -> Iterator[Text]:
    if isinstance(part, Text):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name))
    elif isinstance(part, tuple):
        for item in part:
            yield from _texts(item)


def _organ_names(plan: Plan) -> set[str]:
    return {planned.matter.organ for planned in plan.active_matters}


def test_the_sample_city_has_no_mistakes() -> None:
    assert [str(mistake) for mistake in check_folder(SAMPLE_CITY)] == []


def test_a_birth_is_nine_matters_of_five_organs_in_five_days(city: Catalogue) -> None:
    birth = make_plan(city, "birth", None, {"mother_insured": "yes"})
    assert len(birth.active_matters) == 9
    assert _organ_names(birth) == {"health", "police", "hr", "medical-insurance", "tax"}
    assert birth.critical_path == ("birth-medical-certificate", "household-registration", "social-security-card")
    assert birth.promised_days == birth.one_thing.promised_days == 5
    assert [role.id for role in birth.one_thing.parties] == ["mother", "father", "child"]
    assert birth.one_thing.applicant_role().id == "mother"
    assert [planned.material.id for planned in birth.materials] == [
        "birth-certificate",
        "mother-id",
        "father-id",
        "household-register",
        "marriage-certificate",
    ]


def test_two_matters_do_not_apply_for_a_mother_without_insurance(city: Catalogue) -> None:
    birth = make_plan(city, "birth", None, {"mother_insured": "no"})
    dropped = {planned.id: planned.inapplicable_reason for planned in birth.matters if planned.inapplicable_reason}
    assert set(dropped) == {"maternity-certificate", "maternity-benefit"}
    assert all(reason.en == "The mother has no maternity insurance" for reason in dropped.values())
    assert len(birth.active_matters) == 7
    doubtful = [
        planned.id for planned in make_plan(city, "birth", None, {}).active_matters if planned.applicability_unknown
    ]
    assert doubtful == ["maternity-certificate", "maternity-benefit"]


def test_a_birth_needs_one_visit_and_no_paper_that_the_city_holds(city: Catalogue) -> None:
    saved = make_plan(city, "birth", None, {"mother_insured": "yes"}).reductions
    assert (saved.before.visits, saved.after.visits) == (9, 1)
    assert saved.after.papers == 0
    assert saved.after.days < saved.before.days


def test_digging_up_a_road_goes_to_three_organs_at_once_and_low_risk_is_by_commitment(city: Catalogue) -> None:
    ordinary = make_plan(city, "road-excavation", None, {"risk_class": "ordinary"})
    low = make_plan(city, "road-excavation", None, {"risk_class": "low"})
    high = make_plan(city, "road-excavation", None, {"risk_class": "high"})
    assert _organ_names(ordinary) == {"planning", "transport", "police"}
    assert not any(planned.after or planned.by_commitment for planned in ordinary.active_matters)
    assert ordinary.promised_days == 5
    assert all(planned.by_commitment for planned in low.active_matters)
    assert low.promised_days == 1
    assert "safety-plan" in {planned.material.id for planned in high.materials}
    assert "safety-plan" not in {planned.material.id for planned in ordinary.materials}
    assert all(planned.matter.statutory_days in (15, 20) for planned in ordinary.active_matters)


def test_materials_on_the_negative_list_have_a_reason(city: Catalogue) -> None:
    survey = city.material("pipe-survey")
    assert survey.not_shared is not None
    assert survey.origin == "applicant"


def test_a_residence_permit_follows_its_registration_and_kinship_is_by_commitment(city: Catalogue) -> None:
    new = make_plan(city, "residence-permit", None, {"holds_residence_permit": "no", "housing_kind": "relatives"})
    assert [planned.id for planned in new.active_matters] == ["residence-registration", "residence-permit-new"]
    assert new.active_matters[0].by_commitment
    assert {planned.material.id for planned in new.materials} == {
        "applicant-id",
        "applicant-photo",
        "kinship-commitment",
    }
    everything = frozenset(city.one_thing("residence-permit").matters)
    holder = make_plan(city, "residence-permit", everything, {"holds_residence_permit": "yes"})
    assert [planned.id for planned in holder.matters if planned.inapplicable_reason] == ["residence-permit-new"]
    assert holder.exclusions == ()


def test_two_subsidies_for_one_worker_exclude_each_other(city: Catalogue) -> None:
    subsidies = frozenset({"employment-registration", "hiring-subsidy", "insurance-subsidy"})
    hard = make_plan(city, "hiring", subsidies, {"worker_group": "hard_to_place"})
    assert [(exclusion.matters, exclusion.certain) for exclusion in hard.exclusions] == [
        (("hiring-subsidy", "insurance-subsidy"), True)
    ]
    graduate = make_plan(city, "hiring", subsidies, {"worker_group": "graduate"})
    assert graduate.exclusions == ()
    assert [planned.id for planned in graduate.matters if planned.inapplicable_reason] == ["insurance-subsidy"]
    unasked = make_plan(city, "hiring", None, {"worker_has_card": "no"})
    assert unasked.exclusions == ()
    assert "worker-social-security-card" in {planned.id for planned in unasked.active_matters}


def test_a_passport_is_decided_on_the_spot_and_issued_after_seven_days(city: Catalogue) -> None:
    passport = make_plan(city, "passport", None, {})
    assert [planned.promised_days for planned in passport.active_matters] == [0]
    assert passport.promised_days == 7
    assert passport.one_thing.handling == "immediate"
    assert passport.one_thing.before.days == 10


def test_every_one_thing_keeps_its_promised_days(city: Catalogue) -> None:
    for one_thing in city.one_things:
        for chosen in (None, frozenset(one_thing.matters)):
            plan = make_plan(city, one_thing.id, chosen, {})
            assert plan.promised_days <= one_thing.promised_days <= plan.statutory_days


def test_everything_has_a_source_or_is_marked_as_sample(city: Catalogue) -> None:
    lists = (
        city.organs,
        city.materials,
        city.fields,
        city.matters,
        city.one_things,
        city.calendars,
        city.stock_reasons,
    )
    for items in lists:
        for item in items:
            assert item.sample or item.source, item


def test_texts_have_no_characters_of_unexpected_width(city: Catalogue) -> None:
    for text in _texts(city):
        assert text.en.isascii(), text.en
        assert not [sign for sign in text.zh if unicodedata.east_asian_width(sign) == "A"], text.zh


def test_papers_that_can_be_supplemented_are_no_reason_for_not_accepting(city: Catalogue) -> None:
    """行政许可法 art. 32 (4): they get a notice; (1) and (2) are the grounds for not accepting."""
    grounds = {reason.id: reason.source or "" for reason in select_stock_reasons(city, "not_accept")}
    assert sorted(grounds) == ["no-permit-needed", "not-competent"]
    assert all(source.endswith(("art. 32 (1)", "art. 32 (2)")) for source in grounds.values())
    assert {"papers-incomplete", "form-not-legal"} <= {reason.id for reason in select_stock_reasons(city, "return")}


def test_the_proposed_name_and_the_abstract_of_a_project_are_compared_at_the_center(city: Catalogue) -> None:
    checks = {field.id: field.check for field in city.fields if field.check}
    assert checks == {"proposed_name": "enterprise_name", "fund_abstract": "similar_text"}

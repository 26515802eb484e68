"""An organ asks for what its matter requires; for another paper only with a legal basis, which the citizen reads."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.tasks.demands import check_demand, list_demandable_materials
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import BadData, Refused
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults, paper_materials
from tests.sample_data import sample_city

TRAFFIC = "excavation-traffic"
BASIS = "市道路挖掘管理办法第十二条"


def ask(office: SampleOffice, number: str, material: str, basis: str) -> None:
    office.return_task(number, TRAFFIC, material, basis=basis)


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case whose traffic matter requires the licence and the traffic plan only."""
    return office.accept_road()


@postgresql_wide
@pytest.mark.parametrize("basis", ["", "   ", "law", "\t法 \n"])
def test_what_the_matter_does_not_require_needs_a_legal_basis(office: SampleOffice, number: str, basis: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(office, number, "safety-plan", basis)
    assert (refused.value.reason, refused.value.facts["materials"]) == ("outside_material", "safety-plan")
    assert office.select("supplements") == []


@postgresql_wide
def test_with_a_legal_basis_it_is_asked_for_and_stored(office: SampleOffice, number: str) -> None:
    returned = office.return_task(number, TRAFFIC, "traffic-plan", "safety-plan", basis=f" {BASIS}\n")
    assert (returned.outside_materials, returned.legal_basis) == (("safety-plan",), BASIS)
    (row,) = office.select("supplements")
    assert (row["outside_materials"], row["legal_basis"]) == ('["safety-plan"]', BASIS)
    assert find_faults(office.store) == []


def test_a_basis_without_need_is_not_stored(office: SampleOffice, number: str) -> None:
    returned = office.return_task(number, TRAFFIC, "traffic-plan", basis=BASIS)
    assert (returned.outside_materials, returned.legal_basis) == ((), "")


@postgresql_wide
def test_the_variant_of_the_case_decides_what_is_required(office: SampleOffice) -> None:
    command = office.prepare_road(excavation_depth="deep", risk_class="high")
    brought = (*command.materials, *paper_materials("safety-plan"))
    number = office.accept(msgspec.structs.replace(command, materials=brought))
    assert office.return_task(number, TRAFFIC, "safety-plan", basis="").outside_materials == ()


@pytest.mark.parametrize(
    ("material", "reason"),
    [("pipe-survey", "excluded_material"), ("planning-permit", "held_by_city"), ("residence-record", "held_by_city")],
)
def test_what_the_lists_exclude_cannot_be_asked_for_even_with_a_basis(
    office: SampleOffice, number: str, material: str, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(office, number, material, BASIS)
    assert refused.value.reason == reason
    assert office.return_task(number, "excavation-planning", "pipe-survey", basis="").outside_materials == ()


@pytest.mark.parametrize(("basis", "error"), [("rule \x1b[2J", BadData), ("x" * 501, Refused)])
def test_a_basis_that_cannot_be_printed_is_refused(
    office: SampleOffice, number: str, basis: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        ask(office, number, "safety-plan", basis)


CITY = sample_city()
MATTERS = [(thing.id, matter) for thing in CITY.one_things for matter in thing.matters]


@given(
    chosen=st.sampled_from(MATTERS),
    names=st.lists(st.sampled_from([material.id for material in CITY.materials]), min_size=1, unique=True),
    basis=st.sampled_from(["", "法", BASIS]),
)
def test_a_demand_passes_exactly_if_the_list_or_a_basis_allows_all_of_it(
    chosen: tuple[str, str], names: list[str], basis: str
) -> None:
    one_thing, matter = chosen
    plan = make_plan(CITY, one_thing, frozenset({matter}), {})
    case = CaseRecord(row={}, catalogue=CITY, plan=plan, tasks=(), supplements=(), materials=())
    (planned,) = plan.matters
    outside = set(names) - set(planned.materials)
    allowed = set(list_demandable_materials(case, matter)) if basis == BASIS else set()
    if outside <= allowed:
        assert check_demand(case, matter, names, basis) == (
            tuple(name for name in names if name in outside),
            basis if outside else "",
        )
    else:
        with pytest.raises(Refused):
            check_demand(case, matter, names, basis)
    assert all(CITY.material(name).origin == "applicant" for name in allowed)

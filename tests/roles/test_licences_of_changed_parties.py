"""A licence counts only while the form names its holder: after another name, number or document it is missing again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import MaterialRow
from clerk_app.views.counter import CounterService, CounterView
from tests.roles.test_identity_of_a_visit import intake
from tests.roles.test_licences_of_parties import serve_agent_then_enterprise
from tests.roles.workflows import explain_differences, prepare_birth

Code = Callable[[str], str]
OTHER_NUMBER = "690103198509270847"


def material(view: CounterView, name: str) -> MaterialRow:
    return next(row for row in intake(view).materials if row.id == name)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("father_name", "王五"),
        ("father_id_number", OTHER_NUMBER),
        pytest.param("father_document_kind", "other", marks=pytest.mark.wide),
    ],
)
def test_the_card_of_the_former_father_does_not_count_for_another(
    counter: CounterService, office: Office, code: Code, field: str, other: str
) -> None:
    before = prepare_birth(counter, code("mother"))
    assert material(before, "father-id").state == "held"
    known = {row.id: row.value for row in intake(before).fields}[field]
    changed = counter.fill_field(field, other)
    row = material(changed, "father-id")
    assert (row.state, row.consent, row.grade) == ("missing", "not_needed", "")
    assert "not of the party whom the form names" in row.reason
    assert material(changed, "mother-id").state == "held"
    assert material(counter.toggle_paper("father-id"), "father-id").state == "paper"
    counter.toggle_paper("father-id")
    assert material(counter.fill_field(field, known), "father-id") == material(before, "father-id")
    explain_differences(counter.fill_field(field, other), counter)
    counter.accept_case()  # the card may follow
    with office.store.read() as tx:
        assert tx.select("materials", material="father-id", how="licence") == []


@pytest.mark.wide
def test_the_card_of_the_father_counts_however_his_name_is_spelt(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    assert material(counter.fill_field("father_name", "陈 志远"), "father-id").state == "held"


@pytest.mark.wide
def test_the_card_of_the_applicant_does_not_count_for_another_name(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    view = counter.fill_field("mother_name", "王五")
    assert {material(view, name).state for name in ("mother-id", "household-register")} == {"missing"}
    with pytest.raises(Refused, match="Mother's identity card"):
        counter.accept_case()
    assert material(counter.fill_field("mother_name", "林晓雯"), "mother-id").state == "held"


@pytest.mark.wide
def test_the_licences_of_an_enterprise_do_not_count_for_another(counter: CounterService, code: Code) -> None:
    serve_agent_then_enterprise(counter, code)
    counter.record_consent(["business-licence", "planning-permit"])
    view = counter.fill_field("enterprise_name", "示范市别家有限公司")
    assert {material(view, name).state for name in ("business-licence", "planning-permit")} == {"missing"}

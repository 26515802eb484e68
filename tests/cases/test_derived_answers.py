"""An acceptance whose answer differs from the rule of its field: a reason is needed, and the officer sees both."""

from __future__ import annotations

from msgspec.structs import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.field_differences import FieldDifference
from clerk_app.roles.case_answers import read_answers
from tests.cases.test_broken_promises import refuse_reason
from tests.office import SampleOffice, find_faults, paper_materials


def test_the_officer_sees_the_rule_and_the_reason(office: SampleOffice, english: None) -> None:
    command = office.prepare_road(risk_class="high")
    command = replace(command, materials=(*command.materials, *paper_materials("safety-plan")))
    assert refuse_reason(office, command, "clerk-1") == "difference"
    assert command.personal is not None
    difference = FieldDifference(
        field="risk_class", source="rule:risk_class.3", known="ordinary", reason="old gas pipes below"
    )
    number = office.accept(replace(command, personal=replace(command.personal, differences=(difference,))))
    with office.store.read() as tx:
        case = read_case(tx, number)
        answers = {row.label: row.value for row in read_answers(tx, case, "excavation-road", in_full=False)}
    assert answers["Risk class"] == (
        "High; Ordinary (by rule: 1.5 m to 3 m deep, or on a main road); Reason: old gas pipes below"
    )
    assert find_faults(office.store) == []

"""What was read from papers as a source of the form: differences, reasons, objection, storage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from clerk_app.cases.difference_objection import find_difference_objection
from clerk_app.cases.field_differences import FieldDifference, find_differences, find_unexplained
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.paper_readings import (
    PaperReading,
    PaperValue,
    ReadValue,
    format_paper_source,
    is_same_paper,
    list_paper_values,
    parse_paper_source,
)
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from tests.office import SampleOffice, clerk_of_window, paper_materials
from tests.sample_data import sample_city

FILE = "a" * 64
NAME = ReadValue(id="name", value="示范建筑公司", is_sure=True, fact="name")
SOURCE = "paper:business-licence.name.1"
REASON = "The enterprise was renamed last week."


def prepare_road_with_reading(office: SampleOffice, value: ReadValue, *, file: str = FILE) -> AcceptCase:
    """Prepare a case of an enterprise whose business licence was read from a file."""
    command = office.prepare_road()
    materials = tuple(
        replace(given, content=file) if given.material == "business-licence" else given for given in command.materials
    )
    assert command.personal is not None
    reading = PaperReading(content=FILE, kind="business_licence", values=(value,))
    draft = SaveDraft(
        draft=command.draft,
        visit=command.visit,
        window=command.window,
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        personal=DraftContent(values=command.personal.values, readings={"business-licence": reading}),
    )
    office.door.perform(draft, clerk_of_window(command.window))
    return replace(command, materials=materials)


def with_reason(command: AcceptCase, reason: str) -> AcceptCase:
    assert command.personal is not None
    stated = FieldDifference(field="enterprise_name", source=SOURCE, known=NAME.value, reason=reason)
    return replace(command, personal=replace(command.personal, differences=(stated,)))


def test_a_form_that_differs_from_a_paper_needs_a_reason(office: SampleOffice) -> None:
    command = prepare_road_with_reading(office, NAME)
    with pytest.raises(Refused) as refused:
        office.accept(command)
    assert (refused.value.reason, refused.value.facts["what"]) == ("difference", "enterprise_name")
    number = office.accept(with_reason(command, REASON))
    (row,) = office.select("field_differences", case_number=number)
    assert (row["source"], row["known"], row["reason"]) == (SOURCE, NAME.value, REASON)


@pytest.mark.parametrize(
    "value",
    [
        replace(NAME, is_sure=False),
        replace(NAME, value="示范建设公司"),
        replace(NAME, value="示範建設 公司"),
        replace(NAME, id="legal_representative", fact=""),
    ],
)
def test_unsure_equal_and_unrelated_values_need_none(office: SampleOffice, value: ReadValue) -> None:
    assert office.accept(prepare_road_with_reading(office, value))


def test_the_reading_of_another_file_does_not_count(office: SampleOffice) -> None:
    assert office.accept(prepare_road_with_reading(office, NAME, file="b" * 64))


@pytest.mark.parametrize(("reason", "objects"), [("", True), (" ", True), (REASON, False)])
def test_the_center_objects_to_a_stated_difference_without_a_reason(
    office: SampleOffice, reason: str, objects: bool
) -> None:
    command = with_reason(office.prepare_road(), reason)
    objection = find_difference_objection(command, sample_city())
    assert (objection is not None) == objects


def test_a_value_of_a_paper_belongs_to_the_field_with_the_source_of_its_licence_or_of_its_holder() -> None:
    plan = make_plan(sample_city(), "residence-permit", None, {"housing_kind": "rented"})
    reading = PaperReading(
        content=FILE,
        values=(
            ReadValue(id="address", value="示范路1号", is_sure=True, page=2),
            ReadValue(id="tenant_name", value="王芳", is_sure=True, fact="name"),
        ),
    )
    found = list_paper_values(plan, {"lease": reading}, paper_materials("lease", content=FILE))
    assert {name: values for name, values in found.items() if values} == {
        "residence_address": [PaperValue(value="示范路1号", source="paper:lease.address.2")],
        "applicant_name": [PaperValue(value="王芳", source="paper:lease.tenant_name.1")],
    }


def test_a_value_that_has_to_agree_with_a_licence_may_differ_from_a_paper_with_a_reason() -> None:
    values = {"mother_id_number": "11010119900307002X"}
    plan = make_plan(sample_city(), "birth", None, values)
    papers = {"mother_id_number": [PaperValue(value="110101199003070011", source="paper:mother-id.id_number.1")]}
    found = find_differences(plan, values, {}, papers)
    assert len(found) == 1
    assert list(find_unexplained(plan, found))
    assert not list(find_unexplained(plan, [replace(found[0], reason=REASON)]))


NAMES = st.from_regex(r"[a-z0-9_-]{1,12}", fullmatch=True)


@pytest.mark.wide
@given(material=NAMES, value=NAMES, page=st.integers(1, 60))
def test_a_source_names_material_and_page(material: str, value: str, page: int) -> None:
    source = format_paper_source(material, ReadValue(id=value, value="x", page=page))
    assert parse_paper_source(source) == (material, page)
    assert is_same_paper(source, f"paper:{material}.other.1")
    assert not is_same_paper(source, f"licence:{material}.{value}")

"""The kinds of papers: the file of the program, a city's own file, and its mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.errors import BadData
from clerk_app.pre_review.kinds import check_kinds_file, kind_of_material, load_kinds

STUDENT_CARD = """kinds:
  - id: student-card
    name: {zh: 学生证, en: Student card}
    materials: [student-card]
    titles: [学生证]
    fields:
      - {id: name, name: {zh: 姓名, en: Name}, type: name, labels: [姓名]}
"""


def test_each_kind_belongs_to_a_licence_type_or_material_of_the_sample_city_and_names_its_claims() -> None:
    catalogue = load_folder(SAMPLE_CITY)
    materials = {material.id for material in catalogue.materials}
    kinds = load_kinds()
    assert len(kinds) >= 8
    for kind in kinds:
        assert kind.licence_type or kind.materials, kind.id
        assert materials.issuperset(kind.materials), kind.id
        if kind.licence_type:
            claims = {claim.id for claim in catalogue.licence_type(kind.licence_type).claims}
            assert claims & {field.id for field in kind.fields}, kind.id


def test_the_kind_of_a_material_is_that_of_its_licence_type_or_of_its_own_name() -> None:
    kinds = load_kinds()
    lease, contract = kind_of_material(kinds, "lease", "0601"), kind_of_material(kinds, "labour-contract", None)
    assert lease is not None
    assert contract is not None
    assert (lease.id, contract.id) == ("lease", "labour-contract")
    assert kind_of_material(kinds, "construction-drawings", None) is None
    assert lease.field("tenant").name.en == "Tenant"


def test_a_city_adds_a_kind_in_a_file_of_its_own_and_replaces_one_with_the_same_id(tmp_path: Path) -> None:
    file = tmp_path / "paper-kinds.yaml"
    assert load_kinds(file) == load_kinds()
    file = tmp_path / "other.yaml"
    file.write_text(STUDENT_CARD.replace("student-card", "lease") + STUDENT_CARD.removeprefix("kinds:\n"))
    kinds = {kind.id: kind for kind in load_kinds(file)}
    assert kinds["student-card"].titles == kinds["lease"].titles == ("学生证",)
    assert len(kinds) == len(load_kinds()) + 1


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("type: name", "type: nmae", 7, "nmae"),
        ("titles: [学生证]", "titles: []", 5, ""),
        (", labels: [姓名]", "", 7, "A field needs labels, phrases or a pattern."),
        ("labels: [姓名]", 'phrases: ["姓名为{name},"]', 7, "contains {value} once"),
        ("labels: [姓名]", 'phrases: ["(姓名为{value},"]', 7, "contains {value} once"),
        ("labels: [姓名]", "labels: [姓名], follows: mother", 7, "There is no field mother."),
        ("labels: [姓名]", 'labels: [姓名], pattern: "(["', 7, "regular expression"),
        ("kinds:\n  - id", "papers:\n  - id", 1, "A list named kinds"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_mistake_in_a_file_of_kinds_is_named_with_its_line(
    before: str, after: str, line: int, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "paper-kinds.yaml"
    file.write_text(STUDENT_CARD.replace(before, after))
    _, mistakes = check_kinds_file(file)
    assert [mistake.line for mistake in mistakes] == [line]
    assert words in mistakes[0].sentence
    with pytest.raises(BadData, match=r"paper-kinds\.yaml"):
        load_kinds(file)

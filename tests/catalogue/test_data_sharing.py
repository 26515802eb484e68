"""What may be released of a licence follows the requirement, responsibility and negative lists of the catalogue."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from clerk_app.catalogue.base_model import Text
from clerk_app.catalogue.data_lists import DataExclusion, DataRequirement, DataResponsibility
from clerk_app.catalogue.data_sharing import NOTHING, ReleaseScope, find_release_scope
from clerk_app.catalogue.loader import SAMPLE_CITY, check_folder
from clerk_app.catalogue.model import Catalogue
from tests.catalogue.good_folder import HEAD, THINGS
from tests.sample_data import sample_city

MATTERS = ("birth-medical-certificate",)


def with_lists(version: int, **lists: object) -> Catalogue:
    empty = {"data_requirements": (), "data_responsibilities": (), "data_exclusions": ()}
    return sample_city().model_copy(update={"version": version, **empty, **lists})


def test_without_lists_everything_is_released() -> None:
    assert find_release_scope(with_lists(101), MATTERS, "0101") == ReleaseScope()


def test_a_matter_gets_the_claims_that_it_requires() -> None:
    requirement = DataRequirement(id="r", matter=MATTERS[0], licence_type="0101", claims=("name", "id_number"))
    catalogue = with_lists(102, data_requirements=(requirement,))
    scope = find_release_scope(catalogue, MATTERS, "0101")
    assert scope.select({"name": "王芳", "nation": "汉"}) == {"name": "王芳"}
    assert not scope.has_picture
    assert find_release_scope(catalogue, ("vaccination-record",), "0101") == NOTHING
    assert find_release_scope(catalogue, MATTERS, "0102") == NOTHING


def test_the_negative_list_wins() -> None:
    reason = Text(zh="不共享", en="not shared")
    claims = DataExclusion(id="x", licence_type="0101", claims=("address",), reason=reason)
    scope = find_release_scope(with_lists(103, data_exclusions=(claims,)), MATTERS, "0101")
    assert scope.claims is not None
    assert "address" not in scope.claims
    assert "name" in scope.claims
    whole = DataExclusion(id="y", licence_type="0101", reason=reason)
    assert find_release_scope(with_lists(104, data_exclusions=(whole,)), MATTERS, "0101") == NOTHING


def test_nothing_is_released_that_no_organ_answers_for() -> None:
    other = DataResponsibility(id="a", licence_type="0102", organ="police")
    catalogue = with_lists(105, data_responsibilities=(other,))
    assert find_release_scope(catalogue, MATTERS, "0101") == NOTHING
    assert find_release_scope(catalogue, MATTERS, "0102") == ReleaseScope()


def test_a_catalogue_with_lists_survives_publication_and_one_without_keeps_its_bytes() -> None:
    assert Catalogue.from_bytes(sample_city().to_bytes()) == sample_city()
    assert b"data_" not in with_lists(106).to_bytes()


def test_mistakes_in_the_lists_are_named(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "things.yaml").write_text(THINGS, "utf-8")
    lists = "data_requirements:\n  - {id: r, matter: nothing, licence_type: 9999, claims: [name]}\n"
    (tmp_path / "lists.yaml").write_text(lists, "utf-8")
    mistakes = [(mistake.file, mistake.field) for mistake in check_folder(tmp_path)]
    assert mistakes == [
        ("lists.yaml", "data_requirements[0].licence_type"),
        ("lists.yaml", "data_requirements[0].matter"),
    ]


def test_a_material_that_no_list_allows_to_be_asked_for_is_named(tmp_path: Path) -> None:
    folder = copytree(SAMPLE_CITY, tmp_path / "city")
    lists = folder / "data-sharing.yaml"
    lines = lists.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "passport-issue-0102" not in line and "answers-0201" not in line]
    lists.write_text("".join(kept), "utf-8")
    mistakes = {(mistake.file, mistake.field, mistake.sentence) for mistake in check_folder(folder)}
    assert {(Path(file).name, field.rpartition(".")[2]) for file, field, _ in mistakes} == {
        ("passport.yaml", "materials[1]"),
        ("birth.yaml", "materials[4]"),
    }
    assert all("0102" in sentence or "0201" in sentence for _, _, sentence in mistakes)


VARIANT = """\
    variants:
      - {id: v, name: {zh: 甲, en: A}, when: {field: sure, is: yes}, materials: [MATERIAL], sample: true}
"""


def check_variant(folder: Path, material: str, lists: str = "") -> list[tuple[str, str]]:
    """Check the small catalogue whose first matter needs a material in one variant only; return place and sentence."""
    needed = "    materials: [card]\n    fields: [called]\n"
    things = THINGS.replace(needed, "    fields: [called]\n" + VARIANT.replace("MATERIAL", material))
    assert things != THINGS
    (folder / "catalogue.yaml").write_text(HEAD, "utf-8")
    (folder / "things.yaml").write_text(things + lists, "utf-8")
    return [(mistake.field, mistake.sentence) for mistake in check_folder(folder)]


def test_a_material_of_a_variant_that_the_requirement_list_lacks_is_named(tmp_path: Path) -> None:
    other = "data_requirements:\n  - {id: r, matter: second, licence_type: 0101, claims: [name], sample: true}\n"
    ((place, sentence),) = check_variant(tmp_path, "card", other)
    assert place == "matters[0].variants[0].materials[0]"
    assert "0101" in sentence
    assert "data_requirements" in sentence


def test_a_material_of_a_variant_that_no_organ_answers_for_is_named(tmp_path: Path) -> None:
    head = HEAD.replace("licence_types:\n", "licence_types:\n  - {code: 0102, name: {zh: 簿, en: Register}}\n")
    lists = "data_responsibilities:\n  - {id: a, licence_type: 0102, organ: office, sample: true}\n"
    check_variant(tmp_path, "card", lists)
    (tmp_path / "catalogue.yaml").write_text(head, "utf-8")
    ((place, sentence),) = [(each.field, each.sentence) for each in check_folder(tmp_path)]
    assert place == "matters[0].variants[0].materials[0]"
    assert "0101的责任部门" in sentence


def test_a_material_of_a_variant_on_the_negative_list_may_be_demanded(tmp_path: Path) -> None:
    lists = (
        "data_requirements:\n  - {id: r, matter: second, licence_type: 0101, claims: [name], sample: true}\n"
        "data_exclusions:\n  - {id: x, licence_type: 0101, reason: {zh: 不, en: Not}, sample: true}\n"
    )
    assert check_variant(tmp_path, "card", lists) == []


def test_a_material_of_a_variant_that_nobody_provides_in_time_is_named(tmp_path: Path) -> None:
    ((place, sentence),) = check_variant(tmp_path, "record")
    assert place == "one_things[0].matters[0]"
    assert "record" in sentence


def test_every_place_of_a_material_is_walked() -> None:
    matters = [matter for matter in sample_city().matters if any(variant.materials for variant in matter.variants)]
    for matter in matters:
        listed = {name for _where, name in matter.material_places()}
        for variant in matter.variants:
            assert listed >= {*matter.materials, *(variant.materials or ())}

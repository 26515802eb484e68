"""What an acceptance may state of the file of a paper."""

from __future__ import annotations

import pytest
from msgspec import structs

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.form_limits import MAX_PAPER_BYTES, is_plausible_material
from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.cases.overruled_findings import OverruledFinding

A, B = "a" * 64, "b" * 64
PAGE = GivenMaterial(material="lease", how="paper", content=A, media_type="image/jpeg", pages=1, size=9)
PAGES = structs.replace(PAGE, media_type="application/pdf", pages=50, size=MAX_PAPER_BYTES, source=B)


@pytest.mark.parametrize("material", [PAGE, PAGES, structs.replace(PAGES, pages=1), structs.replace(PAGE, source=B)])
def test_a_paper_of_one_page_is_a_picture_and_one_of_several_a_document(material: GivenMaterial) -> None:
    assert is_plausible_material(material)


@pytest.mark.parametrize(
    ("material", "changed"),
    [
        (PAGE, {"pages": 2}),
        (PAGE, {"pages": 0}),
        (PAGE, {"size": 0}),
        (PAGE, {"content": ""}),
        (PAGE, {"how": "licence"}),
        (PAGE, {"media_type": "text/html"}),
        (PAGE, {"media_type": "image/png"}),
        (PAGE, {"media_type": ""}),
        (PAGES, {"pages": 51}),
        (PAGE, {"overruled": (OverruledFinding(finding="expired:valid_to", code="misread"),) * 41}),
        (PAGE, {"overruled": (OverruledFinding(finding="expired:valid_to", code="other", reason="x\u202e"),)}),
        (PAGES, {"pages": -1}),
        (PAGES, {"size": MAX_PAPER_BYTES + 1}),
        (PAGES, {"source": "../store.db"}),
    ],
)
def test_a_file_that_no_program_of_a_window_makes_is_not_plausible(
    material: GivenMaterial, changed: dict[str, object]
) -> None:
    assert not is_plausible_material(structs.replace(material, **changed))


def test_copies_are_the_same_file_or_came_from_the_same_file() -> None:
    paper = PaperFile(content=A, media_type="image/jpeg", pages=1, sources=(B,))
    assert paper.is_copy_of(structs.replace(paper, sources=()))
    assert paper.is_copy_of(structs.replace(paper, content="c" * 64, sources=("d" * 64, B)))
    assert not structs.replace(paper, sources=()).is_copy_of(structs.replace(paper, content="c" * 64))
    assert (paper.source, structs.replace(paper, sources=(A, B)).source) == (B, "")

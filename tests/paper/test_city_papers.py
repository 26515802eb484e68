"""A city's own papers: read from a folder, published with the catalogue, printed without files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.paper_folder import read_paper_folder
from clerk_app.catalogue.papers import CityPapers
from clerk_app.composition.catalogue_files import check_catalogue
from clerk_app.paper.documents.kinds import template_languages, template_version
from clerk_app.paper.documents.template_check import check_templates
from clerk_app.paper.documents.ticket_slip import TicketSlip
from clerk_app.paper.page import Logo, PaperPage, TextLine
from clerk_app.paper.templates.template_set import read_templates
from tests.paper.city_papers import CLOSING, TICKET, add_papers, logo_png
from tests.paper.samples import SLIP, SUPPLEMENT_RECEIPT


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with a ticket, a fragment and a logo of the city."""
    return add_papers(tmp_path)


def _texts(page: PaperPage) -> list[str]:
    return [block.text for block in page if isinstance(block, TextLine)]


def test_a_published_catalogue_has_the_papers(papers: Path) -> None:
    section = read_paper_folder(papers).to_section()
    stored = load_folder(SAMPLE_CITY).model_copy(update={"papers": section}).to_bytes()
    catalogue = Catalogue.from_bytes(stored)
    page = SLIP.to_page("mn", catalogue.papers)
    assert page[0] == Logo(logo_png())
    assert _texts(page) == ["Дугаар", "排号单", "A023", "请稍候"]
    assert "Thank you" in _texts(SUPPLEMENT_RECEIPT.to_page("en", catalogue.papers))
    assert template_languages("ticket", catalogue) == ("zh", "en", "mn")
    kinds = ("ticket", "code", "receipt")
    same = [template_version(kind, catalogue) == template_version(kind) for kind in kinds]
    assert same == [False, True, False]
    prepared, _mistakes = read_templates(papers).prepare("ticket", TicketSlip)
    assert prepared is not None
    assert prepared.version == template_version("ticket", catalogue)


def test_a_template_that_does_not_fit_the_program_is_replaced_by_its_own() -> None:
    unknown = {"kind": "ticket", "title": {"zh": "票", "en": "x"}, "blocks": [{"text": "{seat}"}, "cut"]}
    city = CityPapers(templates={"ticket": unknown}, logo="no picture")
    assert SLIP.to_page("en", city) == SLIP.to_page("en")


def test_a_catalogue_without_papers_keeps_its_bytes() -> None:
    assert "papers" not in json.loads(load_folder(SAMPLE_CITY).to_bytes())


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("tiket.yaml", TICKET, "tiket.yaml:1: There is no kind of paper tiket. Did you mean ticket?"),
        ("readme.txt", "", "readme.txt:1: This file is not known here"),
        ("logo.png", "GIF89a", "logo.png:1: The logo is not a PNG picture."),
        ("logo.png", "x" * 70_000, "logo.png:1: The file is too large: more than 65536 bytes."),
        ("fragments.yaml", "[a]", "fragments.yaml:1: A block of named fields is expected here."),
        ("ticket.yaml", TICKET.replace("{number}", "{nummer}"), "ticket.yaml:6: blocks[2].text: The paper ticket"),
        ("ticket.yaml", TICKET.replace("{number}", "-"), "ticket.yaml:3: blocks: This paper has to show"),
        ("ticket.yaml", TICKET.replace("- logo", "- barcode: 排号"), "ticket.yaml:1: The page in zh cannot be"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("english")
def test_a_mistake_in_the_papers_is_named(papers: Path, name: str, content: str, expected: str) -> None:
    (papers / name).write_text(content, "utf-8")
    (mistake,) = check_templates(papers)
    assert str(mistake).startswith(expected)


def test_a_mistake_in_the_papers_is_one_of_the_catalogue(tmp_path: Path, papers: Path) -> None:
    (papers / "ticket.yaml").write_text(TICKET.replace("cut", "cat"), "utf-8")
    head = SAMPLE_CITY / "catalogue.yaml"
    (tmp_path / head.name).write_bytes(head.read_bytes())
    assert ("papers/ticket.yaml", 8) in {(mistake.file, mistake.line) for mistake in check_catalogue(tmp_path)}


def test_a_fragment_of_the_city_is_checked_in_the_program_s_own_templates(papers: Path) -> None:
    (papers / "fragments.yaml").write_text(CLOSING.replace("谢谢", '"{first_promised}"'), "utf-8")
    mistakes = check_templates(papers)
    assert {(mistake.file, mistake.line) for mistake in mistakes} == {("fragments.yaml", 2)}
    named = {
        kind
        for kind in ("receipt", "receipt_list", "taken_in")
        for mistake in mistakes
        if f" {kind} " in mistake.sentence
    }
    assert named == {"receipt_list", "taken_in"}  # a receipt has the field


def test_the_section_is_left_out_for_an_empty_folder(tmp_path: Path) -> None:
    assert read_paper_folder(tmp_path).to_section() is None
    assert read_paper_folder(tmp_path / "none").to_section() is None


def test_a_paper_keeps_its_page_when_only_another_kind_changes() -> None:
    city = CityPapers(templates={"ticket": {"kind": "ticket"}})
    slip = replace(SUPPLEMENT_RECEIPT, phone="1")
    assert slip.to_page("zh", city) == slip.to_page("zh")

"""The paper of `docs/howto/add-a-paper.md` is built from its facts and its template."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.samples import read_samples
from clerk_app.paper.page import PaperPage
from clerk_app.paper.printers.preview import preview_lines
from clerk_app.paper.templates.template_set import PreparedTemplate, read_templates
from tests.cli.conftest import Clerk
from tests.docs.code_blocks import DOCS, load_module, read_blocks, read_commands

PAGE = DOCS / "howto" / "add-a-paper.md"


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> type[PaperFacts]:
    """The facts of the page."""
    (module,) = read_blocks(PAGE, "python")
    slip: type[PaperFacts] = load_module(module, monkeypatch).AppointmentSlip
    return slip


@pytest.fixture
def template(facts: type[PaperFacts], tmp_path: Path) -> PreparedTemplate:
    """The template of the page, which has no mistakes."""
    (tmp_path / "appointment.yaml").write_text(read_blocks(PAGE, "yaml")[0].text, "utf-8")
    prepared, mistakes = read_templates(tmp_path).prepare("appointment", facts, facts.required_fields)
    assert mistakes == []
    assert prepared is not None
    return prepared


@pytest.fixture
def samples(facts: type[PaperFacts], tmp_path: Path) -> tuple[PaperFacts, ...]:
    """The samples of the page."""
    path = tmp_path / "samples.yaml"
    path.write_text(read_blocks(PAGE, "yaml")[1].text, "utf-8")
    return read_samples(path, facts)


def _lines(page: PaperPage) -> list[str]:
    return [line.strip() for line in preview_lines(page, 58)]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """The sample city's catalogue with the papers of the page."""
    folder = tmp_path / "catalogue"
    shutil.copytree(SAMPLE_CITY, folder)
    (folder / "papers").mkdir()
    for block in read_blocks(PAGE, "yaml")[2:]:
        (folder / block.file).write_text(block.text, "utf-8")
    return folder


def test_the_paper_is_printed_in_every_language(template: PreparedTemplate, samples: tuple[PaperFacts, ...]) -> None:
    expected = {
        "zh": "2. 结婚证（样本）（2份）",
        "en": "2. 结婚证（样本） (2 copies)",
        "mn": "2. 结婚证（样本）（2份）",
    }
    assert template.languages == tuple(expected)
    for language, line in expected.items():
        assert line in _lines(template.build(samples[0], language))


def test_a_block_whose_condition_does_not_hold_is_left_out(
    template: PreparedTemplate, samples: tuple[PaperFacts, ...]
) -> None:
    with_materials, without = (_lines(template.build(sample, "en")) for sample in samples)
    assert ("Please bring" in with_materials, "Nothing has to be brought." in with_materials) == (True, False)
    assert ("Please bring" in without, "Nothing has to be brought." in without) == (False, True)


def test_the_papers_of_a_city_are_checked_and_previewed(clerk: Clerk, catalogue: Path, tmp_path: Path) -> None:
    printed = []
    for command in read_commands(PAGE):
        words = command.replace("CATALOGUE", str(catalogue)).replace("ticket.png", str(tmp_path / "ticket.png")).split()
        ran = clerk(*words[1:])
        assert (ran.code, ran.err) == (0, ""), command
        printed.append(ran.out)
    assert any("排号单" in out and "请勿离开大厅。" in out for out in printed)
    assert (tmp_path / "ticket.png").read_bytes().startswith(b"\x89PNG")

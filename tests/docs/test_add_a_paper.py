"""The paper of `docs/howto/add-a-paper.md` is built from its facts and its template."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.samples import read_samples
from clerk_app.paper.page import PaperPage
from clerk_app.paper.printers.preview import preview_lines
from clerk_app.paper.templates.template_set import PreparedTemplate, read_templates
from tests.docs.code_blocks import DOCS, load_module, read_blocks

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
    prepared, mistakes = read_templates(tmp_path).prepare("appointment", facts)
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

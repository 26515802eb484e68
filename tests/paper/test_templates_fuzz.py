"""For any text in a file of templates, the result is a list of mistakes or a template whose pages can be built."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.paper_folder import FRAGMENTS
from clerk_app.errors import BadData
from clerk_app.paper.documents.kinds import FACTS_BY_KIND
from clerk_app.paper.documents.samples import load_samples
from clerk_app.paper.templates.template_set import DATA, read_templates

_FILES = {path.stem: path.read_text("utf-8") for path in DATA.glob("*.yaml")}
_WORDS = [
    "{",
    "}",
    "- ",
    "[",
    "]",
    ": ",
    "when",
    "not ",
    "item",
    "list",
    "use",
    "blocks",
    "{item.name}",
    "{x:y}",
    "{0}",
]
_WORDS += ["\n", "  ", "zh", "en", "cut", "text", "null", "~", "'", '"', "&a", "*a", "!x", "-1", "9" * 20, "#", "true"]
_WORDS += ["row", "feed", "%", "\t", "é", "\u200b", "signature", "organ", "lines", "{x!r}", "{}", "{0}"]


@st.composite
def _edited(draw: st.DrawFn, text: str) -> str:
    for _each in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text) - 1))
        removed = draw(st.sampled_from([0, 0, 1, 2, 5, 20]))
        text = text[:place] + draw(st.sampled_from(_WORDS)) + text[place + removed :]
    return text


@pytest.mark.wide
@given(data=st.data(), kind=st.sampled_from(list(FACTS_BY_KIND)))
def test_any_edit_gives_mistakes_with_a_line_or_pages(data: st.DataObject, kind: str) -> None:
    facts = FACTS_BY_KIND[kind]
    with TemporaryDirectory() as folder:
        for name in (kind, FRAGMENTS):
            (Path(folder) / f"{name}.yaml").write_text(data.draw(_edited(_FILES[name])), "utf-8")
        prepared, mistakes = read_templates(Path(folder)).prepare(kind, facts, facts.required_fields)
    assert all(mistake.line >= 1 and mistake.sentence for mistake in mistakes)
    if prepared is None or mistakes:
        return
    for sample in load_samples(kind):
        for language in prepared.languages:
            try:
                prepared.build(sample, language)
            except BadData:
                continue  # a barcode of other characters

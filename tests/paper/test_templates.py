"""Templates of papers: what they print, and the mistakes that are found in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from clerk_app.catalogue.yaml_file import Mistake
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.kinds import FACTS_BY_KIND
from clerk_app.paper.documents.samples import load_samples
from clerk_app.paper.page import FillInLine, PaperCut, PaperPage, SignatureField, TextLine, TwoColumnLine, Watermark
from clerk_app.paper.templates.template_set import read_templates


@dataclass(frozen=True, slots=True)
class Child:
    """A child with its languages."""

    name: str
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter(PaperFacts):
    """A letter with a field of every type."""

    kind: ClassVar[str] = "letter"

    name: str = "李华"
    count: int = 0
    urgent: bool = False
    day: date | None = date(2026, 1, 5)
    at: datetime = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
    children: tuple[Child, ...] = (Child("甲", ("汉语", "维吾尔语")), Child("乙"))
    eldest: Child | None = None

    @property
    def is_long(self) -> bool:
        """Whether there are more than two children."""
        return len(self.children) > 2


HEAD = "kind: letter\ntitle: {zh: 信, en: Letter}\nblocks:\n"


def _prepare(folder: Path, blocks: str, fragments: str = "") -> tuple[PaperPage, list[Mistake], str]:
    """Return the English page of a letter with these blocks, its mistakes, and the version of its template."""
    (folder / "letter.yaml").write_text(f"{HEAD}{blocks}  - cut\n", "utf-8")
    if fragments:
        (folder / "fragments.yaml").write_text(fragments, "utf-8")
    prepared, mistakes = read_templates(folder).prepare("letter", Letter)
    if prepared is None or mistakes:
        return (), mistakes, ""
    return prepared.build(Letter(), "en")[:-1], [], prepared.version


@pytest.mark.parametrize(
    ("blocks", "page"),
    [
        (
            '  - text: "{name} {{}} {day} {at} {at:day} {at:time}"',
            "李华 {} 2026-01-05 2026-11-21 09:05 2026-11-21 09:05",
        ),
        ('  - text: {zh: "{day:long}", en: "on {day:long}"}', "on 5 January 2026"),
        ('  - text: "{eldest.name}{count}"', "0"),
        ("  - text: {zh: 是, en: is}\n    when: [name, not urgent, not count, not eldest.name]", "is"),
        ("  - text: {zh: 是, en: is}\n    when: is_long", ""),
    ],
)
def test_a_text_has_the_values_of_its_fields(tmp_path: Path, blocks: str, page: str) -> None:
    built, mistakes, _version = _prepare(tmp_path, f"{blocks}\n")
    assert ("".join(block.text for block in built if isinstance(block, TextLine)), mistakes) == (page, [])


def test_lists_are_numbered_nested_and_empty(tmp_path: Path) -> None:
    blocks = """
  - list: children
    numbered: true
    blocks:
      - row: {label: "{position}", value: "{item.name}"}
      - text: "{item.name}"
        bold: true
      - list: item.languages
        empty: {zh: 无, en: None}
"""
    page, _mistakes, _version = _prepare(tmp_path, blocks)
    assert page == (
        TwoColumnLine("1", "甲"),
        TextLine("1. 甲", bold=True),
        TextLine("汉语"),
        TextLine("维吾尔语"),
        TwoColumnLine("2", "乙"),
        TextLine("2. 乙", bold=True),
        TextLine("None"),
    )


def test_a_letter_ends_with_a_signature_without_empty_lines(tmp_path: Path) -> None:
    blocks = """
  - watermark: {zh: 样本, en: Sample}
  - logo
  - fill_in: {zh: 签字, en: Signature}
  - signature: {organ: "{name}", lines: ["{eldest.name}", "{day}"], seal: {zh: （盖章）, en: (seal)}}
"""
    page, _mistakes, _version = _prepare(tmp_path, blocks)
    assert page == (Watermark("Sample"), FillInLine("Signature"), SignatureField("李华", ("2026-01-05",), "(seal)"))


ENDLESS = "a:\n  - use: b\nb:\n  - rule\n  - use: a\n"
MANY = "a: [rule, rule, rule, rule, rule, rule, rule, rule, rule, rule]\n" + "".join(
    f"{name}:\n{f'  - use: {inner}{chr(10)}' * 10}" for name, inner in ("ba", "cb", "dc")
)


@pytest.mark.parametrize(
    ("blocks", "fragments", "expected"),
    [
        (
            '  - text: "{nmae}"',
            "",
            "letter.yaml:4: blocks[0].text: The paper letter has no field nmae. Did you mean name?",
        ),
        ("  - rule\n  - txet: x", "", "letter.yaml:5: blocks[1]: A block begins with one of:"),
        (
            '  - text: "{name}"\n    blod: yes',
            "",
            "letter.yaml:5: blocks[0].blod: This field is not known here. Did you mean bold?",
        ),
        ("  - text: {zh: 是}", "", "letter.yaml:4: blocks[0].text.en: The text in this language is missing."),
        ("  - text: 是", "", "letter.yaml:4: blocks[0].text: A text with words is given in Chinese and English"),
        (
            "  - text: {zh: 是, en: is, English: is}",
            "",
            "blocks[0].text.English: English is not the code of a language",
        ),
        ('  - text: "{name"', "", "blocks[0].text: A brace is not closed"),
        ('  - text: "{name.__class__}"', "", "blocks[0].text: The paper letter has no field name.__class__."),
        ('  - text: "{name!r}"', "", "blocks[0].text: {name} is not the name of a field."),
        ('  - text: "{children[0]}"', "", "blocks[0].text: {children[0]} is not the name of a field."),
        ('  - text: "{day:%Y}"', "", "blocks[0].text: %Y is not a format of day; there are: day, long."),
        ('  - text: "{children}"', "", "blocks[0].text: children is a list: it is used in list."),
        ('  - text: "{urgent}"', "", "blocks[0].text: urgent is yes or no: it is used in when."),
        ('  - text: "{eldest}"', "", "blocks[0].text: eldest has fields of its own: name, languages."),
        ('  - text: "{item}"', "", "blocks[0].text: The paper letter has no field item."),
        ('  - list: children\n    blocks:\n      - text: "{item.age}"', "", "letter.yaml:6: blocks[0].blocks[0].text"),
        ("  - list: name", "", "blocks[0].list: name is not a list."),
        ("  - list: children", "", "blocks[0].list: The items of children have fields: the list needs blocks."),
        ("  - rule:\n    when: name and day", "", "blocks[0].when: A condition is the name of a field"),
        ("  - feed: many", "", "blocks[0].feed: A whole number from 1 to 20 is expected here."),
        ("  - cut: now", "", "blocks[0].cut: This block has no value."),
        ("  - row: {label: {zh: 是, en: is}}", "", "blocks[0].row.value: A text is expected here"),
        ("  - use: nothing", "", "blocks[0].use: There is no fragment nothing."),
        ("  - use: a", ENDLESS, "fragments.yaml:5: b[1].use: The fragments use each other without end: a > b > a."),
        ("  - use: d", MANY, "The paper is too large: more than 1000 blocks."),
        ("  - use: a", 'a:\n  - text: "{age}"', "fragments.yaml:2: a[0].text: The paper letter has no field age."),
        ('  - text: "' + "x" * 2001 + '"', "", "blocks[0].text: This is longer than 2000 characters."),
        ('  - text: "\\e[2J"', "", "blocks[0].text: Control characters are not allowed."),
        ("  - text: " + "x" * 66_000, "", "letter.yaml:1: The file is too large: more than 65536 bytes."),
        ("  - " + "group: [" * 12 + "rule" + "]" * 12, "", "The blocks are nested too deeply."),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_mistake_is_named_with_file_line_and_field(
    tmp_path: Path, blocks: str, fragments: str, expected: str
) -> None:
    _page, mistakes, _version = _prepare(tmp_path, f"{blocks}\n", fragments)
    assert expected in str(mistakes[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: leter\ntitle: {zh: 信, en: x}\nblocks: [rule, cut]", "letter.yaml:1: kind: The kind has to be"),
        (
            "kind: letter\ntitle: {zh: 信}\nblocks: [rule, cut]",
            "letter.yaml:2: title.en: The text in this language is missing.",
        ),
        ("kind: letter\ntitle: {zh: 信, en: x}\nblocks: [cut, rule]", "blocks[1]: The last block has to be: cut."),
        (
            "kind: letter\ntitle: {zh: 信, en: x}\nmedia: a5\nblocks: [cut]",
            "letter.yaml:3: media: a5 is not one of: roll, a4.",
        ),
        ("kind: letter\ntitle: {zh: 信, en: x}", "blocks: A list of blocks is expected here."),
        ("- a", "letter.yaml:1: A block of named fields is expected here."),
        ("kind: [", "letter.yaml:2: This is not proper YAML"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_file_that_is_no_template_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "letter.yaml").write_text(text, "utf-8")
    _prepared, mistakes = read_templates(tmp_path).prepare("letter", Letter)
    assert expected in str(mistakes[0])


def test_the_version_follows_what_is_printed(tmp_path: Path) -> None:
    blocks, fragments = "  - use: a\n", "a: [rule]\nb: [rule]\n"
    _page, _mistakes, version = _prepare(tmp_path, blocks, fragments)
    assert _prepare(tmp_path, f"  # a comment\n{blocks}", "a:\n  - rule\nb: [feed]\n")[2] == version
    assert _prepare(tmp_path, blocks, "a: [feed]\n")[2] != version
    assert _prepare(tmp_path, f"  - feed\n{blocks}", fragments)[2] != version


@pytest.mark.parametrize("kind", FACTS_BY_KIND)
def test_every_paper_has_samples_and_a_template_for_them(kind: str) -> None:
    pages = [sample.to_page(language) for sample in load_samples(kind) for language in ("zh", "en")]
    assert pages
    assert all(page[-1] == PaperCut() and page.count(PaperCut()) == 1 for page in pages)

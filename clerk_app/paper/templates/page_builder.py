"""Builds the page of a paper from its template and its facts. No code of a template runs: fields are read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clerk_app.paper.page import (
    Barcode128,
    FillInLine,
    HorizontalRule,
    PageBlock,
    PaperCut,
    PaperFeed,
    PaperPage,
    QrCode,
    TextLine,
    TwoColumnLine,
)
from clerk_app.paper.templates.field_check import ITEM, POSITION
from clerk_app.paper.templates.formats import format_value
from clerk_app.paper.templates.template import (
    CodeBlock,
    Condition,
    CutBlock,
    FeedBlock,
    FillInBlock,
    Fragments,
    GroupBlock,
    ListBlock,
    RowBlock,
    RuleBlock,
    Template,
    TemplateBlock,
    TemplateText,
    TextBlock,
    TitleBlock,
    UseBlock,
)

_Scope = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PageBuilder:
    """Builds pages of a checked template. `language` is the code of a language of the template, such as "zh"."""

    template: Template
    fragments: Fragments
    language: str

    def build(self, facts: object) -> PaperPage:
        """Return the page of `facts`, an instance of the class that the template was checked against."""
        return tuple(self._build_blocks(self.template.blocks, facts, {}))

    def _build_blocks(self, blocks: tuple[TemplateBlock, ...], facts: object, scope: _Scope) -> Iterator[PageBlock]:
        for block in blocks:
            if all(self._holds(condition, facts, scope) for condition in block.when):
                yield from self._build_block(block, facts, scope)

    def _build_block(self, block: TemplateBlock, facts: object, scope: _Scope) -> Iterator[PageBlock]:
        match block:
            case TextBlock(text=text):
                words = self._fill(text, facts, scope)
                yield TextLine(words, bold=block.bold, wide=block.wide, align=block.align, indent=block.indent)
            case RowBlock():
                label, value = (self._fill(part, facts, scope) for part in (block.label, block.value))
                yield TwoColumnLine(label, value, bold=block.bold, indent=block.indent)
            case FillInBlock():
                yield FillInLine(self._fill(block.label, facts, scope))
            case CodeBlock():
                words = self._fill(block.text, facts, scope)
                yield Barcode128(words) if block.symbology == "barcode" else QrCode(words)
            case GroupBlock():
                yield from self._build_blocks(block.blocks, facts, scope)
            case UseBlock():
                yield from self._build_blocks(self.fragments[block.fragment], facts, scope)
            case ListBlock():
                yield from self._build_list(block, facts, scope)
            case TitleBlock():
                yield from self._build_title()
            case _:
                yield _PLAIN_BLOCKS[type(block)] if not isinstance(block, FeedBlock) else PaperFeed(block.rows)

    def _build_title(self) -> Iterator[PageBlock]:
        """Yield the title in large type, and the Chinese one below it: that is the legal name."""
        second = "en" if self.language == "zh" else "zh"
        title = self.template.title
        yield TextLine(self._fill(title, None, {}), bold=True, wide=True, align="center")
        yield TextLine("".join(map(str, title.in_language(second))), align="center")

    def _build_list(self, block: ListBlock, facts: object, scope: _Scope) -> Iterator[PageBlock]:
        items = _read(block.path, facts, scope)
        if not isinstance(items, tuple) or not items:
            if block.empty is not None:
                yield TextLine(self._fill(block.empty, facts, scope))
            return
        for position, item in enumerate(items, 1):
            inner = {**scope, ITEM: item, POSITION: position}
            blocks = self._build_blocks(block.blocks, facts, inner) if block.blocks else iter([TextLine(str(item))])
            yield from _number_first_text(blocks, position) if block.numbered else blocks

    def _fill(self, text: TemplateText, facts: object, scope: _Scope) -> str:
        return "".join(
            part if isinstance(part, str) else format_value(_read(part.path, facts, scope), part.format, self.language)
            for part in text.in_language(self.language)
        )

    def _holds(self, condition: Condition, facts: object, scope: _Scope) -> bool:
        return bool(_read(condition.path, facts, scope)) != condition.negated


_PLAIN_BLOCKS: dict[type[TemplateBlock], PageBlock] = {RuleBlock: HorizontalRule(), CutBlock: PaperCut()}


def _read(path: tuple[str, ...], facts: object, scope: _Scope) -> object:
    """Return the value of a field; None if a record on the way to it is None."""
    first, *rest = path
    value = scope[first] if first in scope else getattr(facts, first)
    for name in rest:
        value = None if value is None else getattr(value, name)
    return value


def _number_first_text(blocks: Iterator[PageBlock], position: int) -> Iterator[PageBlock]:
    """Yield the blocks of an item, with its number before the first text."""
    numbered = False
    for block in blocks:
        if isinstance(block, TextLine) and not numbered:
            numbered = True
            yield TextLine(
                f"{position}. {block.text}", bold=block.bold, wide=block.wide, align=block.align, indent=block.indent
            )
        else:
            yield block

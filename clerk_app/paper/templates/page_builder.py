"""Builds the page of a paper from its template and its facts. No code of a template runs: fields are read only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from clerk_app.paper.page import (
    Barcode128,
    FillInLine,
    HorizontalRule,
    Logo,
    PageBlock,
    PaperCut,
    PaperFeed,
    PaperPage,
    QrCode,
    SignatureField,
    TextLine,
    TwoColumnLine,
    Watermark,
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
    LogoBlock,
    RowBlock,
    RuleBlock,
    SignatureBlock,
    Template,
    TemplateBlock,
    TemplateText,
    TextBlock,
    TitleBlock,
    UseBlock,
    WatermarkBlock,
)

_Scope = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PageBuilder:
    """Builds pages of a checked template. `language` is the code of a language of the template, such as "zh".

    `logo` is a PNG; empty without one.
    """

    template: Template
    fragments: Fragments
    language: str
    logo: bytes = b""

    def build(self, facts: object) -> PaperPage:
        """Return the page of `facts`, an instance of the class that the template was checked against."""
        return tuple(self._build_blocks(self.template.blocks, facts, {}))

    def _build_blocks(self, blocks: tuple[TemplateBlock, ...], facts: object, scope: _Scope) -> Iterator[PageBlock]:
        for block in blocks:
            if all(self._holds(condition, facts, scope) for condition in block.when):
                yield from self._build_block(block, facts, scope)

    def _build_block(self, block: TemplateBlock, facts: object, scope: _Scope) -> Iterator[PageBlock]:
        match block:
            case GroupBlock(blocks=blocks):
                yield from self._build_blocks(blocks, facts, scope)
            case UseBlock(fragment=fragment):
                yield from self._build_blocks(self.fragments[fragment], facts, scope)
            case ListBlock():
                yield from self._build_list(block, facts, scope)
            case TitleBlock():
                yield from self._build_title()
            case LogoBlock():
                if self.logo:
                    yield Logo(self.logo)
            case _:
                yield self._build_line(block, facts, scope)

    def _build_line(self, block: TemplateBlock, facts: object, scope: _Scope) -> PageBlock:
        """Return the single block of the page that a block of the template produces."""
        match block:
            case TextBlock(text=text):
                words = self._fill(text, facts, scope)
                return TextLine(words, bold=block.bold, wide=block.wide, align=block.align, indent=block.indent)
            case RowBlock():
                label, value = (self._fill(part, facts, scope) for part in (block.label, block.value))
                return TwoColumnLine(label, value, bold=block.bold, indent=block.indent)
            case FillInBlock(label=text):
                return FillInLine(self._fill(text, facts, scope))
            case CodeBlock(text=text, symbology=symbology):
                return _CODES[symbology](self._fill(text, facts, scope))
            case WatermarkBlock(text=text):
                return Watermark(self._fill(text, facts, scope))
            case SignatureBlock():
                return self._build_signature(block, facts, scope)
            case FeedBlock(rows=rows):
                return PaperFeed(rows)
            case _:
                return _PLAIN_BLOCKS[type(block)]

    def _build_title(self) -> Iterator[PageBlock]:
        """Yield the title in large type, and the Chinese one below it: that is the legal name."""
        second = "en" if self.language == "zh" else "zh"
        title = self.template.title
        yield TextLine(self._fill(title, None, {}), bold=True, wide=True, align="center")
        yield TextLine("".join(map(str, title.in_language(second))), align="center")

    def _build_signature(self, block: SignatureBlock, facts: object, scope: _Scope) -> SignatureField:
        lines = (self._fill(line, facts, scope) for line in block.lines)
        seal = self._fill(block.seal, facts, scope) if block.seal is not None else ""
        return SignatureField(self._fill(block.organ, facts, scope), tuple(line for line in lines if line), seal)

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


_CODES: dict[str, Callable[[str], PageBlock]] = {"barcode": Barcode128, "qr": QrCode}
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
            yield replace(block, text=f"{position}. {block.text}")
        else:
            yield block

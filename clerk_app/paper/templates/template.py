"""Records of a template: blocks with texts whose fields are filled in from the facts of a paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.paper.page import Align

REQUIRED_LANGUAGES = ("zh", "en")
FALLBACK_LANGUAGE = "zh"
"""Language of a text that lacks the language of the print."""

ANY_LANGUAGE = ""
"""Key of a text that is the same in every language, such as a field alone."""


@dataclass(frozen=True, slots=True)
class FieldReference:
    """A field of the facts in a text: `{dates.promised}`, with a format in `{received_at:day}`."""

    path: tuple[str, ...]
    format: str = ""


TextParts = tuple[str | FieldReference, ...]


@dataclass(frozen=True, slots=True)
class TemplateText:
    """A text in several languages."""

    by_language: Mapping[str, TextParts] = field(default_factory=dict)

    def in_language(self, language: str) -> TextParts:
        """Return the text in `language`, else in FALLBACK_LANGUAGE, else the text of every language."""
        for key in (language, FALLBACK_LANGUAGE):
            if key in self.by_language:
                return self.by_language[key]
        return self.by_language.get(ANY_LANGUAGE, ())


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a field is filled: true, not empty, not None and not 0; or, if `negated`, that it is not."""

    path: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateBlock:
    """Base of the blocks. `key_path` is its place in its file. All conditions of `when` have to hold."""

    key_path: KeyPath
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleBlock(TemplateBlock):
    """The title of the template in large type, and below it the Chinese one, or the English one of a Chinese paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock(TemplateBlock):
    """A text line; `clerk_app.paper.page.TextLine` describes its options."""

    text: TemplateText
    bold: bool = False
    wide: bool = False
    align: Align = "left"
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBlock(TemplateBlock):
    """A label and its value."""

    label: TemplateText
    value: TemplateText
    bold: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FillInBlock(TemplateBlock):
    """A line to fill in by hand."""

    label: TemplateText


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBlock(TemplateBlock):
    """A line across the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBlock(TemplateBlock):
    """Empty rows."""

    rows: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CutBlock(TemplateBlock):
    """The end of the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock(TemplateBlock):
    """A code of a text: `symbology` is "barcode" (Code 128) or "qr"."""

    symbology: str
    text: TemplateText


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoBlock(TemplateBlock):
    """The logo of the city; nothing where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatermarkBlock(TemplateBlock):
    """Purpose and expiry of a copy, behind the text of every page."""

    text: TemplateText


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock(TemplateBlock):
    """The end of a letter: the organ, lines such as signer and date, and the word in the room for the seal.

    Lines without content are left out.
    """

    organ: TemplateText
    lines: tuple[TemplateText, ...] = ()
    seal: TemplateText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseBlock(TemplateBlock):
    """The blocks of a fragment, which several templates share."""

    fragment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBlock(TemplateBlock):
    """Blocks under one condition."""

    blocks: tuple[TemplateBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBlock(TemplateBlock):
    """The blocks for each item of a list, in which `item` is the item and `position` its number, counted from 1.

    Without `blocks` each item is a text line. `empty` is printed for an empty list. `numbered`: the number precedes the
    first text of each item.
    """

    path: tuple[str, ...]
    blocks: tuple[TemplateBlock, ...] = ()
    numbered: bool = False
    empty: TemplateText | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """The template of one kind of paper. `media` is the paper that it is laid out for first: "roll" or "a4"."""

    kind: str
    title: TemplateText
    blocks: tuple[TemplateBlock, ...]
    media: str = "roll"


Fragments = Mapping[str, tuple[TemplateBlock, ...]]

"""Reads the blocks of a template or of a file of fragments; every mistake has the line and the field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, cast, get_args

from clerk_app.catalogue.yaml_file import KeyPath, YamlFile
from clerk_app.locales import _
from clerk_app.paper.page import Align
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
from clerk_app.paper.templates.text import parse_conditions, parse_path, parse_text

MEDIA = ("roll", "a4")
MAX_DEPTH = 8
"""Levels of blocks inside lists and groups."""

_MAX_ROWS = 20  # of a feed, and cells of an indent
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_TEMPLATE_FIELDS = ("kind", "title", "media", "blocks")


def parse_template(file: YamlFile, kind: str) -> Template | None:
    """Return the template of `kind` in `file`; None if it has no blocks. Mistakes are recorded in `file`."""
    raw = file.content
    if not isinstance(raw, Mapping):
        if not file.mistakes:
            file.add_mistake((), _("A block of named fields is expected here."))
        return None
    _refuse_unknown(file, (), raw, _TEMPLATE_FIELDS)
    if raw.get("kind") != kind:
        file.add_mistake(("kind",), _("The kind has to be that of the name of the file: {kind}.").format(kind=kind))
    media = raw.get("media", "roll")
    if media not in MEDIA:
        file.add_mistake(("media",), _not_one_of(media, MEDIA))
    title = parse_text(file, ("title",), raw.get("title"))
    blocks = BlockParser(file).parse_blocks(("blocks",), raw.get("blocks"))
    if not blocks:
        return None
    if not isinstance(blocks[-1], CutBlock) or blocks[-1].when:
        file.add_mistake(("blocks", len(blocks) - 1), _("The last block has to be: {name}.").format(name="cut"))
    return Template(kind, title, blocks, media if media in MEDIA else "roll")


def parse_fragments(file: YamlFile) -> Fragments:
    """Return the fragments in `file` by name. Mistakes are recorded in `file`."""
    raw = file.content
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        file.add_mistake((), _("A block of named fields is expected here."))
        return {}
    return {name: BlockParser(file).parse_blocks((name,), blocks) for name, blocks in raw.items()}


def _refuse_unknown(file: YamlFile, key_path: KeyPath, raw: Mapping[str, Any], known: Collection[str]) -> None:
    for name in raw:
        if name not in known:
            file.add_mistake((*key_path, name), _("This field is not known here.") + suggest(name, known))


def suggest(name: str, known: Collection[str]) -> str:
    """Return a sentence with the most similar known name, or an empty text."""
    from clerk_app.catalogue.folder import suggest_similar  # imports the schema of the catalogue

    return suggest_similar(name, known)


def _not_one_of(given: object, known: Collection[str]) -> str:
    return _("{given} is not one of: {known}.").format(given=given, known=", ".join(known))


class BlockParser:
    """Parses lists of blocks of one file."""

    def __init__(self, file: YamlFile) -> None:
        self._file = file

    def parse_blocks(self, key_path: KeyPath, raw: Any) -> tuple[TemplateBlock, ...]:
        """Return the blocks of a list, without those that have a mistake."""
        if not isinstance(raw, list) or not raw:
            self._mistake(key_path, _("A list of blocks is expected here."))
            return ()
        if sum(isinstance(part, int) for part in key_path) > MAX_DEPTH:
            self._mistake(key_path, _("The blocks are nested too deeply."))
            return ()
        parsed = (self._parse_block((*key_path, number), block) for number, block in enumerate(raw))
        return tuple(block for block in parsed if block is not None)

    def _parse_block(self, key_path: KeyPath, raw: Any) -> TemplateBlock | None:
        fields: Mapping[str, Any] = {raw: None} if isinstance(raw, str) else raw if isinstance(raw, Mapping) else {}
        names = [name for name in fields if name in _PARSERS]
        if len(names) != 1:
            unknown = next((name for name in fields if name not in _OPTIONS), "")
            self._mistake(
                key_path,
                _("A block begins with one of: {known}.").format(known=", ".join(_PARSERS))
                + (suggest(unknown, _PARSERS) if unknown and not names else ""),
            )
            return None
        (name,) = names
        parse, options = _PARSERS[name]
        _refuse_unknown(self._file, key_path, fields, (name, "when", *options))
        when = parse_conditions(self._file, (*key_path, "when"), fields["when"]) if "when" in fields else ()
        return parse(_RawBlock(self, self._file, name, key_path, fields, when))

    def _mistake(self, key_path: KeyPath, sentence: str) -> None:
        self._file.add_mistake(key_path, sentence)


class _RawBlock:
    """A block of a file while it is parsed, with its options."""

    def __init__(
        self,
        parser: BlockParser,
        file: YamlFile,
        name: str,
        key_path: KeyPath,
        fields: Mapping[str, Any],
        when: tuple[Condition, ...],
    ) -> None:
        self.parser = parser
        self.file = file
        self.name = name
        self.key_path = key_path
        self.fields = fields
        self.when = when

    @property
    def value(self) -> Any:
        """The value after the name of the block."""
        return self.fields[self.name]

    def place(self, option: str) -> KeyPath:
        return (*self.key_path, option)

    def text(self, *, has_languages: bool = True) -> TemplateText:
        return parse_text(self.file, self.place(self.name), self.value, has_languages=has_languages)

    def truth(self, option: str) -> bool:
        raw = self.fields.get(option, "false")
        if raw not in _TRUTH:
            self.file.add_mistake(self.place(option), _("{given} is neither yes nor no.").format(given=raw))
        return _TRUTH.get(raw, False)

    def number(self, option: str, raw: Any, least: int) -> int:
        if not (isinstance(raw, str) and raw.isascii() and raw.isdigit() and least <= int(raw) <= _MAX_ROWS):
            sentence = _("A whole number from {least} to {most} is expected here.")
            self.file.add_mistake(self.place(option), sentence.format(least=least, most=_MAX_ROWS))
            return least
        return int(raw)

    def indent(self) -> int:
        return self.number("indent", self.fields["indent"], 0) if "indent" in self.fields else 0

    def align(self) -> Align:
        raw = self.fields.get("align", "left")
        if raw not in get_args(Align):
            self.file.add_mistake(self.place("align"), _not_one_of(raw, get_args(Align)))
            return "left"
        return cast(Align, raw)

    def refuse_value(self) -> None:
        if self.value is not None:
            self.file.add_mistake(self.place(self.name), _("This block has no value."))


def _parse_text_block(raw: _RawBlock) -> TextBlock:
    return TextBlock(
        key_path=raw.key_path,
        when=raw.when,
        text=raw.text(),
        bold=raw.truth("bold"),
        wide=raw.truth("wide"),
        align=raw.align(),
        indent=raw.indent(),
    )


def _parse_row(raw: _RawBlock) -> RowBlock | None:
    place = raw.place("row")
    if not isinstance(raw.value, Mapping):
        raw.file.add_mistake(
            place, _("A row has a label and a value: {example}.").format(example="{label: ..., value: ...}")
        )
        return None
    _refuse_unknown(raw.file, place, raw.value, ("label", "value"))
    label, value = (parse_text(raw.file, (*place, part), raw.value.get(part)) for part in ("label", "value"))
    return RowBlock(
        key_path=raw.key_path, when=raw.when, label=label, value=value, bold=raw.truth("bold"), indent=raw.indent()
    )


def _parse_code(raw: _RawBlock) -> CodeBlock:
    return CodeBlock(key_path=raw.key_path, when=raw.when, symbology=raw.name, text=raw.text(has_languages=False))


def _parse_fill_in(raw: _RawBlock) -> FillInBlock:
    return FillInBlock(key_path=raw.key_path, when=raw.when, label=raw.text())


def _parse_plain(raw: _RawBlock) -> TemplateBlock:
    raw.refuse_value()
    return _PLAIN_BLOCKS[raw.name](key_path=raw.key_path, when=raw.when)


def _parse_feed(raw: _RawBlock) -> FeedBlock:
    rows = 1 if raw.value is None else raw.number("feed", raw.value, 1)
    return FeedBlock(key_path=raw.key_path, when=raw.when, rows=rows)


def _parse_watermark(raw: _RawBlock) -> WatermarkBlock:
    return WatermarkBlock(key_path=raw.key_path, when=raw.when, text=raw.text())


def _parse_signature(raw: _RawBlock) -> SignatureBlock | None:
    place, value = raw.place("signature"), raw.value
    if not isinstance(value, Mapping):
        raw.file.add_mistake(
            place, _("A signature has an organ: {example}.").format(example="{organ: ..., lines: [...]}")
        )
        return None
    _refuse_unknown(raw.file, place, value, ("organ", "lines", "seal"))
    lines = value.get("lines", [])
    if not isinstance(lines, list):
        raw.file.add_mistake((*place, "lines"), _("A list is expected here."))
        lines = []
    return SignatureBlock(
        key_path=raw.key_path,
        when=raw.when,
        organ=parse_text(raw.file, (*place, "organ"), value.get("organ")),
        lines=tuple(parse_text(raw.file, (*place, "lines", number), line) for number, line in enumerate(lines)),
        seal=parse_text(raw.file, (*place, "seal"), value["seal"]) if "seal" in value else None,
    )


def _parse_use(raw: _RawBlock) -> UseBlock | None:
    if not isinstance(raw.value, str):
        raw.file.add_mistake(raw.place("use"), _("The name of a fragment is expected here."))
        return None
    return UseBlock(key_path=raw.key_path, when=raw.when, fragment=raw.value)


def _parse_group(raw: _RawBlock) -> GroupBlock:
    blocks = raw.parser.parse_blocks(raw.place("group"), raw.value)
    return GroupBlock(key_path=raw.key_path, when=raw.when, blocks=blocks)


def _parse_list(raw: _RawBlock) -> ListBlock:
    return ListBlock(
        key_path=raw.key_path,
        when=raw.when,
        path=parse_path(raw.file, raw.place("list"), raw.value),
        blocks=raw.parser.parse_blocks(raw.place("blocks"), raw.fields["blocks"]) if "blocks" in raw.fields else (),
        numbered=raw.truth("numbered"),
        empty=parse_text(raw.file, raw.place("empty"), raw.fields["empty"]) if "empty" in raw.fields else None,
    )


_PLAIN_BLOCKS = {"title": TitleBlock, "rule": RuleBlock, "logo": LogoBlock, "cut": CutBlock}
_Parse = Callable[[_RawBlock], TemplateBlock | None]
_PARSERS: dict[str, tuple[_Parse, tuple[str, ...]]] = {
    "title": (_parse_plain, ()),
    "text": (_parse_text_block, ("bold", "wide", "align", "indent")),
    "row": (_parse_row, ("bold", "indent")),
    "rule": (_parse_plain, ()),
    "list": (_parse_list, ("numbered", "empty", "blocks")),
    "group": (_parse_group, ()),
    "use": (_parse_use, ()),
    "barcode": (_parse_code, ()),
    "qr": (_parse_code, ()),
    "fill_in": (_parse_fill_in, ()),
    "logo": (_parse_plain, ()),
    "watermark": (_parse_watermark, ()),
    "signature": (_parse_signature, ()),
    "feed": (_parse_feed, ()),
    "cut": (_parse_plain, ()),
}
_OPTIONS = frozenset({"when", *(option for _parse, options in _PARSERS.values() for option in options)})

"""Checks the fields of a template against the facts of its paper: names, types, formats, and the fragments it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clerk_app.catalogue.yaml_file import KeyPath, YamlFile
from clerk_app.locales import _
from clerk_app.paper.templates.block_parser import suggest
from clerk_app.paper.templates.facts_schema import FieldKind, FieldType, describe_record
from clerk_app.paper.templates.formats import FORMATS
from clerk_app.paper.templates.template import (
    CodeBlock,
    Condition,
    FieldReference,
    FillInBlock,
    Fragments,
    GroupBlock,
    ListBlock,
    RowBlock,
    SignatureBlock,
    Template,
    TemplateBlock,
    TemplateText,
    TextBlock,
    UseBlock,
    WatermarkBlock,
)

ITEM, POSITION = "item", "position"
MAX_BLOCKS = 1000
"""Blocks of a template, with those of the fragments wherever they are used."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The fields that a block may name: those of the facts, and in a list those of its item. `item_of`: its list."""

    types: Mapping[str, FieldType]
    item_of: str = ""

    def in_list(self, name: str, item: FieldType) -> _Scope:
        return _Scope({**self.types, ITEM: item, POSITION: FieldType(FieldKind.NUMBER)}, name)

    def full_name(self, path: tuple[str, ...]) -> str:
        """Return the name of a field from the facts on: `matters.name` for `item.name` in a list of matters."""
        return ".".join((self.item_of, *path[1:]) if path[0] == ITEM and self.item_of else path)


@dataclass(frozen=True, slots=True)
class FragmentSource:
    """Fragments and the file that each was read from."""

    fragments: Fragments
    files: Mapping[str, YamlFile]


def check_fields(
    template: Template, file: YamlFile, facts: type, source: FragmentSource, required: tuple[str, ...] = ()
) -> None:
    """Record every mistake of a template in `file`, or in the file of the fragment that has it.

    `required` are fields that the paper has to show, such as `matters.name`.
    """
    check = _FieldCheck(template.kind, source)
    check.check_blocks(template.blocks, file, _Scope(describe_record(facts)), ())
    for name in () if check.has_unknown_fields else required:
        if name not in check.shown:
            file.add_mistake(("blocks",), _("This paper has to show the field {name}.").format(name=name))


class _FieldCheck:
    """The check of one template."""

    def __init__(self, kind: str, source: FragmentSource) -> None:
        self._kind = kind
        self._source = source
        self._blocks = 0
        self._is_too_large = False
        self.has_unknown_fields = False
        self.shown: set[str] = set()
        """Full names of the fields in texts and lists."""

    def check_blocks(
        self, blocks: tuple[TemplateBlock, ...], file: YamlFile, scope: _Scope, used: tuple[str, ...]
    ) -> None:
        """Check blocks of `file`. `used` are the fragments in which they are."""
        for block in blocks:
            self._blocks += 1
            if self._blocks > MAX_BLOCKS:
                if not self._is_too_large:
                    file.add_mistake(
                        block.key_path, _("The paper is too large: more than {limit} blocks.").format(limit=MAX_BLOCKS)
                    )
                self._is_too_large = True
                return
            for condition in block.when:
                self._check_condition(condition, block, file, scope)
            self._check_block(block, file, scope, used)

    def _check_block(self, block: TemplateBlock, file: YamlFile, scope: _Scope, used: tuple[str, ...]) -> None:
        match block:
            case TextBlock(text=text):
                self._check_text(text, file, (*block.key_path, "text"), scope)
            case CodeBlock(text=text, symbology=symbology):
                self._check_text(text, file, (*block.key_path, symbology), scope)
            case FillInBlock(label=text):
                self._check_text(text, file, (*block.key_path, "fill_in"), scope)
            case RowBlock(label=label, value=value):
                self._check_text(label, file, (*block.key_path, "row", "label"), scope)
                self._check_text(value, file, (*block.key_path, "row", "value"), scope)
            case WatermarkBlock(text=text):
                self._check_text(text, file, (*block.key_path, "watermark"), scope)
            case SignatureBlock():
                self._check_signature(block, file, scope)
            case GroupBlock(blocks=blocks):
                self.check_blocks(blocks, file, scope, used)
            case ListBlock():
                self._check_list(block, file, scope, used)
            case UseBlock():
                self._check_use(block, file, scope, used)

    def _check_signature(self, block: SignatureBlock, file: YamlFile, scope: _Scope) -> None:
        place = (*block.key_path, "signature")
        self._check_text(block.organ, file, (*place, "organ"), scope)
        for number, line in enumerate(block.lines):
            self._check_text(line, file, (*place, "lines", number), scope)
        if block.seal is not None:
            self._check_text(block.seal, file, (*place, "seal"), scope)

    def _check_list(self, block: ListBlock, file: YamlFile, scope: _Scope, used: tuple[str, ...]) -> None:
        place = (*block.key_path, "list")
        found = self._find(block.path, file, place, scope)
        if block.empty is not None:
            self._check_text(block.empty, file, (*block.key_path, "empty"), scope)
        if found is None:
            return
        if found.item is None:
            file.add_mistake(place, _("{name} is not a list.").format(name=".".join(block.path)))
            return
        if not block.blocks and found.item.kind is FieldKind.RECORD:
            file.add_mistake(
                place, _("The items of {name} have fields: the list needs blocks.").format(name=".".join(block.path))
            )
        name = scope.full_name(block.path)
        self.shown.add(name)
        self.check_blocks(block.blocks, file, scope.in_list(name, found.item), used)

    def _check_use(self, block: UseBlock, file: YamlFile, scope: _Scope, used: tuple[str, ...]) -> None:
        name, place = block.fragment, (*block.key_path, "use")
        if name in used:
            chain = " > ".join((*used, name))
            file.add_mistake(place, _("The fragments use each other without end: {chain}.").format(chain=chain))
        elif name not in self._source.fragments:
            file.add_mistake(
                place, _("There is no fragment {name}.").format(name=name) + suggest(name, self._source.fragments)
            )
        else:
            self.check_blocks(self._source.fragments[name], self._source.files[name], scope, (*used, name))

    def _check_text(self, text: TemplateText, file: YamlFile, key_path: KeyPath, scope: _Scope) -> None:
        for language, parts in text.by_language.items():
            place = (*key_path, language) if language else key_path
            for part in parts:
                if isinstance(part, FieldReference):
                    self._check_reference(part, file, place, scope)

    def _check_reference(self, field: FieldReference, file: YamlFile, key_path: KeyPath, scope: _Scope) -> None:
        found = self._find(field.path, file, key_path, scope)
        if found is None:
            return
        self.shown.add(scope.full_name(field.path))
        name, formats = ".".join(field.path), FORMATS.get(found.kind)
        if formats is None:
            sentences = {
                FieldKind.YES_NO: _("{name} is yes or no: it is used in when."),
                FieldKind.LIST: _("{name} is a list: it is used in list."),
                FieldKind.RECORD: _("{name} has fields of its own: {fields}."),
            }
            known = ", ".join(describe_record(found.record)) if found.record else ""
            file.add_mistake(key_path, sentences[found.kind].format(name=name, fields=known))
        elif field.format and field.format not in formats:
            sentence = _("{format} is not a format of {name}; there are: {known}.")
            known = ", ".join(formats) or _("none")
            file.add_mistake(key_path, sentence.format(format=field.format, name=name, known=known))

    def _check_condition(self, condition: Condition, block: TemplateBlock, file: YamlFile, scope: _Scope) -> None:
        found = self._find(condition.path, file, (*block.key_path, "when"), scope)
        if found is not None and found.kind is FieldKind.RECORD and not found.optional:
            sentence = _("{name} is always filled: name one of its fields: {fields}.")
            known = ", ".join(describe_record(found.record)) if found.record else ""
            file.add_mistake((*block.key_path, "when"), sentence.format(name=".".join(condition.path), fields=known))

    def _find(self, path: tuple[str, ...], file: YamlFile, key_path: KeyPath, scope: _Scope) -> FieldType | None:
        known, found = scope.types, None
        for name in path:
            found = known.get(name)
            if found is None:
                self.has_unknown_fields = True
                sentence = _("The paper {kind} has no field {name}.").format(kind=self._kind, name=".".join(path))
                file.add_mistake(key_path, sentence + suggest(name, known))
                return None
            known = describe_record(found.record) if found.record is not None else {}
        return found

"""Texts of a template, in which `{field}` is replaced by a value of the facts, and the conditions of `when`."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Any

from clerk_app.catalogue.yaml_file import KeyPath, YamlFile
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.paper.templates.template import (
    ANY_LANGUAGE,
    REQUIRED_LANGUAGES,
    Condition,
    FieldReference,
    TemplateText,
    TextParts,
)
from clerk_app.text.characters import LINE_BREAKS
from clerk_app.text.cleaning import clean_text

MAX_TEXT = 2000
"""Characters of one text."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PATH = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")


def parse_text(file: YamlFile, key_path: KeyPath, raw: Any, *, has_languages: bool = True) -> TemplateText:
    """Return the text at `key_path`; mistakes are recorded in `file`.

    A text with words is a map of languages, with all of REQUIRED_LANGUAGES. A single text is allowed if its words are
    those of the facts, or if it is read by machines (not `has_languages`).
    """
    if isinstance(raw, str):
        parts = _parse_parts(file, key_path, raw)
        if has_languages and any(character.isalpha() for part in parts if isinstance(part, str) for character in part):
            file.add_mistake(
                key_path,
                _("A text with words is given in Chinese and English: {example}.").format(example="{zh: ..., en: ...}"),
            )
        return TemplateText({ANY_LANGUAGE: parts})
    if not isinstance(raw, Mapping):
        file.add_mistake(
            key_path,
            _("A text is expected here, or one for each language: {example}.").format(example="{zh: ..., en: ...}"),
        )
        return TemplateText()
    return TemplateText(dict(_parse_languages(file, key_path, raw)))


def _parse_languages(file: YamlFile, key_path: KeyPath, raw: Mapping[str, Any]) -> list[tuple[str, TextParts]]:
    texts: list[tuple[str, TextParts]] = []
    for language in REQUIRED_LANGUAGES:
        if language not in raw:
            file.add_mistake((*key_path, language), _("The text in this language is missing."))
    for language, text in raw.items():
        place = (*key_path, language)
        if not _LANGUAGE.fullmatch(language):
            file.add_mistake(
                place, _("{name} is not the code of a language, such as zh, en or mn.").format(name=language)
            )
        elif not isinstance(text, str) or not text.strip():
            file.add_mistake(place, _("A text is expected here."))
        else:
            texts.append((language, _parse_parts(file, place, text)))
    return texts


def _parse_parts(file: YamlFile, key_path: KeyPath, text: str) -> TextParts:
    if len(text) > MAX_TEXT:
        file.add_mistake(key_path, _("This is longer than {max_length} characters.").format(max_length=MAX_TEXT))
        return ()
    if _has_control_characters(text):
        file.add_mistake(key_path, _("Control characters are not allowed."))
        return ()
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        file.add_mistake(key_path, _("A brace is not closed, or not opened. A printed brace is written twice."))
        return ()
    parts: list[str | FieldReference] = []
    for literal, name, style, conversion in pieces:
        if literal:
            parts.append(literal)
        if name is None:
            continue
        if conversion or not _PATH.fullmatch(name):
            file.add_mistake(key_path, _("{name} is not the name of a field.").format(name="{" + name + "}"))
            continue
        parts.append(FieldReference(tuple(name.split(".")), style or ""))
    return tuple(parts)


def _has_control_characters(text: str) -> bool:
    try:
        clean_text(text)
    except BadData:
        return True
    return any(character in LINE_BREAKS for character in text)


def parse_conditions(file: YamlFile, key_path: KeyPath, raw: Any) -> tuple[Condition, ...]:
    """Return the conditions of `when`: `field`, `not field`, or a list of them, which all have to hold."""
    if isinstance(raw, list):
        found = [parse_condition(file, (*key_path, number), part) for number, part in enumerate(raw)]
    else:
        found = [parse_condition(file, key_path, raw)]
    return tuple(condition for condition in found if condition is not None)


def parse_condition(file: YamlFile, key_path: KeyPath, raw: Any) -> Condition | None:
    """Return one condition; None with a mistake if it is none."""
    words = raw.split() if isinstance(raw, str) else []
    negated = words[:1] == ["not"]
    names = words[1:] if negated else words
    if len(names) != 1 or not _PATH.fullmatch(names[0]):
        file.add_mistake(key_path, _("A condition is the name of a field, or: not and the name of a field."))
        return None
    return Condition(tuple(names[0].split(".")), negated)


def parse_path(file: YamlFile, key_path: KeyPath, raw: Any) -> tuple[str, ...]:
    """Return the path of a field such as `item.licences`; empty with a mistake if it is none."""
    if isinstance(raw, str) and _PATH.fullmatch(raw):
        return tuple(raw.split("."))
    file.add_mistake(key_path, _("{name} is not the name of a field.").format(name=raw))
    return ()

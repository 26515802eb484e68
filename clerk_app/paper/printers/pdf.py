"""Compiles PDF documents with typst: a template of the program, and data that reach it only as input.

One compiler is made at the first document and used for all: a new one for each takes ten times as long. A document that
needs fonts of another folder makes a new one. typst is an extra (`clerk[a4]`, 81 MB), imported at the first document.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import bidirectional, combining, decomposition

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.characters import format_code_point
from clerk_app.paper.printers.installed_fonts import FontFace, ascii_face, chinese_face, face_with, has_character
from clerk_app.text.characters import is_ignorable, is_space

PDF_STANDARD = "a-2b"
"""The profile that typst checks and writes: PDF/A-2b, ISO 19005-2."""

TEMPLATES = Path(__file__).with_name("data")
"""Folder of the templates; typst reads no file outside of it."""

_BOLD_WEIGHT = 600


@dataclass(frozen=True)
class _Faces:
    """Faces of a document. `others` has the face of each character that is not ASCII; None: no font has it."""

    chinese: FontFace
    ascii: FontFace | None  # letters, digits and punctuation
    others: Mapping[str, FontFace | None]

    def used(self) -> tuple[FontFace, ...]:
        """Return the faces, the Chinese one first."""
        return tuple(dict.fromkeys(face for face in (self.chinese, self.ascii, *self.others.values()) if face))


@dataclass(frozen=True)
class PdfDocument:
    """A document to compile. `data`: what the template reads as JSON; `language`: a key of `locales.LANGUAGES`.

    `created_at` is written into the file; a time without zone is local. `font`: the font file of the settings. Equal
    documents make equal bytes. A character of the data that no font has is replaced by its code point in brackets.
    """

    template: str  # file name in TEMPLATES
    data: Mapping[str, Any]
    language: str
    title: str
    created_at: datetime
    font: str = ""


def compile_pdf(document: PdfDocument) -> bytes:
    """Return the document as PDF with embedded fonts.

    Raises OutOfReach if typst or a Chinese font is not installed, or if typst fails.
    """
    created = document.created_at.astimezone().replace(microsecond=0)  # typst takes whole seconds
    fixed = created.astimezone(timezone(created.utcoffset() or timedelta()))  # typst takes no other kind of zone
    pdf: bytes = _compiler.run(document, format="pdf", pdf_standards=PDF_STANDARD, timestamp=fixed)
    return pdf


def draw_sheets(document: PdfDocument, dots_per_inch: int = 96) -> tuple[bytes, ...]:
    """Return each sheet of the document as a PNG. Raises OutOfReach like `compile_pdf`."""
    sheets: bytes | list[bytes] = _compiler.run(document, format="png", ppi=dots_per_inch)
    return (sheets,) if isinstance(sheets, bytes) else tuple(sheets)


class _Compiler:
    """The compiler of this process. Threads may share it; one compiles at a time, without the lock of Python."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: tuple[Path, ...] = ()
        self._fonts: dict[tuple[str | None, int], Any] = {}  # file and face -> what typst knows about it
        self._compiler: Any = None

    def run(self, document: PdfDocument, **options: Any) -> Any:
        """Compile with the options of typst. Raises OutOfReach."""
        typst = _import_typst()
        faces = _faces_for(document)
        language, _underscore, region = document.language.partition("_")
        page = {"lang": language, "region": region or None, "title": document.title}
        template = _read_template(document.template)
        reason = ""
        with self._lock:
            self._load_fonts(typst, faces)
            for fonts, shown in self._plans(faces):
                data = page | fonts | {"data": _map_texts(document.data, shown.others)}
                inputs = {"document": json.dumps(data, ensure_ascii=False)}
                try:
                    return self._compiler.compile(template, sys_inputs=inputs, **options)
                except typst.TypstError as error:
                    reason = error.message
                except BaseException as error:
                    if type(error).__name__ != "PanicException":  # of pyo3, which has no public name
                        raise
                    reason, self._compiler = str(error), None
                    self._load_fonts(typst, faces)
        raise OutOfReach("The A4 paper could not be made: {why}", why=reason)

    def _load_fonts(self, typst: Any, faces: _Faces) -> None:
        """Make a compiler that knows the faces, if there is none."""
        folders = tuple(dict.fromkeys((*self._folders, *(face.path.parent for face in faces.used()))))
        if self._compiler is None or folders != self._folders:
            fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
            self._compiler = typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
            self._fonts = {(info.path, info.index): info for info in fonts.fonts()}
            self._folders = folders

    def _plans(self, faces: _Faces) -> Iterator[tuple[dict[str, Any], _Faces]]:
        """Yield the fonts to try, each with the characters that are shown.

        First the Chinese face and then the others, but letters with an accent that the Chinese face lacks in their own:
        it has letter and accent apart, and would draw them side by side. Then without this exception. At last the
        Chinese face and that of ASCII alone, with code points for all other characters.
        """
        families = list(dict.fromkeys(info.family for info in map(self._info, faces.used()) if info is not None))
        plain = [{"name": name, "covers": None} for name in families]
        bold = {info.family for info in self._fonts.values() if info.weight >= _BOLD_WEIGHT}
        weight = {"has_bold": families[0] in bold}
        letters: dict[str, str] = {}
        for char, face in faces.others.items():
            info = self._info(face)
            if info is not None and info.family != families[0] and decomposition(char):
                letters[info.family] = letters.get(info.family, "") + char
        accented = [{"name": name, "covers": _character_class(chars)} for name, chars in letters.items()]
        if accented and not any(bidirectional(char) in ("R", "AL") for char in faces.others):  # typst 0.15 panics then
            yield {"fonts": [*accented, *plain], **weight}, faces
        yield {"fonts": plain, **weight}, faces
        alone = {
            char: face if face == faces.chinese and not combining(char) else None for char, face in faces.others.items()
        }
        two = replace(faces, others=alone)
        yield {"fonts": plain[: len(two.used())], **weight}, two

    def _info(self, face: FontFace | None) -> Any:
        """Return what typst knows about the face; None if it does not know it."""
        return None if face is None else self._fonts.get((str(face.path), face.index))


_compiler = _Compiler()


def _faces_for(document: PdfDocument) -> _Faces:
    """Choose the faces of a document. Raises OutOfReach without a Chinese font."""
    chinese = chinese_face(document.font)
    if chinese is None:
        raise OutOfReach(
            "A4 papers need a font with Chinese characters, and none is installed. Install one (Debian: apt install"
            " fonts-noto-cjk, 91 MB; or fonts-wqy-zenhei, 16 MB), or name its file in the setting `font`."
        )
    others: dict[str, FontFace | None] = {}
    for char in sorted(set("".join(text for text in _read_texts(document.data) if not text.isascii()))):
        if not (char.isascii() or is_space(char) or is_ignorable(char)):
            others[char] = chinese if has_character(chinese, char) else face_with(char)
    return _Faces(chinese, ascii_face(chinese), others)


def _character_class(characters: str) -> str:
    """Return a regular expression of typst for one of the characters."""
    return "[" + "".join(f"\\u{{{ord(char):x}}}" for char in characters) + "]"


def _read_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _read_texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _read_texts(item)


def _map_texts(value: object, faces: Mapping[str, FontFace | None]) -> Any:
    """Return the value with a code point in place of each character that no font has."""
    if isinstance(value, str):
        lacking = [] if value.isascii() else [char for char in value if faces.get(char, FontFace) is None]
        for char in lacking:
            value = value.replace(char, f"[{format_code_point(char)}]")
        return value
    if isinstance(value, Mapping):
        return {name: _map_texts(item, faces) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_map_texts(item, faces) for item in value]
    return value


@cache
def _read_template(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


def _import_typst() -> Any:
    try:
        import typst
    except ImportError:
        raise OutOfReach(
            "A4 papers need the package typst (81 MB), which is not installed: pip install 'clerk[a4]'"
        ) from None
    return typst

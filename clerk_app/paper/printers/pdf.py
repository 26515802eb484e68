"""Compiles PDF documents with typst: a template of the program, and data that reach it only as input.

One compiler is made at the first document and used for all: a new one for each takes ten times as long. typst is an
extra (`clerk[a4]`, 81 MB) and is imported at the first document.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.installed_fonts import FontFace

PDF_STANDARD = "a-2b"
"""The profile that typst checks and writes: PDF/A-2b, ISO 19005-2."""

TEMPLATES = Path(__file__).with_name("data")
"""Folder of the templates; typst reads no file outside of it."""

_BOLD_WEIGHT = 600


@dataclass(frozen=True)
class PdfDocument:
    """A document to compile. `data`: what the template reads as JSON; `language`: a key of `locales.LANGUAGES`.

    `created_at` is written into the file; a time without zone is local. Equal documents make equal bytes.
    """

    template: str  # file name in TEMPLATES
    data: Mapping[str, Any]
    language: str
    title: str
    created_at: datetime


class PdfCompiler:
    """A compiler with fixed font faces, the first for Chinese text. Threads may share it; one compiles at a time."""

    def __init__(self, faces: tuple[FontFace, ...]) -> None:
        """Load the fonts. Raises OutOfReach if typst is not installed."""
        self._typst = _import_typst()
        folders = list(dict.fromkeys(str(face.path.parent) for face in faces))
        self._fonts = self._typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=list(map(Path, folders))
        )
        self._compiler = self._typst.Compiler(root=TEMPLATES, font_paths=self._fonts, ignore_system_fonts=True)
        known = {(info.path, info.index): info for info in self._fonts.fonts()}
        found = [known[key] for face in faces if (key := (str(face.path), face.index)) in known]
        self._families = list(dict.fromkeys(info.family for info in found))
        bold = {info.family for info in self._fonts.fonts() if info.weight >= _BOLD_WEIGHT}
        self._has_bold = bool(self._families) and self._families[0] in bold
        self._lock = threading.Lock()

    def compile(self, document: PdfDocument) -> bytes:
        """Return the PDF. Raises OutOfReach if typst fails, such as for a character that no face has."""
        created = document.created_at.astimezone()
        fixed = created.astimezone(timezone(created.utcoffset() or timedelta()))  # typst takes no other kind of zone
        language, _underscore, region = document.language.partition("_")
        page = {
            "fonts": self._families,
            "has_bold": self._has_bold,
            "lang": language,
            "region": region or None,
            "title": document.title,
            "data": document.data,
        }
        inputs = {"document": json.dumps(page, ensure_ascii=False)}
        try:
            with self._lock:
                pdf: bytes = self._compiler.compile(
                    _read_template(document.template),
                    sys_inputs=inputs,
                    format="pdf",
                    pdf_standards=PDF_STANDARD,
                    timestamp=fixed,
                )
        except self._typst.TypstError as error:
            raise OutOfReach("The A4 paper could not be made: {why}", why=error.message) from error
        return pdf


@cache
def shared_compiler(faces: tuple[FontFace, ...]) -> PdfCompiler:
    """Return the compiler of this process for these faces. Raises OutOfReach if typst is not installed."""
    return PdfCompiler(faces)


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

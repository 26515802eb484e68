"""Finds the fonts of this machine and the characters that each has. The project includes no fonts.

The fonts are those that fontconfig lists (`fc-list`), and those in the font folders of the system and the user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

CHINESE_FONTS = (  # file name and face, best for letters first; face 2 of the Noto collections is simplified Chinese
    ("NotoSerifCJK-Regular.ttc", 2),
    ("NotoSerifCJKsc-Regular.otf", 0),
    ("SourceHanSerifSC-Regular.otf", 0),
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("wqy-zenhei.ttc", 0),
    ("wqy-microhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0),
    ("Songti.ttc", 0),
    ("PingFang.ttc", 0),
    ("simsun.ttc", 0),
    ("msyh.ttc", 0),
)
_FORMATS = frozenset({".ttf", ".ttc", ".otf", ".otc"})
_PLACEHOLDERS = ("lastresort", "adobeblank", "unifont")  # their glyphs are frames or dots for any character
_STYLES = ("Bold", "Italic", "Oblique", "Light", "Thin", "Black", "Condensed", "Kufi", "Math")
_NO_CHARACTER = "\U0010ffff"  # drawn as the glyph of a missing character
_PROBE_PIXELS = 16
_FC_LIST_SECONDS = 10.0
_COMMON_CHARACTER = "的"
_ASCII = tuple(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True)
class FontFace:
    """A face of a font file; `index` counts the faces of a collection from 0."""

    path: Path
    index: int = 0


@cache
def chinese_face(setting: str = "") -> FontFace | None:
    """Return the face for Chinese text: that of the file `setting`, else the first of CHINESE_FONTS that is installed.

    A setting that is no font with Chinese characters is ignored. None without a font.
    """
    if setting:
        face = FontFace(Path(setting))
        if has_character(face, _COMMON_CHARACTER):
            return face
    installed = _font_files()
    faces = (FontFace(installed[name], index) for name, index in CHINESE_FONTS if name in installed)
    return next((face for face in faces if has_character(face, _COMMON_CHARACTER)), None)


@lru_cache(maxsize=4096)
def face_with(character: str) -> FontFace | None:
    """Return an installed face that has the character, Noto fonts and regular faces first; None without one."""
    return next((face for face in _faces_listed_with(character) if has_character(face, character)), None)


@cache
def ascii_face(face: FontFace) -> FontFace | None:
    """Return the face if it has all of ASCII, else another one that has; None without one.

    Fonts that only supplement others, such as Droid Sans Fallback, have Chinese characters without letters and digits.
    """
    faces = (face, *_faces_listed_with("A"))
    return next((other for other in faces if all(has_character(other, character) for character in _ASCII)), None)


def _faces_listed_with(character: str) -> Iterator[FontFace]:
    """Yield the faces that fontconfig lists with the character, and those that it does not list, best first."""
    point = ord(character)
    listed = {path for path, ranges in _fontconfig_faces() if any(first <= point <= last for first, last in ranges)}
    known = {path for path, _ranges in _fontconfig_faces()}
    paths = [path for path in _font_files().values() if path in listed or path not in known]
    yield from map(FontFace, sorted(paths, key=_preference))


@lru_cache(maxsize=65536)
def has_character(face: FontFace, character: str) -> bool:
    """Return whether the face has its own glyph for the character; False for a file that is no font."""
    probe = _probe(face)
    if probe is None:
        return False
    font, missing = probe
    return _glyph_bytes(font, character) != missing


@cache
def _probe(face: FontFace) -> tuple[ImageFont.FreeTypeFont, bytes] | None:
    from PIL import ImageFont  # not needed for characters that every printer has

    try:
        font = ImageFont.truetype(face.path, _PROBE_PIXELS, face.index, layout_engine=ImageFont.Layout.BASIC)
        return font, _glyph_bytes(font, _NO_CHARACTER)
    except OSError:
        return None


def _glyph_bytes(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    mask = font.getmask(character)
    return repr((mask.size, font.getlength(character))).encode() + bytes(mask)


@cache
def _font_files() -> dict[str, Path]:
    """Return the installed font files by name."""
    listed = (path for path, _ranges in _fontconfig_faces())
    return {path.name: path for path in (*_walk_folders(), *listed) if _is_usable(path)}


def _walk_folders() -> Iterator[Path]:
    for folder in _font_folders():
        for parent, _folders, names in os.walk(folder):
            yield from (Path(parent, name) for name in sorted(names))


def _font_folders() -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        return
    if sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library/Fonts")
        return
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    yield from (Path(folder) / "fonts" for folder in (home, *shared.split(":")))


@cache
def _fontconfig_faces() -> tuple[tuple[Path, tuple[tuple[int, int], ...]], ...]:
    """Return the files that fontconfig lists, with the ranges of their characters; nothing if it is not installed."""
    program = shutil.which("fc-list")
    if program is None:
        return ()
    try:
        command = [program, "--format", "%{file}\t%{charset}\n"]
        done = subprocess.run(command, capture_output=True, check=True, timeout=_FC_LIST_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return ()
    rows = (line.partition("\t") for line in dict.fromkeys(os.fsdecode(done.stdout).splitlines()))
    return tuple((Path(file), _parse_ranges(charset)) for file, _tab, charset in rows if _is_usable(Path(file)))


def _parse_ranges(charset: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a charset as fontconfig prints it, such as `20-7e a0 2ebf0-2ee5d`."""
    spans = (item.partition("-") for item in charset.split())
    return tuple((int(first, 16), int(last or first, 16)) for first, _dash, last in spans)


def _is_usable(path: Path) -> bool:
    name = path.name.lower()
    return path.suffix.lower() in _FORMATS and not any(word in name for word in _PLACEHOLDERS)


def _preference(path: Path) -> tuple[bool, bool, bool, str]:
    name = path.name
    styled = any(word in name for word in _STYLES)
    return styled, "Mono" in name, not name.startswith("Noto"), name

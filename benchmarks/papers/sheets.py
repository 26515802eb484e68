"""Draws papers: rows of labels and values in several styles, tables, paragraphs, stamps and backgrounds."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from clerk_app.errors import BadData

Colour = tuple[int, int, int]
INKS: tuple[Colour, ...] = ((20, 20, 20), (45, 40, 40), (30, 30, 60), (70, 70, 70))
STAMP: Colour = (205, 40, 45)
_FONTS = {
    "sans": ("NotoSansCJK-Regular.ttc", 2),
    "bold": ("NotoSansCJK-Bold.ttc", 2),
    "serif": ("NotoSerifCJK-Regular.ttc", 2),
    "serif-bold": ("NotoSerifCJK-Bold.ttc", 2),
    "droid": ("DroidSansFallbackFull.ttf", 0),
}
_WITHOUT_ASCII = ("droid",)
Font = ImageFont.FreeTypeFont


@cache
def font(name: str, size: int) -> Font:
    """Return a font by its name in this module. Raises BadData if it is not installed."""
    file, face = _FONTS[name]
    try:
        return ImageFont.truetype(file, size, face, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise BadData("The fonts {file} are needed for this benchmark.", file=file) from error


@dataclass
class Sheet:
    """A paper while it is drawn. `face` and `label_face` are names of fonts, `size` the height of its text."""

    width: int
    height: int
    dice: Random
    background: Colour = (255, 255, 255)
    face: str = "sans"
    label_face: str = "sans"
    size: int = 32
    ink: Colour = INKS[0]
    label_ink: Colour = INKS[0]
    label_spacing: bool = False
    colon: str = ""
    image: Image.Image = field(init=False)
    draw: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.width, self.height), self.background)
        self.draw = ImageDraw.Draw(self.image)

    def text(self, x: float, y: float, text: str, *, face: str = "", size: int = 0, ink: Colour | None = None) -> float:
        """Draw a line and return where it ends."""
        size, face, ink = size or self.size, face or self.face, ink or self.ink
        for part, name in _runs(text, face):
            self.draw.text((x, y), part, font=font(name, size), fill=ink)
            x += font(name, size).getlength(part)
        return x

    def title(self, y: float, text: str, size: int, *, spaced: bool = False, face: str = "serif-bold") -> float:
        """Draw a line in the middle of the sheet; return where the next can begin."""
        shown = "  ".join(text) if spaced else text
        self.text((self.width - measure(shown, face, size)) / 2, y, shown, face=face, size=size)
        return y + size * 1.9

    def pair(self, x: float, y: float, label: str, value: str, *, column: float, width: float) -> float:
        """Draw a label, and its value at `column`, wrapped at `width`; return where the next row can begin."""
        shown = spread(label, 4) if self.label_spacing and len(label) < 4 else label
        self.text(x, y, shown + self.colon, face=self.label_face, ink=self.label_ink)
        return self.paragraph(column, y, value, width)

    def paragraph(self, x: float, y: float, text: str, width: float, *, first: float | None = None) -> float:
        """Draw wrapped text, its first line at `first`; return where the next row can begin."""
        start, line = x if first is None else first, ""
        pitch = self.size * 1.55
        for character in text:
            # a line does not begin with a punctuation mark
            is_full = (
                measure(line + character, self.face, self.size) > x + width - start and character not in "，。：；）"
            )
            if is_full:
                self.text(start, y, line)
                y, start, line = y + pitch, x, ""
            line += character
        self.text(start, y, line)
        return y + pitch

    def table(self, top: float, rows: Sequence[Sequence[tuple[str, str]]], *, left: float, width: float) -> float:
        """Draw a table of labels and values; a long label takes two lines. Return the position below the table."""
        for cells in rows:
            cell = width / len(cells)
            label_width = min(cell * 0.4, self.size * 5.2)
            lines = [wrap(value, self.face, self.size, cell - label_width - self.size) for _, value in cells]
            height = self.size * (
                1.1 + 1.5 * max(2 if any(len(label) > 5 for label, _ in cells) else 1, *map(len, lines))
            )
            for number, ((label, _), value) in enumerate(zip(cells, lines, strict=True)):
                x = left + number * cell
                self.draw.rectangle((x, top, x + label_width, top + height), outline=self.ink)
                self.draw.rectangle((x + label_width, top, x + cell, top + height), outline=self.ink)
                self._lines(x + self.size * 0.3, top, height, _label_lines(label), self.label_face)
                self._lines(x + label_width + self.size * 0.5, top, height, value, self.face)
            top += height
        return top

    def above(self, top: float, rows: Sequence[Sequence[tuple[str, str]]], *, left: float, width: float) -> float:
        """Draw rows of values, each below its label. Return where they end."""
        for cells in rows:
            cell = width / len(cells)
            ends = []
            for number, (label, value) in enumerate(cells):
                x = left + number * cell
                size = int(self.size * 0.8)
                self.text(x, top, label, face=self.label_face, size=size, ink=self.label_ink)
                ends.append(self.paragraph(x, top + size * 1.6, value, cell - self.size))
            top = max(ends) + self.size * 0.5
        return top

    def stamp(self, x: float, y: float, radius: float, text: str, alpha: int = 150) -> None:
        """Draw a round red stamp with text along its edge and a star."""
        layer = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        draw = ImageDraw.Draw(layer)
        ink = (*STAMP, alpha)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=ink, width=max(3, int(radius / 18)))
        star = [
            (x + r * math.sin(step * math.pi / 5), y - r * math.cos(step * math.pi / 5))
            for step in range(10)
            for r in (radius * (0.3 if step % 2 == 0 else 0.12),)
        ]
        draw.polygon(star, fill=ink)
        size = int(radius * 0.26)
        for number, character in enumerate(text):
            angle = math.radians(-120 + 240 * number / max(1, len(text) - 1))
            glyph = Image.new("RGBA", (size * 2, size * 2), (0, 0, 0, 0))
            ImageDraw.Draw(glyph).text((size * 0.5, size * 0.4), character, font=font("serif", size), fill=ink)
            turned = glyph.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
            place = (x + radius * 0.8 * math.sin(angle) - size, y - radius * 0.8 * math.cos(angle) - size)
            layer.alpha_composite(turned, (max(0, int(place[0])), max(0, int(place[1]))))
        self.image.paste(layer, (0, 0), layer)

    def _lines(self, x: float, top: float, height: float, lines: Sequence[str], face: str) -> None:
        pitch = self.size * 1.35
        y = top + (height - pitch * len(lines)) / 2
        for line in lines:
            self.text(x, y, line, face=face)
            y += pitch


def choose_style(dice: Random) -> dict[str, Any]:
    """Return fonts, inks and the form of labels, as they differ between printers and years."""
    face = dice.choice(("sans", "serif", "droid", "sans", "serif"))
    return {
        "face": face,
        "label_face": dice.choice((face, "bold", "serif", "sans")),
        "ink": dice.choice(INKS),
        "label_ink": dice.choice((INKS[0], INKS[1], (25, 70, 110), (60, 60, 60))),
        "label_spacing": dice.random() < 0.5,
        "colon": dice.choice(("", "", "：", ":", "： ")),
    }


def spread(label: str, width: int) -> str:
    """Return a label with blanks between its characters, so that it is as wide as `width` characters."""
    if len(label) < 2:
        return label
    blanks = round((width - len(label)) * 2 / (len(label) - 1)) * 2
    return (" " * blanks).join(label)


def measure(text: str, face: str, size: int) -> float:
    """Return the width of a line in pixels."""
    return float(sum(font(name, size).getlength(part) for part, name in _runs(text, face)))


def wrap(text: str, face: str, size: int, width: float) -> list[str]:
    """Return the lines of a text that fit into `width`."""
    lines = [""]
    for character in text:
        if measure(lines[-1] + character, face, size) > width and lines[-1]:
            lines.append("")
        lines[-1] += character
    return lines


def _label_lines(label: str) -> list[str]:
    half = (len(label) + 1) // 2
    return [label] if len(label) <= 5 else [label[:half], label[half:]]


def _runs(text: str, face: str) -> list[tuple[str, str]]:
    """Return parts of a text with the font of each: some fonts have no letters and digits or no rare characters."""
    runs: list[tuple[str, str]] = []
    for character in text:
        name = "sans" if face in _WITHOUT_ASCII and not _is_common(character) else face
        if runs and runs[-1][1] == name:
            runs[-1] = (runs[-1][0] + character, name)
        else:
            runs.append((character, name))
    return runs


def _is_common(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fa5" or (
        unicodedata.category(character) in ("Po", "Ps", "Pe") and character > "\x7f"
    )

"""Papers in the scanner's folder of the sample city, so that somebody can take one in without files of their own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from PIL import Image, ImageDraw, ImageFont
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from clerk_app.catalogue.yaml_file import read_yaml_file
from clerk_app.demo.city_data import SAMPLE_CITY_DATA
from clerk_app.errors import BadData
from clerk_app.paper.printers.fonts import chinese_font
from db.files import create_folder, replace_file
from scanners.papers.joining import join_pages

_FILE = "papers.yaml"
_SIZE = (1240, 1754)  # A4 at 150 dots per inch
_MARGIN, _LINE = 140, 74
_PAPER, _INK, _SEAL = (250, 249, 245), (30, 32, 40), (192, 36, 36)
_TURNS = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}


class SamplePaper(BaseModel):
    """A paper: the name of its file, the lines of each page, and how it lies in the scanner."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, StringConstraints(pattern=r"^[a-z-]+\.(pdf|jpg)$")]
    pages: tuple[tuple[str, ...], ...]
    seal: str = ""
    turned: Annotated[int, Field(ge=0, le=3)] = 0


class _SamplePapers(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    papers: tuple[SamplePaper, ...]


def write_sample_papers(folder: Path) -> None:
    """Write the papers into the scanner's folder. Raises BadData for a mistake in their data, OSError."""
    create_folder(folder)
    for paper in _read_papers():
        pages = [draw_page(lines, paper.seal, turned=paper.turned) for lines in paper.pages]
        replace_file(folder / paper.file, join_pages(pages))


def _read_papers() -> tuple[SamplePaper, ...]:
    try:
        return _SamplePapers.model_validate(read_yaml_file(SAMPLE_CITY_DATA / _FILE, _FILE).content).papers
    except ValidationError as error:
        raise BadData("{path}: {text}", path=_FILE, text=error.errors()[0]["msg"]) from error


def draw_page(lines: Sequence[str], seal: str, *, turned: int = 0) -> bytes:
    """Draw a page as a JPEG: the first of its lines as the title, and a seal. Without a Chinese font it shows boxes."""
    page = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(page)
    at = _MARGIN + 60
    for number, line in enumerate(lines):
        font = _font(34 if number else 56)
        if number == 0:
            draw.text((_SIZE[0] // 2, at), line, font=font, fill=_INK, anchor="mm")
            at += 2 * _LINE
            continue
        for row in _wrap(line, font, _SIZE[0] - 2 * _MARGIN):
            draw.text((_MARGIN, at), row, font=font, fill=_INK, anchor="lm")
            at += _LINE
    if seal:
        _draw_seal(draw, (_SIZE[0] - 330, max(at + 120, _SIZE[1] // 2)), seal)
    if turned:
        page = page.transpose(_TURNS[turned])
    content = io.BytesIO()
    page.save(content, "JPEG", quality=75)
    return content.getvalue()


def _draw_seal(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str) -> None:
    x, y = at
    draw.ellipse((x - 150, y - 150, x + 150, y + 150), outline=_SEAL, width=8)
    draw.text((x, y - 20), "★", font=_font(80), fill=_SEAL, anchor="mm")
    draw.text((x, y + 70), text, font=_font(22), fill=_SEAL, anchor="mm")


def _wrap(line: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: int) -> list[str]:
    rows = [""]
    for character in line:
        if font.getlength(rows[-1] + character) > room:
            rows.append("")
        rows[-1] += character
    return rows


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return chinese_font(size) or ImageFont.load_default(size)

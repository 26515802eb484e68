"""Pages of text lines as recognition returns them, made without recognition."""

from __future__ import annotations

import unicodedata

from scanners import PageText, TextLine

WIDTH, HEIGHT, SIZE = 60, 40, 1.0  # characters and lines of a page; a line is one unit high


def line(text: str, column: float, row: float, score: float = 0.999, **weak: float) -> TextLine:
    """Return a line of text that begins at `column` and `row`, in characters. `weak` has other scores by character."""
    units = sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5 for character in text)
    left, right = column / WIDTH, (column + units) / WIDTH
    top, bottom = row / HEIGHT, (row + SIZE) / HEIGHT
    certainties = tuple(weak.get(character, score) for character in text)
    return TextLine(text, score, ((left, top), (right, top), (right, bottom), (left, bottom)), certainties)


def page(*lines: tuple[str, float, float] | TextLine, turned: int = 0) -> PageText:
    """Return a page of lines, each a TextLine or text, column and row."""
    return PageText(tuple(part if isinstance(part, TextLine) else line(*part) for part in lines), turned)


def tilted(text: PageText, slope: float) -> PageText:
    """Return the page with lines that fall by `slope` of the page's height over its width."""
    return PageText(
        tuple(
            part._replace(corners=tuple((x, y + slope * x) for x, y in part.corners))  # type: ignore[arg-type]
            for part in text.lines
        ),
        text.turned,
    )

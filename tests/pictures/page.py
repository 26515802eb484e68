"""The page docs/screens.md, with every picture in every size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.pictures.shots import Shot

_HEAD = """# Screens

How the program looks: every screen at 80x24, 140x40 and 200x60 characters, at 140x40 in Chinese and English. The
pictures are made from the running program by `make pictures`; do not edit this page.

The screens have one visual language (`screens/theme`, `screens/widgets`):

- A **panel** has its title, count and state in the upper edge of its frame, its keys in the lower one. The panel with
  the focus has a heavy frame, which is visible without colours. At 80x24 a panel has an upper edge only.
- A **level** is a symbol and a word: `+` good, `!` warning, `x` bad. Colour only repeats it.
- A **list** is filtered with `/` and sorted by its column keys; a preview follows the cursor.
- **Tracks** show a case over time: one row for each task, critical rows with `*`, today's line.
- Four themes (Ctrl+T changes them): dark, light, high contrast, without colours. A test computes their contrast: at
  least 4.5:1 for the staff, 7:1 for citizens.
"""


PAGE_WAYS = (((80, 24), "zh_CN"), ((140, 40), "zh_CN"), ((140, 40), "en"), ((200, 60), "en"))
"""Sizes and languages on the page; `--out` makes the pictures of all combinations elsewhere."""


def write_page(page: Path, shots: Sequence[Shot], folder: str) -> None:
    """Write the page `page`, whose pictures are in the folder `folder` of the same parent."""
    parts = [_HEAD]
    for shot in shots:
        parts.append(f"\n## {shot.title}\n")
        for size, language in PAGE_WAYS:
            caption = f"{shot.title}, {size_name(size)}, {language}"
            parts.append(f"\n![{caption}]({folder}/{picture_name(shot, size, language)})\n")
    page.write_text("".join(parts), "utf-8")


def picture_name(shot: Shot, size: tuple[int, int], language: str) -> str:
    """Return the file name of a picture."""
    return f"{shot.name}-{size_name(size)}-{language}.png"


def size_name(size: tuple[int, int]) -> str:
    """Return a size as columns and rows: 140x40."""
    return f"{size[0]}x{size[1]}"

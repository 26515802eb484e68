"""Papers of a city: a ticket with a logo and a third language, and a fragment in place of one of the program."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

TICKET = """kind: ticket
title: {zh: 排号单, en: Number, mn: Дугаар}
blocks:
  - logo
  - title
  - text: "{number}"
  - text: {zh: 请稍候, en: Please wait}
  - cut
"""
CLOSING = "closing:\n  - text: {zh: 谢谢, en: Thank you}\n"


def logo_png() -> bytes:
    """Return a small black picture."""
    png = io.BytesIO()
    Image.new("1", (40, 20)).save(png, "PNG")
    return png.getvalue()


def add_papers(catalogue: Path) -> Path:
    """Add the folder of papers to the folder of a catalogue, and return it."""
    papers = catalogue / "papers"
    papers.mkdir()
    (papers / "ticket.yaml").write_text(TICKET, "utf-8")
    (papers / "fragments.yaml").write_text(CLOSING, "utf-8")
    (papers / "logo.png").write_bytes(logo_png())
    return papers

"""Reads a PDF with a library that did not make it. Tests that use it are skipped where pypdfium2 is not installed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PIL import Image

pdfium = pytest.importorskip("pypdfium2")


class ReadPdf:
    """A PDF as a reader sees it."""

    def __init__(self, data: bytes) -> None:
        self.document: Any = pdfium.PdfDocument(data)
        self.pages = [page.get_textpage().get_text_bounded() for page in self.document]
        self.text = squeeze("".join(self.pages))

    def picture(self, page: int) -> Image.Image:
        """Return a page at 144 dpi."""
        picture: Image.Image = self.document[page].render(scale=2).to_pil().convert("L")
        return picture


def squeeze(text: str) -> str:
    """Return text without spaces, line ends and places to break a word."""
    return re.sub(r"[\s\u200b\ufffe]", "", text)

"""Pages of PDF files, drawn by pdfium. Scripts, attachments and links of a file have no effect."""

from __future__ import annotations

import pypdfium2
import pypdfium2.raw as pdfium

from scanners.opencv import Picture, np
from scanners.papers.pages import PaperError, damaged_file, file_with_password

DOTS_PER_INCH = 200
MAX_SIDE = 3400  # pixels: A3 at 200 dots per inch


class PdfFile:
    """An open PDF file. `count` is its number of pages."""

    def __init__(self, content: bytes) -> None:
        """Raises PaperError if the file is damaged or has a password."""
        try:
            self._file = pypdfium2.PdfDocument(content)
            if self._file.get_formtype() in (pdfium.FORMTYPE_ACRO_FORM, pdfium.FORMTYPE_XFA_FOREGROUND):
                self._file.init_forms()  # before the first page, so that what was filled in is drawn
        except pypdfium2.PdfiumError as error:
            raise _describe(error) from None
        self.count = len(self._file)
        if not self.count:
            self.close()
            raise damaged_file()

    def draw(self, number: int, side: int = MAX_SIDE) -> Picture:
        """Return a page (BGR) at 200 dots per inch, its longest side at most `side` pixels. Raises PaperError."""
        try:
            page = self._file[number - 1]
            width, height = page.get_size()
            scale = min(DOTS_PER_INCH / 72, side / max(width, height, 1.0))
            picture = np.array(page.render(scale=scale).to_numpy())
            page.close()
        except (pypdfium2.PdfiumError, ValueError):  # a page without a size, or one that is missing
            raise damaged_file() from None
        return picture

    def close(self) -> None:
        self._file.close()


def _describe(error: pypdfium2.PdfiumError) -> PaperError:
    return file_with_password() if getattr(error, "err_code", 0) == pdfium.FPDF_ERR_PASSWORD else damaged_file()

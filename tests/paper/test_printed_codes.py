"""The bytes that a printer got, as a picture, read by our scanner at the angles at which people hold a paper."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from clerk_app.paper.page import PaperWidth
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer import PrintOutcome
from clerk_app.paper.printers.printer_set import PrinterSet
from clerk_app.paper.printers.printer_settings import PrinterSettings
from scanners import read_picture
from tests.paper.escpos_reader import read_escpos
from tests.paper.samples import NUMBER, PAPERS, SLIP
from tests.paper.tcp_printer import tcp_printer

pytestmark = pytest.mark.wide
NUMBERS = {"slip": SLIP.number, "consent": "CL-0A1B2C3D4E", "co-signature": "CS-0A1B2C3D4E"}


def photograph(rasters: list[Image.Image], degrees: float) -> bytes:
    """Return a PNG of the printed rasters, one below the other, turned by an angle on a grey table."""
    width, height = max(raster.width for raster in rasters), sum(raster.height + 40 for raster in rasters)
    paper = Image.new("L", (width + 80, height + 80), 255)
    top = 40
    for raster in rasters:
        paper.paste(raster.convert("L"), (40, top))
        top += raster.height + 40
    written = io.BytesIO()
    paper.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=150).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("degrees", [0, 18, 45])
@pytest.mark.parametrize("width", [58, 80])
@pytest.mark.parametrize("name", PAPERS)
def test_our_scanner_reads_the_number_of_every_printed_paper(
    tmp_path: Path, name: str, width: PaperWidth, degrees: int
) -> None:
    with tcp_printer() as device:
        settings = PrinterSettings(name="p", device=device.device, paper_mm=width)
        printer = PrinterSet(tmp_path, "spool", 80, [settings]).for_paper("receipt")
        page = PAPERS[name].to_page("zh_CN")
        job = make_job(printer, page, id="p1", kind="receipt", number="1", at=SLIP.taken_at)
        assert printer.send(job) is PrintOutcome.PRINTED
        (paper,) = device.papers
    codes = read_picture(photograph(read_escpos(paper).rasters, degrees), "receipt")
    assert NUMBERS.get(name, NUMBER) in {code.text for code in codes}

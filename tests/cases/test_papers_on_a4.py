"""Papers of a case printed on A4 sheets: each PDF has the whole text of the page that is stored with the print."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from clerk_app.composition.office import Office
from clerk_app.locales import set_language
from clerk_app.paper.page import decode_page
from clerk_app.paper.printers.characters import block_texts
from clerk_app.paper.printers.printer_settings import PrinterSettings
from clerk_app.roles.printing import CasePrinter
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.paper.escpos_reader import codes_in
from tests.paper.pdf_reader import ReadPdf, squeeze

pytest.importorskip("typst")
pytestmark = sqlite_only

CERTIFICATE, TRAFFIC = "birth-medical-certificate", "excavation-traffic"
MARKUP = '#read("/etc/passwd") $x$ <a> @b 夜间施工'


@pytest.fixture
def with_a4(office: SampleOffice) -> Office:
    """Return the office with a folder `sheets` as A4 printer for all papers."""
    folder = office.office.folder / "sheets"
    folder.mkdir()
    printer = PrinterSettings(name="a4", device="folder:sheets", media="a4")
    settings = msgspec.structs.replace(office.office.settings, printers=(printer,))
    return replace(office.office, settings=settings)


def print_and_compare(office: SampleOffice, with_a4: Office, number: str) -> dict[str, ReadPdf]:
    """Print every paper of a case; return the PDF of each kind, after comparing it with the stored page."""
    pdfs: dict[str, ReadPdf] = {}
    sheets = with_a4.folder / "sheets"
    for notice in office.select("notices", case_number=number):
        before = set(sheets.iterdir())
        paper = CasePrinter(with_a4, "clerk-1", "1001").print_notice(notice["id"])
        (path,) = set(sheets.iterdir()) - before
        pdf = pdfs[notice["kind"]] = ReadPdf(path.read_bytes())
        (row,) = office.select("prints", id=paper.print)
        texts = [squeeze(text) for block in decode_page(row["content"]) for text in block_texts(block)]
        assert [text for text in texts if text not in pdf.text] == [], notice["kind"]
        assert {text for _symbology, text in codes_in(pdf.picture(0))} == {number}
    return pdfs


@pytest.mark.parametrize("language", ["zh_CN", pytest.param("en", marks=pytest.mark.wide)])
def test_receipt_notice_and_hand_over_list_are_whole_on_a4(
    office: SampleOffice, with_a4: Office, language: str
) -> None:
    set_language(language)
    road = office.accept_road()
    office.return_task(road, TRAFFIC, "traffic-plan", reason=MARKUP)
    pdfs = print_and_compare(office, with_a4, road)
    assert sorted(pdfs) == ["receipt", "supplement"]
    assert squeeze(MARKUP) in pdfs["supplement"].text
    birth = office.accept_birth()
    office.refuse(birth, CERTIFICATE, "no such birth")
    office.issue(birth)
    office.hand_over(birth)
    assert sorted(print_and_compare(office, with_a4, birth)) == ["hand_over", "receipt"]

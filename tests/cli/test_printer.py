"""`clerk printer`: the printers of a machine, their state, a test page, kinds of paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.composition.settings import read_settings
from tests.cli.conftest import Clerk
from tests.paper.escpos_reader import read_escpos
from tests.paper.tcp_printer import TcpPrinter, tcp_printer

SETTINGS = """# the machine at the entrance
name = { zh = "示例", en = "Sample" }
hall = "1"
window = "1"
phone = "12345"

[[categories]]
letter = "A"  # personal affairs
name = { zh = "个人", en = "Personal" }
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The folder of an office that was not opened yet: printers are set up before the first program runs."""
    folder = tmp_path / "office"
    (folder / "spool").mkdir(parents=True)
    (folder / "office.toml").write_text(SETTINGS, "utf-8")
    return folder


@pytest.fixture
def device() -> Iterator[TcpPrinter]:
    with tcp_printer() as device:
        yield device


def test_an_office_without_printers_writes_to_its_folder(clerk: Clerk, office: Path) -> None:
    ran = clerk("--office", office, "printer", "list", "--json")
    (printer,) = ran.json["printers"]
    assert (ran.code, printer["name"], printer["device"], printer["ready"]) == (0, "folder", "folder:spool", True)


def test_a_printer_is_added_with_its_papers_and_the_comments_stay(
    clerk: Clerk, office: Path, device: TcpPrinter
) -> None:
    words = ("slip", "ticket", "receipt", "--device", device.device, "--paper", 58)
    ran = clerk("--office", office, "printer", "set", *words)
    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[0] for line in ran.lines] == ["slip", "folder"]
    (printer,) = read_settings(office).printers
    assert (printer.name, printer.papers, printer.paper_mm) == ("slip", ("ticket", "receipt"), 58)
    text = (office / "office.toml").read_text("utf-8")
    assert "# the machine at the entrance" in text
    assert "# personal affairs" in text
    assert os.stat(office / "office.toml").st_mode & 0o777 == 0o600


def test_a_kind_assigned_to_a_printer_is_taken_from_the_other(clerk: Clerk, office: Path, device: TcpPrinter) -> None:
    for words in (("a", "ticket", "receipt"), ("b", "receipt", "code")):
        clerk("--office", office, "printer", "set", *words, "--device", device.device)
    assert [printer.papers for printer in read_settings(office).printers] == [("ticket",), ("receipt", "code")]


def test_a_printer_is_removed(clerk: Clerk, office: Path, device: TcpPrinter) -> None:
    clerk("--office", office, "printer", "set", "a", "--all", "--device", device.device)
    assert clerk("--office", office, "printer", "set", "a", "--remove").code == 0
    assert read_settings(office).printers == ()
    assert "no printer a" in clerk("--office", office, "printer", "set", "a", "--remove").refused


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("a", "ticket", "--device", "tcp:/10.0.0.7"), "no address of a printer"),
        (("a", "tickets", "--device", "cups:q"), "There is no kind of paper tickets. The kinds are: ticket"),
        (("a b", "--all", "--device", "cups:q"), "name"),
        (("folder", "--all", "--device", "cups:q"), "give the printer another one"),
    ],
)
def test_settings_that_are_not_valid_are_not_written(
    clerk: Clerk, office: Path, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in clerk("--office", office, "printer", "set", *words).refused
    assert (office / "office.toml").read_text("utf-8") == SETTINGS


def test_the_test_page_is_confirmed_and_holds_its_number_in_both_codes(
    clerk: Clerk, office: Path, device: TcpPrinter
) -> None:
    clerk("--office", office, "printer", "set", "slip", "--all", "--device", device.device)
    ran = clerk("--office", office, "printer", "test", "slip")
    assert (ran.code, ran.out) == (0, "slip: Printed: the printer confirmed it.\n")
    printed = read_escpos(bytes(device.printed))
    assert {symbology for symbology, _text in printed.codes()} == {"Code128", "QRCode"}
    assert len({text for _symbology, text in printed.codes()}) == 1
    assert any("政务服务中心" in row for row in printed.rows)


def test_the_test_page_of_a_folder_is_written_not_printed(clerk: Clerk, office: Path) -> None:
    ran = clerk("--office", office, "printer", "test")
    assert (ran.code, ran.out) == (
        0,
        "folder: Written to the folder spool; please check that it comes out.\n",
    )


def test_a_test_page_that_was_not_printed_fails(clerk: Clerk, office: Path, device: TcpPrinter) -> None:
    clerk("--office", office, "printer", "set", "slip", "--all", "--device", device.device)
    device.has_paper = False
    ran = clerk("--office", office, "printer", "test")
    assert (ran.code, "out of paper" in ran.out) == (1, True)


def test_the_list_names_the_fault_of_a_printer(clerk: Clerk, office: Path, device: TcpPrinter) -> None:
    clerk("--office", office, "printer", "set", "slip", "--all", "--device", device.device)
    device.cover_open = True
    ran = clerk("--office", office, "printer", "list")
    assert (ran.code, "cover is open" in ran.out) == (1, True)

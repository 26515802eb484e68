"""`clerk paper`, and papers of a city that `clerk catalogue publish` puts in force."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY
from clerk_app.roles.ticket_printing import TicketPrinter
from tests.cli.conftest import Clerk
from tests.office import SampleOffice
from tests.paper.city_papers import add_papers
from tests.paper.escpos_reader import read_escpos


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The sample city's catalogue in its next version, with papers of its own."""
    folder = Path(shutil.copytree(SAMPLE_CITY, tmp_path / "city"))
    head = folder / "catalogue.yaml"
    raised = re.sub(r"(?m)^version: (\d+)", lambda found: f"version: {int(found[1]) + 1}", head.read_text("utf-8"))
    head.write_text(raised, "utf-8")
    add_papers(folder)
    return folder


def test_a_machine_prints_the_published_papers_without_files(clerk: Clerk, office: SampleOffice, city: Path) -> None:
    ran = clerk("--office", office.office.folder, "catalogue", "publish", city)
    assert (ran.code, ran.err) == (0, "")
    shutil.rmtree(city)
    TicketPrinter(office.office, "kiosk", is_attended=False).issue("A")
    paper = office.office.printers.spool.folder / office.office.printers.spool.list_papers()[-1]
    assert "Please wait" in "".join(read_escpos(paper.read_bytes()).rows)


def test_previews_are_files_with_the_mark_of_a_sample(clerk: Clerk, tmp_path: Path, city: Path) -> None:
    preview = ("paper", "preview", "ticket", "--papers", city)
    assert clerk(*preview, "-o", tmp_path / "ticket.txt").code == 0
    assert "样本 SAMPLE" in (tmp_path / "ticket.txt").read_text("utf-8")
    assert clerk(*preview, "-o", tmp_path / "ticket.pdf").code == 0
    assert (tmp_path / "ticket.pdf").read_bytes().startswith(b"%PDF-")
    assert "zh, en, mn" in clerk(*preview, "--in", "ug").refused
    assert clerk(*preview, "--media", "a4", "-o", tmp_path / "ticket.png").code == 0
    assert "a .pdf or .png file" in clerk(*preview, "-o", tmp_path / "ticket.doc").refused
    assert "2 samples" in clerk(*preview, "--sample", 3).refused
    assert "Known ones: ticket" in clerk("paper", "fields", "tikket").refused

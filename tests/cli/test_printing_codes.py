"""`clerk licence issue --print`: a signed code for somebody without a smartphone."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.paper.page import PaperWidth
from clerk_app.paper.printers.spool import OUT_OF_PAPER
from tests.cli.conftest import Clerk
from tests.cli.test_licence import city  # noqa: F401  (a fixture)
from tests.paper.escpos_reader import read_escpos
from tests.sample_data import PERSONS


def papers(folder: Path) -> list[Path]:
    return sorted((folder / "spool").glob("*-code-*.bin"))


@pytest.mark.many_cases
@pytest.mark.parametrize("width", [58, 80])
def test_the_paper_holds_the_code_and_a_short_text(clerk: Clerk, city: Path, width: PaperWidth) -> None:  # noqa: F811
    settings = city / "office.toml"
    kept = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("paper_mm")]
    settings.write_text("\n".join([f"paper_mm = {width}", *kept]), "utf-8")
    ran = clerk("--office", city, "licence", "issue", "stranger-card", "--print")
    assert (ran.code, ran.err) == (0, "")
    (paper,) = papers(city)
    printed = read_escpos(paper.read_bytes())
    assert printed.codes() == {("QRCode", ran.out.strip())}
    text = "".join(printed.rows + printed.wide_rows)
    assert "欧阳明" not in text
    assert PERSONS["stranger"].id_number not in text
    assert printed.cuts == 1
    assert clerk("--office", city, "licence", "verify", ran.out.strip(), "--json").json["result"] == "green"


def test_without_the_option_nothing_is_printed(clerk: Clerk, city: Path) -> None:  # noqa: F811
    clerk("--office", city, "licence", "issue", "stranger-card")
    assert papers(city) == []


def test_a_printer_without_paper_is_reported_and_no_code_is_issued(clerk: Clerk, city: Path) -> None:  # noqa: F811
    (city / "spool").mkdir(exist_ok=True)
    (city / "spool" / OUT_OF_PAPER).touch()
    assert "out of paper" in clerk("--office", city, "licence", "issue", "stranger-card", "--print").refused

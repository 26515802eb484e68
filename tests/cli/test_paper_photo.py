"""`clerk paper photo` prints what a portrait photo lacks."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.cli.conftest import Clerk
from tests.scanners.faces.portraits import portrait


def test_findings_are_printed_with_their_reasons_and_a_good_photo_has_none(clerk: Clerk, tmp_path: Path) -> None:
    good = Image.fromarray(portrait()).crop((0, 0, 480, 591)).resize((358, 441))
    good.save(tmp_path / "good.png")
    good.resize((180, 222)).save(tmp_path / "small.png")
    assert clerk("paper", "photo", str(tmp_path / "good.png")).code == 0
    small = clerk("paper", "photo", str(tmp_path / "small.png"))
    assert small.code == 1
    assert "180" in small.out
    assert clerk("paper", "photo", "--json", str(tmp_path / "small.png")).json["findings"][0]["code"] == "few_pixels"


def test_a_file_that_is_no_picture_is_refused(clerk: Clerk, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no picture")
    assert "no picture that can be read" in clerk("paper", "photo", tmp_path / "note.txt").refused

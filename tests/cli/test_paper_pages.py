"""`clerk paper pages`: the pages of files in plain words, and one sentence for each file that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.papers.photographs import Conditions, take_photograph
from clerk_app.cli import main
from tests.scanners.papers.samples import draw_page, encode, encode_all, pdf_with_password

pytestmark = pytest.mark.usefixtures("english")


def write(folder: Path, **files: bytes) -> list[str]:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in files]


def test_each_page_is_a_line_with_its_size_and_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blank = np.full((1170, 827, 3), 250, np.uint8)
    names = write(tmp_path, lease=encode_all([draw_page(1, 827, 1170), blank]))
    assert main(["--language", "en", "paper", "pages", *names]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "lease, page 1: 827 x 1170 pixels" in first
    assert first.endswith("No faults.")
    assert second.endswith("The page is blank.")


def test_files_that_cannot_be_read_are_named_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = write(
        tmp_path, html=b"<html>not found</html>", secret=pdf_with_password(), empty=b"", good=encode(draw_page(2))
    )
    assert main(["--language", "en", "paper", "pages", *names, str(tmp_path / "none")]) == 1
    lines = capsys.readouterr().out.splitlines()
    words = ["not accepted", "protected by a password", "is empty", "No faults.", "No such file"]
    assert len(lines) == len(words)
    assert all(word in line for word, line in zip(words, lines, strict=True))


@pytest.mark.wide
def test_the_page_in_a_photograph_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photograph = take_photograph(draw_page(2), 4, Conditions(turn=7, tilt=6, fingers=2)).picture
    names = write(tmp_path, photograph=encode(photograph), cat=encode(np.full((900, 900, 3), 90, np.uint8)))
    assert main(["--language", "en", "paper", "pages", "--photograph", "--json", *names]) == 0
    page, cat = (json.loads(line)["pages"][0] for line in capsys.readouterr().out.splitlines())
    assert page["findings"] == ["covered"]
    assert page["height"] / page["width"] == pytest.approx(2**0.5, abs=0.01)
    assert (cat["findings"], cat["corners"]) == (["no_page"], [])

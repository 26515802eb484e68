"""`clerk camera sheet`, `wedge` and `test`."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from clerk_app.cli.camera import TEST_NUMBER, TEST_TEXT, build_scanner_sheet
from scanners.opencv import NDArray, cv2
from tests.cli.conftest import Clerk
from tests.terminal.pty_terminal import Terminal

PIXELS = 4


def drawn(svg: str) -> NDArray[np.uint8]:
    """Draw the bars or lines of an SVG of this program: moves, and strokes or boxes of one module."""
    width, height = (int(float(side)) for side in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    paper = np.full((height, width), 255, np.uint8)
    for place in re.findall(r"M(\d+) 0h1v30h-1z", svg):
        paper[:, int(place)] = 0
    return cv2.copyMakeBorder(paper.repeat(PIXELS, 0).repeat(PIXELS, 1), 20, 20, 20, 20, 0, value=(255,))  # type: ignore[return-value]


def test_the_page_names_the_settings_and_its_bars_can_be_scanned() -> None:
    sheet = build_scanner_sheet()
    assert "AIM" in sheet
    assert "~~" not in sheet
    assert "~~" in build_scanner_sheet("~~")
    assert "&lt;" in build_scanner_sheet("<")
    bars = next(svg for svg in re.findall(r"<svg.*?</svg>", sheet, re.DOTALL) if "v30" in svg)
    assert [code.text for code in zxingcpp.read_barcodes(drawn(bars))] == [TEST_NUMBER]
    assert TEST_TEXT in sheet


def test_the_sheet_is_saved_to_the_given_file(clerk: Clerk, tmp_path: Path) -> None:
    ran = clerk("camera", "sheet", tmp_path / "sheet.html")
    assert (ran.code, ran.err) == (0, "")
    assert (tmp_path / "sheet.html").read_text("utf-8").startswith("<!doctype html>")
    assert "cannot be written" in clerk("camera", "sheet", tmp_path / "none" / "sheet.html").refused


def test_each_line_of_a_scanner_is_explained(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = [f"]Q1{TEST_TEXT}", f"]C0{TEST_NUMBER}", "hello", f"]Q1{TEST_TEXT}".swapcase(), "+Q1EL1>0123456789"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(typed) + "\n"))
    ran = clerk("camera", "wedge")
    assert ran.code == 0
    for line, word in zip(ran.lines, ("Good", "12 characters", "Not a scan", "Caps Lock", "layouts"), strict=True):
        assert word in line


@pytest.mark.parametrize(
    ("suffix", "named"),
    [
        ("\r\n", "CR LF"),
        ("\r\r", "CR CR"),
        ("\n\n", "LF LF"),
        ("\t", "Tab"),
        ("\r\x03", "CR ETX"),
        ("", "without Enter"),
    ],
)
def test_keys_at_the_end_that_are_not_one_enter_are_named(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, suffix: str, named: str
) -> None:
    line = f"]Q1{TEST_TEXT}"
    monkeypatch.setattr("sys.stdin", io.StringIO(line + "\r" + line + suffix, newline=""))
    ran = clerk("camera", "wedge")
    assert ran.code == 0
    first, second = ran.lines
    assert "ends with" not in first
    assert named in second


def test_on_a_terminal_the_keys_at_the_end_are_read_as_they_come() -> None:
    command = [sys.executable, "-m", "clerk_app", "--language", "en", "camera", "wedge"]
    with Terminal(command, columns=140) as terminal:
        terminal.wait_for("Scan now.")
        terminal.send(f"]Q1{TEST_TEXT}\r\n")
        terminal.wait_for("It ends with CR LF")
        terminal.send(f"]Q1{TEST_TEXT}")
        terminal.wait_for("It ends without Enter")
        terminal.send("\x04")
        terminal.wait_for_exit()
    assert terminal.exit_code == 0


def test_a_scanner_with_changed_characters_fails_the_test(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"]Q1{TEST_TEXT.replace(':', '>')}\n"))
    assert clerk("camera", "wedge").code == 1


@pytest.mark.wide
def test_a_camera_test_prints_size_rate_and_share(clerk: Clerk, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "empty.png"), np.full((480, 640), 128, np.uint8))
    ran = clerk("camera", "test", tmp_path / "empty.png", "--seconds", "2")
    assert ran.code == 0
    assert "640x480" in ran.lines[0]
    assert "0 % with a code" in ran.lines[0]

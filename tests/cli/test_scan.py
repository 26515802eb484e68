"""`clerk scan` and `clerk camera`: codes of a source as text and as JSON."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import segno
from PIL import Image

from tests.cli.conftest import Clerk

TEXT = "EL1:HELLO"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "code.png"
    segno.make_qr(TEXT).save(str(path), scale=6, border=4)
    return path


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    path = tmp_path / "blank.png"
    Image.new("L", (320, 240), 200).save(path)
    return path


def test_a_code_is_printed_with_its_symbology_and_position(clerk: Clerk, picture: Path) -> None:
    ran = clerk("scan", picture, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert set(ran.json) == {"source", "frame", "codes", "ms", "error"}
    assert (ran.json["source"], ran.json["frame"], ran.json["error"]) == (str(picture), 1, None)
    (code,) = ran.json["codes"]
    assert set(code) == {"text", "bytes", "symbology", "decoder", "corners", "ms"}
    assert (code["text"], base64.b64decode(code["bytes"])) == (TEXT, TEXT.encode())
    assert len(code["corners"]) == 4


def test_each_source_is_one_line_and_folders_are_searched(clerk: Clerk, picture: Path, blank: Path) -> None:
    ran = clerk("scan", blank, picture.parent, "--json")
    found = [json.loads(line) for line in ran.lines]
    assert ran.code == 0
    assert [Path(scan["source"]).name for scan in found] == ["blank.png", "blank.png", "code.png"]
    assert [len(scan["codes"]) for scan in found] == [0, 0, 1]


def test_frames_are_rotated_and_scaled_first(clerk: Clerk, picture: Path) -> None:
    upright = clerk("scan", picture, "--json").json["codes"][0]["corners"]
    turned = clerk("scan", picture, "--json", "--rotate", "180", "--size", "100x80").json["codes"][0]
    assert turned["text"] == TEXT
    assert max(x for x, _y in turned["corners"]) <= 100
    assert turned["corners"][0] != upright[0]


def test_text_output_holds_no_control_characters(clerk: Clerk, tmp_path: Path, blank: Path) -> None:
    evil = tmp_path / "evil.png"
    segno.make_qr("red\x1b[31m\nand more").save(str(evil), scale=6, border=4)
    ran = clerk("scan", evil, blank)
    assert ran.code == 0
    assert ran.lines == [f"{evil}: QRCode: red?[31m and more", f"{blank}: no code"]


def test_a_source_that_cannot_be_opened_is_reported_and_the_others_are_read(
    clerk: Clerk, picture: Path, tmp_path: Path
) -> None:
    (tmp_path / "torn.png").write_bytes(picture.read_bytes()[:60])
    (tmp_path / "empty").mkdir()
    bad = [tmp_path / "nowhere.png", tmp_path / "torn.png", tmp_path / "empty"]
    ran = clerk("scan", *bad, picture, "--json")
    found = [json.loads(line) for line in ran.lines]
    assert (ran.code, ran.err) == (1, "")
    assert all(scan["error"] for scan in found[:3])
    assert found[3]["codes"][0]["text"] == TEXT
    plain = clerk("scan", *bad, picture)
    assert plain.code == 1
    assert len(plain.lines) == 4


def test_receipt_barcodes_are_read_on_request(clerk: Clerk, picture: Path) -> None:
    assert clerk("scan", picture, "--want", "receipt", "--json").json["codes"][0]["text"] == TEXT


def test_cameras_and_decoders_are_listed(clerk: Clerk) -> None:
    ran = clerk("camera", "list")
    assert (ran.code, ran.err) == (0, "")
    assert "zxing-cpp" in ran.lines[-1]


@pytest.mark.wide
def test_a_camera_is_tested(clerk: Clerk, picture: Path, tmp_path: Path) -> None:
    ran = clerk("camera", "test", picture, "--seconds", "2")
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[1:] == [TEXT]
    assert str(tmp_path / "nowhere.avi") in clerk("camera", "test", tmp_path / "nowhere.avi", "--seconds", "2").refused

"""Scans of pictures, files and folders without a screen."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from scanners import ScanError, read_picture, scan_sources
from tests.scanners.pictures import clip, jpeg, png, qr, scene


def test_a_picture_is_read_from_its_path_and_from_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "code.png"
    path.write_bytes(png(scene(qr("EL1:ABC"))))
    assert [code.text for code in read_picture(path)] == ["EL1:ABC"]
    assert [code.text for code in read_picture(path.read_bytes())] == ["EL1:ABC"]
    assert read_picture(png(scene())) == ()


def test_a_file_that_is_no_picture_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="cannot be read"):
        read_picture(tmp_path / "missing.png")
    with pytest.raises(ScanError, match="no picture"):
        read_picture(b"words")


def test_each_source_gives_one_result_and_a_folder_one_for_each_picture(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.png").write_bytes(png(qr("A")))
    (folder / "b.png").write_bytes(png(scene()))
    (folder / "c.png").write_bytes(b"torn")
    video = clip(tmp_path / "v.avi", [scene(seed=1), scene(seed=2), scene(qr("V"), seed=3), scene(qr("W"))])
    results = list(scan_sources([str(folder), video, str(tmp_path / "missing.png")]))
    assert [(Path(r.source).name, r.frame, [c.text for c in r.codes], r.opened) for r in results] == [
        ("a.png", 1, ["A"], True),
        ("b.png", 1, [], True),
        ("c.png", 0, [], False),
        ("v.avi", 3, ["V"], True),
        ("missing.png", 0, [], False),
    ]
    assert [bool(r.error) for r in results] == [False, False, True, False, True]


def test_a_folder_is_searched_recursively_for_pictures_and_videos(tmp_path: Path) -> None:
    below = tmp_path / "one" / "two"
    below.mkdir(parents=True)
    (tmp_path / "B.JPG").write_bytes(jpeg(qr("B")))
    (tmp_path / "B.txt").write_text("what it says")
    clip(below / "v.avi", [scene(seed=1), scene(qr("V"), seed=2)])
    found = [(Path(r.source).name, r.frame, [c.text for c in r.codes]) for r in scan_sources([str(tmp_path)])]
    assert found == [("B.JPG", 1, ["B"]), ("v.avi", 2, ["V"])]


def test_a_result_is_json(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(qr(b"\xff\x00")))
    (result,) = scan_sources([str(tmp_path / "a.png")])
    line = json.loads(json.dumps(result.as_json()))
    assert set(line) == {"source", "frame", "codes", "ms", "error"}
    (code,) = line["codes"]
    assert set(code) == {"text", "bytes", "symbology", "decoder", "corners", "ms"}
    assert base64.b64decode(code["bytes"]) == b"\xff\x00"
    assert line["error"] is None
    (missing,) = scan_sources(["missing.png"])
    assert missing.as_json()["error"] == "missing.png does not exist."


@pytest.mark.many_cases
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_frames_are_rotated_and_fitted_before_decoding(tmp_path: Path, turn: int) -> None:
    (tmp_path / "a.png").write_bytes(png(scene(qr("A", scale=16), width=1600, height=1200)))
    (result,) = scan_sources([str(tmp_path / "a.png")], rotate=turn, size=(640, 480))  # type: ignore[arg-type]
    (code,) = result.codes
    width, height = (640, 480) if turn % 180 == 0 else (480, 640)
    centre = [sum(values) / 4 for values in zip(*code.corners, strict=True)]
    assert centre == pytest.approx([width / 2, height / 2], abs=6)


@pytest.mark.wide
def test_no_code_is_found_where_there_is_none(tmp_path: Path) -> None:
    for seed in range(10):
        (tmp_path / f"{seed}.png").write_bytes(png(scene(seed=seed)))
    assert not any(result.codes for result in scan_sources([str(tmp_path)], want="receipt"))

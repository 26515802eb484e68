"""The benchmark of decoders counts correctly; these tests measure no time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.decode import CASCADE, CLERK, ZXING, main
from benchmarks.decode_clips import measure_clips
from benchmarks.decode_tasks import is_same_text
from benchmarks.synthetic_codes import CLIP_KINDS, FRAMES, PICTURE_KINDS, draw_clip, draw_picture
from clerk_app.errors import BadData
from scanners.opencv import cv2


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_photographs_are_counted_in_four_rotations_and_a_text_read_without_a_code_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown, text = draw_picture("plain", 1)
    for name in ("right", "wrong", "no expected text"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), shown)
    (tmp_path / "right.txt").write_text(text)
    (tmp_path / "wrong.txt").write_text("something else")
    assert main([str(tmp_path), "--json", "--size", "640x480"]) == 1
    found = {str(line["row"]): line for line in lines(capsys)}
    everyone = dict.fromkeys((ZXING, CASCADE, CLERK), 1)
    upright = found[f"{tmp_path.name} 0"]
    assert (upright["pictures"], upright["with_code"], upright["easy"]) == (2, 2, 1)
    assert (upright["right"], upright["wrong"]) == (everyone, everyone)
    assert [line["pictures"] for line in found.values() if line["with_code"]][-1] == 8
    assert [line["wrong"] for line in found.values() if not line["with_code"]][-1] == dict.fromkeys(everyone, 4)


def test_a_folder_without_pictures_and_an_invalid_size_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=tmp_path.name):
        main([str(tmp_path)])
    with pytest.raises(BadData, match="640x480"):
        main(["--size", "640"])


@pytest.mark.wide
def test_a_seed_always_draws_the_same_picture() -> None:
    for kind in PICTURE_KINDS:
        shown, text = draw_picture(kind, 0)
        again, same_text = draw_picture(kind, 0)
        assert shown.shape == (960, 1280)
        assert text == same_text
        assert (shown == again).all()


@pytest.mark.wide
def test_the_text_table_has_a_line_for_each_kind_and_a_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--drawn", "1", "--size", "320x240"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(PICTURE_KINDS) + 1


def test_texts_are_compared_in_any_character_set_and_with_any_line_ends() -> None:
    assert is_same_text("证照", "证照".encode("gb18030"))
    assert is_same_text("a\nb", b"a\r\nb\r\n")
    assert not is_same_text("a", b"b")


@pytest.mark.wide
def test_only_the_decoder_with_memory_of_frames_reads_moving_glare() -> None:
    found = {result.reader: result for result in measure_clips("glare", 1)}
    assert {name: result.read for name, result in found.items()} == {
        "zxing-cpp": 0,
        "cascade": 0,
        "clerk without memory": 0,
        "clerk": 1,
    }
    assert found["clerk"].frames < FRAMES
    assert not any(result.wrong for result in found.values())


@pytest.mark.many_cases
@pytest.mark.parametrize("kind", CLIP_KINDS)
def test_a_clip_has_all_its_frames(kind: str) -> None:
    frames, text = draw_clip(kind, 0)
    assert text.startswith("EL1:")
    assert next(frames).shape == (720, 1280)


@pytest.mark.wide
def test_each_attempt_is_measured_on_pictures_that_the_first_one_misses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in ("plain", "bottle", "shadow", "sun"):
        shown, text = draw_picture(kind, 0)
        cv2.imwrite(str(tmp_path / f"{kind}.png"), shown)
        (tmp_path / f"{kind}.txt").write_text(text)
    assert main([str(tmp_path), "--attempts", "--json"]) == 0
    found = lines(capsys)
    assert {result["variant"] for result in found} >= {"one threshold", "half, sharpened"}
    (missed,) = {int(str(result["pictures"])) for result in found}
    assert 0 < missed <= 3 * 4  # each is rotated four times; the first attempt reads the plain one
    assert sum(int(str(result["read"])) for result in found) > 0
    assert not any(result["wrong"] for result in found)
    assert main([str(tmp_path), "--attempts", "--size", "320x240"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(found) + 1

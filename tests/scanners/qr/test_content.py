"""Contents of QR symbols: character sets, kinds of segments, and the parts of one content in several symbols."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import segno
from cv2.typing import MatLike as Picture

from scanners.codes import Code
from scanners.opencv import cv2
from scanners.qr.content import decode_bytes
from scanners.qr.decoder import Decoder
from tests.scanners.pictures import add_noise, tilt

WHOLE = "EL1:" + "ABCDEF0123456789" * 20


def draw(symbol: segno.QRCode, scale: int = 5) -> Picture:
    modules = np.array([list(row) for row in symbol.matrix_iter(scale=1, border=4)], np.uint8)
    return np.array(np.kron(255 * (1 - modules), np.ones((scale, scale), np.uint8)), np.uint8)


def read_text(picture: Picture) -> str:
    (code,) = Decoder().read_still(picture).codes
    return code.text


@pytest.mark.parametrize("look", ["plain", "turned", "inverted", "mirrored"])
@pytest.mark.parametrize(
    ("data", "settings", "text"),
    [
        ("示范市 李𬭎".encode("gb18030"), {}, "示范市 李𬭎"),
        ("中文测试".encode("gb2312"), {}, "中文测试"),
        ("王𠮷，No. 7".encode("gb18030"), {}, "王𠮷，No. 7"),
        ("李明", {"encoding": "utf-8"}, "李明"),
        ("李明 EL1", {"encoding": "utf-8", "eci": True}, "李明 EL1"),
        ("Grüße", {"encoding": "latin-1"}, "Grüße"),
        ("中文测试", {"mode": "hanzi"}, "中文测试"),
        ("点茗", {"mode": "kanji"}, "点茗"),
        ("0123456789012", {}, "0123456789012"),
        ("HELLO WORLD $%*", {}, "HELLO WORLD $%*"),
    ],
)
def test_text_is_read_in_its_character_set(
    data: str | bytes, settings: dict[str, object], text: str, look: str
) -> None:
    mode = {"mode": "byte"} if isinstance(data, bytes) else {}
    picture = draw(segno.make(data, micro=False, **mode, **settings))  # type: ignore[arg-type]
    if look == "turned":
        picture = tilt(add_noise(np.pad(picture, 60, constant_values=255), 12), 23, depth=0.03)
    looks = {"plain": picture, "turned": picture, "inverted": 255 - picture, "mirrored": cv2.flip(picture, 1)}
    assert read_text(looks[look]) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        ("中文".encode(), "中文"),
        ("中文".encode("gbk"), "中文"),
        ("联通".encode("gbk"), "联通"),
        ("Ωmega Привет Grüße".encode(), "Ωmega Привет Grüße"),
        ("caf\xe9 \xe0 Paris".encode("latin-1"), "café à Paris"),
        ("日本語のテスト".encode("shift_jis"), "日本語のテスト"),
        ("ﾃﾞｻﾞｲﾝQR".encode("shift_jis"), "ﾃﾞｻﾞｲﾝQR"),
        ("李𬭎".encode("gb18030"), "李𬭎"),
        ("𬭎".encode("gb18030"), "𬭎"),
        (b"\xff\xff\xff", "ÿÿÿ"),
        (b"", ""),
    ],
)
def test_bytes_of_an_undeclared_character_set_are_decoded(data: bytes, text: str) -> None:
    assert decode_bytes(data) == text


def read_all(decoder: Decoder, pictures: Sequence[Picture]) -> list[tuple[Code, ...]]:
    return [decoder.read_frame(picture).codes for picture in pictures]


def test_parts_shown_one_after_another_are_joined() -> None:
    parts = [draw(symbol) for symbol in segno.make_sequence(WHOLE, symbol_count=3)]
    decoder = Decoder()
    (second,), (again,), (first,), (whole,) = read_all(decoder, [parts[1], parts[1], parts[0], parts[2]])
    assert [code.part and (code.part.number, code.part.total) for code in (second, again, first, whole)] == [
        (2, 3),
        (2, 3),
        (1, 3),
        None,
    ]
    assert whole.text == WHOLE


def test_a_part_says_which_it_is_and_what_is_missing() -> None:
    parts = [draw(symbol) for symbol in segno.make_sequence(WHOLE, symbol_count=3)]
    decoder = Decoder()
    for codes, missing in zip(read_all(decoder, [parts[1], parts[0]]), ("1, 3", "3"), strict=True):
        error = decoder.describe_parts(codes)
        assert error is not None
        assert error.facts["missing"] in (missing, "3")
    assert "part 1 of 3" in str(error)


def test_parts_in_one_picture_are_joined() -> None:
    picture = np.hstack([draw(symbol, 4) for symbol in segno.make_sequence(WHOLE, symbol_count=3)])
    assert read_text(picture) == WHOLE


def test_parts_of_different_contents_are_not_joined() -> None:
    first = draw(segno.make_sequence(WHOLE, symbol_count=2)[0])
    other = draw(segno.make_sequence(WHOLE[::-1] + "X", symbol_count=2)[1])
    results = read_all(Decoder(), [first, other])
    assert all(code.part for codes in results for code in codes)


def test_a_damaged_part_is_recognised_as_a_part() -> None:
    picture = draw(segno.make_sequence(WHOLE, symbol_count=2)[1], 8)
    picture[150:190, 120:150] = 255
    (code,) = Decoder().read_still(picture).codes
    assert code.part is not None
    assert (code.part.number, code.part.total) == (2, 2)

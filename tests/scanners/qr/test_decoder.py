"""Decoding of pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from barcode import Code128
from barcode.writer import ImageWriter
from cv2.typing import MatLike as Picture
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.opencv import to_grey
from scanners.qr.decoder import MAX_STILL_MEASUREMENTS, Decoder, available_decoders
from scanners.qr.variants import FRAME_VARIANTS, STILL_VARIANTS
from tests.scanners.pictures import add_noise, qr, scene, tilt

BASE45 = "EL1:" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" * 5


def receipt_barcode(number: str) -> Picture:
    image = Code128(number, ImageWriter()).render(
        {"module_width": 0.25, "module_height": 8, "quiet_zone": 3, "dpi": 203}
    )
    return np.array(image.convert("L"))


def test_a_code_in_a_webcam_picture_is_read_with_its_place() -> None:
    code = qr("https://example.gov.cn/c/abc", scale=5)
    found = Decoder("licence").read_frame(to_grey(scene(code)))
    assert [(c.text, c.data, c.symbology, c.decoder) for c in found.codes] == [
        ("https://example.gov.cn/c/abc", b"https://example.gov.cn/c/abc", "QRCode", "zxing-cpp")
    ]
    quiet, side = 4 * 5, code.shape[0]
    left, top = (640 - side) // 2 + quiet, (480 - side) // 2 + quiet
    assert found.codes[0].corners[0] == pytest.approx((left, top), abs=4)
    assert found.codes[0].corners[2] == pytest.approx((left + side - 2 * quiet, top + side - 2 * quiet), abs=4)
    assert found.codes[0].ms == pytest.approx(found.ms)


@pytest.mark.many_cases
@pytest.mark.parametrize("angle", [0, 17, 90, 180, 251])
def test_a_dense_signed_code_is_read_turned_and_leaned(angle: float) -> None:
    picture = tilt(scene(qr(BASE45, scale=8), width=1280, height=720), angle)
    assert [code.text for code in Decoder().read_still(to_grey(picture)).codes] == [BASE45]


def test_bytes_are_decoded_unchanged() -> None:
    raw = bytes(range(256))
    (code,) = Decoder().read_still(qr(raw)).codes
    assert code.data == raw


def test_chinese_text_and_control_characters_stay_what_they_are() -> None:
    (code,) = Decoder().read_still(qr("出生医学证明\x1b[31m\x00".encode())).codes
    assert code.text == "出生医学证明\x1b[31m\x00"


def test_a_barcode_is_read_only_for_the_purpose_receipt() -> None:
    picture = to_grey(scene(receipt_barcode("261121000428"), width=1280, height=720))
    assert Decoder("licence").read_still(picture).codes == ()
    (code,) = Decoder("receipt").read_still(picture).codes
    assert (code.text, code.symbology) == ("261121000428", "Code128")


def test_a_licence_is_read_for_the_purpose_receipt_too() -> None:
    assert [code.symbology for code in Decoder("receipt").read_still(qr("EL1:X")).codes] == ["QRCode"]


def test_all_codes_in_view_are_reported() -> None:
    found = Decoder().read_frame(to_grey(scene(qr("ONE"), qr("TWO"))))
    assert {code.text for code in found.codes} == {"ONE", "TWO"}


def test_an_unread_symbol_is_reported_with_its_corners() -> None:
    torn = qr(BASE45, scale=4)
    middle = torn.shape[0] // 2
    torn[middle - 40 : middle + 40, middle - 60 : middle + 60] = 255
    found = Decoder().read_frame(to_grey(scene(torn)))
    assert found.codes == ()
    assert len(found.unread) == 1
    assert np.mean(found.unread[0].corners, axis=0) == pytest.approx((320, 240), abs=8)


HARD = {
    "dim": (scene(qr("261121000428", scale=2)) * 0.08 + 100).astype(np.uint8),
    "small and noisy": add_noise(scene(qr("261121000428", scale=2)), 110),
    "noisy": add_noise(scene(qr("261121000428", scale=4)), 140),
}


@pytest.mark.many_cases
@pytest.mark.parametrize("why", HARD)
def test_variants_read_what_the_picture_itself_does_not_give(why: str) -> None:
    picture = to_grey(HARD[why])
    still = Decoder().read_still(picture)
    assert [code.text for code in still.codes] == ["261121000428"]
    assert 1 < still.tries <= 1 + len(STILL_VARIANTS) + MAX_STILL_MEASUREMENTS
    decoder = Decoder()
    reads = [decoder.read_frame(picture).codes for _ in FRAME_VARIANTS]
    codes = [code for read in reads for code in read]
    assert {code.text for code in codes} == {"261121000428"}
    assert len(codes) < len(FRAME_VARIANTS), "every look read it, so it was not hard"
    for code in codes:
        assert np.mean(code.corners, axis=0) == pytest.approx((320, 240), abs=8)


def test_a_picture_without_a_code_is_tried_in_every_variant_and_a_frame_in_one() -> None:
    desk = to_grey(scene())
    assert Decoder().read_still(desk).tries == 1 + len(STILL_VARIANTS) - ("zbar" not in available_decoders())
    assert Decoder().read_frame(desk).tries == 2


@pytest.mark.wide
def test_a_large_picture_is_reduced_for_variants_and_corners_stay_right() -> None:
    dim = (scene(qr("261121000428", scale=8), width=2560, height=1920) * 0.08 + 100).astype(np.uint8)
    (code,) = Decoder().read_still(to_grey(dim)).codes
    assert np.mean(code.corners, axis=0) == pytest.approx((1280, 960), abs=12)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_no_picture_however_small_breaks_a_decoder(width: int, height: int, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    assert Decoder("receipt").read_still(picture).codes == ()


def test_pictures_of_any_kind_become_grey() -> None:
    code = qr("261121000428")
    ink = cv2.cvtColor(code, cv2.COLOR_GRAY2BGRA)
    ink[:, :, 3] = 255 - code  # black ink on a transparent ground
    ink[:, :, :3] = 0
    for picture in (code, code.astype(np.uint16) * 256, cv2.cvtColor(code, cv2.COLOR_GRAY2BGR), ink, code[:, :, None]):
        assert np.array_equal(to_grey(picture), code)

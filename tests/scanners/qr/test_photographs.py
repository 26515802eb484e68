"""Photographs of public data sets, compared with zxing-cpp alone in the same run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from cv2.typing import MatLike as Picture

from scanners.camera.picture_files import load_picture
from scanners.codes import ScanPurpose
from scanners.opencv import fit_into, np, to_grey
from scanners.qr.decoder import Decoder

PHOTOGRAPHS = Path(os.environ.get("CLERK_TEST_DATA", "../shared/data")) / "qr-photos"

pytestmark = pytest.mark.skipif(not PHOTOGRAPHS.is_dir(), reason="the photographs are not here")


def photographs(folders: str) -> Iterator[tuple[Picture, str]]:
    for path in sorted(PHOTOGRAPHS.glob(f"{folders}/*")):
        if path.suffix in (".png", ".jpg") and path.with_suffix(".txt").exists():
            text = path.with_suffix(".txt").read_text("utf-8").strip()
            yield to_grey(load_picture(path.read_bytes(), path.name)), text


def same(text: str, wanted: str) -> bool:
    return text.replace("\r\n", "\n").strip() == wanted.replace("\r\n", "\n")


@pytest.mark.parametrize(("folders", "want"), [("qrcode-*", "licence"), ("code128-*", "receipt")])
@pytest.mark.parametrize("size", [None, (640, 480)])
@pytest.mark.wide
def test_more_photographs_are_read_than_by_the_best_decoder_alone(
    folders: str, want: ScanPurpose, size: tuple[int, int] | None
) -> None:
    formats = {
        "licence": [zxingcpp.BarcodeFormat.QRCode],
        "receipt": [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128],
    }
    ours, alone, total = 0, 0, 0
    for picture, text in photographs(folders):
        shown = fit_into(picture, *size) if size else picture
        ours += any(same(code.text, text) for code in Decoder(want).read_still(shown).codes)
        bare = zxingcpp.read_barcodes(shown, formats=zxingcpp.BarcodeFormats(formats[want]))
        alone += any(same(code.text, text) for code in bare)
        total += 1
    assert total > 5
    assert ours >= alone > total / 2
    assert ours / total >= 0.97, f"{ours} of {total}"


@pytest.mark.wide
def test_nine_in_ten_of_what_the_best_decoder_alone_misses_are_read_whichever_way_up() -> None:
    missed, read = 0, 0
    for picture, text in photographs("qrcode-*"):
        for turn in range(4):
            shown = fit_into(np.ascontiguousarray(np.rot90(picture, turn)), 640, 640)
            if not any(same(code.text, text) for code in zxingcpp.read_barcodes(shown)):
                missed += 1
                read += any(same(code.text, text) for code in Decoder().read_still(shown).codes)
    assert missed > 20
    assert read >= 0.9 * missed, f"{read} of {missed}"


def test_no_photograph_without_a_qr_code_gives_a_text() -> None:
    for picture, _ in photographs("code128-*"):
        assert Decoder("licence").read_still(picture).codes == ()

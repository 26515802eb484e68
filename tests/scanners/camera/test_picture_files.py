"""Picture files that OpenCV does not decode completely: very large ones, animations, transparent ones."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanners import ScanError, read_picture, scan_sources
from scanners.camera.picture_files import load_frames, load_picture
from scanners.opencv import cv2
from tests.scanners.pictures import png, qr, scene


def animation(kind: str, *frames: object) -> bytes:
    first, *others = (Image.fromarray(cv2.cvtColor(np.array(frame), cv2.COLOR_BGR2RGB)) for frame in frames)
    data = io.BytesIO()
    first.save(data, kind, save_all=True, append_images=others, **({} if kind == "TIFF" else {"duration": 200}))
    return data.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
@pytest.mark.wide
def test_a_code_in_a_later_frame_is_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"ticket.{kind.lower()}"
    path.write_bytes(animation(kind, scene(seed=1), scene(seed=2), scene(qr("EL1:LATER", 6))))
    (result,) = scan_sources([str(path)])
    assert (result.frame, [code.text for code in result.codes]) == (3, ["EL1:LATER"])
    assert [code.text for code in read_picture(path)] == ["EL1:LATER"]


@pytest.mark.many_cases
@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_a_cut_animation_gives_the_frames_before_the_cut(kind: str) -> None:
    data = animation(kind, scene(qr("EL1:FIRST", 6)), scene(seed=2))
    assert [code.text for code in read_picture(data[: len(data) * 2 // 3])] == ["EL1:FIRST"]


def large_png(width: int, height: int) -> bytes:
    """Return a white PNG of one bit per pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    row = b"\0" + b"\xff" * (-(-width // 8))
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(row * 100) for _ in range(height // 100)) + packer.compress(row * (height % 100))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body += packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.wide
def test_a_scan_of_72_megapixels_is_read(tmp_path: Path) -> None:
    sheet = Image.new("1", (8000, 9000), 1)
    sheet.paste(Image.fromarray(qr("EL1:LARGE SCAN", 12)), (3000, 5000))
    path = tmp_path / "scan.png"
    sheet.save(path)
    assert [code.text for code in read_picture(path)] == ["EL1:LARGE SCAN"]


def test_a_picture_that_is_too_large_is_refused_by_its_size() -> None:
    with pytest.raises(ScanError, match=r"too large: 20000 x 9000 pixels"):
        load_picture(large_png(20_000, 9_000), "sheet.png")


def test_a_large_picture_that_is_damaged_is_called_damaged() -> None:
    with pytest.raises(ScanError, match="damaged"):
        load_picture(large_png(9_000, 8_000)[:200], "sheet.png")


@pytest.mark.many_cases
@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_ink_of_any_colour_on_a_transparent_ground_is_read(ink: int, depth: type[np.unsignedinteger]) -> None:
    symbol = qr("EL1:TRANSPARENT", 5)
    opaque = 255 - symbol
    picture = np.dstack([np.full_like(symbol, ink)] * 3 + [opaque])
    holes = np.dstack([np.full_like(symbol, 255 - ink)] * 3 + [symbol])
    factor = 1 if depth is np.uint8 else 257
    for layers in (picture, holes):
        assert [code.text for code in read_picture(png(layers.astype(depth) * depth(factor)))] == ["EL1:TRANSPARENT"]


def test_a_file_that_is_no_picture_has_no_frames() -> None:
    for data in (b"", b"GIF89a", b"RIFF0000WEBPANIM", b"II*\0", b"words"):
        with pytest.raises(ScanError, match="damaged or is no picture"):
            list(load_frames(data, "file"))

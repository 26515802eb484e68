"""The type of a scan is that of its bytes; files that are cut, of another type, or of two formats have none."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clerk_app.cases.media_types import JPEG, PDF, PNG, find_media_type
from tests.sample_scans import build_archive, build_jpeg, build_pdf, build_png

WHOLE = {PNG: build_png(), JPEG: build_jpeg(), PDF: build_pdf()}


def media_type(content: bytes) -> str:
    return find_media_type(BytesIO(content))


@pytest.mark.parametrize("declared", WHOLE)
def test_a_whole_file_has_its_type(declared: str) -> None:
    assert media_type(WHOLE[declared]) == declared


@pytest.mark.parametrize("declared", WHOLE)
@given(data=st.data())
def test_a_cut_file_has_no_type(declared: str, data: st.DataObject) -> None:
    whole = WHOLE[declared].rstrip()
    assert media_type(whole[: data.draw(st.integers(0, len(whole) - 1))]) == ""


@given(st.binary(max_size=300))
def test_any_bytes_have_a_type_or_none(content: bytes) -> None:
    assert media_type(content) in ("", *WHOLE)


@pytest.mark.parametrize(
    "trailer",
    [
        b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 9_000,
        b"MotionPhoto_Data" + bytes(2_000_000) + b"SEFHSEFT",
        build_jpeg() * 2,
        bytes(40),
    ],
)
def test_a_photograph_with_data_of_the_phone_after_its_end_is_a_jpeg(trailer: bytes) -> None:
    assert media_type(build_jpeg() + trailer) == JPEG


@pytest.mark.parametrize(
    "sign", [b"%PDF-1.7", build_archive(), b"<HTML>", b"<script src=x>", b"<!DOCTYPE x>", b"<svg "]
)
@given(before=st.sampled_from([0, 1, 1 << 10, (1 << 20) - 30, (1 << 20) - 20, 1 << 20, 1 << 21]))
@settings(deadline=None)
def test_a_document_anywhere_after_a_photograph_makes_it_no_jpeg(sign: bytes, before: int) -> None:
    assert media_type(build_jpeg() + bytes(before) + sign + bytes(100_000)) == ""


@given(st.binary(min_size=1, max_size=5_000), st.integers(0, 3))
def test_image_data_of_any_length_ends_at_its_end_marker(data: bytes, repeats: int) -> None:
    """A scan of many blocks, with stuffed bytes and a restart marker."""
    assume(b"%PDF-" not in data and b"PK" not in data)
    stuffed = data.replace(b"\xff", b"\xff\x00") * 300 * repeats + b"\xff\xd3"
    whole = build_jpeg()[:-2] + stuffed + b"\xff\xd9"
    assert media_type(whole) == JPEG
    assert media_type(whole[:-1]) == ""
    assert media_type(whole[:-2]) == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"II*\x00" + bytes(20),
        b"\x00\x00\x00\x18ftypheic" + bytes(20),
        b"<html></html>",
        build_png(b"%PDF-1.4"),
        build_png() + build_pdf(),
        build_png() + b"<script>",
        build_jpeg() + build_pdf(),
        b"\n" + build_pdf(),
        build_archive(build_png()),
        build_archive(build_jpeg(), b"\xff\xd9"),
        build_archive(build_pdf(), b"%%EOF"),
        build_jpeg().replace(b"\xff\xda", b"\xff\xdb", 1),
    ],
)
def test_a_file_of_another_type_or_of_two_has_none(content: bytes) -> None:
    assert media_type(content) == ""

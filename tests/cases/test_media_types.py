"""The type of a scan is that of its bytes; files that are cut, of another type, or of two formats have none."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.applications.media_types import JPEG, PDF, PNG, find_media_type
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
    "content",
    [
        b"",
        b"GIF89a",
        b"II*\x00" + bytes(20),
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

"""Reading files of papers in the child process."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from scanners import PageFinding, PaperClient, PaperError
from scanners.papers import client as client_module
from tests.scanners.papers.samples import (
    FORMATS,
    count_squares,
    decode,
    draw_page,
    encode,
    encode_all,
    pdf,
    pdf_with_password,
    png_of_size,
    slow_pdf,
)


@pytest.fixture(scope="module")
def client() -> Iterator[PaperClient]:
    client = PaperClient()
    yield client
    client.close()


def code_of(client: PaperClient, content: bytes) -> str:
    with pytest.raises(PaperError) as caught:
        client.read_file(content)
    return caught.value.code


@pytest.mark.many_cases
@pytest.mark.parametrize("kind", [*FORMATS, "HEIF"])
def test_a_picture_of_each_format_is_one_page(client: PaperClient, kind: str) -> None:
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    (page,) = client.read_file(encode(draw_page(3), kind))
    assert (page.width, page.height, page.findings) == (1654, 2339, ())
    assert count_squares(decode(page.jpeg)) == 3


def test_a_tiff_gives_all_its_pages_in_order(client: PaperClient) -> None:
    seen: list[int] = []
    pages = client.read_file(
        encode_all([draw_page(number, 827, 1170) for number in (1, 2, 3)], compression="jpeg"),
        on_page=lambda page: seen.append(page.width),
    )
    assert [count_squares(decode(page.jpeg)) for page in pages] == [1, 2, 3]
    assert seen == [827] * 3


@pytest.mark.wide
def test_a_pdf_is_drawn_at_200_dots_per_inch_and_a_large_page_smaller(client: PaperClient) -> None:
    drawing = b"0 0 0 rg 50 50 200 300 re f"
    assert [page[1:3] for page in client.read_file(pdf(drawing, pages=2))] == [(1653, 2339)] * 2
    (page,) = client.read_file(pdf(drawing, box="0 0 14400 7200"))
    assert (page.width, page.height) == (3400, 1700)


def test_the_orientation_that_a_camera_has_noted_is_applied_and_metadata_are_dropped(client: PaperClient) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of a telephone"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 20.0)  # latitude
    (page,) = client.read_file(encode(draw_page(2), exif=exif))
    assert (page.width, page.height) == (2339, 1654)
    assert b"Exif" not in page.jpeg
    assert not Image.open(io.BytesIO(page.jpeg)).getexif()


def test_transparent_parts_are_white(client: PaperClient) -> None:
    data = io.BytesIO()
    Image.new("RGBA", (900, 900), (0, 0, 0, 0)).save(data, "PNG")
    (page,) = client.read_file(data.getvalue())
    assert decode(page.jpeg).min() > 250
    assert page.findings == (PageFinding.BLANK,)


@pytest.mark.many_cases
@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK", "LA"])
def test_pictures_of_other_colours_are_read(client: PaperClient, mode: str) -> None:
    grey = Image.fromarray(draw_page(2)).convert("L")
    image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    data = io.BytesIO()
    image.save(data, "TIFF" if mode == "CMYK" else "PNG")
    (page,) = client.read_file(data.getvalue())
    assert count_squares(decode(page.jpeg)) == 2


def test_files_that_are_no_papers_are_named(client: PaperClient) -> None:
    whole = encode(draw_page(1))
    document = pdf(b"0 0 0 rg 50 50 200 300 re f")
    assert code_of(client, b"") == "empty"
    assert code_of(client, b"<!DOCTYPE html><title>Not found</title>") == "not_supported"
    assert code_of(client, b"%PDF-1.7 then nothing") == "damaged"
    assert code_of(client, document[: len(document) // 3]) == "damaged"
    assert code_of(client, whole[: len(whole) // 3]) == "damaged"
    assert code_of(client, encode(draw_page(1), "PNG")[:5000]) == "damaged"
    assert code_of(client, bytes(21 * 1024 * 1024)) == "too_large"
    assert code_of(client, pdf(pages=51)) == "too_many_pages"


@pytest.mark.wide
def test_a_tiff_of_sixty_pages_is_refused(client: PaperClient) -> None:
    assert code_of(client, encode_all([np.full((20, 20, 3), 255, np.uint8)] * 60)) == "too_many_pages"


def test_a_picture_of_60000_by_60000_pixels_is_refused_with_its_size(client: PaperClient) -> None:
    with pytest.raises(PaperError, match="60000 x 60000") as caught:
        client.read_file(png_of_size(60_000, 60_000))
    assert caught.value.code == "too_many_pixels"
    assert code_of(client, png_of_size(12_000, 12_000)) == "too_many_pixels"


def test_a_pdf_with_a_password_is_named(client: PaperClient) -> None:
    assert code_of(client, pdf_with_password()) == "password"


@pytest.mark.wide
def test_a_page_that_takes_too_long_ends_the_child_and_the_next_request_works(
    client: PaperClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = encode(draw_page(1, 827, 1170))
    client.read_file(small)
    before = client.pid
    with monkeypatch.context() as shorter:
        shorter.setattr(client_module, "PAGE_SECONDS", 2.0)
        assert code_of(client, slow_pdf()) == "too_slow"
    assert client.pid is None
    assert len(client.read_file(small)) == 1
    assert client.pid not in (None, before)


@pytest.mark.wide
def test_a_page_may_take_ten_seconds_and_no_longer(client: PaperClient) -> None:
    assert code_of(client, slow_pdf()) == "too_slow"

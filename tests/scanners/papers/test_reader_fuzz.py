"""Fuzzing of the reader of papers: any bytes give pages or a PaperError, and the child answers afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanners import Page, PaperClient, PaperError
from scanners.papers.joining import join_pages, split_pages, strip_metadata
from tests.scanners.papers.samples import FORMATS, draw_page, encode, encode_all, pdf

SMALL = draw_page(1, 200, 283)
SEEDS = [
    *(encode(SMALL, kind) for kind in FORMATS),
    encode_all([SMALL, SMALL]),
    pdf(b"0 0 0 rg 50 50 200 300 re f", pages=2),
    join_pages([encode(SMALL), encode(SMALL)]),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a file with some bytes changed, a part cut out, or its end lost."""
    file = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 8))):
        file[draw(st.integers(0, len(file) - 1))] = draw(st.integers(0, 255))
    start = draw(st.integers(0, len(file) - 1))
    del file[start : start + draw(st.sampled_from([0, 0, 1, 40, len(file)]))]
    return bytes(file)


@pytest.fixture(scope="module")
def client() -> Iterator[PaperClient]:
    client = PaperClient()
    yield client
    client.close()


@pytest.mark.wide
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged())
def test_a_damaged_file_gives_pages_or_a_sentence(client: PaperClient, content: bytes) -> None:
    pages: tuple[Page, ...] = ()
    code = ""
    try:
        pages = client.read_file(content)
    except PaperError as error:
        code = error.code
    assert code != "stopped"
    assert bool(pages) != bool(code)
    assert all(page.jpeg.startswith(b"\xff\xd8") and page.width and page.height for page in pages)


@settings(max_examples=150, deadline=None)
@given(content=damaged())
def test_joining_and_splitting_damaged_files_gives_pages_or_a_sentence(content: bytes) -> None:
    assert isinstance(split_pages(content), tuple)
    try:
        cleaned, shape = strip_metadata(content)
    except PaperError:
        return
    assert len(cleaned) <= len(content)
    assert min(shape) > 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([encode(SMALL), encode(draw_page(2, 150, 100))]), min_size=2, max_size=6))
def test_what_was_joined_is_split_into_the_same_pages(pages: list[bytes]) -> None:
    assert split_pages(join_pages(pages)) == tuple(strip_metadata(page)[0] for page in pages)

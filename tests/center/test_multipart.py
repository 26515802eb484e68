"""The parser of forms with files: any cut into pieces gives the same parts, and nothing endless is collected."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.center.multipart import (
    MAX_HEADER_BYTES,
    MAX_PARTS,
    FormReader,
    PartBegins,
    PartContent,
    PartEnds,
    find_boundary,
)
from clerk_app.errors import BadData

BOUNDARY = b"----WebKitFormBoundary7MA4"


def build_form(*parts: tuple[bytes, bytes]) -> bytes:
    """A form of parts, each with its headers and its content."""
    body = b"".join(
        b"--" + BOUNDARY + b"\r\n" + (head and head + b"\r\n") + b"\r\n" + content + b"\r\n" for head, content in parts
    )
    return body + b"--" + BOUNDARY + b"--\r\n"


def file_head(name: bytes) -> bytes:
    return b'Content-Disposition: form-data; name="file"; filename="' + name + b'"\r\nContent-Type: image/jpeg'


def parse(pieces: list[bytes]) -> tuple[list[tuple[bool, bytes]], bool]:
    """The parts (whether it is a file, content) that arrived whole, and whether the form is complete."""
    parser, parts = FormReader(BOUNDARY), []
    is_file, content = False, b""
    for piece in pieces:
        for event in parser.feed(piece):
            if isinstance(event, PartBegins):
                is_file, content = event.is_file, b""
            elif isinstance(event, PartContent):
                content += event.content
            elif isinstance(event, PartEnds):
                parts.append((is_file, content))
    return parts, parser.is_complete


def cut(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


CONTENT = (
    st.lists(
        st.one_of(
            st.binary(max_size=20), st.sampled_from([b"\r\n", b"--", b"\r\n--", b"\r\n--" + BOUNDARY[:-1], b"\r"])
        ),
        max_size=8,
    )
    .map(b"".join)
    .filter(lambda content: b"\r\n--" + BOUNDARY not in content)
)  # a browser chooses a boundary that no file contains


@given(contents=st.lists(CONTENT, max_size=4), size=st.integers(1, 60))
def test_any_cut_into_pieces_gives_the_same_parts(contents: list[bytes], size: int) -> None:
    body = build_form(*((file_head(b"a.jpg"), content) for content in contents))
    assert parse(cut(body, size)) == ([(True, content) for content in contents], True)


@given(body=st.binary(max_size=300), size=st.integers(1, 50))
def test_a_body_that_is_no_form_has_no_part(body: bytes, size: int) -> None:
    parts: list[tuple[bool, bytes]] = []
    with suppress(BadData):
        parts, is_complete = parse(cut(body, size))
        assert not is_complete
    assert parts == []


@given(kept=st.integers(0, 400))
def test_a_form_that_is_cut_has_the_parts_that_arrived_whole(kept: int) -> None:
    body = build_form((file_head(b"1"), b"first"), (file_head(b"2"), b"second"))
    parts, is_complete = parse([body[:kept]])
    assert parts == [(True, b"first"), (True, b"second")][: len(parts)]
    assert is_complete == (kept >= len(body) - 2)


def test_a_field_without_a_chosen_file_is_no_file() -> None:
    body = build_form((file_head(b""), b""), (b'Content-Disposition: form-data; name="note"', b"x"), (b"", b"y"))
    assert parse([body]) == ([(False, b""), (False, b"x"), (False, b"y")], True)


def test_endless_headers_and_endless_parts_are_refused() -> None:
    with pytest.raises(BadData):
        parse([b"--" + BOUNDARY + b"\r\nX-A: ", *[b"a" * 1024] * (MAX_HEADER_BYTES // 1024 + 1)])
    with pytest.raises(BadData):
        parse([build_form(*[(b"", b"")] * (MAX_PARTS + 1))])


def test_a_form_without_a_usable_boundary_is_refused() -> None:
    assert find_boundary(f'multipart/form-data; boundary="{BOUNDARY.decode()}"') == BOUNDARY
    assert find_boundary("image/jpeg") is None
    for text in ("", "; boundary=", f"; boundary={'x' * 71}", '; boundary="a\r\nb"', "; boundary*=utf-8''%e4%b8%ad"):
        with pytest.raises(BadData):
            find_boundary(f"multipart/form-data{text}")

"""The client of the paper process, and the files of papers that it makes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pytest

from scanners import Page, PageFinding, PaperClient, PaperError
from scanners.papers import client as client_module
from scanners.papers.joining import split_pages
from tests.scanners.papers.samples import count_squares, decode, draw_page, encode, encode_all, pdf


@pytest.fixture(scope="module")
def client() -> Iterator[PaperClient]:
    client = PaperClient()
    yield client
    client.close()


@pytest.fixture(scope="module")
def pages(client: PaperClient) -> list[bytes]:
    return [client.read_file(encode(draw_page(number)))[0].jpeg for number in (1, 2, 3)]


def test_the_file_of_one_page_is_a_jpeg_and_of_several_a_pdf(client: PaperClient, pages: list[bytes]) -> None:
    single, several = client.join(pages[:1]), client.join(pages)
    assert single.startswith(b"\xff\xd8\xff")
    assert several.startswith(b"%PDF-1.4")
    assert (client.count_pages(single), client.count_pages(several)) == (1, 3)
    assert several == client.join(pages)
    # any reader of PDF sees these pages, in the size of A4
    assert [count_squares(decode(page.jpeg)) for page in client.read_file(several)] == [1, 2, 3]
    assert {page[1:3] for page in client.read_file(several)} == {(1654, 2339)}


def test_the_pages_of_a_joined_file_are_those_it_was_made_of(client: PaperClient, pages: list[bytes]) -> None:
    file = client.join(pages)
    again = [client.page_jpeg(file, number) for number in (1, 2, 3)]
    assert client.join(again) == file
    assert all((decode(a) == decode(b)).all() for a, b in zip(again, pages, strict=True))


def test_metadata_of_a_page_do_not_reach_the_file(client: PaperClient, pages: list[bytes]) -> None:
    note = b"\xff\xe1\x00\x0cExif\0\0page\xff\xfe\x00\x06note"
    noted = pages[0][:2] + note + pages[0][2:] + b"<html>after the end</html>"
    assert client.join([noted]) == client.join([pages[0]])


def test_a_page_is_drawn_at_most_in_the_size_asked_for(client: PaperClient, pages: list[bytes]) -> None:
    for file, number in (
        (client.join(pages), 2),
        (client.join([pages[1]]), 1),
        (encode_all([draw_page(1), draw_page(2)]), 2),
    ):
        width, height, rgb = client.draw_page(file, number, 600)
        assert (width, height, len(rgb)) == (424, 600, 424 * 600 * 3)
        assert count_squares(np.frombuffer(rgb, np.uint8).reshape(height, width, 3)) == 2
    width, height, _ = client.draw_page(pdf(b"1 0 0 rg 0 0 595 842 re f"), 1, 9000)
    assert (width, height) == (1653, 2339)


def test_a_foreign_file_gives_pages_as_jpeg(client: PaperClient) -> None:
    document = pdf(b"1 0 0 rg 0 0 595 842 re f", pages=2)
    assert client.count_pages(document) == 2
    assert decode(client.page_jpeg(document, 2))[1000, 800].tolist() == pytest.approx([0, 0, 255], abs=4)


@pytest.mark.parametrize("number", [0, 4])
def test_a_page_that_the_file_does_not_have_is_named(client: PaperClient, pages: list[bytes], number: int) -> None:
    for file in (client.join(pages), pdf(pages=3)):
        with pytest.raises(PaperError) as caught:
            client.draw_page(file, number, 100)
        assert caught.value.code == "no_such_page"


def test_only_whole_files_of_ours_are_taken_apart(client: PaperClient, pages: list[bytes]) -> None:
    file = client.join(pages)
    assert len(split_pages(file)) == 3
    assert split_pages(file + b"\n") == ()
    assert split_pages(file[:-100]) == ()
    assert split_pages(file.replace(b"/Catalog", b"/CATALOG", 1)) == ()


def test_no_pages_too_many_and_files_that_are_no_jpeg_are_not_joined(client: PaperClient, pages: list[bytes]) -> None:
    for wrong, code in (
        ([], "damaged"),
        ([b"page"], "damaged"),
        ([pages[0][:500]], "damaged"),
        (pages * 17, "too_many_pages"),
    ):
        with pytest.raises(PaperError) as caught:
            client.join(wrong)
        assert caught.value.code == code


def test_a_page_is_turned_clockwise(client: PaperClient, pages: list[bytes]) -> None:
    page = client.turn(pages[2], 1)
    assert (page.width, page.height) == (2339, 1654)
    assert count_squares(decode(client.turn(page.jpeg, -1).jpeg)) == 3
    assert count_squares(decode(client.turn(page.jpeg, 1).jpeg)) == 0


def test_blank_unsharp_dark_and_small_pages_are_named(client: PaperClient) -> None:
    import cv2

    page = draw_page(2)

    def findings(picture: object) -> tuple[PageFinding, ...]:
        (read,) = client.read_file(encode(np.asarray(picture, np.uint8)))
        return read.findings

    assert findings(page) == ()
    assert findings(np.full((2339, 1654, 3), 240)) == (PageFinding.BLANK,)
    assert findings(cv2.GaussianBlur(page, (0, 0), 6)) == (PageFinding.UNSHARP,)
    assert findings(page * 0.3) == (PageFinding.DARK,)
    assert findings(cv2.resize(page, (495, 700), interpolation=cv2.INTER_AREA)) == (PageFinding.SMALL,)


def test_a_child_killed_during_a_request_is_named_and_the_next_request_works(client: PaperClient) -> None:
    file = encode_all([draw_page(1, 827, 1170), draw_page(2, 827, 1170)])

    def kill(_page: Page) -> None:
        os.kill(client.pid or 0, signal.SIGKILL)

    with pytest.raises(PaperError) as caught:
        client.read_file(file, on_page=kill)
    assert caught.value.code == "stopped"
    assert len(client.read_file(file)) == 2


def test_an_error_of_the_caller_ends_the_reading(client: PaperClient) -> None:
    def stop(_page: Page) -> None:
        raise KeyError("enough")

    file = encode_all([draw_page(1, 827, 1170)] * 3)
    with pytest.raises(KeyError):
        client.read_file(file, on_page=stop)
    assert len(client.read_file(file)) == 3


def test_requests_of_several_threads_are_answered_one_after_another(client: PaperClient) -> None:
    results: dict[int, int] = {}

    def read(number: int) -> None:
        (page,) = client.read_file(encode(draw_page(number, 827, 1170)))
        results[number] = count_squares(decode(page.jpeg))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: number for number in range(1, 6)}


def test_an_idle_child_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "IDLE_SECONDS", 0.2)
    client = PaperClient()
    client.read_file(encode(draw_page(1, 827, 1170)))
    child = client.pid
    assert child is not None
    with suppress(ChildProcessError):  # it was waited for already
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert client.pid is None

"""The client of the paper process. Uses the standard library only.

The child is started for the first request and ended after IDLE_SECONDS without one, or when a page takes longer than
PAGE_SECONDS; the next request starts another one.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Generator, Sequence

from scanners.child_process import ChildProcess
from scanners.papers.joining import join_pages, split_pages
from scanners.papers.messages import Message, pack_message, parse_error, parse_page, read_message
from scanners.papers.pages import (
    MAX_DRAWN_SIDE,
    MAX_FILE_BYTES,
    MAX_PAPER_BYTES,
    PAGE_SECONDS,
    Page,
    damaged_file,
    empty_file,
    file_too_large,
    no_such_page,
    page_too_slow,
    reading_stopped,
)

START_SECONDS = 30.0
"""Seconds allowed for the first message of a child, since its libraries may load slowly from disk."""

IDLE_SECONDS = 120.0


class PaperClient:
    """Reads papers in a child process, one request at a time. The methods may be called from any thread.

    Each raises PaperError if the file cannot be read. Files that `join` made are taken apart without the child.
    """

    def __init__(self) -> None:
        self._child = ChildProcess("papers")

    @property
    def pid(self) -> int | None:
        """Process id of the child, for diagnostics; None if no child is running."""
        return self._child.pid

    def read_file(self, content: bytes, *, on_page: Callable[[Page], None] | None = None) -> tuple[Page, ...]:
        """Return the pages of a file as it came: PDF, JPEG, PNG, WebP, TIFF or HEIC.

        `on_page` is called for each page when it was read. An error that it raises ends the reading.
        """
        if not content:
            raise empty_file()
        if len(content) > MAX_FILE_BYTES:
            raise file_too_large()
        pages = []
        with self._child.lock, contextlib.closing(self._exchange(Message({"action": "read"}, content))) as replies:
            for reply in replies:
                pages.append(parse_page(reply))
                if on_page is not None:
                    on_page(pages[-1])
        return tuple(pages)

    def straighten(self, picture: bytes, *, whole: bool = False) -> Page:
        """Return the page in a photograph (any picture file), flat and evenly lit; with `whole` the whole picture.

        If no page is found, the whole picture is returned with this finding.
        """
        return parse_page(self._request(Message({"action": "straighten", "whole": whole}, picture)))

    def turn(self, jpeg: bytes, quarters: int) -> Page:
        """Return a page turned clockwise by so many quarters."""
        return parse_page(self._request(Message({"action": "turn", "quarters": quarters % 4}, jpeg)))

    def join(self, pages: Sequence[bytes]) -> bytes:
        """Return the file of a paper with these pages: the JPEG of one page, a PDF of several."""
        return join_pages(pages)

    def count_pages(self, file: bytes) -> int:
        """Return the number of pages of a file."""
        if pages := split_pages(file):
            return len(pages)
        count: int = self._request(Message({"action": "count"}, file)).head["count"]
        return count

    def draw_page(self, file: bytes, number: int, side: int) -> tuple[int, int, bytes]:
        """Return width, height and RGB pixels of a page, counted from 1, its longest side at most `side` pixels."""
        own = self._own_page(file, number)
        values = {"action": "draw", "number": 1 if own else number, "side": max(1, min(side, MAX_DRAWN_SIDE))}
        reply = self._request(Message(values, own or file), number)
        return reply.head["width"], reply.head["height"], reply.body

    def page_jpeg(self, file: bytes, number: int) -> bytes:
        """Return a page, counted from 1, as a JPEG: of a file that `join` made, the page that it was made of."""
        own = self._own_page(file, number)
        return own or self._request(Message({"action": "render", "number": number}, file), number).body

    def close(self) -> None:
        """End the child."""
        with self._child.lock:
            self._child.end()

    def _own_page(self, file: bytes, number: int) -> bytes:
        """Return a page of a file that `join` made; empty for another file."""
        pages = split_pages(file)
        if pages and not 1 <= number <= len(pages):
            raise no_such_page(number)
        return pages[number - 1] if pages else b""

    def _request(self, request: Message, number: int = 1) -> Message:
        """Return the only reply to a request."""
        if not request.body:
            raise empty_file()
        if len(request.body) > MAX_PAPER_BYTES:
            raise file_too_large()
        with self._child.lock:
            replies = list(self._exchange(request, number))
        if len(replies) != 1:
            raise damaged_file()
        return replies[0]

    def _exchange(self, request: Message, number: int = 1) -> Generator[Message]:
        """Send a request and yield its replies, of which the first is about page `number`.

        The child is ended unless all replies were read.
        """
        is_whole = False
        try:
            child = self._child.find_running() or self._start_child()
            reply = _receive(child, number, request)
            while not reply.head.get("last"):
                yield reply
                number += 1
                reply = _receive(child, number)
            is_whole = True
            if error := parse_error(reply):
                raise error
        finally:
            if is_whole:
                self._child.end_when_idle(IDLE_SECONDS)
            else:
                self._child.end()

    def _start_child(self) -> subprocess.Popen[bytes]:
        """Start a child and wait until it has loaded its libraries. Raises PaperError."""
        try:
            child = self._child.start()
        except OSError as error:
            raise reading_stopped() from error
        with _Watchdog(child, START_SECONDS):
            assert child.stdout is not None
            is_ready = read_message(child.stdout) is not None
        if not is_ready:
            raise reading_stopped()
        return child


class _Watchdog:
    """Kills a child that takes longer than `seconds` for the block. `has_ended_child` is true then."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.has_ended_child = False
        self._child = child
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True

    def __enter__(self) -> _Watchdog:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _kill(self) -> None:
        self.has_ended_child = True
        self._child.kill()


def _receive(child: subprocess.Popen[bytes], number: int, request: Message | None = None) -> Message:
    """Send a request, if there is one, and return the next reply. Raises PaperError if there is none in time."""
    assert child.stdin is not None
    assert child.stdout is not None
    with _Watchdog(child, PAGE_SECONDS) as watchdog:
        try:
            if request is not None:
                child.stdin.write(pack_message(request))
                child.stdin.flush()
            reply = read_message(child.stdout)
        except (OSError, ValueError):
            reply = None
    if reply is None:
        raise page_too_slow(number) if watchdog.has_ended_child else reading_stopped()
    return reply

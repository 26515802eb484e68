"""Measure the time from a frame of a simulated network camera to the verdict on the screen of the program."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from time import monotonic

from benchmarks.decode_competitors import read_with_zxing
from benchmarks.terminal import Terminal
from scanners.camera.sources import open_source
from scanners.opencv import cv2, to_grey

CLERK, PIN = "1001", "471902"
_FPS = 15
_SIGN_IN_MARKER = "Staff number"  # English texts of the screens
_READY_MARKER = "Sample City service centre"
_SCANNING_MARKER = "Looking for a citizen"
_VERDICT_MARKER = "Genuine"
_SCAN_KEY = "\x1b[18~"  # F7
_EMPTY_SECONDS = 0.3  # start of a sample film, before the code is held up
_WATCH_TIMEOUT = 30.0


class FakeNetworkCamera:
    """A simulated Motion JPEG camera on this machine, which shows an empty desk until `show_code` is called."""

    def __init__(self, film: Path) -> None:
        self._empty, self._codes = _split_frames(film)
        self.watched = threading.Event()
        self.shown_at = 0.0
        self._code_shown = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        """URL of the video stream."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/video"

    def show_code(self) -> None:
        """Show the code from the next frame on; `shown_at` is the monotonic time of that frame."""
        self._code_shown.set()

    def close(self) -> None:
        """Stop the server."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(camera) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                try:
                    for jpeg in camera._frames():
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                        self.wfile.write(head.encode() + jpeg + b"\r\n")
                except OSError:
                    return  # the reader has closed the connection

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _frames(self) -> Iterator[bytes]:
        pause = threading.Event()
        for number, jpeg in enumerate(cycle(self._empty)):
            if self._code_shown.is_set():
                break
            if number == _FPS:  # after one second the program reads the stream
                self.watched.set()
            yield jpeg
            pause.wait(1 / _FPS)
        self.shown_at = monotonic()
        for jpeg in cycle(self._codes):
            yield jpeg
            pause.wait(1 / _FPS)


def measure_lens_to_screen(folder: Path, film: Path) -> float:
    """Return the milliseconds from the first frame with the code to the verdict on the screen of the counter.

    The office is in `folder`. Raises OutOfReach if the program shows no verdict.
    """
    camera = FakeNetworkCamera(film)
    try:
        _set_camera(folder / "office.toml", camera.url)
        with Terminal(
            (sys.executable, "-m", "clerk_app", "--language", "en", "--office", str(folder), "counter")
        ) as terminal:
            terminal.wait_for(_SIGN_IN_MARKER)
            terminal.write(f"{CLERK}\r{PIN}\r")
            terminal.wait_for(_READY_MARKER)
            terminal.wait_until_quiet()
            terminal.write(_SCAN_KEY)
            terminal.wait_for(_SCANNING_MARKER)
            camera.watched.wait(_WATCH_TIMEOUT)
            camera.show_code()
            terminal.wait_for(_VERDICT_MARKER)
            return (monotonic() - camera.shown_at) * 1000
    finally:
        camera.close()


def _set_camera(settings: Path, url: str) -> None:
    """Set `url` as the camera in the settings file of an office."""
    text = re.sub(r"(?m)^camera *=.*\n", "", settings.read_text("utf-8"))
    settings.write_text(f'camera = "{url}"\n{text}', "utf-8")


def _split_frames(film: Path) -> tuple[list[bytes], list[bytes]]:
    """Return two lists of JPEG frames of the film: those before the code is held up, and those with a readable code."""

    empty: list[bytes] = []
    codes: list[bytes] = []
    source = open_source(str(film))
    while (frame := source.read()) is not None:
        jpeg = cv2.imencode(".jpg", frame.picture)[1].tobytes()
        if read_with_zxing(to_grey(frame.picture)):
            codes.append(jpeg)
        elif frame.due < _EMPTY_SECONDS:
            empty.append(jpeg)
    source.close()
    return empty, codes

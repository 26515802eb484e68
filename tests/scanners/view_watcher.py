"""Waiting for views of a camera client, and a network camera that can be switched off and on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

from scanners import CameraClient, View

WAIT_SECONDS = 30.0


class ViewWatcher:
    """A camera client whose views are queued."""

    def __init__(self, client: CameraClient) -> None:
        self.client = client
        self.views: queue.Queue[View] = queue.Queue()

    def wait_for(self, wanted: Callable[[View], object], seconds: float = WAIT_SECONDS) -> View:
        """Return the next view that is `wanted`."""
        end, last = monotonic() + seconds, None
        while (left := end - monotonic()) > 0:
            try:
                last = self.views.get(timeout=left)
            except queue.Empty:
                break
            if wanted(last):
                return last
        raise AssertionError(f"not seen in {seconds} s; the last view was {last}")

    def wait_for_trouble(self, words: str) -> View:
        """Return the next view whose trouble contains `words`."""
        return self.wait_for(lambda view: view.trouble and words in str(view.trouble))

    def wait_for_codes(self, *texts: str) -> View:
        """Return the next view with exactly these codes."""
        return self.wait_for(lambda view: view.codes and {code.text for code in view.codes} == set(texts))


@contextmanager
def watch_source(source: str, client: CameraClient | None = None, **how: Any) -> Iterator[ViewWatcher]:
    """Scan `source` while the block runs."""
    watcher = ViewWatcher(client or CameraClient())
    watcher.client.start(source, how.pop("want", "licence"), watcher.views.put, **how)
    try:
        yield watcher
    finally:
        watcher.client.stop()


class NetworkCamera:
    """A Motion JPEG camera on the loopback interface, which sends the JPEGs of `parts` while it is on."""

    def __init__(self, parts: Callable[[], Iterator[bytes]], length: bool = True) -> None:
        self._parts = parts
        self._length = length
        self.port = 0
        self.switch_on()

    @property
    def url(self) -> str:
        return f"http://clerk:secret@127.0.0.1:{self.port}/video?size=large"

    def switch_on(self) -> None:
        self._off = off = threading.Event()
        parts, with_length = self._parts, self._length

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", 'multipart/x-mixed-replace; boundary="--frame"')
                self.end_headers()
                for jpeg in parts():
                    if off.wait(0.03):
                        return
                    head = f"Content-Length: {len(jpeg)}\r\n" if with_length else ""
                    try:
                        self.wfile.write(f"--frame\r\nContent-Type: image/jpeg\r\n{head}\r\n".encode() + jpeg + b"\r\n")
                    except OSError:
                        return

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def switch_off(self) -> None:
        self._off.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

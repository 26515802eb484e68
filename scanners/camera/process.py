"""The camera process: reads scan requests as JSON lines, writes views as messages, and ends when its input ends.

    {"source": "0", "want": "licence", "preview": [64, 48], "fps": 5, "once": false, "number": 1}  scan this source
    {"source": "0", "want": "face", "preview": [152, 160], "number": 2}                            show the face
    {"stop": true}                                                                                end the process

The output of C libraries goes to the stderr that the parent chose, never to the terminal. Frames and the content of
codes are never written to a file.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import threading
from dataclasses import replace
from time import monotonic, perf_counter, sleep
from typing import TYPE_CHECKING, BinaryIO

from scanners.camera.face_view import FaceViewer
from scanners.camera.feed import FrameFeed
from scanners.camera.guidance import GuidanceAdvisor
from scanners.camera.orders import ScanOrder, parse_order
from scanners.camera.page_view import PageViewer
from scanners.camera.picture_monitor import PictureMonitor
from scanners.camera.views import View, pack_view
from scanners.devices import SERIAL_SCHEME
from scanners.errors import ScanError, hide_credentials
from scanners.opencv import fit_into, to_grey_versions, to_rgb
from scanners.qr.decoder import Decoder, DecodeResult
from scanners.serial_scanner import SerialFeed

if TYPE_CHECKING:
    from scanners.camera.frames import Frame
    from scanners.camera.views import Guidance
    from scanners.codes import Corners
    from scanners.opencv import Picture

MAX_FRAMES_PER_SECOND = 25
REST_FACTOR, MAX_REST_SECONDS = 2.0, 1 / 15
"""After each frame the process sleeps REST_FACTOR times the processing time, but at most MAX_REST_SECONDS.

Without the sleep, decoding would use a whole core of a small window PC. The maximum is the frame interval at 15 frames
per second."""

MAX_SILENCE_SECONDS = 0.5
"""Seconds after which a view is sent to the parent even if nothing changed."""

SOURCE_HANG_SECONDS = 20.0
"""Seconds without a frame or an error after which the process exits, so that the parent starts a new one."""

PARTS_SECONDS = 20.0
"""Seconds for which the missing parts of a code are named after a part was seen."""

MAX_LOG_BYTES = 1024 * 1024


class OrderReader:
    """Reads scan requests on a thread and keeps the newest. A stop request or the end of the pipe ends the process."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._newest: ScanOrder | None = None
        self._changed = threading.Condition()
        threading.Thread(target=self._read_orders, name="orders", daemon=True).start()

    def newest(self, timeout: float = 0.0) -> ScanOrder | None:
        """Return the newest request; wait up to `timeout` seconds for the first one. None if there is none yet."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None, timeout)
            return self._newest

    def _read_orders(self) -> None:
        for line in self._pipe:
            try:
                order = parse_order(line)
            except (ValueError, TypeError):
                print("invalid order", file=sys.stderr)  # noqa: T201  stderr is the log file
                continue
            if order is None:
                break
            with self._changed:
                self._newest = order
                self._changed.notify_all()
        os._exit(0)  # ends the process even if a decoder or a driver hangs


class CameraProcess:
    """Decodes frames of the source in the newest scan request, and sends views."""

    def __init__(self, orders: OrderReader, pipe: BinaryIO) -> None:
        self._orders = orders
        self._pipe = pipe
        self._order: ScanOrder | None = None
        self._feed: FrameFeed | SerialFeed | None = None
        self._frames = 0
        self._sent = View()
        self._sent_at = self._preview_at = 0.0
        self._incomplete: ScanError | None = None  # which parts of the code in view are missing
        self._incomplete_until = 0.0

    def run(self) -> None:
        while True:
            order = self._orders.newest(timeout=0.2)
            if order is None:
                self._send_view(View())
                continue
            feed = self._feed
            if feed is None or order != self._order:
                feed = self._apply_order(order)
            self._process_next(order, feed)

    def _apply_order(self, order: ScanOrder) -> FrameFeed | SerialFeed:
        previous, feed = self._order, self._feed
        if feed is None or previous is None or _needs_other_feed(previous, order):
            if feed and not feed.stop(timeout=1.0):
                exit_hung()
            serial = order.source.startswith(SERIAL_SCHEME)
            feed = self._feed = (
                SerialFeed(order.source) if serial else FrameFeed(order.source, order.once, order.want == "pages")
            )
        self._order = order
        self._decoder = Decoder(order.want)
        self._monitor = PictureMonitor(hide_credentials(order.source))
        self._face_viewer = FaceViewer(hide_credentials(order.source))
        self._page_viewer = PageViewer(hide_credentials(order.source))
        self._advisor = GuidanceAdvisor()
        self._preview_at = 0.0
        self._incomplete, self._incomplete_until = None, 0.0
        return feed

    def _process_next(self, order: ScanOrder, feed: FrameFeed | SerialFeed) -> None:
        if isinstance(feed, SerialFeed):
            self._process_line(feed)
            return
        taken = feed.take_newest(timeout=MAX_SILENCE_SECONDS / 2)
        if taken is None:
            trouble = feed.trouble or self._missing_parts()
            if feed.silence_seconds > SOURCE_HANG_SECONDS:
                exit_hung()
            if trouble != self._sent.trouble or monotonic() - self._sent_at >= MAX_SILENCE_SECONDS:
                self._send_view(View(self._frames, trouble=trouble))
            return
        began = monotonic()
        self._process_frame(order, feed, *taken)
        spent = monotonic() - began
        # during the sleep the feed keeps the newest frame
        sleep(max(1 / MAX_FRAMES_PER_SECOND - spent, min(REST_FACTOR * spent, MAX_REST_SECONDS)))

    def _process_line(self, feed: SerialFeed) -> None:
        code = feed.take_newest(timeout=MAX_SILENCE_SECONDS / 2)
        self._frames += code is not None
        if code or feed.trouble != self._sent.trouble or monotonic() - self._sent_at >= MAX_SILENCE_SECONDS:
            codes = (code,) if code else ()
            self._send_view(View(self._frames, read=len(codes), codes=codes, trouble=feed.trouble))

    def _process_frame(self, order: ScanOrder, feed: FrameFeed, frame: Frame, waited: float) -> None:
        self._frames += 1
        began = monotonic()
        if order.want in ("face", "pages"):
            if self._is_preview_due(order):
                self._preview_at = began
                shown = (self._frames, frame.picture, feed.kind, order.preview)
                if order.want == "face":
                    view = self._face_viewer.build_view(*shown)
                else:
                    view = self._page_viewer.build_view(*shown, began - waited)
                self._send_view(replace(view, rate=feed.rate, captured_at=began - waited - frame.ms / 1000))
            return
        read = self._decoder.read_still if feed.kind == "still" else self._decoder.read_frame
        for picture in to_grey_versions(frame.picture):
            found = read(picture)
            if found.codes:
                break
        trouble = self._monitor.check(picture, monotonic()) if feed.kind == "live" else None
        if incomplete := self._decoder.describe_parts(found.codes):
            self._incomplete, self._incomplete_until = incomplete, monotonic() + PARTS_SECONDS
            found = replace(found, codes=())
        elif found.codes:
            self._incomplete = None
        trouble = trouble or self._missing_parts()
        view = _build_view(self._frames, picture, found, self._advisor.advise(picture, found))
        ms = {"capture": frame.ms, "waited": waited * 1000, "decode": found.ms}
        captured_at = began - waited - frame.ms / 1000
        view = replace(view, rate=feed.rate, trouble=None if found.codes else trouble, ms=ms, captured_at=captured_at)
        if self._is_preview_due(order) or _differs(view, self._sent):
            drawing = perf_counter()
            view = _add_preview(view, frame.picture, order.preview)
            self._preview_at = monotonic()
            self._send_view(replace(view, ms={**view.ms, "preview": (perf_counter() - drawing) * 1000}))

    def _is_preview_due(self, order: ScanOrder) -> bool:
        return monotonic() - self._preview_at >= 1 / max(order.fps, 0.1) - 0.5 / MAX_FRAMES_PER_SECOND

    def _missing_parts(self) -> ScanError | None:
        """Return which parts of a code are missing, for PARTS_SECONDS after a part was seen."""
        return self._incomplete if monotonic() < self._incomplete_until else None

    def _send_view(self, view: View) -> None:
        view = replace(view, order_number=self._order.number if self._order else 0)
        self._pipe.write(pack_view(view))
        self._pipe.flush()
        self._sent, self._sent_at = view, monotonic()
        _truncate_log()


def main(pipe: BinaryIO) -> None:
    """Run the camera process: read orders from standard input, write views to `pipe`. Does not return."""
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        CameraProcess(OrderReader(sys.stdin.buffer), pipe).run()
    os._exit(0)


def exit_hung() -> None:
    """End the process, even if a thread hangs in a driver. The parent then starts a new process."""
    os._exit(3)


def _build_view(number: int, picture: Picture, found: DecodeResult, guidance: Guidance) -> View:
    height, width = picture.shape[:2]

    def outline(corners: Corners) -> Corners:
        return tuple((x / width, y / height) for x, y in corners)

    read = tuple(replace(code, corners=outline(code.corners)) for code in found.codes)
    outlines = tuple(code.corners for code in read) or tuple(outline(symbol.corners) for symbol in found.unread)
    return View(number, (width, height), read=len(read), outlines=outlines, codes=read, guidance=guidance)


def _add_preview(view: View, picture: Picture, size: tuple[int, int]) -> View:
    small = to_rgb(fit_into(picture, *size))
    return replace(view, width=small.shape[1], height=small.shape[0], rgb=small.tobytes())


def _needs_other_feed(previous: ScanOrder, order: ScanOrder) -> bool:
    is_detailed = [wanted.want == "pages" for wanted in (previous, order)]
    return (previous.source, previous.once) != (order.source, order.once) or is_detailed[0] != is_detailed[1]


def _differs(view: View, sent: View) -> bool:
    codes, before = ({(c.symbology, c.data) for c in seen.codes} for seen in (view, sent))
    return codes != before or view.trouble != sent.trouble


def _truncate_log() -> None:
    """Empty the log file if it exceeds MAX_LOG_BYTES, since libraries may print a line per frame."""
    with contextlib.suppress(OSError):
        log = os.fstat(2)
        if stat.S_ISREG(log.st_mode) and log.st_size > MAX_LOG_BYTES:
            os.ftruncate(2, 0)

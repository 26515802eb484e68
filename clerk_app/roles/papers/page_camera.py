"""The document camera: its live picture, the pages that it takes by itself, and the picture in view on request."""

from __future__ import annotations

import struct
import threading
import zlib
from collections import deque
from collections.abc import Callable

from clerk_app.composition.office import Office
from clerk_app.composition.settings import resolve_page_camera
from clerk_app.errors import OutOfReach, format_sentence
from clerk_app.licences.claims import sanitize_text
from clerk_app.locales import _
from clerk_app.views.papers import PageCameraView
from clerk_app.views.shared import Picture
from scanners import CameraClient, Page, View

PREPARATIONS: list[Callable[[str], None]] = []
"""Called with the source before it is opened: the sample city renders its film then."""
_LOG_FILE = "camera.log"
_PREVIEW = (1600, 1200)  # pixels of the live picture, from which a page is taken on request
_FRAMES_PER_SECOND = 4.0


class PageCamera:
    """Runs the camera process for pages. Thread-safe."""

    def __init__(self, office: Office) -> None:
        self._source = resolve_page_camera(office.folder, office.settings)
        self._client = CameraClient(office.folder / _LOG_FILE)
        self._lock = threading.Lock()
        self._taken: deque[Page] = deque()
        self._picture: Picture | None = None
        self._starts = 0

    def start(self, on_view: Callable[[PageCameraView], None], *, is_whole: bool) -> None:
        """Show the live picture; with `is_whole`, no page is taken by itself."""
        with self._lock:
            self._starts += 1
            number = self._starts
            self._taken.clear()
            self._picture = None

        def forward(view: View) -> None:
            with self._lock:
                if number != self._starts:
                    return
                if view.width:
                    self._picture = Picture(view.width, view.height, view.rgb)
                if view.page is not None and not is_whole:
                    self._taken.append(view.page)
                picture, waiting = self._picture, len(self._taken)
            on_view(_build_view(view, picture, waiting, is_whole=is_whole))

        for prepare in PREPARATIONS:
            prepare(self._source)
        self._client.start(self._source, "pages", forward, preview=_PREVIEW, fps=_FRAMES_PER_SECOND)

    def stop(self) -> None:
        """Stop the camera. Pages that were taken and not fetched are dropped."""
        with self._lock:
            self._starts += 1
            self._picture = None
        self._client.stop()

    def pop_pages(self) -> list[Page]:
        """Return the pages that were taken by themselves since the last call."""
        with self._lock:
            pages = list(self._taken)
            self._taken.clear()
        return pages

    def copy_picture(self) -> bytes:
        """Return the picture in view as a PNG. Raises OutOfReach without one."""
        with self._lock:
            picture = self._picture
        if picture is None:
            raise OutOfReach("The camera shows no picture yet.")
        return encode_png(picture)


def encode_png(picture: Picture) -> bytes:
    """Return a picture as a PNG without compression that takes time."""
    row = picture.width * 3
    rows = b"".join(b"\0" + picture.rgb[at : at + row] for at in range(0, row * picture.height, row))
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _build_view(view: View, picture: Picture | None, waiting: int, *, is_whole: bool) -> PageCameraView:
    error = ""
    if view.trouble is not None:
        facts = {name: sanitize_text(str(fact)) for name, fact in view.trouble.facts.items()}
        error = format_sentence(view.trouble.sentence, facts)
    sentences = {
        "no page": _("No page is found: Space takes it, W takes the whole picture."),
        "two pages": _("Two pages: show one at a time."),
        "cut off": _("The page is cut off: move it into the picture."),
        "covered": _("A part of the page is covered."),
        "dark": _("More light, please."),
        "unsharp": _("Not sharp: the page moves, or the camera is too near."),
        "hold still": _("Hold still, please"),
        "page taken": _("Taken. Lay down the next page."),
    }
    guidance = _("Space takes the whole picture.") if is_whole else sentences.get(view.guidance, "")
    outlines = () if is_whole else view.outlines
    return PageCameraView(picture, outlines, guidance, error, view.stillness, waiting)

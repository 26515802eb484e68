"""Camera of the screens: runs the camera process of the scanners package and translates its messages."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from clerk_app.errors import ClerkError, format_sentence
from clerk_app.licences.claims import sanitize_text
from clerk_app.locales import _
from clerk_app.views.shared import CameraView, CameraWant, DetectedCode, Option, Picture
from scanners import CameraClient, ScanPurpose, View, list_cameras, list_serial_ports

_WANTS: dict[CameraWant, ScanPurpose] = {"citizen": "licence", "receipt": "receipt", "face": "face"}


class ScannerCamera:
    """Implements views.CameraService with the camera process of the scanners package.

    `films` returns video files that are offered as sources in addition to the devices of the machine. `prepare` is
    called with the source, in its own thread, before the source is opened; in the sample city it creates the film.
    `face_source` is the camera that sees the person; empty: `find_face_source` returns it for the source of the codes.
    `face_films` is like `films`.
    """

    def __init__(
        self,
        source: str,
        log: Path,
        *,
        films: Callable[[], tuple[Option, ...]] = tuple,
        prepare: Callable[[str], None] | None = None,
        face_source: str = "",
        find_face_source: Callable[[str], str] | None = None,
        face_films: Callable[[], tuple[Option, ...]] = tuple,
    ) -> None:
        self._source = self._configured = source
        self._face_source = face_source
        self._find_face_source = find_face_source or _find_camera
        self._films = {"codes": films, "face": face_films}
        self._prepare = prepare
        self._client = CameraClient(log)
        self._opening = threading.Lock()  # held while a source is prepared
        self._switching = threading.Lock()  # held while the client is started or stopped
        self._starts = 0
        self._restart: Callable[[], None] = lambda: None

    def start(self, want: CameraWant, on_view: Callable[[CameraView], None], size: tuple[int, int] = (64, 48)) -> None:
        with self._switching:
            self._starts += 1
            number = self._starts
        self._restart = lambda: self.start(want, on_view, size)
        source = self._source_of(want)
        if not source:
            sentence = _("This window has no camera that sees the person: compare the portrait with the person.")
            on_view(CameraView(None, (), "", sentence))
        elif self._prepare is None:
            self._open(number, source, want, on_view, size)
        else:
            on_view(CameraView(None, (), _("The camera is starting."), ""))
            threading.Thread(target=self._open, args=(number, source, want, on_view, size), daemon=True).start()

    def warm_up(self) -> None:
        """Call `prepare` for the current source, so that the first start is faster."""
        with self._opening, suppress(ClerkError):
            if self._prepare is not None:
                self._prepare(self._source)

    def stop(self) -> None:
        with self._switching:  # a start that is being prepared does not begin afterwards
            self._starts += 1
            self._client.stop()

    def list_sources(self, want: CameraWant = "citizen") -> tuple[Option, ...]:
        """Return the available sources. The configured source comes first, even if it is not found."""
        is_face = want == "face"
        devices = list_cameras() if is_face else (*list_cameras(), *list_serial_ports())
        films = self._films["face" if is_face else "codes"]()
        found = {option.id: option for option in (*films, *(Option(device.source, device.name) for device in devices))}
        configured = self._source_of(want) if is_face else self._configured
        first = found.pop(configured, Option(configured, ""))
        return (first, *found.values()) if first.id else tuple(found.values())

    def select_source(self, source: str, want: CameraWant = "citizen") -> None:
        if want == "face":
            self._face_source = source
        else:
            self._source = source
        with self._switching:
            running = self._client.running
            if running:
                self._client.stop()
        if running:
            self._restart()

    def _source_of(self, want: CameraWant) -> str:
        """Return the source for codes, or the camera that sees the person; empty without one."""
        return (self._face_source or self._find_face_source(self._source)) if want == "face" else self._source

    def _open(
        self,
        start: int,
        source: str,
        want: CameraWant,
        on_view: Callable[[CameraView], None],
        size: tuple[int, int],
    ) -> None:
        last: list[Picture | None] = [None]

        def forward_view(view: View) -> None:
            if view.width:
                last[0] = Picture(view.width, view.height, view.rgb)
            on_view(_build_view(view, last[0], source))

        with self._opening:
            try:
                if self._prepare is not None:
                    self._prepare(source)
            except ClerkError as error:
                on_view(CameraView(None, (), "", str(error)))
                return
            with self._switching:
                if start == self._starts:  # no other start or stop happened in the meantime
                    self._client.start(source, _WANTS[want], forward_view, preview=size)


def _build_view(view: View, picture: Picture | None, source: str) -> CameraView:
    error = ""
    if view.trouble:
        facts = {name: sanitize_text(str(fact)) for name, fact in view.trouble.facts.items()}
        error = format_sentence(view.trouble.sentence, facts)
    guidance = {
        "closer": _("Closer, please"),
        "less tilt": _("Hold it straight to the camera"),
        "glare": _("Turn it out of the light"),
        "hold still": _("Hold still, please"),
        "two codes": _("Two codes in view: show only one"),
        "no face": _("No face is seen"),
        "two faces": _("Two faces in view: the nearer one is shown"),
        "nearer": _("Closer to the camera, please"),
        "face the camera": _("Look into the camera, please"),
    }
    return CameraView(
        picture=picture,
        codes=tuple(DetectedCode(code.text, code.symbology, code.corners) for code in view.codes),
        guidance=_serial_guidance(source) or guidance.get(view.guidance, ""),
        error=error,
        outlines=view.outlines,
        faces=view.faces,
    )


def _find_camera(source: str) -> str:
    """Return the camera of the codes; the first camera of the machine if they come from a serial scanner."""
    if not source.startswith("serial:"):
        return source
    return next((device.source for device in list_cameras()), "")


def _serial_guidance(source: str) -> str:
    """Return the instruction for a serial hand scanner, which has no picture; empty for a camera."""
    kind, _colon, port = source.partition(":")
    return _("Scan with the hand scanner at {port}.").format(port=sanitize_text(port)) if kind == "serial" else ""

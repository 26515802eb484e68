"""The camera of one machine, as screens see it: the scanners' lens with words in the language spoken now."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from clerk_app.errors import ClerkError
from clerk_app.licences.claims import sanitize_text
from clerk_app.locales import _, translate
from clerk_app.views import CameraView, DetectedCode, Option, Picture
from scanners import CameraClient, View, list_cameras, list_serial_ports

_WANTS: dict[str, Literal["licence", "receipt"]] = {"citizen": "licence", "receipt": "receipt"}


class ScannerCamera:
    """A desk.Lens. `films` are video files that stand in for a camera, offered beside what the machine has.

    `prepare` is called with the source before it is opened, in a thread of its own: the sample city makes its film.
    """

    def __init__(
        self,
        source: str,
        log: Path,
        *,
        films: Callable[[], tuple[Option, ...]] = tuple,
        prepare: Callable[[str], None] | None = None,
    ) -> None:
        self._source = self._configured = source
        self._films = films
        self._prepare = prepare
        self._lens = CameraClient(log)
        self._turn = threading.Lock()
        self._starts = 0
        self._again: Callable[[], None] = lambda: None

    def start(self, want: Literal["citizen", "receipt"], on_view: Callable[[CameraView], None]) -> None:
        self._starts += 1
        self._again = lambda: self.start(want, on_view)
        if self._prepare is None:
            self._open(self._starts, want, on_view)
        else:
            on_view(CameraView(None, (), _("The camera starts."), ""))
            threading.Thread(target=self._open, args=(self._starts, want, on_view), daemon=True).start()

    def warm_up(self) -> None:
        """Prepares the source before anybody asks for it."""
        with self._turn, suppress(ClerkError):
            if self._prepare is not None:
                self._prepare(self._source)

    def stop(self) -> None:
        self._starts += 1
        self._lens.stop()

    def list_sources(self) -> tuple[Option, ...]:
        """What can be looked through: the configured source first, whether or not the machine knows of it."""
        devices = (Option(one.source, one.name) for one in (*list_cameras(), *list_serial_ports()))
        found = {choice.id: choice for choice in (*self._films(), *devices)}
        first = found.pop(self._configured, Option(self._configured, ""))
        return (first, *found.values()) if first.id else tuple(found.values())

    def select_source(self, source: str) -> None:
        self._source = source
        if self._lens.running:
            self._lens.stop()
            self._again()

    def _open(self, start: int, want: Literal["citizen", "receipt"], on_view: Callable[[CameraView], None]) -> None:
        last: list[Picture | None] = [None]

        def hand_on(view: View) -> None:
            if view.width:
                last[0] = Picture(view.width, view.height, view.rgb)
            on_view(_seen(view, last[0], self._source))

        with self._turn:
            try:
                if self._prepare is not None:
                    self._prepare(self._source)
            except ClerkError as error:
                on_view(CameraView(None, (), "", str(error)))
                return
            if start == self._starts:  # nobody has stopped it meanwhile
                self._lens.start(self._source, _WANTS[want], hand_on)


def _seen(view: View, picture: Picture | None, source: str) -> CameraView:
    facts = {name: sanitize_text(str(fact)) for name, fact in view.trouble.facts.items()} if view.trouble else {}
    guidance = {
        "closer": _("Closer, please"),
        "less tilt": _("Hold it straight to the camera"),
        "glare": _("Turn it out of the light"),
        "hold still": _("Hold still, please"),
        "two codes": _("Two codes in view: show only one"),
    }
    return CameraView(
        picture=picture,
        codes=tuple(DetectedCode(code.text, code.symbology, code.corners) for code in view.codes),
        guidance=_listening(source) or guidance.get(view.guidance, ""),
        error=translate(view.trouble.sentence).format(**facts) if view.trouble else "",
        outlines=view.outlines,
    )


def _listening(source: str) -> str:
    """What to do where there is no picture; "" before a camera."""
    kind, _colon, port = source.partition(":")
    return _("Scan with the hand scanner at {port}.").format(port=sanitize_text(port)) if kind == "serial" else ""

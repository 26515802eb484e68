"""Frames, and the interface of the sources that deliver them."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from scanners.opencv import cv2

if TYPE_CHECKING:
    from scanners.opencv import Picture

SourceKind = Literal["still", "clip", "live"]
"""`still`: picture files. `clip`: a video file. `live`: a camera or stream, of which only the newest frame counts."""


class Frame(NamedTuple):
    """One picture, grey or BGR.

    `due` is the time at which the frame is shown, in seconds after the first frame (0 for live sources). `ms` is the
    time of decoding to pixels, without the wait for the frame.
    """

    picture: Picture
    due: float
    ms: float = 0.0


class FrameSource(Protocol):
    """An open source of frames. `name` contains no credentials, so that it can be shown to people."""

    name: str
    kind: SourceKind

    def read(self) -> Frame | None:
        """Wait for the next frame and return it; None at the end of a file.

        Raises TornFrame if this frame cannot be decoded, ScanError if the source is lost.
        """

    def close(self) -> None:
        """Release the device or file."""


def retrieve_frame(capture: cv2.VideoCapture) -> Picture | None:
    """Return the frame that an OpenCV capture has grabbed; None if it is damaged."""
    try:
        good, picture = capture.retrieve()
    except cv2.error:
        return None
    return picture if good and picture is not None and picture.size else None


def elapsed_ms(began: float) -> float:
    """Return the milliseconds since `began`, a value of perf_counter."""
    return (perf_counter() - began) * 1000

"""Contract of what is drawn outside the screens: pictures in quadrant cells, and text from a font."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.shared import Picture

QUADRANTS = " ▘▝▀▖▌▞▛"
"""The characters of the cells, by their index."""

CELL_BYTES = 7  # of a cell: index of its character, foreground and background colour (RGB)


@dataclass(frozen=True)
class FaceCrop:
    """The largest face of a picture, upright; `picture` is None if there is no face."""

    picture: Picture | None
    eye_pixels: int = 0  # pixels between the eyes in the original


class DrawingService(Protocol):
    """Draws slowly and without the store: call it from any thread but that of the event loop."""

    @property
    def sends_pixels(self) -> bool:
        """Whether pictures are sent in the graphics protocol of kitty (setting `pictures`)."""
        ...

    def draw_cells(self, picture: Picture, columns: int, rows: int) -> bytes:
        """Return the picture scaled to `columns` x `rows` cells, CELL_BYTES for each. Raises ClerkError."""
        ...

    def crop_face(self, picture: Picture, width: int, height: int) -> FaceCrop:
        """Return the face of a picture in `width` x `height` pixels, with the eyes where each crop has them.

        Raises ClerkError.
        """
        ...

    def draw_text(self, text: str, pixels: int) -> tuple[bytes, ...]:
        """Return `text` as rows of pixels, 1 for ink, at most `pixels` rows; empty without a font for it."""
        ...

"""A picture of a face in cells: cropped to the line of the eyes, as the live picture next to it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from clerk_app.errors import ClerkError
from clerk_app.views.shared import Picture
from screens.host import host_of
from screens.widgets.picture import PORTRAIT_ROWS, PictureWidget

if TYPE_CHECKING:
    from clerk_app.views.drawing import DrawingService

MIN_EYE_PIXELS = 20  # between the eyes in an original below which no cells, however many, show the face


class FacePicture(PictureWidget):
    """Shows the face of a still picture (`show_face`), or pictures that are cropped already (`show_crop`).

    A picture without a face is shown whole.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._original: Picture | None = None
        self._cropped: tuple[int, int] = (0, 0)  # size of the crop that is shown or being made
        self._eye_pixels = 0
        self._is_drawing = False

    @property
    def crop_size(self) -> tuple[int, int]:
        """Pixels of a crop that fills the widget: square ones, two for each column."""
        return max(1, self.size.width * 2), max(1, self.size.height * 4)

    @property
    def is_coarse(self) -> bool:
        """Whether cells or original are too coarse for a face."""
        return self.rows < PORTRAIT_ROWS or (0 < self._eye_pixels < MIN_EYE_PIXELS)

    @property
    def shows_face(self) -> bool:
        """Whether a face was found in the still picture."""
        return self._eye_pixels > 0

    def show_face(self, picture: Picture) -> None:
        """Show the face of a still picture."""
        if picture is not self._original:
            self._original, self._cropped, self._eye_pixels = picture, (0, 0), 0
            self._request_crop()

    def show_nothing(self) -> None:
        """Show no picture."""
        self._original, self._eye_pixels = None, 0
        self.show_picture(None)

    def show_crop(self, picture: Picture) -> None:
        """Show the next picture of a camera; the last one stays until it is drawn. One that comes sooner is dropped."""
        if self._is_drawing or not self.is_attached or not self.size:
            return
        self._is_drawing = True
        host_of(self).run_in_background(self._draw_crop(picture))

    def on_mount(self) -> None:
        self._request_crop()

    def on_resize(self) -> None:
        self._request_crop()

    def _request_crop(self) -> None:
        if self._original is None or not self.is_attached or not self.size or self._cropped == self.crop_size:
            return
        drawing = host_of(self).drawing
        self._cropped = self.crop_size
        if drawing is None:
            self.show_picture(self._original)
        else:
            host_of(self).run_in_background(self._crop(drawing, self._original, self._cropped))

    async def _crop(self, drawing: DrawingService, original: Picture, size: tuple[int, int]) -> None:
        shown: Picture | None = None
        try:
            crop = await asyncio.to_thread(drawing.crop_face, original, *size)
            shown, self._eye_pixels = crop.picture, crop.eye_pixels
        except ClerkError:
            pass  # the whole picture can still be shown
        if size == self._cropped and self.is_attached:
            self.show_picture(shown or original)

    async def _draw_crop(self, picture: Picture) -> None:
        try:
            drawing, size = host_of(self).drawing, self.fitted_cells(picture)
            cells = await asyncio.to_thread(drawing.draw_cells, picture, *size) if drawing is not None else b""
            if self.is_attached and cells:
                self.show_cells(picture, cells, size)
            elif self.is_attached:
                self.show_frame(picture)
        except ClerkError:
            self.show_frame(picture)
        finally:
            self._is_drawing = False

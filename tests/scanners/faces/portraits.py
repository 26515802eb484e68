"""Pictures with drawn faces for the tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clerk_app.demo.portraits import PHOTO, View, draw_portrait, features_of

Rgb = NDArray[np.uint8]


def portrait(name: str = "one", view: View = PHOTO) -> Rgb:
    """Return the drawing of an invented person, 480 x 600 pixels."""
    return np.asarray(draw_portrait(features_of(name), view))


def room(*people: tuple[str, int, tuple[int, int]], size: tuple[int, int] = (1280, 720)) -> Rgb:
    """Return a grey picture with people: each has a name, a height in pixels and the place of its upper left corner."""
    picture = Image.new("RGB", size, (128, 130, 126))
    for name, height, place in people:
        drawn = draw_portrait(features_of(name), View(background=(128, 130, 126)))
        picture.paste(drawn.resize((height * 4 // 5, height), Image.Resampling.LANCZOS), place)
    return np.asarray(picture)


def noise(size: tuple[int, int] = (480, 360)) -> Rgb:
    """Return a picture of nothing."""
    values: Any = np.random.default_rng(2).integers(0, 255, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BICUBIC))

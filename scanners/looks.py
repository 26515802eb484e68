"""Ways to look at a picture once more, when the first look found nothing to read: cheapest gain first.

Each is a picture made out of the picture, and a reader for it. Which are worth their time, and in what order, was
measured one by one on photographs and on drawn hard cases: `clerk bench decode --looks` prints that table again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import zxingcpp

from scanners.opencv import cv2, np

if TYPE_CHECKING:
    from scanners.opencv import Picture

LOOK_PIXELS = 400_000
"""A larger picture is made smaller first: a further look is for what is bent, faint or blurred. Small modules were the
first look's business, and a picture without any code must not cost a core."""


@dataclass(frozen=True)
class Look:
    """`prepared` makes the picture that `reader` reads; `scale` is how much larger it makes it."""

    name: str
    prepared: Callable[[Picture], Picture]
    scale: float = 1.0
    reader: Literal["zxing", "zbar"] = "zxing"
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage
    pixels: int = LOOK_PIXELS


def _scaled(picture: Picture, factor: float) -> Picture:
    interpolation = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    width, height = (max(1, round(side * factor)) for side in picture.shape[1::-1])
    return cv2.resize(picture, (width, height), interpolation=interpolation)


def _curve(power: float) -> Callable[[Picture], Picture]:
    table = (np.linspace(0, 1, 256) ** power * 255).astype(np.uint8)
    return lambda picture: cv2.LUT(picture, table)


def _sharp(picture: Picture) -> Picture:
    return cv2.addWeighted(picture, 2.5, cv2.GaussianBlur(picture, (0, 0), 3), -1.5, 0)


def _local(block: int, below: float, picture: Picture) -> Picture:
    return cv2.adaptiveThreshold(picture, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, block, below)


def _mean(picture: Picture) -> Picture:
    calm = cv2.GaussianBlur(picture, (0, 0), 1)
    return cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, 0)


BOOL = zxingcpp.Binarizer.BoolCast
LOOKS = (
    Look("shadows lifted", _curve(0.5), pixels=1_300_000),
    Look("half, sharpened", lambda picture: _sharp(_scaled(picture, 0.5)), scale=0.5),
    Look("local threshold", lambda picture: _local(31, 3, picture), binarizer=BOOL),
    Look("twice", lambda picture: _scaled(picture, 2), scale=2),
    Look("lights parted", _curve(2)),
    Look("local mean", _mean, binarizer=BOOL),
    Look("contrast", lambda picture: cv2.createCLAHE(2.0, (8, 8)).apply(picture)),
    Look("zbar", lambda picture: _scaled(picture, 0.6), scale=0.6, reader="zbar"),
    Look("twice, local threshold", lambda picture: _local(31, 3, _scaled(picture, 2)), scale=2, binarizer=BOOL),
)

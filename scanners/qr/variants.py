"""Variants of a picture, which are decoded when no code was read in the unchanged picture.

A variant is a transformation of the picture and a reader for the result. Those with the best gain per time come first.
Selection and order were measured on photographs and on drawn hard cases: `python -m benchmarks decode --looks` prints
the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import zxingcpp

from scanners.opencv import cv2, np
from scanners.qr.rare_symbols import add_quiet_zone, join_dots

if TYPE_CHECKING:
    from scanners.opencv import Picture

VARIANT_PIXELS = 400_000
"""Pixels to which larger pictures are reduced for a variant, so that pictures without a code do not use a whole core.
Codes with small modules are read in the unreduced picture; variants are for bent, faint and blurred codes."""

FRAME_PIXELS = 1_300_000
"""The limit for variants that take hardly longer than the unchanged picture; a frame of 1280x720 is not reduced."""


@dataclass(frozen=True)
class PictureVariant:
    """A transformation `prepare`, which also scales the picture by `scale`, and the `reader` of its result.

    `prepare` returns None if the variant is of no use for the picture.
    """

    name: str
    prepare: Callable[[Picture], Picture | None]
    scale: float = 1.0
    reader: Literal["zxing", "zbar"] = "zxing"
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage
    pixels: int = VARIANT_PIXELS


def _scale(picture: Picture, factor: float) -> Picture:
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR if factor < 2 else cv2.INTER_CUBIC
    width, height = (max(1, round(side * factor)) for side in picture.shape[1::-1])
    return cv2.resize(picture, (width, height), interpolation=interpolation)


def _lift_shadows(picture: Picture) -> Picture:
    return cv2.LUT(picture, _GAMMA_TABLE)


def _sharpen(picture: Picture) -> Picture:
    return cv2.addWeighted(picture, 2.5, cv2.GaussianBlur(picture, (0, 0), 3), -1.5, 0)


def _blur(picture: Picture) -> Picture:
    return cv2.GaussianBlur(picture, (0, 0), 1.3)


def _threshold_by_mean(picture: Picture, block: int) -> Picture:
    return cv2.adaptiveThreshold(picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, 3)


_GAMMA_TABLE = (np.linspace(0, 1, 256) ** 0.5 * 255).astype(np.uint8)
_GLOBAL, _BOOL = zxingcpp.Binarizer.GlobalHistogram, zxingcpp.Binarizer.BoolCast

_SHADOWS = PictureVariant("shadows lifted", _lift_shadows, pixels=FRAME_PIXELS)
_CALMED = PictureVariant("calmed, shadows lifted", lambda picture: _lift_shadows(_blur(picture)), pixels=FRAME_PIXELS)
_MEAN = PictureVariant(
    "x1.5, against the mean", lambda picture: _threshold_by_mean(_scale(picture, 1.5), 31), 1.5, binarizer=_BOOL
)
_TWICE = PictureVariant("twice, shadows lifted", lambda picture: _lift_shadows(_scale(picture, 2)), 2)
_ZBAR = PictureVariant("zbar, sharpened", lambda picture: _sharpen(_scale(picture, 0.7)), 0.7, reader="zbar")

STILL_VARIANTS = (
    PictureVariant("half, one threshold", lambda picture: _scale(picture, 1 / 2), 1 / 2, binarizer=_GLOBAL),
    PictureVariant("one threshold", lambda picture: picture, binarizer=_GLOBAL),
    _SHADOWS,
    _MEAN,
    PictureVariant("half, sharpened", lambda picture: _sharpen(_scale(picture, 1 / 2)), 1 / 2),
    PictureVariant("a third", lambda picture: _scale(picture, 1 / 3), 1 / 3),
    _CALMED,
    _TWICE,
    _ZBAR,
    PictureVariant("contrast", lambda picture: cv2.createCLAHE(2.0, (8, 8)).apply(picture)),
    PictureVariant("dots joined", join_dots),
    PictureVariant("quiet zone added", add_quiet_zone),
)
"""Variants for a still picture, tried in order until one yields a code."""

FRAME_VARIANTS = (_TWICE, _MEAN, _CALMED, _ZBAR)
"""Variants for a video: one per frame, in turn."""

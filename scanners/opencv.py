"""Imports OpenCV for the whole package: without log output, on one thread, with a limit on the size of pictures.

The process that runs the screens must not import this module: the import takes half a second and 40 MB.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(64 * 1024 * 1024)
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")  # seconds, so that a hung camera is noticed
os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")  # UDP loses parts of pictures
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are too small for a second thread

# imported after the settings, which OpenCV reads when it is loaded
import cv2
import numpy as np
from cv2.typing import MatLike as Picture
from numpy.typing import NDArray

cv2.setNumThreads(1)

__all__ = [
    "MAX_PIXELS",
    "NDArray",
    "Picture",
    "cv2",
    "fit_into",
    "np",
    "to_bgr",
    "to_grey",
    "to_grey_versions",
    "to_rgb",
]

MAX_PIXELS = int(os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"])
"""Pixels of the largest picture that OpenCV decodes."""

WHITE, BLACK = 255, 0


def to_grey_versions(picture: Picture) -> Iterator[Picture]:
    """Yield the picture in grey on a white ground and, if parts are transparent, on a black ground.

    White ink is visible on black only.
    """
    yield to_grey(picture)
    if (
        picture.ndim == 3
        and picture.shape[2] == 4
        and picture[:, :, 3].min() < (255 if picture.dtype == np.uint8 else 65535)
    ):
        yield to_grey(picture, BLACK)


def to_grey(picture: Picture, ground: int = WHITE) -> Picture:
    """Return `picture` (grey, BGR or BGRA; 8 or 16 bit) as 8-bit grey; `ground` is behind transparent parts."""
    if picture.dtype != np.uint8:
        picture = (picture / 256).astype(np.uint8)
    if picture.ndim == 2:
        return picture
    if picture.shape[2] == 1:
        return picture[:, :, 0]
    if picture.shape[2] == 4:
        opaque = picture[:, :, 3].astype(np.float32) / 255
        ink = cv2.cvtColor(picture, cv2.COLOR_BGRA2GRAY)
        return (ink * opaque + ground * (1 - opaque)).astype(np.uint8)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def to_rgb(picture: Picture) -> Picture:
    """Return `picture` (grey, BGR or BGRA; 8 or 16 bit) as 8-bit RGB; white is behind transparent parts."""
    if picture.ndim == 3 and picture.shape[2] == 3 and picture.dtype == np.uint8:
        return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return cv2.cvtColor(to_grey(picture), cv2.COLOR_GRAY2RGB)


def to_bgr(picture: Picture) -> Picture:
    """Return `picture` (grey, BGR or BGRA; 8 or 16 bit) as 8-bit BGR; white is behind transparent parts."""
    if picture.ndim == 3 and picture.shape[2] == 3 and picture.dtype == np.uint8:
        return picture
    return cv2.cvtColor(to_grey(picture), cv2.COLOR_GRAY2BGR)


def fit_into(picture: Picture, width: int, height: int) -> Picture:
    """Return `picture` reduced to fit into `width` x `height` pixels, with its proportions; it is never enlarged."""
    scale = min(width / picture.shape[1], height / picture.shape[0], 1.0)
    if scale == 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)

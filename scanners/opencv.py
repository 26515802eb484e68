"""Imports OpenCV for the whole package: without log output, on one thread, with a limit on the size of pictures.

The process that runs the screens must not import this module: the import takes half a second and 40 MB.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(64 * 1024 * 1024))  # larger pictures are rejected
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")  # seconds, so that a hung camera is noticed
os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")  # UDP loses parts of pictures
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are too small for a second thread

# imported after the settings, which OpenCV reads when it is loaded
import cv2
import numpy as np
from cv2.typing import MatLike as Picture
from numpy.typing import NDArray

cv2.setNumThreads(1)

__all__ = ["NDArray", "Picture", "cv2", "fit_into", "np", "to_grey"]


def to_grey(picture: Picture) -> Picture:
    """Return `picture` (grey, BGR or BGRA; 8 or 16 bit) as 8-bit grey; transparent parts become white."""
    if picture.dtype != np.uint8:
        picture = (picture / 256).astype(np.uint8)
    if picture.ndim == 2:
        return picture
    if picture.shape[2] == 1:
        return picture[:, :, 0]
    if picture.shape[2] == 4:
        opaque = picture[:, :, 3].astype(np.float32) / 255
        ink = cv2.cvtColor(picture, cv2.COLOR_BGRA2GRAY)
        return (ink * opaque + 255 * (1 - opaque)).astype(np.uint8)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def fit_into(picture: Picture, width: int, height: int) -> Picture:
    """Return `picture` reduced to fit into `width` x `height` pixels, with its proportions; it is never enlarged."""
    scale = min(width / picture.shape[1], height / picture.shape[0], 1.0)
    if scale == 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)

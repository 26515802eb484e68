"""Opens sources of frames: camera, device path, video file, picture, folder of pictures, stream.

A source reads one frame after another, without waiting for the time at which a frame is due, and starts no thread. It
raises ScanError on a problem.
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from scanners.camera.frames import Frame, FrameSource, SourceKind, elapsed_ms, retrieve_frame
from scanners.camera.picture_files import load_frames
from scanners.camera.streams import open_stream
from scanners.errors import ScanError, TornFrame
from scanners.opencv import cv2

if TYPE_CHECKING:
    from scanners.opencv import Picture

STILL_SECONDS = 0.5
"""Seconds for which each picture is shown when pictures are used in place of a camera."""

_LARGEST = (4096, 3072)
"""Frame size asked for a document camera; a driver gives the nearest that the camera has."""

_PICTURES, _VIDEOS = (
    "png jpg jpeg jfif webp bmp gif tif tiff pbm pgm ppm avif",
    "avi mp4 m4v mov mkv webm mjpg mjpeg mpg",
)
PICTURE_SUFFIXES = frozenset(f".{kind}" for kind in _PICTURES.split())
VIDEO_SUFFIXES = frozenset(f".{kind}" for kind in _VIDEOS.split())


def open_source(text: str, is_detailed: bool = False) -> FrameSource:
    """Open the source named by `text`: `0` (camera), `/dev/video0`, a file, a folder, `rtsp://...`, `http://...`.

    A camera gives its largest frames with `is_detailed`. Raises ScanError if the source does not exist, is in use, or
    is of no known kind.
    """
    if "://" in text:
        return open_stream(text)
    if text.isascii() and text.isdigit():
        return CameraDevice(text, is_detailed)
    path = Path(text)
    if _is_device(path) or (text.startswith("/dev/") and not path.exists()):  # files can lie in /dev/shm
        return CameraDevice(text, is_detailed)
    if path.is_dir():
        return PictureSequence(text, list_pictures(path))
    if not path.exists():
        raise ScanError("{source} does not exist.", source=text)
    if _is_picture(path):
        return PictureSequence(text, [path])
    return VideoFile(text)


def list_pictures(folder: Path) -> list[Path]:
    """Return the pictures in `folder` and below, sorted by path."""
    return _list_files(folder, PICTURE_SUFFIXES)


def list_scannable_files(folder: Path) -> list[Path]:
    """Return the pictures and videos in `folder` and below, sorted by path."""
    return _list_files(folder, PICTURE_SUFFIXES | VIDEO_SUFFIXES)


def _list_files(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes and path.is_file())


class PictureSequence:
    """Picture files, shown one after another. Each call of `read` returns one picture or one frame of an animation."""

    kind: SourceKind = "still"

    def __init__(self, name: str, paths: Iterable[Path]) -> None:
        self.name = name
        self._paths = list(paths)
        self._next = self._shown = 0
        self._frames: Iterator[Picture] = iter(())
        if not self._paths:
            raise ScanError("There is no picture in {source}.", source=name)

    def read(self) -> Frame | None:
        began = perf_counter()
        picture = next(self._frames, None)
        if picture is None:
            if self._next == len(self._paths):
                return None
            path = self._paths[self._next]
            self._next += 1
            self._frames = load_frames(_read_file(path), path.name)
            picture = next(self._frames)
        self._shown += 1
        return Frame(picture, (self._shown - 1) * STILL_SECONDS, elapsed_ms(began))

    def close(self) -> None:
        pass


class VideoFile:
    """A video file. Frames are due at the frame rate of the file."""

    kind: SourceKind = "clip"

    def __init__(self, name: str) -> None:
        self.name = name
        # without CAP_FFMPEG, OpenCV takes a file name with digits as a series of pictures
        self._capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise ScanError("{source} is neither a picture nor a video that can be read.", source=name)
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._seconds = 1 / rate if 1 <= rate <= 240 else 1 / 25
        self._frames = 0

    def read(self) -> Frame | None:
        began = perf_counter()
        picture = retrieve_frame(self._capture) if self._capture.grab() else None
        if picture is None:
            if not self._frames:
                raise ScanError("{source} is neither a picture nor a video that can be read.", source=self.name)
            return None
        self._frames += 1
        return Frame(picture, (self._frames - 1) * self._seconds, elapsed_ms(began))

    def close(self) -> None:
        self._capture.release()


class CameraDevice:
    """A camera of this machine, by number or device path, set to 1280x720 as Motion JPEG, or to its largest frames.

    A dense signed code needs 720 lines: at 480 lines, one frame in seven is not read (measured). Motion JPEG is used
    because USB 2 is too slow for uncompressed 720p at a useful rate.
    """

    kind: SourceKind = "live"

    def __init__(self, name: str, is_detailed: bool = False) -> None:
        self.name = name
        width, height = _LARGEST if is_detailed else (1280, 720)
        device = Path(f"/dev/video{name}") if name.isdigit() else Path(name)
        if sys.platform == "linux":
            _check_device(name, device)
        target = int(name) if name.isdigit() else name
        backend = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
        self._capture = cv2.VideoCapture(target, backend)
        if not self._capture.isOpened():
            self._capture.release()
            raise ScanError("Camera {camera} gives no picture: another program may be using it.", camera=name)
        for setting, value in (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, width),
            (cv2.CAP_PROP_FRAME_HEIGHT, height),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            self._capture.set(setting, value)  # a camera ignores settings that it does not support
        self._failures = 0
        self._has_delivered = False

    def read(self) -> Frame | None:
        caught = self._capture.grab()  # waits for the camera; `ms` is measured after the wait
        began = perf_counter()
        picture = retrieve_frame(self._capture) if caught else None
        if picture is not None:
            self._failures, self._has_delivered = 0, True
            return Frame(picture, 0.0, elapsed_ms(began))
        self._failures += 1
        if caught and self._failures < 5:
            raise TornFrame.from_error(
                ScanError("Camera {camera} sends damaged pictures. Check its cable.", camera=self.name)
            )
        if not self._has_delivered:  # V4L2 lets a second program open a camera but gives it no pictures
            raise ScanError("Camera {camera} gives no picture: another program may be using it.", camera=self.name)
        raise ScanError("Camera {camera} gives no more pictures. Is it still plugged in?", camera=self.name)

    def close(self) -> None:
        self._capture.release()


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ScanError("{source} cannot be read: {why}.", source=path.name, why=error.strerror or "") from error


def _check_device(name: str, device: Path) -> None:
    if not device.exists():
        raise ScanError("Camera {camera} is not there. It is used as soon as it is plugged in.", camera=name)
    try:
        device.open("rb", buffering=0).close()
    except PermissionError as error:
        raise ScanError("This user may not open camera {camera}.", camera=name) from error
    except OSError as error:
        raise ScanError("Camera {camera} gives no picture: another program may be using it.", camera=name) from error


def _is_device(path: Path) -> bool:
    try:
        return stat.S_ISCHR(path.stat().st_mode)
    except OSError:
        return False


def _is_picture(path: Path) -> bool:
    try:
        return path.suffix.lower() in PICTURE_SUFFIXES or cv2.haveImageReader(str(path))
    except cv2.error:
        return False

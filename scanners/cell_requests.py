"""The requests to the process that works on pictures, and its replies. Standard library only.

A request is its kind and four numbers (4 bytes each, big endian), and a content:

    DRAW    width, height, columns, rows     pixels (RGB)      CELL_BYTES for each cell
    DECODE  length, largest side, 0, 0       picture's file    width, height (0 if it is no picture), pixels
    CHECK   length, length of rules, 0, 0    file, rules       length, findings as JSON; null if it is no picture
    CROP    width, height, of the crop       pixels (RGB)      faces, pixels between the eyes, width, height, pixels
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import IO, NamedTuple

from scanners.child_process import read_exactly
from scanners.faces.photo_rules import PhotoFinding

QUADRANTS = " ▘▝▀▖▌▞▛"
"""Characters of the cells: bit 0 is the upper left quarter, bit 1 the upper right, bit 2 the lower left."""

CELL_BYTES = 7  # character, foreground and background of a cell
MAX_PIXELS = 4096  # width and height of a picture
MAX_CELLS = 1000  # columns and rows
MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_RULES_BYTES = 64 * 1024
_HEAD = struct.Struct(">5I")
_SIZE = struct.Struct(">2I")
_CROP = struct.Struct(">4I")
_LENGTH = struct.Struct(">I")


class RequestKind(IntEnum):
    """Kinds of request, as they are sent."""

    DRAW = 0
    DECODE = 1
    CROP = 2
    CHECK = 3


class DrawRequest(NamedTuple):
    """A picture in RGB, to be drawn in `columns` x `rows` cells."""

    rgb: bytes
    width: int
    height: int
    columns: int
    rows: int

    def pack(self) -> bytes:
        return _HEAD.pack(RequestKind.DRAW, self.width, self.height, self.columns, self.rows) + self.rgb


class DecodeRequest(NamedTuple):
    """The content of a picture's file, to be decoded with at most `side` pixels in each direction."""

    content: bytes
    side: int

    def pack(self) -> bytes:
        return _HEAD.pack(RequestKind.DECODE, len(self.content), self.side, 0, 0) + self.content


class CropRequest(NamedTuple):
    """A picture in RGB, of whose face a crop of `crop_width` x `crop_height` pixels is wanted."""

    rgb: bytes
    width: int
    height: int
    crop_width: int
    crop_height: int

    def pack(self) -> bytes:
        return _HEAD.pack(RequestKind.CROP, self.width, self.height, self.crop_width, self.crop_height) + self.rgb


class CheckRequest(NamedTuple):
    """The content of a photo's file, to be checked against `rules`, which are a PhotoRules as JSON."""

    content: bytes
    rules: bytes

    def pack(self) -> bytes:
        return _HEAD.pack(RequestKind.CHECK, len(self.content), len(self.rules), 0, 0) + self.content + self.rules


class FaceCrop(NamedTuple):
    """The face nearest to the camera: its crop (`width` is 0 without a face), and how many faces are as near."""

    faces: int
    eye_pixels: int  # between the eyes in the original
    width: int
    height: int
    rgb: bytes

    def pack(self) -> bytes:
        return _CROP.pack(self.faces, self.eye_pixels, self.width, self.height) + self.rgb


NO_FACE = FaceCrop(0, 0, 0, 0, b"")
Request = DrawRequest | DecodeRequest | CropRequest | CheckRequest


def is_valid_drawing(width: int, height: int, columns: int, rows: int) -> bool:
    """Return whether a picture of this size can be drawn in so many cells."""
    return _is_picture_size(width, height) and all(1 <= cells <= MAX_CELLS for cells in (columns, rows))


def is_valid_crop(width: int, height: int, crop_width: int, crop_height: int) -> bool:
    """Return whether a face can be cropped to this size from a picture of this size."""
    return _is_picture_size(width, height) and _is_picture_size(crop_width, crop_height)


def _is_picture_size(width: int, height: int) -> bool:
    return all(1 <= pixels <= MAX_PIXELS for pixels in (width, height))


def read_request(pipe: IO[bytes]) -> Request | None:
    """Return the next request; None at the end of the pipe. Raises ValueError if the data is not a request."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, *numbers = _HEAD.unpack(head)
    if kind == RequestKind.DECODE and 1 <= numbers[0] <= MAX_FILE_BYTES:
        content = pipe.read(numbers[0])
        return DecodeRequest(content, numbers[1]) if len(content) == numbers[0] else None
    if kind == RequestKind.CHECK and 1 <= numbers[0] <= MAX_FILE_BYTES and 1 <= numbers[1] <= MAX_RULES_BYTES:
        parts = pipe.read(numbers[0]), pipe.read(numbers[1])
        return CheckRequest(*parts) if [len(part) for part in parts] == numbers[:2] else None
    request: type[DrawRequest | CropRequest]
    if kind == RequestKind.DRAW and is_valid_drawing(*numbers):
        request = DrawRequest
    elif kind == RequestKind.CROP and is_valid_crop(*numbers):
        request = CropRequest
    else:
        raise ValueError("not a request")
    width, height = numbers[:2]
    rgb = pipe.read(width * height * 3)
    return request(rgb, *numbers) if len(rgb) == width * height * 3 else None


def pack_picture(width: int, height: int, rgb: bytes) -> bytes:
    """Return the reply to a request to decode; width and height are 0 if the file is no picture."""
    return _SIZE.pack(width, height) + rgb


def read_picture(pipe: IO[bytes]) -> tuple[int, int, bytes] | None:
    """Read the reply to a request to decode: width, height and pixels; None if the file is no picture."""
    width, height = _SIZE.unpack(read_exactly(pipe, _SIZE.size))
    rgb = read_exactly(pipe, width * height * 3)
    return (width, height, rgb) if width and height else None


def read_crop(pipe: IO[bytes]) -> FaceCrop:
    """Read the reply to a request for a crop."""
    faces, eye_pixels, width, height = _CROP.unpack(read_exactly(pipe, _CROP.size))
    return FaceCrop(faces, eye_pixels, width, height, read_exactly(pipe, width * height * 3))


def pack_findings(findings: Sequence[PhotoFinding] | None) -> bytes:
    """Return the reply to a request to check a photo; None if the file is no picture."""
    text = json.dumps(findings).encode()
    return _LENGTH.pack(len(text)) + text


def read_findings(pipe: IO[bytes]) -> tuple[PhotoFinding, ...] | None:
    """Read the reply to a request to check a photo."""
    (length,) = _LENGTH.unpack(read_exactly(pipe, _LENGTH.size))
    found = json.loads(read_exactly(pipe, length))
    return None if found is None else tuple(PhotoFinding(*finding) for finding in found)

"""Decodes picture files that OpenCV does not decode completely: very large ones, and those with several frames."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scanners.errors import ScanError, TornFrame
from scanners.opencv import MAX_PIXELS, cv2, np

if TYPE_CHECKING:
    from PIL import Image

    from scanners.opencv import Picture

MAX_LARGE_PIXELS = 160_000_000
"""Pixels of the largest picture that is decoded: A4 at 1200 dots per inch has 139 million."""

REDUCED_PIXELS = 24_000_000
"""Pixels to which larger pictures than MAX_PIXELS are reduced: A3 at 300 dots per inch has 17 million."""

MAX_FRAMES = 500
"""Frames of one file that are decoded, so that a file cannot keep the scanner busy for ever."""

_FRAME_SIGNATURES = (b"GIF8", b"II*\0", b"MM\0*")


def load_picture(data: bytes, name: str) -> Picture:
    """Return the first picture in the bytes of a file, in its own colours and depth; a very large one in grey, reduced.

    Raises TornFrame if there is none, or if it is too large.
    """
    picture = None
    if data and not _is_large(data):
        try:
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        except cv2.error:  # the size stated in the file exceeds MAX_PIXELS, or is 0
            picture = None
    return _load_large_picture(data, name) if picture is None else picture


def load_frames(data: bytes, name: str) -> Iterator[Picture]:
    """Yield the frames of an animation or the pages of a file, at least one. Raises TornFrame like `load_picture`."""
    if not _may_have_frames(data):
        yield load_picture(data, name)
        return
    count = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about large pictures, which are limited here
        try:
            for picture in _decode_frames(data):
                count += 1
                yield picture
        except (OSError, ValueError, SyntaxError, EOFError):  # no such file, or damaged from this frame on
            pass
    if not count:
        yield load_picture(data, name)


def _is_large(data: bytes) -> bool:
    try:
        image = _open_image(data)
    except (OSError, ValueError, SyntaxError):  # of a kind that only OpenCV knows; it has a limit of its own
        return False
    return image.width * image.height > MAX_PIXELS


def _may_have_frames(data: bytes) -> bool:
    is_animation = (data[:4] == b"RIFF" and b"ANIM" in data[:64]) or b"acTL" in data[:4096] or data[4:12] == b"ftypavis"
    return is_animation or data.startswith(_FRAME_SIGNATURES)


def _decode_frames(data: bytes) -> Iterator[Picture]:
    image = _open_image(data)
    if image.width * image.height > MAX_PIXELS:
        return
    for number in range(min(getattr(image, "n_frames", 1), MAX_FRAMES)):
        image.seek(number)
        if image.mode in ("1", "L"):
            yield np.array(image.convert("L"))
        else:
            yield cv2.cvtColor(np.array(image.convert("RGBA")), cv2.COLOR_RGBA2BGRA)


def _load_large_picture(data: bytes, name: str) -> Picture:
    damaged = TornFrame.from_error(ScanError("The picture {source} is damaged or is no picture.", source=name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = _open_image(data)
        except (OSError, ValueError, SyntaxError):
            raise damaged from None
        pixels = image.width * image.height
        if pixels > MAX_LARGE_PIXELS:
            raise TornFrame.from_error(
                ScanError(
                    "The picture {source} is too large: {width} x {height} pixels. "
                    "Scan it with fewer dots per inch; 300 are enough.",
                    source=name,
                    width=image.width,
                    height=image.height,
                )
            )
        try:
            return _reduce(image, pixels)
        except (OSError, ValueError, SyntaxError, MemoryError):
            raise damaged from None


def _reduce(image: Image.Image, pixels: int) -> Picture:
    """Return the picture in grey; transparent parts become white."""
    factor = int(-(-((pixels / REDUCED_PIXELS) ** 0.5) // 1)) if pixels > MAX_PIXELS else 1
    image.draft("L", (image.width // factor, image.height // factor))  # JPEG is reduced while it is decoded
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
        from PIL import Image as PillowImage

        ground = PillowImage.new("RGBA", image.size, "white")
        image = PillowImage.alpha_composite(ground, image.convert("RGBA"))
    grey = image.convert("L")
    remaining = int(-(-((grey.width * grey.height / REDUCED_PIXELS) ** 0.5) // 1)) if pixels > MAX_PIXELS else 1
    return np.array(grey.reduce(remaining) if remaining > 1 else grey)


def _open_image(data: bytes) -> Image.Image:
    """Read the head of a picture file. Raises OSError, ValueError or SyntaxError."""
    from PIL import Image  # imported for few files only

    Image.MAX_IMAGE_PIXELS = None  # limited by the callers
    return Image.open(io.BytesIO(data))

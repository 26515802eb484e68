"""Pages of picture files: JPEG, PNG, WebP, TIFF with all its pages, and HEIC if `pillow-heif` is installed.

The orientation that a camera has noted is applied; other metadata, such as the place of the photograph, is dropped.
"""

from __future__ import annotations

import io
import warnings
from importlib.util import find_spec

from PIL import Image, ImageOps, UnidentifiedImageError

from scanners.opencv import Picture, cv2, np
from scanners.papers.pages import MAX_FILE_BYTES, PaperError, damaged_file, heic_not_installed, too_many_pixels

MAX_SIDE = 2400  # pixels: A4 at 205 dots per inch
MAX_PIXELS = 80_000_000
"""Pixels of the largest picture that is decoded: A3 at 600 dots per inch has 70 million."""

MAX_STATED_PIXELS = 200_000_000
"""Pixels of the largest JPEG, which is reduced while it is decoded: cameras of telephones have up to 200 million."""

_FORMATS = ["JPEG", "PNG", "WEBP", "TIFF"]
_SIGNS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

Image.MAX_IMAGE_PIXELS = MAX_STATED_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
if find_spec("pillow_heif"):
    import pillow_heif

    pillow_heif.register_heif_opener()
    pillow_heif.options.DECODE_THREADS = 1
    _FORMATS.append("HEIF")


def is_picture(content: bytes) -> bool:
    """Return whether the first bytes are those of an accepted kind of picture."""
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return content.startswith(_SIGNS) or is_webp or _is_heic(content)


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS


class PictureFile:
    """An open picture file. `count` is its number of pages: more than 1 for TIFF only."""

    def __init__(self, content: bytes) -> None:
        """Raises PaperError if the file is damaged or has too many pixels."""
        if _is_heic(content) and "HEIF" not in _FORMATS:
            raise heic_not_installed()
        try:
            self._image = Image.open(io.BytesIO(content), formats=_FORMATS)
            self.count = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise _describe_size(content) from None
        except MemoryError:
            raise
        except Exception:  # whatever a damaged file makes the decoder raise
            raise damaged_file() from None

    def draw(self, number: int, side: int = MAX_SIDE) -> Picture:
        """Return a page (BGR), its longest side at most `side` pixels; transparent parts are white.

        Raises PaperError.
        """
        try:
            if self.count > 1:
                self._image.seek(number - 1)
            width, height = self._image.size
            self._image.draft("RGB", (side, side))  # a JPEG is decoded in about this size at once
            if self._image.width * self._image.height > MAX_PIXELS:
                raise too_many_pixels(width, height)
            return _to_bgr(self._image, side)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise too_many_pixels(*self._image.size) from None
        except (PaperError, MemoryError):
            raise
        except Exception:  # whatever a damaged file makes the decoder raise
            raise damaged_file() from None

    def close(self) -> None:
        self._image.close()


def _to_bgr(image: Image.Image, side: int) -> Picture:
    if image.mode.startswith("I"):  # 16 bits of grey
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    image = image.convert("L") if image.mode == "1" else image
    if image.mode not in ("L", "RGB"):
        has_transparency = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "RGBa", "La")
        image = image.convert("RGBA" if has_transparency else "RGB")
    turned = ImageOps.exif_transpose(image)
    if turned.mode == "RGBA":
        ground = Image.new("RGB", turned.size, "white")
        ground.paste(turned, mask=turned.getchannel("A"))
        turned = ground
    picture = np.asarray(turned)
    scale = side / max(picture.shape[:2])
    if scale < 1:
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR if picture.ndim == 2 else cv2.COLOR_RGB2BGR)


def _describe_size(content: bytes) -> PaperError:
    """Return the error for a picture whose size Pillow has refused, with that size."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            with Image.open(io.BytesIO(content[:MAX_FILE_BYTES])) as image:
                return too_many_pixels(*image.size)
        except (OSError, ValueError, SyntaxError, UnidentifiedImageError):
            return damaged_file()
        finally:
            Image.MAX_IMAGE_PIXELS = limit

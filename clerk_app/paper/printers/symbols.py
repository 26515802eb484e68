"""Draws codes and logos in dots of the paper. A module of a code is a whole number of dots, for scanners."""

from __future__ import annotations

import io

import segno
from barcode.codex import Code128
from PIL import Image, UnidentifiedImageError
from segno.encoder import DataOverflowError

from clerk_app.errors import BadData

BAR_HEIGHT = 80
"""Height in dots: 10 mm, enough for a hand-held scanner held at an angle."""

LOGO_DOTS = (256, 160)
"""Largest width and height of a logo in dots: 32 x 20 mm."""

_QUIET_128 = 10  # quiet zone in modules on each side, ISO/IEC 15417
_QUIET_QR = 4  # quiet zone in modules, ISO/IEC 18004
_DOTS_128 = (3, 2)  # 0.375 and 0.25 mm per module, the larger if it fits; a worn head loses single dots
_DOTS_QR = (6, 5, 4, 3, 2)


def code128_modules(text: str) -> str:
    """Return the modules of `text`, `1` black and `0` white, with check character and stop, without quiet zones."""
    modules: str = _Code128(text).build()[0]
    return modules


class _Code128(Code128):  # type: ignore[misc]
    """Code 128 that keeps a leading pair `99`.

    python-barcode drops the pair, because in sets A and B the value 99 switches to set C.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        begins_with_a_pair = self.code[:2].isdigit() and len(self.code) > 1
        return encoded if begins_with_a_pair else super()._try_to_optimize(encoded)


def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the rows of modules of a QR code (level M) of `text`, without a quiet zone. True is black.

    Raises BadData if the text is too long for a QR code.
    """
    try:
        code = segno.make(text, error="m", micro=False, boost_error=False)
    except DataOverflowError:
        raise BadData("This text is too long for a QR code.") from None
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def code128_picture(text: str, dots: int) -> Image.Image:
    """Return the barcode centred on a strip `dots` wide (mode 1, black on white). Raises BadData if it does not fit."""
    modules = code128_modules(text)
    size = _largest_module_size(len(modules) + 2 * _QUIET_128, dots, _DOTS_128)
    bars = Image.new("1", (len(modules), 1), 1)
    bars.putdata([0 if module == "1" else 1 for module in modules])
    return _center_on_strip(bars.resize((len(modules) * size, BAR_HEIGHT), Image.Resampling.NEAREST), dots, 0)


def qr_picture(text: str, dots: int) -> Image.Image:
    """Return the QR code with its quiet zone on a strip `dots` wide (mode 1). Raises BadData if it does not fit."""
    rows = qr_modules(text)
    side = len(rows)
    size = _largest_module_size(side + 2 * _QUIET_QR, dots, _DOTS_QR)
    modules = Image.new("1", (side, side), 1)
    modules.putdata([0 if module else 1 for row in rows for module in row])
    code = modules.resize((side * size, side * size), Image.Resampling.NEAREST)
    return _center_on_strip(code, dots, _QUIET_QR * size)


def logo_picture(png: bytes, dots: int) -> Image.Image:
    """Return the logo on a strip `dots` wide (mode 1, greys as dots), reduced to LOGO_DOTS if it is larger.

    Raises BadData if the picture is damaged.
    """
    logo = read_logo(png)
    logo.thumbnail(LOGO_DOTS)
    return _center_on_strip(logo.convert("1"), dots, 0)


def read_logo(png: bytes) -> Image.Image:
    """Return the picture in greys on white. Raises BadData if it is damaged."""
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
            picture.load()
            logo = picture.convert("LA")
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise BadData("The logo is a damaged picture.") from error
    paper = Image.new("LA", logo.size, (255, 255))
    return Image.alpha_composite(paper.convert("RGBA"), logo.convert("RGBA")).convert("L")


def _largest_module_size(modules: int, dots: int, sizes: tuple[int, ...]) -> int:
    for size in sizes:
        if modules * size <= dots:
            return size
    raise BadData("This code is too wide for the paper.")


def _center_on_strip(code: Image.Image, dots: int, margin: int) -> Image.Image:
    # the strip is as wide as the paper, since printers differ in how they align narrower rasters
    strip = Image.new("1", (dots, code.height + 2 * margin), 1)
    strip.paste(code, ((dots - code.width) // 2, margin))
    return strip

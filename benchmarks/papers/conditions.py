"""What happens to a drawn paper before it is read: scanned clean, photographed, blurred, shadowed, stamped, turned."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from random import Random

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.papers.photographs import Conditions, choose_conditions, take_photograph
from benchmarks.papers.sheets import Sheet
from scanners import PaperClient

Picture = npt.NDArray[np.uint8]


_NEAR = 0.75  # least share of the picture's height that a paper takes at a counter
PAPERS = PaperClient()  # ended when it is idle


def to_jpeg(image: Image.Image, quality: int = 90) -> bytes:
    """Return the picture as a JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def scan_clean(image: Image.Image, dice: Random) -> Image.Image:
    """Return the paper as a scanner gives it."""
    del dice
    return image


def blur(image: Image.Image, dice: Random) -> Image.Image:
    """Return the paper out of focus, by one to two and a half pixels."""
    return _from_array(cv2.GaussianBlur(_to_array(image), (0, 0), dice.uniform(1.0, 2.5)))


def shadow(image: Image.Image, dice: Random) -> Image.Image:
    """Return the paper under uneven light with the shadow of an edge."""
    pixels = _to_array(image).astype(np.float32)
    height, width = pixels.shape[:2]
    across, down = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    angle = dice.uniform(0, 6.28)
    slope = np.cos(angle) * across + np.sin(angle) * down
    light = dice.uniform(0.75, 1.0) - dice.uniform(0.05, 0.2) * slope
    edge = 1 / (1 + np.exp(-(slope - dice.uniform(-0.3, 0.5)) * dice.uniform(6, 25)))
    light = light * (1 - dice.uniform(0.25, 0.5) * edge)
    noise = np.random.default_rng(dice.randrange(2**32)).normal(0, 4, pixels.shape)
    return _from_array(np.clip(pixels * light[..., None] + noise, 0, 255).astype(np.uint8))


def stamp(image: Image.Image, dice: Random) -> Image.Image:
    """Return the paper with one or two red stamps anywhere, also over its fields."""
    sheet = Sheet(*image.size, dice)
    sheet.image = image.copy()
    for _ in range(dice.choice((1, 1, 2))):
        radius = dice.uniform(0.09, 0.13) * image.width
        x, y = dice.uniform(0.2, 0.85) * image.width, dice.uniform(0.2, 0.85) * image.height
        sheet.stamp(
            x,
            y,
            radius,
            dice.choice(("示范市青山区民政局", "复印件与原件一致", "示范市公安局户口专用")),
            dice.randrange(90, 190),
        )
    return sheet.image


def turn(image: Image.Image, dice: Random) -> Image.Image:
    """Return the paper on its side or upside down."""
    return image.rotate(90 * dice.randrange(1, 4), expand=True)


def photograph(image: Image.Image, dice: Random) -> Image.Image:
    """Return the paper photographed askew under a camera of 1920x1440 pixels, then found, flattened and evenly lit.

    A tall paper lies along the longer side of the picture, as under a document camera, so it is turned after this.
    """
    seed = dice.randrange(2**31)
    how = choose_conditions(seed)
    laid = image.rotate(dice.choice((90, -90)), expand=True) if image.height > image.width else image
    return _take(laid, seed, how._replace(fill=max(how.fill, _NEAR)))


def photograph_from_afar(image: Image.Image, dice: Random) -> Image.Image:
    """Return the paper photographed from so far that it takes 45 to 75 % of the height of the picture."""
    seed = dice.randrange(2**31)
    return _take(image, seed, choose_conditions(seed)._replace(fill=dice.uniform(0.45, _NEAR)))


def _take(image: Image.Image, seed: int, how: Conditions) -> Image.Image:
    picture = take_photograph(cv2.cvtColor(_to_array(image), cv2.COLOR_RGB2BGR), seed, how).picture
    taken = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    return Image.open(io.BytesIO(PAPERS.straighten(taken).jpeg))


CONDITIONS: Mapping[str, Callable[[Image.Image, Random], Image.Image]] = {
    "clean": scan_clean,
    "photographed": photograph,
    "blurred": blur,
    "shadowed": shadow,
    "stamped": stamp,
    "turned": turn,
    "from afar": photograph_from_afar,
}


def _to_array(image: Image.Image) -> Picture:
    return np.asarray(image.convert("RGB"), dtype=np.uint8)


def _from_array(pixels: npt.NDArray[np.uint8] | cv2.typing.MatLike) -> Image.Image:
    return Image.fromarray(np.asarray(pixels, dtype=np.uint8))

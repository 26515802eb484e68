"""Drawn portraits of the sample city's invented persons. Each person has own features; a view has own light and pose.

A drawing is enough for the detection of faces to find its eyes; it shows nobody who exists.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import cos, pi, sin
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

Colour = tuple[int, int, int]
_SKINS: tuple[Colour, ...] = ((238, 204, 178), (226, 186, 154), (214, 172, 138), (200, 156, 122))
_HAIRS: tuple[Colour, ...] = ((28, 24, 24), (46, 34, 30), (70, 52, 44), (120, 116, 112))
_CLOTHES: tuple[Colour, ...] = ((52, 74, 112), (118, 52, 60), (66, 92, 76), (84, 84, 92), (196, 190, 180))
_SIZE = (480, 600)  # of a drawing, which is scaled down
_MIDDLE, _EYES = 240, 270  # x of the nose, y of the eyes


@dataclass(frozen=True)
class Features:
    """What makes a face: colours, and measures in pixels of the drawing."""

    skin: Colour
    hair: Colour
    clothes: Colour
    half_width: int
    jaw: float  # width of the jaw in widths of the head
    chin: int  # y of the chin
    eye_gap: int  # between the middle of the face and an eye
    eye_width: int
    eye_height: int
    brow: int  # thickness
    brow_lift: int
    brow_slope: int
    nose_length: int
    nose_width: int
    mouth_width: int
    lips: int
    fringe: int  # y down to which hair covers the forehead
    long_hair: bool
    glasses: bool


class View(NamedTuple):
    """How a person is seen: the turn of the head in degrees, light from the left (-1) or right (1), brightness."""

    tilt: float = 0.0
    light: float = 0.0
    brightness: float = 1.0
    background: Colour = (255, 255, 255)
    smile: int = 0


PHOTO = View(background=(246, 247, 249))


def features_of(name: str) -> Features:
    """Return the features of an invented person; the same for the same name always."""
    dice = random.Random(name)  # noqa: S311  features of a drawing, no secret
    return Features(
        skin=dice.choice(_SKINS),
        hair=dice.choice(_HAIRS),
        clothes=dice.choice(_CLOTHES),
        half_width=dice.randint(118, 140),
        jaw=dice.uniform(0.62, 0.86),
        chin=dice.randint(424, 452),
        eye_gap=dice.randint(54, 64),
        eye_width=dice.randint(25, 32),
        eye_height=dice.randint(10, 15),
        brow=dice.randint(7, 14),
        brow_lift=dice.randint(32, 44),
        brow_slope=dice.randint(-6, 8),
        nose_length=dice.randint(72, 92),
        nose_width=dice.randint(24, 36),
        mouth_width=dice.randint(40, 58),
        lips=dice.randint(9, 17),
        fringe=dice.randint(170, 216),
        long_hair=dice.random() < 0.5,
        glasses=dice.random() < 0.3,
    )


def draw_portrait(features: Features, view: View = PHOTO) -> Image.Image:
    """Draw head and shoulders in 480 x 600 pixels (RGB)."""
    picture = Image.new("RGB", _SIZE, view.background)
    draw = ImageDraw.Draw(picture)
    _draw_body(draw, features)
    _draw_head(draw, features)
    _draw_eyes(draw, features)
    _draw_nose_and_mouth(draw, features, view.smile)
    if features.glasses:
        _draw_glasses(draw, features)
    picture = picture.filter(ImageFilter.GaussianBlur(1.6))
    if view.light:
        picture = _shade(picture, view.light)
    if view.tilt:
        picture = picture.rotate(-view.tilt, Image.Resampling.BICUBIC, fillcolor=view.background)
    return ImageEnhance.Brightness(picture).enhance(view.brightness) if view.brightness != 1.0 else picture


def _mixed(colour: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _outline(features: Features, grow: float = 0.0) -> list[tuple[float, float]]:
    """Return the outline of the head: half an ellipse above the eyes, narrowing to the jaw below."""
    top, width = 130 - grow, features.half_width + grow
    points = []
    for step in range(72):
        angle = 2 * pi * step / 72
        across, up = cos(angle), -sin(angle)
        height = (_EYES - top) if up < 0 else (features.chin + grow - _EYES)
        narrowing = 1 - (1 - features.jaw) * max(0.0, up) ** 1.5
        points.append((_MIDDLE + width * across * narrowing, _EYES + height * up))
    return points


def _draw_body(draw: ImageDraw.ImageDraw, features: Features) -> None:
    if features.long_hair:
        draw.polygon(_outline(features, 34), features.hair)
        draw.rectangle((_MIDDLE - 158, 250, _MIDDLE + 158, 520), features.hair)
    draw.pieslice((30, 470, 450, 800), 180, 360, features.clothes)
    neck = _mixed(features.skin, (90, 50, 30), 0.25)
    draw.polygon([(185, 400), (295, 400), (305, 500), (240, 545), (175, 500)], neck)


def _draw_head(draw: ImageDraw.ImageDraw, features: Features) -> None:
    edge = _mixed(features.skin, (120, 70, 45), 0.3)
    if not features.long_hair:
        for side in (-1, 1):  # ears
            x = _MIDDLE + side * features.half_width
            draw.ellipse((x - 20, _EYES - 16, x + 20, _EYES + 56), edge)
    draw.polygon([point for point in _outline(features, 14) if point[1] < _EYES + 30], features.hair)
    draw.polygon([point for point in _outline(features, 0) if point[1] > 120], edge)
    for ring in range(1, 18):  # paler towards the middle of the face
        draw.polygon(_outline(features, -ring * 2), _mixed(edge, features.skin, min(1.0, ring / 12)))
    lower = [(x, y) for x, y in _outline(features, 22) if y < features.fringe + 10]
    draw.polygon([*lower, (_MIDDLE - 40, features.fringe + 6), (_MIDDLE + 30, features.fringe - 12)], features.hair)
    for side in (-1, 1):  # cheeks
        x = _MIDDLE + side * 70
        draw.ellipse((x - 30, 326, x + 30, 366), _mixed(features.skin, (220, 120, 100), 0.18))


def _draw_eyes(draw: ImageDraw.ImageDraw, features: Features) -> None:
    shade = _mixed(features.skin, (90, 50, 40), 0.28)
    for side in (-1, 1):
        x, half, high = _MIDDLE + side * features.eye_gap, features.eye_width, features.eye_height
        draw.ellipse((x - half - 8, _EYES - high - 12, x + half + 8, _EYES + high + 10), shade)
        draw.ellipse((x - half, _EYES - high, x + half, _EYES + high), (244, 242, 238))
        draw.ellipse((x - high - 1, _EYES - high - 1, x + high + 1, _EYES + high + 1), (58, 38, 28))
        draw.ellipse((x - 6, _EYES - 6, x + 6, _EYES + 6), (14, 10, 10))
        draw.ellipse((x + 2, _EYES - 7, x + 7, _EYES - 2), (250, 250, 250))
        draw.arc((x - half - 2, _EYES - high - 3, x + half + 2, _EYES + high + 6), 190, 350, (36, 24, 22), 5)
        y = _EYES - features.brow_lift
        inner, outer = x - side * half, x + side * (half + 8)
        line = [(inner, y + features.brow_slope), (x, y - 6), (outer, y + 4)]
        draw.line(line, _mixed(features.hair, features.skin, 0.15), features.brow, joint="curve")


def _draw_nose_and_mouth(draw: ImageDraw.ImageDraw, features: Features, smile: int) -> None:
    tip, wide = _EYES + features.nose_length, features.nose_width
    shade = _mixed(features.skin, (110, 60, 45), 0.3)
    draw.polygon([(_MIDDLE + 8, _EYES), (_MIDDLE + 12, tip - 14), (_MIDDLE + wide, tip), (_MIDDLE, tip + 6)], shade)
    draw.ellipse((_MIDDLE - wide, tip - 18, _MIDDLE + wide, tip + 10), _mixed(features.skin, shade, 0.55))
    draw.ellipse((_MIDDLE - 13, tip - 24, _MIDDLE + 11, tip + 2), _mixed(features.skin, (255, 255, 255), 0.25))
    for side in (-1, 1):
        x = _MIDDLE + side * wide * 0.55
        draw.ellipse((x - 7, tip - 1, x + 7, tip + 7), (92, 52, 44))
    y, half, lips = (tip + features.chin) / 2 + 4, features.mouth_width + smile, features.lips
    red = _mixed(features.skin, (164, 52, 56), 0.6)
    corners = (_MIDDLE - half, y - smile), (_MIDDLE + half, y - smile)
    upper = [(_MIDDLE + half * 0.3, y - lips), (_MIDDLE, y - lips * 0.6), (_MIDDLE - half * 0.3, y - lips)]
    draw.polygon([corners[0], (_MIDDLE, y + lips * 1.5), corners[1], *upper], red)
    draw.line([corners[0], (_MIDDLE, y + smile * 0.3), corners[1]], (96, 34, 36), 5, joint="curve")
    draw.ellipse((_MIDDLE - half * 0.6, y + lips * 1.9, _MIDDLE + half * 0.6, y + lips * 1.9 + 9), shade)


def _draw_glasses(draw: ImageDraw.ImageDraw, features: Features) -> None:
    for side in (-1, 1):
        x = _MIDDLE + side * features.eye_gap
        draw.rounded_rectangle((x - 46, _EYES - 30, x + 46, _EYES + 34), 18, outline=(40, 40, 46), width=6)
        draw.line([(x + side * 46, _EYES - 8), (_MIDDLE + side * features.half_width, _EYES - 14)], (40, 40, 46), 6)
    draw.line([(_MIDDLE - 12, _EYES - 6), (_MIDDLE + 12, _EYES - 6)], (40, 40, 46), 6)


def _shade(picture: Image.Image, light: float) -> Image.Image:
    """Return the picture with one side darker."""
    ramp = Image.linear_gradient("L").rotate(90 if light > 0 else 270).resize(picture.size)
    dark = ImageEnhance.Brightness(picture).enhance(1 - 0.5 * abs(light))
    return Image.composite(dark, picture, ramp)

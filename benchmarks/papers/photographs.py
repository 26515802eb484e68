"""Photographs of papers as a document camera or a telephone takes them, drawn from page pictures, with true corners.

Each has a desk, a page that lies askew and slightly bent, light that falls off, and, by its seed: the shadow of a hand,
fingers that hold the page, blur, noise and JPEG compression.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike as Picture

from scanners.papers.pages import Corners

WIDTH, HEIGHT = 1920, 1440
_SKIN = ((120, 150, 205), (95, 125, 180), (60, 85, 130), (150, 180, 225))  # BGR


class Conditions(NamedTuple):
    """How a photograph is taken. `turn` and `tilt` are degrees, `blur` and `noise` standard deviations."""

    desk: str = "wood"
    fill: float = 0.8  # share of the frame's height that the page takes
    turn: float = 0.0
    tilt: float = 0.0
    light: float = 1.0  # brightness of the lightest place
    falloff: float = 0.0  # share of brightness lost at the darkest place
    has_hand_shadow: bool = False
    fingers: int = 0
    bend: float = 0.0  # pixels by which edges are curved
    blur: float = 0.6
    noise: float = 3.0
    quality: int = 88


class Photograph(NamedTuple):
    """A photograph (BGR), and where the corners of the page are, as fractions of it."""

    picture: Picture
    corners: Corners
    conditions: Conditions


def choose_conditions(seed: int) -> Conditions:
    """Return conditions as they occur at a counter; each seed has others, each desk is as frequent as the others."""
    dice = np.random.default_rng(seed)
    desks = list(DESKS)
    return Conditions(
        desk=desks[seed % len(desks)],
        fill=dice.uniform(0.55, 0.93),
        turn=dice.normal(0, 7),
        tilt=abs(dice.normal(0, 7)),
        light=dice.uniform(0.65, 1.0),
        falloff=dice.uniform(0.0, 0.35),
        has_hand_shadow=dice.random() < 0.3,
        fingers=int(dice.integers(1, 4)) if dice.random() < 0.2 else 0,
        bend=dice.uniform(0, 8),
        blur=dice.uniform(0.3, 2.2),
        noise=dice.uniform(1, 7),
        quality=int(dice.integers(70, 93)),
    )


def take_photograph(page: Picture, seed: int, conditions: Conditions | None = None) -> Photograph:
    """Photograph a page (BGR). `seed` decides what the conditions leave open."""
    how = conditions or choose_conditions(seed)
    dice = np.random.default_rng([seed, 1])
    corners = _place_corners(page, how, dice)
    desk = DESKS[how.desk](dice)
    laid, cover = _lay(page, corners, how.bend)
    shadow = cv2.GaussianBlur(np.roll(cover, (5, 4), (0, 1)), (0, 0), 7)[..., None]
    picture = desk * (1 - 0.45 * shadow)
    picture = picture * (1 - cover[..., None]) + laid * cover[..., None]
    for _finger in range(how.fingers):
        picture = _put_finger(picture, corners, dice)
    picture = picture * _make_light(how, dice)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), how.blur)
    picture = np.clip(picture + dice.normal(0, how.noise, picture.shape), 0, 255).astype(np.uint8)
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, how.quality])[1]
    shown = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    assert shown is not None
    return Photograph(shown, tuple((float(x / WIDTH), float(y / HEIGHT)) for x, y in corners), how)


def _place_corners(page: Picture, how: Conditions, dice: np.random.Generator) -> Picture:
    """Return the corners of the page in pixels of the frame: a flat page turned, tilted and seen by a camera above."""
    height = HEIGHT * how.fill
    width = height * page.shape[1] / page.shape[0]
    if width > WIDTH * 0.95:
        width, height = WIDTH * 0.95, WIDTH * 0.95 * page.shape[0] / page.shape[1]
    flat = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], float) * (width / 2, height / 2, 1)
    turn, axis, tilt = np.radians(how.turn), dice.uniform(0, 2 * np.pi), np.radians(how.tilt)
    around = np.array([np.cos(axis), np.sin(axis), 0]) * tilt
    matrix = cv2.Rodrigues(around)[0] @ cv2.Rodrigues(np.array([0, 0, turn]))[0]
    placed = flat @ matrix.T
    distance = 2200.0
    seen = placed[:, :2] * distance / (distance + placed[:, 2:])
    size = seen.max(0) - seen.min(0)
    seen *= min(1.0, 0.96 * WIDTH / size[0], 0.96 * HEIGHT / size[1])
    room = np.array([WIDTH, HEIGHT]) - (seen.max(0) - seen.min(0))
    return np.array(seen - seen.min(0) + room * dice.uniform(0.15, 0.85, 2), np.float32)


def _lay(page: Picture, corners: Picture, bend: float) -> tuple[Picture, Picture]:
    """Return the page in the frame, and which pixels it covers (0 to 1)."""
    height, width = page.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners)
    laid = cv2.warpPerspective(page, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, (WIDTH, HEIGHT))
    if bend:
        columns, rows = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
        left, right = corners[:, 0].min(), corners[:, 0].max()
        rows = rows + bend * np.sin(np.pi * np.clip((columns - left) / max(right - left, 1), 0, 1)).astype(np.float32)
        laid = cv2.remap(laid, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        cover = cv2.remap(cover, columns, rows, cv2.INTER_LINEAR)
    return laid.astype(np.float32), cover


def _put_finger(picture: Picture, corners: Picture, dice: np.random.Generator) -> Picture:
    """Draw a finger that comes from outside and ends inside the page."""
    edge = int(dice.integers(0, 4))
    start, end = corners[edge], corners[(edge + 1) % 4]
    place = start + (end - start) * dice.uniform(0.15, 0.85)
    inward = corners.mean(0) - place
    inward /= np.linalg.norm(inward)
    width = dice.uniform(50, 90)
    tip, root = place + inward * dice.uniform(30, 110), place - inward * 1500
    mask = np.zeros(picture.shape[:2], np.float32)
    cv2.line(mask, tuple(tip.astype(int).tolist()), tuple(root.astype(int).tolist()), 1.0, int(width), cv2.LINE_AA)
    shade = cv2.GaussianBlur(np.roll(mask, 12, 0), (0, 0), 14)[..., None]
    round_light = cv2.GaussianBlur(mask, (0, 0), width / 4)[..., None]
    skin = np.array(_SKIN[int(dice.integers(0, len(_SKIN)))], np.float32) * (0.6 + 0.45 * round_light)
    darkened = picture * (1 - 0.35 * shade)
    return np.array(darkened * (1 - mask[..., None]) + skin * mask[..., None], np.float32)


def _make_light(how: Conditions, dice: np.random.Generator) -> Picture:
    columns, rows = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    angle = dice.uniform(0, 2 * np.pi)
    along = (columns * np.cos(angle) + rows * np.sin(angle)) / 1.42
    light = how.light * (1 - how.falloff * (along + 1) / 2)
    if how.has_hand_shadow:
        hand = np.zeros((HEIGHT // 8, WIDTH // 8), np.float32)
        place = dice.uniform(0.2, 0.8, 2) * (WIDTH / 8, HEIGHT / 8)
        axes = tuple(int(size) for size in dice.uniform(20, 55, 2))
        cv2.ellipse(hand, tuple(place.astype(int).tolist()), axes, float(dice.uniform(0, 180)), 0, 360, 1.0, -1)
        soft = cv2.GaussianBlur(hand, (0, 0), float(dice.uniform(2, 8)))
        light = light * (1 - dice.uniform(0.25, 0.5) * cv2.resize(soft, (WIDTH, HEIGHT)))
    return np.array(light, np.float32)


def _draw_wood(dice: np.random.Generator) -> Picture:
    grain = dice.normal(0, 1, (HEIGHT // 4, 24))
    stripes = cv2.resize(cv2.GaussianBlur(grain, (0, 0), 2), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    colour = np.array([[60, 95, 140], [95, 140, 185], [40, 60, 90]][int(dice.integers(0, 3))], np.float32)
    return np.array(np.clip(colour + 26 * stripes[..., None], 0, 255), np.float32)


def _draw_plain(level: tuple[float, float], roughness: float) -> Callable[[np.random.Generator], Picture]:
    def draw(dice: np.random.Generator) -> Picture:
        colour = np.full(3, dice.uniform(*level)) + dice.normal(0, 3, 3)
        rough = cv2.resize(dice.normal(0, roughness, (HEIGHT // 6, WIDTH // 6)), (WIDTH, HEIGHT))
        return np.array(np.clip(colour + rough[..., None], 0, 255), np.float32)

    return draw


def _draw_mat(dice: np.random.Generator) -> Picture:
    """Draw a green mat with a grid of light lines."""
    mat = np.full((HEIGHT, WIDTH, 3), (95, 110, 40), np.float32) + dice.normal(0, 4, 3)
    for at in range(int(dice.integers(0, 60)), WIDTH, 60):
        cv2.line(mat, (at, 0), (at, HEIGHT), (150, 170, 120), 2)
        if at < HEIGHT:
            cv2.line(mat, (0, at), (WIDTH, at), (150, 170, 120), 2)
    return np.array(mat, np.float32)


def _draw_cloth(dice: np.random.Generator) -> Picture:
    columns, rows = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    weave = np.sin(columns / dice.uniform(2, 6)) + np.sin(rows / dice.uniform(2, 6))
    colour = dice.uniform(40, 150, 3)
    return np.array(np.clip(colour + 12 * weave[..., None], 0, 255), np.float32)


def _draw_clutter(dice: np.random.Generator) -> Picture:
    """Draw a dark desk with coloured folders, a pen and a cable at its edges."""
    desk = _draw_plain((50, 90), 4)(dice)
    for _folder in range(4):
        place = dice.uniform(0, 1, 2) * (WIDTH, HEIGHT)
        box = cv2.boxPoints((tuple(place), tuple(dice.uniform(150, 420, 2)), float(dice.uniform(0, 90))))
        cv2.fillConvexPoly(desk, box.astype(np.int32), dice.uniform(20, 190, 3).tolist())
    points = dice.uniform(0, 1, (6, 2)) * (WIDTH, HEIGHT)
    cv2.polylines(desk, [points.astype(np.int32)], False, (25, 25, 25), 10, cv2.LINE_AA)
    return desk


DESKS: dict[str, Callable[[np.random.Generator], Picture]] = {
    "wood": _draw_wood,
    "dark": _draw_plain((25, 60), 4),
    "grey": _draw_plain((110, 150), 4),
    "light grey": _draw_plain((175, 205), 2),
    "mat": _draw_mat,
    "cloth": _draw_cloth,
    "clutter": _draw_clutter,
}
"""The desks by name. The lightest has about four fifths of the brightness of the paper."""

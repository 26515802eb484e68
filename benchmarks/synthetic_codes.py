"""Drawn pictures and clips of QR codes, each with one difficulty of cameras, light, paper, screens or cloth.

Pictures are drawn, not photographed: so each has a single difficulty, its text is known, and the decoder was not tuned
with it. A seed always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import segno

from scanners.opencv import NDArray, Picture, cv2, np

Light = NDArray[Any]
Rng = np.random.Generator
CodePosition = tuple[float, float, float]
"""Horizontal and vertical centre of the code, and half of its side, in pixels."""

WIDTH, HEIGHT = 1280, 960
FRAMES = 24


def draw_picture(kind: str, seed: int) -> tuple[Picture, str]:
    """Return a grey picture of 1280x960 with one code, and its text; `kind` is the difficulty of reading it."""
    rng = np.random.default_rng([list(PICTURE_KINDS).index(kind), seed])
    pixels = {"small": rng.uniform(3.4, 5.5), "dense": rng.uniform(5.5, 9), "close": rng.uniform(16, 40)}
    length = {"small": 20, "dense": int(rng.integers(250, 700)), "close": 20}
    text = _random_text(rng, length.get(kind, int(rng.choice([6, 20, 40, 80, 150]))))
    error = "l" if kind == "dense" else str(rng.choice(list("lmqh")))
    modules = _qr_modules(text, error, border=int(rng.integers(0, 2)) if kind == "tight" else 4)
    side = min(len(modules) * pixels.get(kind, rng.uniform(5, 14)), HEIGHT * (1.15 if kind == "close" else 0.96))
    ink, paper = rng.uniform(15, 60), rng.uniform(150, 240)
    sheet = _render_modules(modules, max(2, int(side / len(modules)) + 1), kind == "dots") * (paper - ink) + ink
    if kind == "invert":
        sheet = ink + paper - sheet
    if kind in PAPER_DAMAGE:
        sheet = PAPER_DAMAGE[kind](sheet, rng)
    tilt = rng.uniform(45, 65) if kind == "tilted" else rng.uniform(0, 25)
    corners = _project_square(tilt, rng.uniform(0, 360), rng.uniform(0, 360), WIDTH) * side
    room = np.maximum(np.array([WIDTH, HEIGHT]) / 2 - np.abs(corners).max(axis=0), 0)
    corners += np.array([WIDTH, HEIGHT]) / 2 + rng.uniform(-1, 1, 2) * room
    light = _place_on_desk(_draw_desk(rng, WIDTH, HEIGHT), sheet, corners, SURFACES.get(kind), rng)
    centre = corners.mean(axis=0)
    place = (float(centre[0]), float(centre[1]), side / 2)
    light = PICTURE_KINDS[kind](light, place, rng)
    light = _apply_lens(light, kind, side / len(modules), rng)
    return _compress_jpeg(light + rng.normal(0, rng.uniform(2, 5), light.shape), int(rng.integers(60, 93))), text


def draw_clip(kind: str, seed: int) -> tuple[Iterator[Picture], str]:
    """Return FRAMES grey frames of 1280x720 of a code held before a webcam, and its text; `kind` is the difficulty."""
    rng = np.random.default_rng([list(CLIP_KINDS).index(kind), seed])
    text = _random_text(rng, 430 if kind == "dense" else 250)
    sheet = _render_modules(_qr_modules(text, "l" if kind == "dense" else "m", border=4), 6, False) * 190 + 35
    return _draw_frames(kind, sheet, rng), text


def _draw_frames(kind: str, sheet: Light, rng: Rng) -> Iterator[Picture]:
    width, height = 1280, 720
    share, tilt, tremor, gain, noise = CLIP_KINDS[kind]
    desk = _draw_desk(rng, width, height)
    turn, lean, blur = rng.uniform(-12, 12), rng.uniform(0, 360), rng.uniform(0.8, 1.4)
    beat, phase = rng.uniform(2, 5, 4), rng.uniform(0, 6.3, 4)
    for number in range(FRAMES):
        sway = np.sin(beat * number / 10 + phase)
        speed = beat * np.cos(beat * number / 10 + phase) / 10 * tremor
        corners = _project_square(tilt + 3 * sway[2], turn + 2 * sway[3], lean, width) * share * height
        corners += np.array([width, height]) / 2 + sway[:2] * tremor
        light = _place_on_desk(desk.copy(), sheet, corners, None, rng)
        if kind in ("glare", "all"):
            lamp = (width / 2 + 90 * sway[0], height / 2 + 60 * sway[1], share * height / 2)
            light = light * 0.85 + 420 * _light_spot(light, lamp, 0.75, 0.55, number / 20)
        light = _blur_motion(light, float(np.hypot(speed[0], speed[1])), float(np.arctan2(speed[1], speed[0])))
        light = cv2.GaussianBlur(10 + (light - 10) * gain, (0, 0), blur)
        yield _compress_jpeg(light + rng.normal(0, noise, light.shape), 70)


CLIP_KINDS: dict[str, tuple[float, float, float, float, float]] = {
    # share of the frame's height, degrees of tilt, pixels of tremor, gain, noise
    "dense": (0.34, 12, 8, 0.8, 8),
    "hand-held": (0.55, 12, 45, 0.9, 5),
    "tilted": (0.42, 40, 14, 0.7, 12),
    "glare": (0.55, 12, 12, 0.9, 8),
    "dark": (0.42, 15, 10, 0.09, 6),
    "noisy": (0.44, 15, 10, 0.6, 50),
    "all": (0.55, 30, 20, 0.5, 20),
}


def _random_text(rng: Rng, length: int) -> str:
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:"
    return "EL1:" + "".join(signs[index] for index in rng.integers(0, len(signs), length))


def _qr_modules(text: str, error: str, border: int) -> Light:
    """Return the modules of a QR code; 1 is light."""
    code = segno.make_qr(text, error=error, boost_error=False)
    return 1 - np.array([list(row) for row in code.matrix_iter(scale=1, border=border)], np.float32)


def _render_modules(modules: Light, scale: int, dots: bool) -> Light:
    whole = np.kron(modules, np.ones((scale, scale), np.float32))
    if not dots:
        return whole
    paper = np.ones(whole.shape, np.float32)
    for row, column in np.argwhere(modules == 0):
        centre = (int((column + 0.5) * scale), int((row + 0.5) * scale))
        cv2.circle(paper, centre, max(1, int(scale * 0.42)), (0.0,), -1)
    for rows in (
        slice(0, 11 * scale),
        slice(-11 * scale, None),
    ):  # no gaps in finder patterns, as on most dotted codes
        for columns in (slice(0, 11 * scale), slice(-11 * scale, None)):
            paper[rows, columns] = whole[rows, columns]
    return paper


def _add_scratches(sheet: Light, rng: Rng) -> Light:
    side = len(sheet)
    for _ in range(rng.integers(2, 6)):
        line = rng.integers(0, side, (int(rng.integers(2, 5)), 2)).astype(np.int32)
        cv2.polylines(sheet, [line], False, (float(rng.choice([20, 120, 230])),), int(max(2, side * 0.012)))
    return sheet


def _add_blots(sheet: Light, rng: Rng) -> Light:
    side = len(sheet)
    for _ in range(rng.integers(1, 4)):
        x, y, wide, high = (int(value) for value in rng.uniform([0, 0, 0.04, 0.04], [1, 1, 0.12, 0.12]) * side)
        cv2.ellipse(sheet, (x, y), (wide, high), 0, 0, 360, (float(rng.choice([20, 120, 230])),), -1)
    return sheet


PAPER_DAMAGE: dict[str, Callable[[Light, Rng], Light]] = {"scratched": _add_scratches, "blots": _add_blots}


def _wrap_around_bottle(across: Light, down: Light, side: int, rng: Rng) -> tuple[Light, Light]:
    arc = rng.uniform(0.5, 1.1)
    shown = np.clip(across / side - 0.5, -0.5, 0.5) * 2 * np.sin(arc)
    rolled = (np.arcsin(shown) / arc / 2 + 0.5) * side
    inside = (across >= 0) & (across <= side)
    return np.where(inside, rolled, across), down + (np.sqrt(1 - shown**2) - 1) * side * 0.12


def _fold_on_cloth(across: Light, down: Light, side: int, rng: Rng) -> tuple[Light, Light]:
    fold = side * rng.uniform(0.01, 0.03)
    waves = rng.uniform(4, 9, 4) / side
    turn = rng.uniform(0, 6.3, 4)
    wide = fold * np.sin(down * waves[0] + turn[0]) * np.cos(across * waves[1] + turn[1])
    high = fold * np.cos(down * waves[2] + turn[2]) * np.sin(across * waves[3] + turn[3])
    return across + wide, down + high


SURFACES = {"bottle": _wrap_around_bottle, "cloth": _fold_on_cloth}


def _draw_desk(rng: Rng, width: int, height: int) -> Light:
    """Draw the surroundings of a code: texture of several sizes, boxes and words."""
    light = np.full((height, width), rng.uniform(60, 170), np.float32)
    for size in (8, 24, 64):
        rough = rng.normal(0, rng.uniform(5, 30), (height // size + 2, width // size + 2)).astype(np.float32)
        light += cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    desk = np.clip(light, 5, 250).astype(np.uint8)
    for _ in range(rng.integers(0, 10)):
        x, y, wide, high = (int(value) for value in rng.integers([0, 0, 20, 20], [width, height, 400, 300]))
        cv2.rectangle(desk, (x, y), (x + wide, y + high), (int(rng.integers(20, 240)),), int(rng.choice([-1, 2, 6])))
        words = "".join(chr(sign) for sign in rng.integers(65, 90, 16))
        cv2.putText(desk, words, (y, x % height), 0, float(rng.uniform(0.5, 2)), (int(rng.integers(0, 90)),), 2)
    return desk.astype(np.float32)


def _project_square(tilt: float, turn: float, lean: float, width: int) -> Light:
    """Return the corners of a unit square around 0, turned, and tilted about an axis at the angle `lean` (degrees)."""
    square = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    points = square @ _rotation(turn) @ _rotation(lean)
    far, distance = points[:, 0] * np.sin(np.radians(tilt)), 1.2 * width / HEIGHT * 1.5
    points[:, 0] *= np.cos(np.radians(tilt))
    seen: Light = (points * (distance / (distance + far))[:, None]) @ _rotation(-lean)
    return seen


def _rotation(degrees: float) -> Light:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    return np.array([[cosine, sine], [-sine, cosine]])


def _place_on_desk(
    desk: Light,
    sheet: Light,
    corners: Light,
    bend: Callable[[Light, Light, int, Rng], tuple[Light, Light]] | None,
    rng: Rng,
) -> Light:
    """Draw the sheet on the desk; each pixel is the mean of nine sampled points."""
    side = len(sheet)
    flat = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    back = np.linalg.inv(cv2.getPerspectiveTransform(flat, corners.astype(np.float32)))
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 30, 0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 30
    part = desk[top:bottom, left:right]
    rows, columns = np.mgrid[: part.shape[0], : part.shape[1]].astype(np.float32)
    light, cover, folds = np.zeros_like(part), np.zeros_like(part), int(rng.integers(0, 2**31))
    for offset in np.ndindex(3, 3):
        x, y = columns + left + offset[0] / 3 - 1 / 3, rows + top + offset[1] / 3 - 1 / 3
        below = back[2, 0] * x + back[2, 1] * y + back[2, 2]
        across = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / below
        down = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / below
        if bend:
            across, down = bend(across, down, side, np.random.default_rng(folds))
        across, down = across.astype(np.float32), down.astype(np.float32)
        light += cv2.remap(sheet, across - 0.5, down - 0.5, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE) / 9
        cover += ((across >= 0) & (down >= 0) & (across < side) & (down < side)) / 9
    desk[top:bottom, left:right] = part * (1 - cover) + light * cover
    return desk


def _light_spot(light: Light, place: CodePosition, wide: float, high: float, turn: float) -> Light:
    """Return a bell of light around the code, 1 in its middle. `wide` and `high` are fractions of half its side."""
    x, y, half = place
    rows, columns = np.mgrid[: light.shape[0], : light.shape[1]].astype(np.float32)
    along = (columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)
    across = (rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)
    bell: Light = np.exp(-((along / (half * wide)) ** 2) - (across / (half * high)) ** 2)
    return bell


def _add_lamp(light: Light, place: CodePosition, rng: Rng) -> Light:
    x, y, half = place
    for _ in range(rng.integers(1, 3)):
        near = (x + rng.uniform(-0.7, 0.7) * half, y + rng.uniform(-0.7, 0.7) * half, half)
        wide, high, turn = rng.uniform([0.3, 0.2, 0], [0.9, 0.6, 3])
        light = light + rng.uniform(0.5, 1.6) * 255 * _light_spot(light, near, wide, high, turn)
    return light


def _add_gloss(light: Light, place: CodePosition, rng: Rng) -> Light:
    x, y, half = place
    near = (x + rng.uniform(-0.6, 0.6) * half, y + rng.uniform(-0.6, 0.6) * half, half)
    veil = rng.uniform(80, 170) * _light_spot(light, near, 1.6, 1.2, 0)
    return light * 0.9 + veil + rng.uniform(150, 400) * _light_spot(light, near, 0.3, 0.2, 1)


def _scale_light_in_patches(light: Light, place: CodePosition, rng: Rng, low: float, high: float) -> Light:
    """Scale the light within random convex patches, as shadow or sun does."""
    for _ in range(rng.integers(1, 4)):
        corners = (np.array(place[:2]) + rng.normal(0, place[2], (4, 2))).astype(np.int32)
        strength = np.ones_like(light)
        cv2.fillConvexPoly(strength, cv2.convexHull(corners), (float(rng.uniform(low, high)),))
        light = light * cv2.GaussianBlur(strength, (0, 0), rng.uniform(1, 12))
    return light


def _add_moire(light: Light, _place: CodePosition, rng: Rng) -> Light:
    rows, columns = np.mgrid[: light.shape[0], : light.shape[1]].astype(np.float32) * 2 * np.pi
    beat, slant = rng.uniform(0.2, 0.48), rng.uniform(0, 0.03)
    grid = 1 + 0.16 * np.sin(columns * beat + rows * slant) + 0.1 * np.sin(rows * beat * 0.93 - columns * slant)
    striped: Light = light * grid + 12 * np.sin(rows / rng.uniform(25, 80))
    return striped


def _darken(light: Light, _place: CodePosition, rng: Rng) -> Light:
    light = 10 + light * rng.uniform(0.05, 0.2)
    return light + rng.normal(0, 1, light.shape) * np.sqrt(np.maximum(light, 1)) * rng.uniform(0.6, 2)


def _leave_unchanged(light: Light, _place: CodePosition, _dice: Rng) -> Light:
    return light


PICTURE_KINDS: dict[str, Callable[[Light, CodePosition, Rng], Light]] = {
    **dict.fromkeys(
        ("plain", "defocus", "motion", "scratched", "blots", "bottle", "cloth", "tilted"), _leave_unchanged
    ),
    **dict.fromkeys(("small", "dense", "invert", "tight", "dots", "close"), _leave_unchanged),
    "lamp": _add_lamp,
    "gloss": _add_gloss,
    "shadow": lambda light, place, rng: _scale_light_in_patches(light, place, rng, 0.15, 0.5),
    "sun": lambda light, place, rng: _scale_light_in_patches(light * rng.uniform(0.35, 0.7), place, rng, 2.5, 6),
    "dark": _darken,
    "bright": lambda light, _place, rng: light * rng.uniform(1.2, 2.2) + rng.uniform(40, 140),
    "screen": _add_moire,
    "noise": lambda light, _place, rng: light + rng.normal(0, rng.uniform(30, 80), light.shape),
}


def _apply_lens(light: Light, kind: str, pitch: float, rng: Rng) -> Light:
    """Blur the picture like a lens out of focus and a moving hand; amounts are fractions of a module."""
    blur = pitch * rng.uniform(0.2, 0.5) if kind == "close" else rng.uniform(0.7, 1.6)
    light = cv2.GaussianBlur(light.astype(np.float32), (0, 0), blur)
    if kind == "motion":
        light = _blur_motion(light, pitch * rng.uniform(0.8, 2.2), rng.uniform(0, np.pi))
    if kind == "defocus":
        radius = pitch * rng.uniform(0.5, 1.1)
        reach = np.arange(-int(radius + 1), int(radius + 2))
        disc = np.clip(radius + 0.5 - np.hypot(reach[:, None], reach[None, :]), 0, 1)
        light = cv2.filter2D(light, -1, disc / disc.sum())
    return light


def _blur_motion(light: Light, length: float, direction: float) -> Light:
    steps = max(1, round(length))
    kernel = np.zeros((steps + 2, steps + 2), np.float32)
    for step in np.linspace(-length / 2, length / 2, 4 * steps):
        row, column = (steps + 1) / 2 + step * np.sin(direction), (steps + 1) / 2 + step * np.cos(direction)
        kernel[round(row), round(column)] += 1
    return cv2.filter2D(light.astype(np.float32), -1, kernel / kernel.sum())


def _compress_jpeg(light: Light, quality: int) -> Picture:
    pixels = np.clip(light, 0, 255).astype(np.uint8)
    coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    seen = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    if seen is None:
        raise ValueError("the picture cannot be decoded")
    return seen

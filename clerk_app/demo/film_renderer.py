"""Renders a film of a code that is held before a camera: moving, tilted, blurred, badly lit.

    python -m clerk_app.demo.film_renderer OUT.avi CODE.txt --seed 7          a phone that shows the code in the file
    python -m clerk_app.demo.film_renderer OUT.avi PAPER.png --paper --seed 7 a sheet of paper with this picture

The renderer runs in a process of its own, so that the program with the screen never imports OpenCV. The same seed and
file give the same film.
"""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import dataclass
from pathlib import Path

import segno

from db.files import publish_file
from scanners.opencv import Picture, cv2, np

WIDTH, HEIGHT = 1280, 720
FPS = 15
SECONDS = 12.0
_FOCAL_LENGTH = 1400.0  # focal length in pixels
_HELD_HEIGHT = 0.96  # height of the object at the usual distance, as a share of the frame's height
_QUIET_MODULES = 4  # width of the quiet zone in modules
_MODULE_PIXELS = 8  # pixels of a module on the phone's screen
_JPEG_QUALITY = 35  # JPEG quality of the film's frames, 0 to 100
_BLUR_MARGIN = 40  # pixels around the object that are blurred with it
_MAX_NOISE_SHIFT = 64  # pixels by which the noise is shifted from frame to frame

# The two times at which the object is held up, in seconds: it enters, is in the middle, leaves, is out of view.
_APPEARANCES = ((0.4, 0.9, 5.6, 6.2), (7.5, 8.0, 10.9, 11.5))


@dataclass(frozen=True)
class _Pose:
    """Position of the object in one frame.

    `x` and `y` are its middle in pixels, `turn` its rotations in radians, `blur` the blur of the camera's focus.
    """

    x: float
    y: float
    scale: float
    turn: tuple[float, float, float]
    blur: float


def render_film(shown: Picture, out: Path, seed: int, held_height: float, seconds: float = SECONDS) -> None:
    """Write the film of `shown` (BGR) to `out`; the object's height is `held_height` as a share of the frame's."""
    rng = np.random.default_rng(seed)
    hand = _HandMotion(rng, held_height * HEIGHT / shown.shape[0])
    room = _Scene(rng)
    part = out.with_name(f".{os.getpid()}-{out.name}")
    film = cv2.VideoWriter(str(part), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    film.set(cv2.VIDEOWRITER_PROP_QUALITY, _JPEG_QUALITY)
    before: _Pose | None = None
    for number in range(round(seconds * FPS)):
        pose = hand.pose(number / FPS)
        frame = room.copy_background()
        if pose is not None:
            around = _draw_object(frame, shown, pose)
            frame[around] = _blur(frame[around], pose, before)
        film.write(room.apply_sensor(frame, number))
        before = pose
    film.release()
    publish_file(part, out)


class _HandMotion:
    """Motion of the object: it enters, sways, tilts, leaves, and enters again from the other side."""

    def __init__(self, rng: np.random.Generator, scale: float) -> None:
        self._scale = scale
        self._phase = rng.uniform(0, math.tau, 12)
        self._pace = rng.uniform(0.6, 1.4, 12)
        self._sides = rng.permutation([-1, 1])
        self._lean = rng.uniform(-0.12, 0.12, 2)

    def pose(self, second: float) -> _Pose | None:
        """Return the pose `second` seconds into the film, or None while the object is out of view."""
        for visit, (comes, here, leaves, gone) in enumerate(_APPEARANCES):
            if comes <= second < gone:
                away = max(0.0, (here - second) / (here - comes), (second - leaves) / (gone - leaves))
                return self._pose_in_view(second, away**1.5, visit, second - here)
        return None

    def _pose_in_view(self, second: float, away: float, visit: int, settled: float) -> _Pose:
        sway = [math.sin(self._phase[i] + math.tau * second * 0.45 * self._pace[i]) for i in range(6)]
        tremor = [math.sin(self._phase[i] + math.tau * second * 3.1 * self._pace[i]) for i in range(6, 9)]
        # the camera's focus hunts: unsharp at first, and once more while it is held
        hunting = 3.0 * math.exp(-2.2 * max(0.0, settled)) + 2.6 * math.exp(-9 * (settled - 2.3) ** 2)
        lean = float(self._lean[visit])
        return _Pose(
            x=WIDTH / 2 + 60 * sway[0] + 4 * tremor[0] + self._sides[visit] * away * WIDTH * 0.8,
            y=HEIGHT / 2 + 26 * sway[1] + 4 * tremor[1] + away * 120,
            scale=self._scale * (1 + 0.07 * sway[2]),
            turn=(0.30 * sway[3] + 0.1, 0.34 * sway[4], lean + 0.10 * sway[5] + 0.01 * tremor[2] + 0.5 * away),
            blur=min(3.4, hunting),
        )


class _Scene:
    """Background, light from one side, and noise of the sensor."""

    def __init__(self, rng: np.random.Generator) -> None:
        coarse = rng.normal(0, 1, (9, 16, 3)).astype(np.float32)
        clouds = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        tint = rng.uniform(80, 130, 3).astype(np.float32)
        self._background: Picture = np.clip(tint + 14 * clouds, 0, 255).astype(np.uint8)
        cv2.rectangle(self._background, (0, 560), (WIDTH, HEIGHT), tuple(int(v * 0.6) for v in tint), -1)
        self._light = self._make_light_map(rng)
        grain = (
            rng.normal(12, 5, ((HEIGHT + _MAX_NOISE_SHIFT) // 2, (WIDTH + _MAX_NOISE_SHIFT) // 2))
            .clip(0, 24)
            .astype(np.uint8)
        )
        coarser = cv2.resize(grain, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
        self._noise = cv2.merge([coarser] * 3)
        self._shifts = rng.integers(0, _MAX_NOISE_SHIFT, (round(SECONDS * FPS), 2))

    @staticmethod
    def _make_light_map(rng: np.random.Generator) -> Picture:
        """Return the light at each pixel in 128ths: a slope across the picture, and dark corners."""
        y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j].astype(np.float32)
        angle = rng.uniform(0, math.tau)
        slope = 0.86 + 0.2 * (math.cos(angle) * x + math.sin(angle) * y) - 0.08 * (x * x + y * y)
        light: Picture = (np.clip(slope, 0.35, 1.1) * 128).astype(np.uint8)
        return cv2.merge([light] * 3)

    def copy_background(self) -> Picture:
        """Return a frame without the object."""
        return self._background.copy()

    def apply_sensor(self, frame: Picture, number: int) -> Picture:
        """Return `frame` with light and noise."""
        lit = cv2.multiply(frame, self._light, scale=1 / 128)
        y, x = self._shifts[number]
        return cv2.add(lit, self._noise[y : y + HEIGHT, x : x + WIDTH])


def _draw_object(frame: Picture, shown: Picture, pose: _Pose) -> tuple[slice, slice]:
    """Draw `shown` into `frame` as a pinhole camera sees a plane turned in space; return the part that it covers."""
    height, width = shown.shape[:2]
    corners = np.array([(-width, -height), (width, -height), (width, height), (-width, height)], np.float64) / 2
    space = _rotation_matrix(pose.turn) @ np.vstack([corners.T * pose.scale, np.zeros(4)])
    depth = 1 + space[2] / _FOCAL_LENGTH
    seen = np.stack([pose.x + space[0] / depth, pose.y + space[1] / depth], axis=1).astype(np.float32)
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    homography = cv2.getPerspectiveTransform(flat, seen)
    cv2.warpPerspective(
        shown, homography, (WIDTH, HEIGHT), frame, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )
    left, top = (max(0, int(edge) - _BLUR_MARGIN) for edge in seen.min(axis=0))
    right, bottom = (max(1, int(edge) + _BLUR_MARGIN) for edge in seen.max(axis=0))
    return slice(min(top, HEIGHT - 1), bottom), slice(min(left, WIDTH - 1), right)


def _rotation_matrix(turn: tuple[float, float, float]) -> Picture:
    """Return the rotation about the three axes, one after another."""
    matrix = np.eye(3)
    for axis, angle in enumerate(turn):
        vector = np.zeros(3)
        vector[axis] = angle
        matrix = cv2.Rodrigues(vector)[0] @ matrix
    return matrix


def _blur(frame: Picture, pose: _Pose, before: _Pose | None) -> Picture:
    """Blur a frame along the motion during the exposure, and by the focus."""
    if before is not None:
        dx, dy = (pose.x - before.x) * 0.4, (pose.y - before.y) * 0.4  # the shutter is open for two fifths of a frame
        way = math.hypot(dx, dy)
        if way > 3.0:  # a shorter way is not visible as blur
            size = 2 * math.ceil(min(way, 60.0) / 2) + 1
            kernel = np.zeros((size, size), np.float32)
            middle, reach = size // 2, size / 2 / way
            ends = [(round(middle + side * dx * reach), round(middle + side * dy * reach)) for side in (-1, 1)]
            cv2.line(kernel, ends[0], ends[1], (1.0,), 1)
            frame = cv2.filter2D(frame, -1, kernel / kernel.sum())
    return cv2.GaussianBlur(frame, (0, 0), pose.blur) if pose.blur > 0.3 else frame


def draw_phone(text: str) -> Picture:
    """Return a picture of a phone that shows `text` as a QR code."""
    modules = np.array(segno.make_qr(text, error="m", boost_error=False).matrix, np.uint8)
    white = np.pad(1 - modules, _QUIET_MODULES, constant_values=1) * 255
    code = cv2.resize(white, None, fx=_MODULE_PIXELS, fy=_MODULE_PIXELS, interpolation=cv2.INTER_NEAREST)
    side = code.shape[0]
    width, height = side + 48, int(side * 1.62)
    body = np.full((height, width, 3), (34, 30, 28), np.uint8)
    cv2.rectangle(body, (18, 44), (width - 18, height - 44), (250, 250, 250), -1)
    cv2.rectangle(body, (18, 44), (width - 18, 44 + side // 6), (168, 92, 34), -1)
    top = 44 + side // 6 + 20
    body[top : top + side, 24 : 24 + side] = code[:, :, None]
    for row in range(3):
        y = top + side + 24 + row * 26
        cv2.rectangle(body, (52, y), (width - 52 - row * 60, y + 10), (200, 200, 205), -1)
    return body


def draw_paper(picture: Path) -> Picture:
    """Return a sheet of paper with the upper part of the file `picture`; the rest is cut off.

    Raises SystemExit if the file is not a picture.
    """
    read = cv2.imread(str(picture), cv2.IMREAD_COLOR)
    if read is None:
        raise SystemExit(f"{picture} is no picture")
    sheet = read[: int(read.shape[1] * 1.3)]
    return np.pad(sheet, ((20, 20), (20, 20), (0, 0)), constant_values=242)


def main() -> None:
    """Render the film that the command line asks for."""
    arguments = argparse.ArgumentParser(prog="python -m clerk_app.demo.film_renderer")
    arguments.add_argument("out", type=Path)
    arguments.add_argument("shown", type=Path)
    arguments.add_argument("--paper", action="store_true")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--seconds", type=float, default=SECONDS)
    given = arguments.parse_args()
    shown = draw_paper(given.shown) if given.paper else draw_phone(given.shown.read_text("ascii").strip())
    render_film(shown, given.out, given.seed, _HELD_HEIGHT, min(given.seconds, SECONDS))


if __name__ == "__main__":
    main()

"""Renders a film of a document camera: pages are laid on a desk and taken away, one after another.

    python -m clerk_app.demo.desk_film_renderer OUT.avi LEASE.txt

Pages in the text file are separated by a line `---`; the first line of each is its heading. The renderer runs in a
process of its own, so that the program with the screen never imports OpenCV.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from clerk_app.paper.printers.fonts import chinese_font
from db.files import publish_file
from scanners.opencv import Picture, cv2, np

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH, HEIGHT = 1600, 1200
FPS = 5
PAGE_BREAK = "---"
_PAGE_WIDTH, _PAGE_HEIGHT = 1240, 1754  # A4 at 150 dots per inch
_MARGIN, _LINE_HEIGHT = 130, 58
_JPEG_QUALITY = 60
_TURN, _SHARE = 0.06, 0.9  # how far a page lies askew (radians), and its share of the frame's height

# seconds of a page: until it comes in, until it lies, until it is taken away, until the desk is empty again
_COMES, _LIES, _GOES, _GONE = 0.8, 1.2, 5.0, 5.4


def render_desk_film(pages: list[Picture], out: Path) -> None:
    """Write the film of pages (BGR) that are laid down one after another to `out`."""
    part = out.with_name(f".{os.getpid()}-{out.name}")
    film = cv2.VideoWriter(str(part), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    film.set(cv2.VIDEOWRITER_PROP_QUALITY, _JPEG_QUALITY)
    dice = np.random.default_rng(1)
    desk = _draw_desk(dice)
    grain = dice.normal(0, 1.2, (HEIGHT, WIDTH, 1)).astype(np.float32)
    for page in pages:
        for frame in _lay_down(desk, page):
            grain = np.roll(grain, int(dice.integers(1, WIDTH * HEIGHT)))
            film.write(np.clip(frame + grain, 0, 255).astype(np.uint8))
    film.release()
    publish_file(part, out)


def _lay_down(desk: Picture, page: Picture) -> Iterator[Picture]:
    """Yield the frames in which a page comes from the right, lies, and goes to the left."""
    lying = _place(desk, page, 0)
    for number in range(round(_GONE * FPS)):
        second = number / FPS
        if second < _COMES:
            yield desk
        elif second < _LIES:
            yield _place(desk, page, WIDTH * (_LIES - second) / (_LIES - _COMES))
        elif second <= _GOES:
            yield lying
        else:
            yield _place(desk, page, -WIDTH * (second - _GOES) / (_GONE - _GOES))


def _place(desk: Picture, page: Picture, shift: float) -> Picture:
    """Return the desk with a page that lies askew, `shift` pixels to the right of the middle."""
    height, width = page.shape[:2]
    scale = _SHARE * HEIGHT / height
    cosine, sine = scale * np.cos(_TURN), scale * np.sin(_TURN)
    middle = (WIDTH / 2 + shift, HEIGHT / 2)
    matrix = np.array(
        [
            [cosine, -sine, middle[0] - cosine * width / 2 + sine * height / 2],
            [sine, cosine, middle[1] - sine * width / 2 - cosine * height / 2],
        ]
    )
    cover = cv2.warpAffine(np.ones((height, width), np.float32), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    laid = cv2.warpAffine(page, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    shadow = cv2.GaussianBlur(np.roll(cover, (4, 4), (0, 1)), (0, 0), 6)
    return desk * (1 - 0.4 * shadow[..., None]) * (1 - cover[..., None]) + 0.93 * laid * cover[..., None]


def _draw_desk(dice: np.random.Generator) -> Picture:
    grain = cv2.GaussianBlur(dice.normal(0, 1, (HEIGHT // 4, 24)), (0, 0), 2)
    stripes = cv2.resize(grain, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.array(np.array((60, 95, 140)) + 20 * stripes[..., None], np.float32)


def draw_pages(text: str) -> list[Picture]:
    """Return a picture (BGR) of each page of a text. Raises SystemExit if no Chinese font is installed."""
    heading, body = chinese_font(52), chinese_font(34)
    if heading is None or body is None:
        raise SystemExit("no Chinese font is installed")
    return [_draw_page(page.strip().splitlines(), heading, body) for page in text.split(f"\n{PAGE_BREAK}\n")]


def _draw_page(lines: list[str], heading: ImageFont.FreeTypeFont, body: ImageFont.FreeTypeFont) -> Picture:
    page = Image.new("RGB", (_PAGE_WIDTH, _PAGE_HEIGHT), (250, 249, 246))
    draw = ImageDraw.Draw(page)
    draw.text(((_PAGE_WIDTH - draw.textlength(lines[0], heading)) / 2, _MARGIN), lines[0], (25, 25, 30), heading)
    for number, line in enumerate(lines[1:], start=2):
        draw.text((_MARGIN, _MARGIN + number * _LINE_HEIGHT), line, (30, 30, 35), body)
    return cv2.cvtColor(np.asarray(page), cv2.COLOR_RGB2BGR)


def main() -> None:
    """Render the film that the command line asks for."""
    arguments = argparse.ArgumentParser(prog="python -m clerk_app.demo.desk_film_renderer")
    arguments.add_argument("out", type=Path)
    arguments.add_argument("text", type=Path)
    given = arguments.parse_args()
    render_desk_film(draw_pages(given.text.read_text("utf-8")), given.out)


if __name__ == "__main__":
    main()

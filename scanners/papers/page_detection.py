"""Finds the corners of a page in a photograph.

Masks of the picture (lightness, saturation, areas enclosed by edges) give shapes, shapes give quadrangles, and that
with the greatest contrast of colour across its four edges is the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from scanners.opencv import NDArray, Picture, cv2, fit_into, np
from scanners.papers.pages import Corners

SIDE = 640
"""Pixels of the longer side of the picture in which pages are looked for."""

MIN_AREA = 0.04
"""Share of the picture that a page covers at least: an identity card in a photograph for A4."""

MIN_CONTRAST = 5.0
"""Colour difference (CIE LAB) across the edges of a page, at least; white paper on a light grey desk has 10."""

_CANNY_LEVELS = ((15, 45), (30, 90), (60, 180))
_SAMPLES = 24  # places of an edge at which its contrast is measured
_BAND = 4.0  # pixels on each side of an edge
_BORDER = 0.012  # share of the picture's side within which an edge lies on the border
_BORDER_CONTRAST = 3.0
"""Contrast counted for an edge on the border of the picture, behind which nothing is seen: a page whose edges are all
visible is preferred."""

Quadrangle = NDArray[np.float32]  # 4 x 2, in the order of `Corners`


class FoundPage(NamedTuple):
    """A page in a photograph: corners as fractions of it, contrast at its weakest edge, and whether it is cut off."""

    corners: Corners
    contrast: float
    is_cut_off: bool


def find_pages(picture: Picture) -> tuple[FoundPage, ...]:
    """Return the pages in a photograph (BGR), the most distinct one first; empty if there is none.

    A further page is one of similar size that does not overlap the first.
    """
    small = fit_into(picture, SIDE, SIDE)
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.2), cv2.COLOR_BGR2LAB)
    scored = sorted(_score_all(small, lab), key=lambda scored: scored[0], reverse=True)
    if not scored:
        return ()
    first = _refine(scored[0][1], lab)
    found = [first]
    for _score, quadrangle in scored[1:]:
        area = _area(quadrangle)
        if 0.5 < area / _area(first) < 2 and all(_overlap(quadrangle, page) < 0.05 for page in found):
            found.append(_refine(quadrangle, lab))
    return tuple(_describe(quadrangle, lab) for quadrangle in found)


def _score_all(small: Picture, lab: Picture) -> Iterator[tuple[float, Quadrangle]]:
    """Yield the quadrangles in a picture that may be pages, each with its score."""
    height, width = small.shape[:2]
    for mask in _make_masks(small, lab):
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:4]:
            if cv2.contourArea(contour) < MIN_AREA * width * height:
                break
            for quadrangle in _fit_quadrangles(contour):
                if not _is_plausible(quadrangle, width, height):
                    continue
                contrasts = _edge_contrasts(quadrangle, lab)
                if min(contrasts) < min(MIN_CONTRAST, _BORDER_CONTRAST) or np.mean(contrasts) < MIN_CONTRAST:
                    continue
                fill = cv2.contourArea(contour) / max(_area(quadrangle), 1.0)
                score = (min(contrasts) + 0.3 * float(np.mean(contrasts))) * min(fill, 1 / fill) ** 2
                yield score * _area(quadrangle) ** 0.5, quadrangle


def _make_masks(small: Picture, lab: Picture) -> Iterator[Picture]:
    """Yield masks in which a page may be one white area."""
    lightness = lab[:, :, 0]
    colour = lab[:, :, 1:].astype(np.float32) - 128
    whiteness = np.clip(lightness - 1.5 * np.linalg.norm(colour, axis=2), 0, 255).astype(np.uint8)
    saturation = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2HSV)[:, :, 1], (0, 0), 2)
    for plane in (lightness, whiteness, cv2.bitwise_not(saturation)):
        level, mask = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        yield from _smooth(mask)
        bright = plane[plane > level]
        if bright.size:  # a light thing that touches the page, and the page
            higher = cv2.threshold(bright.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0]
            yield from _smooth((plane > higher).astype(np.uint8) * 255)
    for low, high in _CANNY_LEVELS:
        edges = np.zeros(small.shape[:2], np.uint8)
        for plane in cv2.split(lab):
            edges |= cv2.Canny(plane, low, high)
        closed = cv2.dilate(edges, np.ones((3, 3), np.uint8))
        closed = cv2.morphologyEx(closed, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        yield from _open(_enclosed_areas(closed))


def _smooth(mask: Picture) -> Iterator[Picture]:
    """Yield a mask without the holes that text makes, as it is and without fingers."""
    yield from _open(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)))


def _open(mask: Picture) -> Iterator[Picture]:
    """Yield a mask without narrow parts, up to the width of a line and of a finger."""
    for width in (9, 41):
        yield cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((width, width), np.uint8))


def _enclosed_areas(edges: Picture) -> Picture:
    """Return the areas that cannot be reached from the border without crossing an edge."""
    height, width = edges.shape
    outside = np.zeros((height + 4, width + 4), np.uint8)
    canvas = cv2.copyMakeBorder(edges, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    cv2.floodFill(canvas, outside, (0, 0), (128,))
    return np.where(canvas[1:-1, 1:-1] == 128, 0, 255).astype(np.uint8)


def _fit_quadrangles(contour: Picture) -> Iterator[Quadrangle]:
    hull = cv2.convexHull(contour)
    length = cv2.arcLength(hull, True)
    for tolerance in (0.01, 0.02, 0.035, 0.05):
        corners = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(corners) == 4:
            yield _order_corners(corners.reshape(4, 2))
            break
    if len(hull) > 4:
        yield _order_corners(cv2.approxPolyN(hull, 4, None, -1, True).reshape(4, 2))
    yield _order_corners(cv2.boxPoints(cv2.minAreaRect(contour)))


def _order_corners(points: Picture) -> Quadrangle:
    """Return four points clockwise, from that which is nearest to the top left."""
    corners = np.asarray(points, np.float32)
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    corners = corners[np.argsort(angles)]
    return np.roll(corners, -int(np.argmin(corners.sum(axis=1))), axis=0)


def _is_plausible(corners: Quadrangle, width: int, height: int) -> bool:
    """Return whether a page seen by a camera may have this shape: convex, no sharp angle, not the whole picture."""
    area = _area(corners)
    if not MIN_AREA * width * height < area < 0.985 * width * height or not cv2.isContourConvex(corners):
        return False
    sides = [corners[(i + 1) % 4] - corners[i] for i in range(4)]
    lengths = [float(np.linalg.norm(side)) for side in sides]
    if min(lengths) < 0.22 * max(lengths):
        return False
    sines = [
        abs(float(first[0] * second[1] - first[1] * second[0])) / (a * b)
        for (first, second), (a, b) in zip(pairwise([*sides, sides[0]]), pairwise([*lengths, lengths[0]]), strict=True)
    ]
    return min(sines) > 0.7


def _edge_contrasts(corners: Quadrangle, lab: Picture) -> list[float]:
    """Return the contrast of colour at each edge, from that at the top on clockwise."""
    height, width = lab.shape[:2]
    centre = corners.mean(axis=0)
    contrasts = []
    for number in range(4):
        start, end = corners[number], corners[(number + 1) % 4]
        if _is_on_border(start, end, width, height):
            contrasts.append(_BORDER_CONTRAST)
            continue
        along = end - start
        normal = np.array([along[1], -along[0]], np.float32) / max(float(np.linalg.norm(along)), 1e-6)
        if float(np.dot(normal, centre - start)) > 0:
            normal = -normal
        places = start + along * np.linspace(0.06, 0.94, _SAMPLES, dtype=np.float32)[:, None]
        inside, outside = _sample(lab, places - normal * _BAND), _sample(lab, places + normal * _BAND)
        deeper, farther = _sample(lab, places - normal * 3 * _BAND), _sample(lab, places + normal * 3 * _BAND)
        contrasts.append(_measure_step(inside - outside, deeper - inside, outside - farther))
    return contrasts


def _measure_step(across: NDArray[np.float32], within: NDArray[np.float32], beyond: NDArray[np.float32]) -> float:
    """Return how much colours change across an edge, in the same direction along it.

    A change that continues on both sides of the edge is a slope of light and no edge.
    """
    lengths = np.linalg.norm(across, axis=1)
    mean = across.mean(axis=0)
    coherence = float(np.linalg.norm(mean) / max(float(lengths.mean()), 1e-6))
    direction = mean / max(float(np.linalg.norm(mean)), 1e-6)
    slope = min(float(np.median(within @ direction)), float(np.median(beyond @ direction)))
    return max(0.0, float(np.median(lengths)) * coherence - 2 * max(0.0, slope))


def _sample(lab: Picture, places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the colours at places, in units of CIE LAB."""
    height, width = lab.shape[:2]
    columns = np.clip(np.rint(places[:, 0]).astype(int), 0, width - 1)
    rows = np.clip(np.rint(places[:, 1]).astype(int), 0, height - 1)
    return np.asarray(lab[rows, columns].astype(np.float32) * (100 / 255, 1, 1), np.float32)


def _is_on_border(start: NDArray[np.float32], end: NDArray[np.float32], width: int, height: int) -> bool:
    margin = _BORDER * max(width, height) + 1
    for axis, size in ((0, width), (1, height)):
        for border in (0.0, size - 1.0):
            if abs(start[axis] - border) < margin and abs(end[axis] - border) < margin:
                return True
    return False


def _refine(corners: Quadrangle, lab: Picture) -> Quadrangle:
    """Return the corners where lines along the steepest changes of colour near the edges meet."""
    height, width = lab.shape[:2]
    lines = []
    for number in range(4):
        start, end = corners[number], corners[(number + 1) % 4]
        lines.append(None if _is_on_border(start, end, width, height) else _fit_edge(start, end, lab))
    refined = corners.copy()
    for number in range(4):
        before, after = lines[number - 1], lines[number]
        if before is None or after is None:
            continue
        meeting = _intersect(before, after)
        if meeting is not None and float(np.linalg.norm(meeting - corners[number])) < 0.03 * max(width, height):
            refined[number] = meeting
    return refined


def _fit_edge(start: NDArray[np.float32], end: NDArray[np.float32], lab: Picture) -> tuple[float, ...]:
    """Return a line (direction and point) through the steepest changes of colour along an edge."""
    along = end - start
    normal = np.array([along[1], -along[0]], np.float32) / max(float(np.linalg.norm(along)), 1e-6)
    offsets = np.arange(-9, 10, dtype=np.float32)
    places = start + along * np.linspace(0.05, 0.95, 2 * _SAMPLES, dtype=np.float32)[:, None]
    grid = (places[:, None, :] + normal * offsets[None, :, None]).reshape(-1, 2)
    colours = _sample(lab, grid).reshape(len(places), len(offsets), 3)
    steepness = np.linalg.norm(colours[:, 2:] - colours[:, :-2], axis=2)
    greatest = steepness.max(axis=1)
    steep = steepness >= 0.8 * greatest[:, None]  # the outermost one, since a page may have a frame
    outermost = offsets[steepness.shape[1] - steep[:, ::-1].argmax(axis=1)]
    points = (places + normal * outermost[:, None])[greatest >= 0.5 * np.median(greatest)]
    line = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)
    return tuple(float(value) for value in line.ravel())


def _intersect(first: tuple[float, ...], second: tuple[float, ...]) -> NDArray[np.float32] | None:
    directions = np.array([[first[0], -second[0]], [first[1], -second[1]]])
    if abs(float(np.linalg.det(directions))) < 0.3:
        return None
    distance = np.linalg.solve(directions, np.array([second[2] - first[2], second[3] - first[3]]))[0]
    return np.array([first[2] + first[0] * distance, first[3] + first[1] * distance], np.float32)


def _describe(corners: Quadrangle, lab: Picture) -> FoundPage:
    height, width = lab.shape[:2]
    is_cut_off = any(_is_on_border(corners[i], corners[(i + 1) % 4], width, height) for i in range(4))
    shares = tuple((float(x / (width - 1)), float(y / (height - 1))) for x, y in corners)
    return FoundPage(shares, min(_edge_contrasts(corners, lab)), is_cut_off)


def _area(corners: Quadrangle) -> float:
    return float(cv2.contourArea(corners))


def _overlap(first: Quadrangle, second: Quadrangle) -> float:
    """Return the common area of two quadrangles as a share of the smaller one."""
    common = cv2.intersectConvexConvex(first, second)[0]
    return float(common) / max(min(_area(first), _area(second)), 1.0)

"""Faults of a page picture that its pixels show: blank, unsharp, dark, small.

Measured on photographs of papers, the sharpness of edges follows how well text is recognised; the variance of the
Laplacian does not, because noise raises it.
"""

from __future__ import annotations

from scanners.opencv import NDArray, Picture, cv2, fit_into, np
from scanners.papers.pages import PageFinding

MIN_SIDE = 800
"""Pixels of the longer side below which a page is small: at 0.35 of A4 at 200 dots per inch text was still read."""

MIN_INK = 0.0005
"""Share of ink from which a page is not blank: one line of text on A4 has 0.001."""

MIN_BRIGHTNESS = 90
"""Brightness of the paper below which a page is dark."""

MIN_SHARPNESS = 0.25
"""Sharpness of edges below which a page is unsharp (see `measure_sharpness`).

A4 at 200 dots per inch has 0.4 with a blur of 1.5 pixels, 0.28 with 3, of which all text was read, and 0.24 with 4."""

MIN_COVERED = 0.004
"""Share of a page that a hand covers, from which it is named: the tip of one finger."""

_INK_LEVEL = 200  # brightness of 255, after shadows were removed
_PAPER_LEVEL = 225
_MAX_COLOUR_SPREAD = 8.0  # standard deviation in CIE LAB of the colour of the paper
_MIN_RANGE = 40  # of brightness around an edge of text


def find_faults(picture: Picture) -> tuple[PageFinding, ...]:
    """Return the faults of a page (BGR, 8 bit)."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    findings = []
    if measure_ink(grey) < MIN_INK:
        findings.append(PageFinding.BLANK)
    elif measure_sharpness(grey) < MIN_SHARPNESS:
        findings.append(PageFinding.UNSHARP)
    if np.percentile(grey[::8, ::8], 90) < MIN_BRIGHTNESS:
        findings.append(PageFinding.DARK)
    if max(grey.shape) < MIN_SIDE:
        findings.append(PageFinding.SMALL)
    return tuple(findings)


def measure_ink(grey: Picture) -> float:
    """Return the share of ink in the inner part of a page, whose edges may show a desk."""
    height, width = grey.shape
    inner = grey[height // 20 : height - height // 20, width // 20 : width - width // 20]
    small = fit_into(inner if inner.size else grey, 1000, 1000)
    return float(np.mean(remove_shadow(small) < _INK_LEVEL))


def measure_sharpness(grey: Picture) -> float:
    """Return the median steepness of the edges of text: 1 if the whole change of brightness is in one pixel.

    A page is measured in the size in which its text is recognised. 0 if there are no edges.
    """
    small = fit_into(grey, 1280, 1280)
    block = np.ones((9, 9), np.uint8)
    local_range = cv2.subtract(cv2.dilate(small, block), cv2.erode(small, block))
    across = cv2.absdiff(small[:, 1:], small[:, :-1])[:-1]
    down = cv2.absdiff(small[1:], small[:-1])[:, :-1]
    steepest = cv2.dilate(cv2.max(across, down), block)
    places = local_range[:-1, :-1] > _MIN_RANGE
    if not places.any():
        return 0.0
    return float(np.median(steepest[places] / local_range[:-1, :-1][places].astype(np.float32)))


def is_covered(page: Picture) -> bool:
    """Return whether something of the colour of skin reaches from the edge of a page (BGR) into it, as fingers do.

    Lines and ornaments at the edge are narrower, pictures on the page do not touch its edge.
    """
    small = fit_into(page, 400, 400)
    red, blue = cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2YCrCb))[1:]
    skin = ((red > 136) & (red < 180) & (blue > 75) & (blue < 126)).astype(np.uint8)
    wide = cv2.morphologyEx(skin, cv2.MORPH_OPEN, np.ones((11, 11), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(wide)
    at_edge = set(np.unique(np.concatenate([labels[2], labels[-3], labels[:, 2], labels[:, -3]])).tolist()) - {0}
    areas = [
        int(stats[number, cv2.CC_STAT_AREA])
        for number in range(1, count)
        if number in at_edge and not _is_frame(stats[number], skin.shape)
    ]
    return MIN_COVERED < sum(areas) / skin.size < 0.5  # above, the paper itself has this colour


def _is_frame(stats: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """Return whether an area is a band along an edge or around a page, as the ornament of a licence is."""
    width, height = int(stats[cv2.CC_STAT_WIDTH]), int(stats[cv2.CC_STAT_HEIGHT])
    is_long = width > 0.6 * shape[1] or height > 0.6 * shape[0]
    return is_long and (min(width, height) < 0.1 * min(shape) or stats[cv2.CC_STAT_AREA] < 0.35 * width * height)


def looks_like_paper(picture: Picture) -> bool:
    """Return whether a picture without edges of a page is one: light and of one colour up to its border, with text."""
    small = fit_into(picture, 640, 640)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    ground = cv2.cvtColor(cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21), cv2.COLOR_BGR2LAB)
    darkest, lightest = np.percentile(ground[:, :, 0], (5, 75))
    is_even = darkest > 0.5 * lightest and float(ground[:, :, 1:].std(axis=(0, 1)).max()) < _MAX_COLOUR_SPREAD
    if not is_even or lightest < MIN_BRIGHTNESS or measure_ink(grey) < MIN_INK:
        return False
    clear = remove_shadow(grey)
    width = max(2, min(clear.shape) // 40)
    edges = (clear[:width], clear[-width:], clear[:, :width], clear[:, -width:])
    return (
        all(float(np.mean(edge > _PAPER_LEVEL)) > 0.9 for edge in edges) and float(np.mean(clear > _PAPER_LEVEL)) > 0.6
    )


def remove_shadow(picture: Picture) -> Picture:
    """Return a picture (grey or BGR) whose paper is evenly white: divided by the brightness of the paper around."""
    height, width = picture.shape[:2]
    small = fit_into(picture, 400, 400)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    ground = cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(picture, ground, scale=250)

"""The view of a frame of a document camera: the outline of the page, advice, and the page when it was taken.

A frame is kept only until the next one; nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanners.camera.page_watch import PageState, PageWatch, WatchedFrame, is_at_place
from scanners.camera.picture_monitor import PictureMonitor
from scanners.camera.views import View
from scanners.opencv import cv2, fit_into, np, to_bgr, to_rgb
from scanners.papers.files import make_page
from scanners.papers.findings import MIN_BRIGHTNESS, MIN_SHARPNESS, is_covered, measure_ink, measure_sharpness
from scanners.papers.flattening import flatten
from scanners.papers.page_detection import find_pages
from scanners.papers.straightening import straighten

if TYPE_CHECKING:
    from scanners.camera.frames import SourceKind
    from scanners.camera.views import Guidance
    from scanners.codes import Corners
    from scanners.opencv import NDArray, Picture
    from scanners.papers.page_detection import FoundPage

SAME_PAGE, SAME_PUSHED_PAGE = 0.985, 0.97
"""Correlation from which a page counts as the one that was taken last, at its place and after it was pushed.

The same page has 0.990 and 0.974 at least, the same form with one more line 0.968 at most (measured on drawn pages).
In doubt a page is taken: a person can remove a surplus page, but would not notice a missing one."""

_BLANK_SPREAD = 3.0  # standard deviation of brightness of a page without text
_SMALL_SIDE = 300  # pixels of the picture in which pages are compared


class PageViewer:
    """Makes the views of one source, whose `name` contains no credentials, and takes its pages."""

    def __init__(self, name: str) -> None:
        self._monitor = PictureMonitor(name)
        self._watch = PageWatch()
        self._taken: tuple[NDArray[np.float32], Corners] | None = None  # picture and place of the page taken last

    def build_view(self, number: int, frame: Picture, kind: SourceKind, size: tuple[int, int], now: float) -> View:
        """Return the view of a frame that arrived at `now`; `size` is the width and height of the preview in pixels."""
        picture = to_bgr(frame)
        pages = find_pages(picture)
        found = pages[0] if pages else None
        cut = flatten(fit_into(picture, 1280, 1280), found.corners) if found else None
        guidance = _advise(found, len(pages), cut)
        small = None if cut is None else _shrink_page(cut)
        corners = found.corners if found else ()
        is_taken_page = small is not None and self._taken is not None and _is_same((small, corners), self._taken)
        state, share = self._watch.update(WatchedFrame(corners, bool(guidance), is_taken_page), now)
        page = None
        if state == "take" and small is not None:
            self._taken = (small, corners)
            page = make_page(*straighten(picture))
        preview = to_rgb(fit_into(frame, *size))
        return View(
            number,
            (frame.shape[1], frame.shape[0]),
            width=preview.shape[1],
            height=preview.shape[0],
            rgb=preview.tobytes(),
            outlines=tuple(page.corners for page in pages),
            guidance=_choose_guidance(state, guidance),
            stillness=share,
            page=page,
            trouble=self._monitor.check(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), now) if kind == "live" else None,
        )


def _choose_guidance(state: PageState, guidance: Guidance) -> Guidance:
    if state in ("take", "taken"):
        return "page taken"
    if state == "moving" and not guidance:
        return "hold still"
    return guidance


def _advise(found: FoundPage | None, count: int, cut: Picture | None) -> Guidance:
    """Return the fault of a page that a person can correct; "" if there is none."""
    if found is None or cut is None:
        return "no page"
    if count > 1:
        return "two pages"
    if found.is_cut_off:
        return "cut off"
    if is_covered(cut):
        return "covered"
    grey = cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY)
    if np.percentile(grey[::4, ::4], 90) < MIN_BRIGHTNESS:
        return "dark"
    if measure_sharpness(grey) < MIN_SHARPNESS and measure_ink(grey) > 0.005:
        return "unsharp"
    return ""


def _shrink_page(cut: Picture) -> NDArray[np.float32]:
    """Return a small picture of a page, slightly blurred, so that a corner found a pixel off does not matter."""
    height, width = cut.shape[:2]
    inner = cut[height // 25 : height - height // 25, width // 25 : width - width // 25]
    size = (_SMALL_SIDE, max(1, round(_SMALL_SIDE * height / width)))
    small = cv2.resize(cv2.cvtColor(inner, cv2.COLOR_BGR2GRAY), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 2.5), np.float32)


def _is_same(seen: tuple[NDArray[np.float32], Corners], before: tuple[NDArray[np.float32], Corners]) -> bool:
    (picture, corners), (taken, place) = seen, before
    if abs(picture.shape[0] - taken.shape[0]) > 0.03 * taken.shape[0]:
        return False
    if max(picture.std(), taken.std()) < _BLANK_SPREAD:
        return True
    fitted = cv2.resize(picture, (taken.shape[1], taken.shape[0]))
    needed = SAME_PAGE if is_at_place(corners, place) else SAME_PUSHED_PAGE
    return float(np.corrcoef(fitted.ravel(), taken.ravel())[0, 1]) >= needed

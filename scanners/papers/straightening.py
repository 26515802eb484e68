"""Makes a page of a photograph: the page is found and cut out, and what is wrong with it is named."""

from __future__ import annotations

from scanners.opencv import Picture, fit_into
from scanners.papers.findings import find_faults, is_covered, looks_like_paper
from scanners.papers.flattening import MAX_SIDE, even_light, flatten
from scanners.papers.page_detection import find_pages
from scanners.papers.pages import Corners, PageFinding

WHOLE: Corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def straighten(picture: Picture, *, whole: bool = False) -> tuple[Picture, tuple[PageFinding, ...], Corners]:
    """Return the page in a photograph (BGR), its findings and its corners; with `whole` the whole picture.

    The whole picture is returned too if no page is found in it; its corners are empty then.
    """
    if whole:
        page = even_light(fit_into(picture, MAX_SIDE, MAX_SIDE))
        return page, find_faults(page), WHOLE
    pages = find_pages(picture)
    if not pages:
        page = fit_into(picture, MAX_SIDE, MAX_SIDE)
        if looks_like_paper(page):  # a page that fills the picture, such as a scan
            page = even_light(page)
            return page, find_faults(page), WHOLE
        return page, (PageFinding.NO_PAGE,), ()
    found = pages[0]
    cut = flatten(picture, found.corners)
    page = even_light(cut)
    findings: list[PageFinding] = [finding for finding in find_faults(page) if finding is not PageFinding.DARK]
    if PageFinding.DARK in find_faults(cut):
        findings.append(PageFinding.DARK)
    if found.is_cut_off:
        findings.append(PageFinding.CUT_OFF)
    if is_covered(cut):
        findings.append(PageFinding.COVERED)
    if len(pages) > 1:
        findings.append(PageFinding.TWO_PAGES)
    return page, tuple(findings), found.corners

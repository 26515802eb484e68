"""What the paper process does for each request."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanners.opencv import cv2, np
from scanners.papers.files import count_pages, draw_page, make_page, open_file, read_pages
from scanners.papers.findings import find_faults
from scanners.papers.messages import Message, page_message
from scanners.papers.picture_files import PictureFile
from scanners.papers.straightening import straighten

MAX_PHOTOGRAPH_SIDE = 4096  # pixels: a page that fills half of it has 200 dots per inch


def _read(request: Message) -> Iterator[Message]:
    yield from (page_message(page) for page in read_pages(request.body))


def _count(request: Message) -> Iterator[Message]:
    yield Message({"count": count_pages(request.body)})


def _draw(request: Message) -> Iterator[Message]:
    picture = draw_page(request.body, request.head["number"], request.head["side"])
    height, width = picture.shape[:2]
    yield Message({"width": width, "height": height}, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).tobytes())


def _render(request: Message) -> Iterator[Message]:
    yield page_message(make_page(draw_page(request.body, request.head["number"])))


def _straighten(request: Message) -> Iterator[Message]:
    with open_file(request.body) as file:
        picture = file.draw(1, MAX_PHOTOGRAPH_SIDE)
    page, findings, corners = straighten(picture, whole=bool(request.head["whole"]))
    yield page_message(make_page(page, findings, corners))


def _turn(request: Message) -> Iterator[Message]:
    picture = PictureFile(request.body).draw(1)
    turned = np.ascontiguousarray(np.rot90(picture, -(request.head["quarters"] % 4)))
    yield page_message(make_page(turned, find_faults(turned)))


ACTIONS: dict[str, Callable[[Message], Iterator[Message]]] = {
    "read": _read,
    "count": _count,
    "draw": _draw,
    "render": _render,
    "straighten": _straighten,
    "turn": _turn,
}

"""Pictures in pixels by the graphics protocol of kitty, for terminals that are set to have it (setting `pictures`).

The picture is sent once, without a request for an answer. The screen then contains placeholder characters, whose
colour is the number of the picture and whose combining marks are their row and column: ordinary text, so that dialogs,
scrolling and partial repaints are those of text. Protocol: https://sw.kovidgoyal.net/kitty/graphics-protocol/
"""

from __future__ import annotations

from base64 import b64encode
from itertools import count
from zlib import compress

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from clerk_app.views.shared import Picture

PLACEHOLDER = "\U0010eeee"
_MARK_RANGES = (
    "305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 5ab-5ac "
    "5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 "
    "747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827 829-82d"
)
MARKS = "".join(
    chr(point)
    for first, _dash, last in (part.partition("-") for part in _MARK_RANGES.split())
    for point in range(int(first, 16), int(last or first, 16) + 1)
)
"""The combining marks of the protocol in its order: the first is 0. Larger pictures are not placed."""

CHUNK = 4096  # characters of a message
_numbers = count()


def next_picture_number() -> int:
    """Return a number for a picture of this program: a colour in 24 bits that is the same in both byte orders."""
    return 0x010001 | (next(_numbers) % 255 + 1) << 8


def transmission(picture: Picture, number: int, columns: int, rows: int) -> str:
    """Return the messages that send a picture, to be placed in `columns` x `rows` placeholders."""
    data = b64encode(compress(picture.rgb)).decode("ascii")
    chunks = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
    head = f"a=T,U=1,q=2,i={number},f=24,o=z,s={picture.width},v={picture.height},c={columns},r={rows},"
    heads = [head, *["q=2,"] * (len(chunks) - 1)]
    more = [*[1] * (len(chunks) - 1), 0]
    messages = zip(heads, more, chunks, strict=True)
    return "".join(f"\x1b_G{head}m={is_continued};{chunk}\x1b\\" for head, is_continued, chunk in messages)


def deletion(number: int) -> str:
    """Return the message that removes a picture from the memory of the terminal."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def placeholders(number: int, columns: int, row: int, base_style: Style) -> list[Segment]:
    """Return a row of placeholders."""
    color = Color.from_rgb(number >> 16 & 255, number >> 8 & 255, number & 255)
    style = Style(color=color, bgcolor=base_style.bgcolor)
    return [Segment("".join(PLACEHOLDER + MARKS[row] + MARKS[column] for column in range(columns)), style)]

"""The pictures of the decoder benchmark, with the texts that readers should return."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.synthetic_codes import PICTURE_KINDS, draw_picture
from clerk_app.errors import BadData
from scanners.camera.picture_files import load_picture
from scanners.camera.sources import list_pictures
from scanners.opencv import Picture, fit_into, np, to_grey

_CHARSETS = ("utf-8", "latin-1", "shift_jis", "gb18030", "cp437", "big5")


class DecodeTask(NamedTuple):
    """A grey picture, the name of its row in the table, and the texts in it as bytes (no text if it holds no code)."""

    row: str
    picture: Picture
    wanted: tuple[bytes, ...]


def load_photographs(folders: Iterable[Path]) -> Iterator[DecodeTask]:
    """Yield the pictures of each folder, rotated by 0, 90, 180 and 270 degrees. Raises BadData if a folder has none."""
    for folder in folders:
        paths = list_pictures(folder)
        if not paths:
            raise BadData("There is no picture in {folder}.", folder=str(folder))
        for path in paths:
            expected = (path.with_suffix(".txt"), path.with_suffix(".bin"))
            wanted = tuple(text.read_bytes() for text in expected if text.exists())
            picture = to_grey(load_picture(path.read_bytes(), path.name))
            none = "no code"
            for turn in range(4):
                row = f"{path.parent.name} {90 * turn if wanted else none}"
                yield DecodeTask(row, np.ascontiguousarray(np.rot90(picture, -turn)), wanted)


def draw_tasks(number: int) -> Iterator[DecodeTask]:
    """Yield `number` drawn pictures of each kind."""
    for kind in PICTURE_KINDS:
        for seed in range(number):
            shown, text = draw_picture(kind, seed)
            yield DecodeTask(kind, shown, (text.encode(),))


def fit_pictures(tasks: Iterable[DecodeTask], size: tuple[int, int] | None) -> Iterator[DecodeTask]:
    """Shrink each picture to fit into `size` (width, height), if a size is given."""
    for task in tasks:
        if size:
            height, width = task.picture.shape[:2]
            long, short = max(size), min(size)
            box = (long, short) if width >= height else (short, long)
            task = task._replace(picture=fit_into(task.picture, *box))
        yield task


def is_same_text(text: str, wanted: bytes) -> bool:
    """Return whether a text equals the expected bytes in a common character set, whatever the line ends."""
    return bool(_possible_encodings(text.encode("utf-8", "surrogatepass")) & _possible_encodings(wanted))


def _possible_encodings(data: bytes) -> set[bytes]:
    found = {data}
    for charset in _CHARSETS:
        try:
            found.add(data.decode(charset).encode())
        except UnicodeError:
            continue
    return {spelling.replace(b"\r\n", b"\n").strip() for spelling in found}

"""Clips: how many frames pass until the first right text, and what a frame costs until then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from itertools import tee
from statistics import fmean
from time import perf_counter
from typing import TYPE_CHECKING

from clerk_app.bench.drawn import CLIPS, FRAMES, clip
from clerk_app.bench.rivals import Reader, alone, framewise
from clerk_app.locales import _
from scanners.decode import Decoder

if TYPE_CHECKING:
    from scanners.opencv import Picture


@dataclass(frozen=True)
class Watched:
    """What one reader made of the clips of a kind: `frames` looked at in the mean until the first right text (all of
    them where there was none), clips `read` at all, texts read wrongly, mean milliseconds a frame."""

    kind: str
    reader: str
    clips: int
    read: int
    frames: float
    wrong: int
    ms: float


def report_clips(number: int, *, as_json: bool) -> list[str]:
    """A line a kind of clip and reader."""
    found = [one for kind in CLIPS for one in watch(kind, number)]
    if as_json:
        return [json.dumps(asdict(one)) for one in found]
    head = _(
        "clips of {frames} frames; read at all, mean frames to the first right text, texts read wrongly, ms a frame"
    )
    lines = [head.format(frames=FRAMES)]
    for one in found:
        counts = f"{one.read:3d}/{one.clips} {one.frames:5.1f} {one.wrong:2d} {one.ms:6.1f}"
        lines.append(f"{one.kind:<10} {one.reader:<24} {counts}")
    return lines


@dataclass
class _Sight:
    """What one reader has made of the clips so far: where each was first read, texts read wrongly, each frame's ms."""

    firsts: list[int] = field(default_factory=list)
    wrong: int = 0
    ms: list[float] = field(default_factory=list)

    def look(self, reader: Reader, frames: Iterable[Picture], text: str) -> None:
        """Shows the reader a clip until it reads the text."""
        for count, frame in enumerate(frames, 1):
            began = perf_counter()
            said = reader(frame)
            self.ms.append((perf_counter() - began) * 1000)
            self.wrong += any(other != text for other in said)
            if text in said:
                self.firsts.append(count)
                return
        self.firsts.append(FRAMES + 1)


def watch(kind: str, number: int) -> list[Watched]:
    """Shows so many clips of a kind to every reader; each clip is drawn once, as far as somebody looks at it."""
    sights = {name: _Sight() for name in READERS}
    for seed in range(number):
        frames, text = clip(kind, seed)
        for name, shown in zip(READERS, tee(frames, len(READERS)), strict=True):
            sights[name].look(READERS[name](), shown, text)
    return [
        Watched(
            kind,
            name,
            number,
            sum(first <= FRAMES for first in seen.firsts),
            fmean(min(first, FRAMES) for first in seen.firsts),
            seen.wrong,
            fmean(seen.ms),
        )
        for name, seen in sights.items()
    ]


def _ours() -> Reader:
    decoder = Decoder()
    return lambda frame: [code.text for code in decoder.read_frame(frame).codes]


def _forgetful() -> Reader:
    """Each frame for itself, with the looks in their turn: what remembering frames gains is the difference."""
    decoder = Decoder()

    def read(frame: Picture) -> list[str]:
        decoder.forget()
        return [code.text for code in decoder.read_frame(frame).codes]

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "zxing-cpp": lambda: alone,
    "cascade": framewise,
    "clerk without memory": _forgetful,
    "clerk": _ours,
}

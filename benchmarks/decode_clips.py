"""Clips: how many frames pass until the first right text, and what a frame costs until then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from itertools import tee
from statistics import fmean
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.decode_competitors import CodeReader, make_cascade_reader, read_with_zxing
from benchmarks.synthetic_codes import CLIP_KINDS, FRAMES, draw_clip
from clerk_app.locales import _
from scanners.qr.decoder import Decoder

if TYPE_CHECKING:
    from scanners.opencv import Picture


@dataclass(frozen=True)
class ClipResult:
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
    found = [one for kind in CLIP_KINDS for one in measure_clips(kind, number)]
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
class _ReaderStats:
    """What one reader has made of the clips so far: where each was first read, texts read wrongly, each frame's ms."""

    first_read_at: list[int] = field(default_factory=list)
    wrong: int = 0
    ms: list[float] = field(default_factory=list)

    def read_clip(self, reader: CodeReader, frames: Iterable[Picture], text: str) -> None:
        """Shows the reader a clip until it reads the text."""
        for count, frame in enumerate(frames, 1):
            began = perf_counter()
            said = reader(frame)
            self.ms.append((perf_counter() - began) * 1000)
            self.wrong += any(other != text for other in said)
            if text in said:
                self.first_read_at.append(count)
                return
        self.first_read_at.append(FRAMES + 1)


def measure_clips(kind: str, number: int) -> list[ClipResult]:
    """Shows so many clips of a kind to every reader; each clip is drawn once, as far as somebody looks at it."""
    sights = {name: _ReaderStats() for name in READERS}
    for seed in range(number):
        frames, text = draw_clip(kind, seed)
        for name, shown in zip(READERS, tee(frames, len(READERS)), strict=True):
            sights[name].read_clip(READERS[name](), shown, text)
    return [
        ClipResult(
            kind,
            name,
            number,
            sum(first <= FRAMES for first in seen.first_read_at),
            fmean(min(first, FRAMES) for first in seen.first_read_at),
            seen.wrong,
            fmean(seen.ms),
        )
        for name, seen in sights.items()
    ]


def _make_clerk_reader() -> CodeReader:
    decoder = Decoder()
    return lambda frame: [code.text for code in decoder.read_frame(frame).codes]


def _make_memoryless_reader() -> CodeReader:
    """Each frame for itself, with the looks in their turn: what remembering frames gains is the difference."""
    decoder = Decoder()

    def read(frame: Picture) -> list[str]:
        decoder.reset()
        return [code.text for code in decoder.read_frame(frame).codes]

    return read


READERS: dict[str, Callable[[], CodeReader]] = {
    "zxing-cpp": lambda: read_with_zxing,
    "cascade": make_cascade_reader,
    "clerk without memory": _make_memoryless_reader,
    "clerk": _make_clerk_reader,
}

"""Frames of a clip until the first right text, and milliseconds per frame until then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from itertools import tee
from statistics import fmean
from time import perf_counter

from benchmarks.decode_competitors import CodeReader, make_cascade_reader, read_with_zxing
from benchmarks.synthetic_codes import CLIP_KINDS, FRAMES, draw_clip
from scanners.opencv import Picture
from scanners.qr.decoder import Decoder


@dataclass(frozen=True)
class ClipResult:
    """Result of one reader on the clips of one kind.

    `frames` is the mean number of frames until the first right text (all frames for a clip that was not read), `read`
    the number of clips read, `wrong` the number of wrong texts, `ms` the mean milliseconds per frame.
    """

    kind: str
    reader: str
    clips: int
    read: int
    frames: float
    wrong: int
    ms: float


def report_clips(number: int, *, as_json: bool) -> list[str]:
    """Return a line for each kind of clip and reader."""
    found = [result for kind in CLIP_KINDS for result in measure_clips(kind, number)]
    if as_json:
        return [json.dumps(asdict(result)) for result in found]
    head = "clips of {frames} frames; read at all, mean frames to the first right text, texts read wrongly, ms a frame"
    lines = [head.format(frames=FRAMES)]
    for result in found:
        counts = f"{result.read:3d}/{result.clips} {result.frames:5.1f} {result.wrong:2d} {result.ms:6.1f}"
        lines.append(f"{result.kind:<10} {result.reader:<24} {counts}")
    return lines


@dataclass
class _ReaderStats:
    """Results of one reader so far: first frame read in each clip, wrong texts, milliseconds of each frame."""

    first_read_at: list[int] = field(default_factory=list)
    wrong: int = 0
    ms: list[float] = field(default_factory=list)

    def read_clip(self, reader: CodeReader, frames: Iterable[Picture], text: str) -> None:
        """Give frames to the reader until it returns `text` or the clip ends."""
        for count, frame in enumerate(frames, 1):
            began = perf_counter()
            texts = reader(frame)
            self.ms.append((perf_counter() - began) * 1000)
            self.wrong += any(other != text for other in texts)
            if text in texts:
                self.first_read_at.append(count)
                return
        self.first_read_at.append(FRAMES + 1)


def measure_clips(kind: str, number: int) -> list[ClipResult]:
    """Give `number` clips of a kind to every reader.

    Each clip is drawn once, up to the last frame that a reader needs.
    """
    stats = {name: _ReaderStats() for name in READERS}
    for seed in range(number):
        frames, text = draw_clip(kind, seed)
        for name, shown in zip(READERS, tee(frames, len(READERS)), strict=True):
            stats[name].read_clip(READERS[name](), shown, text)
    return [
        ClipResult(
            kind,
            name,
            number,
            sum(first <= FRAMES for first in reader_stats.first_read_at),
            fmean(min(first, FRAMES) for first in reader_stats.first_read_at),
            reader_stats.wrong,
            fmean(reader_stats.ms),
        )
        for name, reader_stats in stats.items()
    ]


def _make_clerk_reader() -> CodeReader:
    decoder = Decoder()
    return lambda frame: [code.text for code in decoder.read_frame(frame).codes]


def _make_memoryless_reader() -> CodeReader:
    """Return our reader without memory of earlier frames; its difference to `clerk` is what the memory gains."""
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

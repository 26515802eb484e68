"""Bars of the tracks of a case in cells: what has happened, what is expected, today and the promised day."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from clerk_app.views.tracks import TRACK_SYMBOLS
from screens.widgets.paint import Span
from screens.widgets.time_axis import OFF, make_axis

if TYPE_CHECKING:
    from clerk_app.views.tracks import CaseTracks, Track

_STYLES = {
    "done": "good",
    "refused": "bad",
    "ended": "dim",
    "working": "mark",
    "queued": "mark",
    "paused": "warn",
    "expected": "dim",
    "now": "strong",
    "promised": "strong",
    "critical": "strong",
    "branch": "dim",
}
GLYPHS: dict[str, Span] = {
    **{kind: (symbol, _STYLES[kind]) for kind, symbol in TRACK_SYMBOLS.items()},
    "off": (OFF, "dim"),
}
"""Symbol and style of each kind of span, and of the other marks; each kind has its own symbol."""


class TrackBars:
    """The bars of a case, drawn for `cells` cells; `width` is larger if the time does not fit."""

    def __init__(self, tracks: CaseTracks, cells: int) -> None:
        self._axis = make_axis(tracks.begin, _visible_end(tracks), tracks.days_off, max(1, cells - 1))
        self.width = self._axis.width + 1
        self._cells = cells
        self._now = self._axis.cell(tracks.now) if tracks.now is not None else -1
        self._promised = self._axis.cell(tracks.promised) if tracks.promised is not None else -1
        self._drawn = [self._draw(track) for track in tracks.tracks]

    def first_offset(self) -> int:
        """Return the offset at which today is visible."""
        return max(0, self._now - self._cells // 2)

    def axis_text(self, offset: int, cells: int) -> str:
        """Return the texts of the axis, from the cell `offset` on, `cells` wide."""
        text = ""
        for cell, label in self._axis.labels():
            left = cell - offset
            if left < cell_len(text) or left + cell_len(label) > cells:
                continue
            text += " " * (left - cell_len(text)) + label
        return set_cell_size(text, cells)

    def spans(self, index: int, offset: int, cells: int) -> list[Span]:
        """Return the bar of a track, from the cell `offset` on, `cells` wide."""
        shown = self._drawn[index][offset : offset + cells]
        spans = [("".join(map(itemgetter(0), group)), style) for style, group in groupby(shown, key=itemgetter(1))]
        return [*spans, (" " * (cells - len(shown)), "")]

    def _draw(self, track: Track) -> list[Span]:
        bar: list[Span] = [(" ", "")] * self.width
        drawn_to = first = -1
        for span in track.spans:
            start = max(self._axis.cell(span.begin), drawn_to)
            end = max(self._axis.cell(span.end), start + (span.kind != "expected" or drawn_to < 0))
            bar[start:end] = [GLYPHS[span.kind]] * (min(end, self.width) - start)
            first, drawn_to = (start if first < 0 else first), max(end, drawn_to)
        if track.follows and first > 0:
            bar[first - 1] = GLYPHS["branch"]
        for cell, kind in ((self._promised, "promised"), (self._now, "now")):
            if 0 <= cell < self.width:
                bar[cell] = GLYPHS[kind]
        return bar


def _visible_end(tracks: CaseTracks) -> datetime:
    """Return the end of the axis; what is expected on the same day takes no hours of the night."""
    if tracks.begin.date() != tracks.end.date():
        return tracks.end
    ends = (span.end for track in tracks.tracks for span in track.spans if span.kind != "expected")
    return max([tracks.begin, *ends, *filter(None, (tracks.now,))])

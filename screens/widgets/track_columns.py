"""Columns of the tracks of a case, and the meaning of their symbols."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from clerk_app.locales import _
from screens.widgets.paint import Span
from screens.widgets.track_bars import GLYPHS

if TYPE_CHECKING:
    from clerk_app.views.tracks import CaseTracks, Track

LEAD_CELLS = 3  # critical, level, empty
ORGAN_WIDTH = 84  # cells of a chart from which it has a column for the organ
BAR_CELLS = 40  # the cause follows the state if so many cells are left for the bars
ORGAN_BAR_CELLS = 34  # that are left for the bars before the organ is cut
LEAST_BAR_CELLS = 16
LEAST_PART = 0.7  # of the longest text, below which a column is not shown


class TrackColumns(NamedTuple):
    """Widths of the columns in cells."""

    name: int
    organ: int
    bar: int
    state: int


def track_columns(tracks: CaseTracks, width: int) -> TrackColumns:
    """Return the widths of the columns of a chart of `width` cells.

    A column that would lose much of its texts gives its cells to the others: the organ, and on a narrow chart the
    state, which symbol and bar show too. Both are in the words of the track under the cursor.
    """
    rows = tracks.tracks
    organ = max(cell_len(track.organ) for track in rows) if width >= ORGAN_WIDTH else 0
    state = max(cell_len(_("State")), *(cell_len(track.state) for track in rows))
    whole = max(state, *(cell_len(_with_cause(track)) for track in rows))
    least_organ = min(organ, width * 3 // 20)
    beside_name = LEAD_CELLS + 1 + (least_organ + 1 if organ else 0) + LEAST_BAR_CELLS + 1 + state
    longest_name, longest_organ = max(cell_len(track.name) for track in rows), organ
    name = min(longest_name, max(width * 3 // 10, width - beside_name))
    if name < longest_name * LEAST_PART and not organ:
        name = min(longest_name, width - LEAD_CELLS - LEAST_BAR_CELLS - 2)
        return TrackColumns(name, 0, max(1, width - LEAD_CELLS - name - 1), 0)
    organ = max(least_organ, min(organ, width - LEAD_CELLS - name - state - ORGAN_BAR_CELLS - 3))
    if organ < longest_organ * LEAST_PART:
        organ = 0
    left = width - LEAD_CELLS - name - 1 - (organ + 1 if organ else 0) - 1
    if left - whole >= BAR_CELLS:
        state = whole
    if left - state < LEAST_BAR_CELLS:
        shorter = max(8, name - LEAST_BAR_CELLS + left - state)
        name, left = shorter, left + name - shorter
    return TrackColumns(name, organ, max(1, left - state), state)


def state_words(track: Track, width: int) -> str:
    """Return the state of a track, with its cause if both fit."""
    both = _with_cause(track)
    return both if cell_len(both) <= width else track.state


def _with_cause(track: Track) -> str:
    return f"{track.state}  {track.cause}" if track.cause else track.state


def legend(tracks: CaseTracks, width: int) -> Iterable[Span]:
    """Yield the meaning of the symbols of these tracks, as far as they fit."""
    kinds = {span.kind for track in tracks.tracks for span in track.spans}
    names: dict[str, str] = {
        "critical": _("critical path"),
        "now": _("now") if tracks.now is not None else "",
        "promised": _("promised") if tracks.promised is not None else "",
        **{kind: name for kind, name in _kind_names().items() if kind in kinds},
        "off": _("days off"),
    }
    used = 1
    yield " ", ""
    for kind, name in names.items():
        glyph, style = GLYPHS[kind]
        used += cell_len(name) + 4 if name else 0
        if name and used <= width:
            yield glyph, style
            yield f" {name}  ", "dim"


def _kind_names() -> dict[str, str]:
    return {
        "done": _("done"),
        "refused": _("refused"),
        "ended": _("ended"),
        "working": _("in work"),
        "queued": _("not taken"),
        "paused": _("clock stopped"),
        "expected": _("expected"),
    }

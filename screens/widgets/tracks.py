"""A case over time: a track for each matter, the day, the promised day, who holds it and what it waits for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.locales import _, format_list
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.columns import LIST_CSS
from screens.widgets.paint import (
    Line,
    LinePainter,
    Span,
    fit,
    level_style,
    level_symbol,
    wrap,
)
from screens.widgets.track_bars import TrackBars
from screens.widgets.track_columns import LEAD_CELLS, TrackColumns, legend, state_words, track_columns

if TYPE_CHECKING:
    from clerk_app.views.tracks import CaseTracks, Track

SCROLL_CELLS = 8


class TrackChart(LinePainter, Widget, can_focus=True):
    """Tracks of a case. Up and Down choose a matter, Enter opens it; Left and Right scroll what does not fit.

    Beneath the tracks are what is due next, the chosen matter in words, and the meaning of the symbols.
    """

    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup,home", "move(-1000)", show=False),
        Binding("pagedown,end", "move(1000)", show=False),
        Binding("left", "scroll_time(-1)", show=False),
        Binding("right", "scroll_time(1)", show=False),
        Binding("enter", "open", show=False),
    ]
    COMPONENT_CLASSES = {"cursor", "titles"}
    DEFAULT_CSS = f"TrackChart {{ {LIST_CSS} }}"

    class Opened(Message):
        """Enter was pressed on a track, or it was clicked twice."""

        def __init__(self, chart: TrackChart, track: str) -> None:
            super().__init__()
            self.chart = chart
            self.track = track

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.tracks: CaseTracks | None = None
        self.cursor = 0
        self._top = 0  # first visible track
        self._time_offset = 0  # cells of the time axis that are scrolled out at the left
        self._bars: TrackBars | None = None
        self._widths = TrackColumns(0, 0, 0, 0)
        self._laid_out: object = None
        self._known_words: tuple[object, list[Line]] = None, []

    def show_tracks(self, tracks: CaseTracks | None) -> None:
        """Show a case; the cursor stays on the matter if it is the same case."""
        if tracks == self.tracks:
            return
        before, self.tracks = self.tracks, tracks
        if tracks is None or before is None or (before.number, before.title) != (tracks.number, tracks.title):
            self.cursor = self._top = self._time_offset = 0
        self.cursor = max(0, min(self.cursor, len(self._rows) - 1))
        self._laid_out = None
        self.refresh()

    def title_frame(self, *, key: str = "") -> None:
        """Write case, number of decided matters and outlook into the frame, and the symbols into its lower edge."""
        tracks = self.tracks
        if tracks is None:
            title_panel(self, _("Course"), key=key)
            return
        title = " ".join(filter(None, (tracks.title, tracks.number)))
        count = f"{tracks.done}/{tracks.total}" if tracks.number else ""
        title_panel(self, title, key=key, count=count, state=tracks.outlook, level=tracks.level)
        show_panel_keys(self, _("Enter matter  Left Right time"))

    @property
    def full_height(self) -> int:
        """The rows that the chart needs to show everything, with its frame."""
        return len(self._rows) + 6

    @property
    def _rows(self) -> tuple[Track, ...]:
        return self.tracks.tracks if self.tracks is not None else ()

    @property
    def current_track(self) -> Track | None:
        """The track under the cursor; None if there is none."""
        return self._rows[self.cursor] if self._rows else None

    def action_move(self, by: int) -> None:
        target = max(0, min(self.cursor + by, len(self._rows) - 1))
        if target == self.cursor:
            raise SkipAction
        self.cursor = target
        self.refresh()

    def action_scroll_time(self, by: int) -> None:
        bars = self._bars
        most = max(0, bars.width - self._widths.bar) if bars is not None else 0
        if not most:
            raise SkipAction
        self._time_offset = max(0, min(self._time_offset + by * SCROLL_CELLS, most))
        self.refresh()

    def action_open(self) -> None:
        if self.current_track is None:
            raise SkipAction
        self.post_message(self.Opened(self, self.current_track.id))

    def on_click(self, event: events.Click) -> None:
        row = self._top + event.y - 1
        if 1 <= event.y <= self._visible_rows() and row < len(self._rows):
            if row == self.cursor:
                self.action_open()
            self.cursor = row
            self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll_by_wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll_by_wheel(event, -1)

    def _scroll_by_wheel(self, event: events.MouseEvent, by: int) -> None:
        target = max(0, min(self.cursor + by, len(self._rows) - 1))
        if target != self.cursor:
            event.stop()
            self.cursor = target
            self.refresh()

    def _has_legend(self) -> bool:
        return self.size.height >= len(self._rows) + 4

    def _visible_rows(self) -> int:
        """Return the number of tracks that fit, with the axis above and at least a line of words beneath."""
        return max(1, min(len(self._rows), self.size.height - 1 - (self.size.height >= 4)))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self.tracks is None:
            return self.paint_line((), width)
        self._lay_out(width)
        visible = self._visible_rows()
        self._top = max(min(self._top, self.cursor, len(self._rows) - visible), self.cursor - visible + 1, 0)
        if y == 0:
            return self.paint_line(self._title_line(), width)
        if y <= visible:
            return self.paint_line(self._track_line(self._top + y - 1), width)
        if self._has_legend() and y == self.size.height - 1:
            return self.paint_line(list(legend(self.tracks, width)), width)
        words = self._words(width)
        index = y - visible - 1
        return self.paint_line(words[index] if index < len(words) else (), width)

    def _lay_out(self, width: int) -> None:
        tracks = self.tracks
        key = tracks, width, _("Matter")  # the language changes the texts of the axis
        if tracks is None or key == self._laid_out:
            return
        self._laid_out = key
        self._widths = track_columns(tracks, width)
        self._bars = TrackBars(tracks, self._widths.bar)
        most = max(0, self._bars.width - self._widths.bar)
        self._time_offset = min(self._bars.first_offset(), most)

    def _title_line(self) -> Line:
        widths, bars = self._widths, self._bars
        axis = bars.axis_text(self._time_offset, widths.bar) if bars is not None else ""
        spans: list[Span] = [(" " * LEAD_CELLS, ""), (fit(_("Matter"), widths.name) + " ", "dim")]
        if widths.organ:
            spans.append((fit(_("Organ"), widths.organ) + " ", "dim"))
        spans += [(axis, "dim"), (" " + fit(_("State"), widths.state) if widths.state else "", "dim")]
        return spans

    def _track_line(self, index: int) -> Line:
        track, widths = self._rows[index], self._widths
        is_current = index == self.cursor
        lit = "lit" if is_current and self.has_focus else ""
        weight = "strong" if track.critical else ""
        lead = f"{'*' if track.critical else ' '}{level_symbol(track.level)} "
        spans: list[Span] = [(lead, lit or level_style(track.level) or weight)]
        spans.append((fit(track.name, widths.name), lit or ("title" if is_current else weight)))
        spans.append((" ", lit))
        if widths.organ:
            spans += [(fit(track.organ, widths.organ), lit or "dim"), (" ", lit)]
        if self._bars is not None:
            spans += self._bars.spans(index, self._time_offset, widths.bar)
        if widths.state:
            spans.append((" " + fit(state_words(track, widths.state), widths.state), lit or level_style(track.level)))
        return spans

    def _words(self, width: int) -> list[Line]:
        """Return in words: the track under the cursor, what is due next, and why the other open matters wait."""
        tracks, track = self.tracks, self.current_track
        if tracks is None or track is None:
            return []
        key = tracks, track.id, width
        if self._known_words[0] != key:
            open_tracks = [other for other in tracks.tracks if other is not track and other.is_open]
            others = [other for other in open_tracks if other.cause or other.due]
            others.sort(key=lambda other: not other.critical)
            lines: list[Line] = list(_wrapped(describe_track(track), width, level_style(track.level)))
            lines += _wrapped(tracks.nearest, width, "strong") if tracks.nearest else ()
            for other in others:
                lines += _wrapped(describe_track(other), width, "dim")
            self._known_words = key, lines
        return self._known_words[1]


def describe_track(track: Track) -> str:
    """Return a matter in words: organ, state, who holds it or what it waits for, and its promised day."""
    state = format_list((track.state, track.cause), ":") if track.cause else track.state
    words = format_list(filter(None, (state, _("due {day}").format(day=track.due) if track.due else "")), ";")
    return f"{track.name} ({track.organ})  {words}"


def _wrapped(text: str, width: int, style: str) -> Iterable[Line]:
    return ([(" " + line, style)] for line in wrap(text, width - 2))

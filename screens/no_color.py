"""Output without colours (https://no-color.org), for NO_COLOR and for terminals that have none.

Textual's own filter sends greys, and its other one the codes of the default colours; this one sends no colour code.
Bold, underlined and reversed text stays: the styles under `:nocolor` show with them what colours show otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from screens.theme.themes import NO_COLOUR, THEMES


class ColourlessFilter(LineFilter):
    """Removes the colours of all segments."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments without foreground and background colours."""
        return [
            Segment(text, style.without_color if style is not None else None, control)
            for text, style, control in segments
        ]


class ColourlessOutput(App[None]):
    """An app whose output has no colours with NO_COLOR, in terminals without colours, and in the theme `no-colour`."""

    themes = THEMES  # those that a person can choose
    _colourless_filters = (ColourlessFilter(),)
    _colours_forbidden = False  # by the environment or the terminal

    @property
    def no_color(self) -> bool:
        """Whether the output has no colours now; the styles under `:nocolor` follow it."""
        return self._colours_forbidden or self.theme == NO_COLOUR.name

    @no_color.setter
    def no_color(self, forbidden: bool) -> None:
        self._colours_forbidden = forbidden

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of all output: without colours, the one that removes them; else none.

        Textual's own filter replaces ANSI colours by those of a theme; the screens use none, and each line costs time.
        """
        return self._colourless_filters if self.no_color else ()

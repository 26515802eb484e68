"""Numbered tabs on one line: the panels of a narrow screen, or lists; the one shown, and count and state of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from screens.widgets.paint import Line, Span, cell_width, level_style, level_symbol
from screens.widgets.status_lines import SingleLine, target_at

if TYPE_CHECKING:
    from clerk_app.views.shared import Level


@dataclass(frozen=True)
class PanelTab:
    """A tab: the id of its panel, its title with a count, and its level."""

    panel: str
    title: str
    level: Level = "plain"


class PanelTabs(SingleLine):
    """Shows the tabs that `tabs` returns; the one named by `shown` is lit. A click posts `Chosen`.

    `aside` returns what is at the right end if there is room for the whole of it.
    """

    DEFAULT_CSS = "PanelTabs { background: $sheet; }"

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        panel: str

    def __init__(
        self,
        tabs: Callable[[], Iterable[PanelTab]],
        shown: Callable[[], str],
        *,
        aside: Callable[[], Line] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._tabs = tabs
        self._shown = shown
        self._aside = aside

    def spans(self) -> Line:
        spans = [span for spans, _panel in self._parts() for span in spans]
        aside = list(self._aside()) if self._aside is not None else []
        room = self.size.width - cell_width(spans) - cell_width(aside)
        return [*spans, (" " * room, ""), *aside] if aside and room >= 0 else spans

    def _parts(self) -> Iterable[tuple[list[Span], str]]:
        shown = self._shown()
        for number, tab in enumerate(self._tabs(), 1):
            symbol = level_symbol(tab.level).strip()
            text = f"{tab.title} {symbol}" if symbol else tab.title
            if tab.panel == shown:
                yield [(f"[{number} {text}]", "lit")], tab.panel
            else:
                yield [(f" {number} ", "cap"), (text + " ", level_style(tab.level))], tab.panel

    def on_click(self, event: events.Click) -> None:
        panel = target_at(self._parts(), event.x)
        if panel is not None:
            self.post_message(self.Chosen(panel))

"""The buttons below every page of the kiosk, each always at the same place."""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from screens.kiosk.sizes import BAR_ROWS, TARGET_GAP, target_rows
from screens.widgets.containers import Container

WIDEST, NARROWEST = 26, 10  # columns of a button; with less room the buttons take two rows
LOW_ROWS = 20  # of a terminal that is too low for buttons of BAR_ROWS
END_BUTTONS = ("back", "go-on")  # together in the lower row, where there are two


class ControlBar(Container):
    """A row of buttons, or two rows in a narrow terminal. A button that is not shown leaves its place empty."""

    def __init__(self, *buttons: Widget, id: str) -> None:
        super().__init__(*buttons, id=id)
        self._arrangement = _BarLayout()

    @property
    def layout(self) -> Layout:
        """The layout, which gives each button its place."""
        return self._arrangement

    @property
    def places(self) -> list[list[str]]:
        """The ids of the buttons in each row, also of those that are not shown now."""
        names = [button.id or "" for button in self.children if not button.has_class("-absent")]
        if self._fits(len(names)):
            return [names]
        return [[name for name in names if name not in END_BUTTONS], [name for name in names if name in END_BUTTONS]]

    def button_rows(self) -> int:
        """Return the height of a button."""
        rows = self.app.size.height
        return max(target_rows(rows), BAR_ROWS if rows > LOW_ROWS else 1)

    def fit(self, rows_below: int) -> None:
        """Take the height that the buttons need, and leave rows empty below them."""
        count = len(self.places)
        self.styles.height = count * self.button_rows() + (count - 1) * TARGET_GAP[1]
        self.styles.margin = (0, 0, rows_below, 0)

    def _fits(self, count: int) -> bool:
        return (self.app.size.width - 2 - (count - 1) * TARGET_GAP[0]) // max(1, count) >= NARROWEST


class _BarLayout(Layout):
    """Gives every button of a row the same width and an equal distance to its neighbours."""

    name = "control-bar"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        assert isinstance(parent, ControlBar)
        by_name = {child.id: child for child in children}
        height, placements = parent.button_rows(), []
        for row, names in enumerate(parent.places):
            gaps = len(names) - 1
            width = max(1, min(WIDEST, (size.width - gaps * TARGET_GAP[0]) // max(1, len(names))))
            for place, name in enumerate(names):
                if name in by_name:
                    x = (size.width - width) * place // gaps if gaps else 0
                    region = Region(x, row * (height + TARGET_GAP[1]), width, height)
                    placements.append(WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, by_name[name]))
        return placements

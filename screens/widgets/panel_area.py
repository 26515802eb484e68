"""An area that places its panels by a plan, so that the same panels are arranged differently at each size.

A plan is a tree of `Rows` and `Columns` with a `Cell` for each panel. Panels that are not in the plan are hidden; they
keep their contents, and a resize neither makes nor moves a widget.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import Layout, WidgetPlacement
from textual.widget import Widget

from screens.widgets.paint_cache import PaintCache

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Cell:
    """The place of the panel with the id `panel`.

    It has `size` cells in the direction of its row or column; with `fit` as many rows as its contents need, at most
    `fit`; otherwise `share` parts of what the others leave. Parts with `fit` leave it `least` cells, if there is room.
    """

    panel: str
    size: int = 0
    fit: int = 0
    share: int = 1
    least: int = 0


@dataclass(frozen=True)
class Rows:
    """Parts from top to bottom."""

    parts: tuple[Plan, ...]
    size: int = 0
    fit: int = 0
    share: int = 1


@dataclass(frozen=True)
class Columns:
    """Parts from left to right."""

    parts: tuple[Plan, ...]
    size: int = 0
    fit: int = 0
    share: int = 1


Plan = Cell | Rows | Columns


def rows(*parts: Plan | None, size: int = 0, share: int = 1) -> Rows:
    """Return the parts that are not None from top to bottom."""
    return Rows(tuple(part for part in parts if part is not None), size=size, share=share)


def columns(*parts: Plan | None, size: int = 0, share: int = 1) -> Columns:
    """Return the parts that are not None from left to right."""
    return Columns(tuple(part for part in parts if part is not None), size=size, share=share)


def planned_panels(plan: Plan) -> tuple[str, ...]:
    """Return the ids of the panels of a plan, column by column."""
    if isinstance(plan, Cell):
        return (plan.panel,)
    return tuple(panel for part in plan.parts for panel in planned_panels(part))


@runtime_checkable
class ScrollingPanel(Protocol):
    """A panel that decides about its scrollbar before it is placed; Textual's layout finds out one paint later."""

    def decide_scrollbar(self, size: Size) -> None:
        """Show the scrollbar if the contents need more than `size`, which is the room inside the frame."""
        ...


class PlanLayout(Layout):
    """Places the children of a `PanelArea` by its plan."""

    name = "plan"

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.rows: dict[str, int] = {}
        """Rows of each panel in the newest layout, with its frame."""

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> list[WidgetPlacement]:
        if self.plan is None:
            return []
        widgets = {child.id or "": child for child in children}
        placed = list(_place(self.plan, Region(0, 0, size.width, size.height), widgets, parent))
        self.rows = {widget.id or "": region.height for widget, region in placed}
        for widget, region in placed:
            if isinstance(widget, ScrollingPanel):
                gutter = widget.gutter
                widget.decide_scrollbar(region.size - (gutter.width, gutter.height))
        return [WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, widget) for widget, region in placed]


def _place(plan: Plan, region: Region, widgets: dict[str, Widget], parent: Widget) -> Iterator[tuple[Widget, Region]]:
    if isinstance(plan, Cell):
        if plan.panel in widgets:
            yield widgets[plan.panel], region
        return
    offset = 0
    down = isinstance(plan, Rows)
    for part, length in zip(plan.parts, _lengths(plan.parts, region, widgets, parent, down=down), strict=True):
        inner = (
            Region(region.x, region.y + offset, region.width, length)
            if down
            else Region(region.x + offset, region.y, length, region.height)
        )
        yield from _place(part, inner, widgets, parent)
        offset += length


def _lengths(
    parts: Sequence[Plan], region: Region, widgets: dict[str, Widget], parent: Widget, *, down: bool
) -> list[int]:
    """Return the length of each part; parts with a fixed length come first, the others share what is left."""
    left = region.height if down else region.width
    lengths = [0] * len(parts)
    kept = sum(max(part.size, part.least) for part in parts if isinstance(part, Cell))
    for index, part in enumerate(parts):
        fixed = part.size
        if down and part.fit and isinstance(part, Cell) and part.panel in widgets:
            fixed = min(part.fit, _rows_needed(widgets[part.panel], region.width, parent), max(1, left - kept))
        kept -= part.size
        lengths[index] = max(0, min(fixed, left))
        left -= lengths[index]
    sharing = [index for index, part in enumerate(parts) if not (part.size or part.fit)]
    shares = sum(parts[index].share for index in sharing)
    for index in sharing:
        lengths[index] = left * parts[index].share // shares
        left -= lengths[index]
        shares -= parts[index].share
    return lengths


def _rows_needed(widget: Widget, width: int, parent: Widget) -> int:
    gutter = widget.gutter
    inner = max(1, width - gutter.width)
    return widget.get_content_height(parent.size, parent.app.size, inner) + gutter.height


class PanelArea(PaintCache, Widget):
    """Shows the panels of a plan; `show_plan` replaces it."""

    DEFAULT_CSS = "PanelArea { width: 1fr; height: 1fr; }"

    def __init__(self, *panels: Widget, id: str | None = None) -> None:
        super().__init__(*panels, id=id)
        self._plan_layout = PlanLayout()

    @property
    def layout(self) -> Layout:
        """The layout that places the panels."""
        return self._plan_layout

    @property
    def is_container(self) -> bool:
        """Whether the widget places children."""
        return True

    def planned_rows(self, panel: Widget) -> int:
        """Return the rows inside the frame of a panel in the newest layout, which may not have reached it yet."""
        return max(0, self._plan_layout.rows.get(panel.id or "", 0) - panel.gutter.height)

    def show_plan(self, plan: Plan) -> None:
        """Show the panels of `plan` at their places and hide the others."""
        if plan == self._plan_layout.plan:
            return
        self._plan_layout.plan = plan
        shown = planned_panels(plan)
        for panel in self.children:
            panel.display = panel.id in shown
        self.refresh(layout=True)

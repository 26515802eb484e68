"""Where the panels of the counter are in each mode and size of the terminal.

A narrow screen shows one panel at a time, with tabs above it; what is left to do and the code line stay. A wide screen
shows them together; a huge one shows the panels of the hall as well.
"""

from __future__ import annotations

from textual.geometry import Size

from screens.counter.actions import Mode
from screens.theme.sizes import HUGE_COLUMNS, TALL_ROWS, WIDE_COLUMNS
from screens.widgets.panel_area import Cell, Columns, Plan, Rows, columns, rows

PANELS_OF_MODE: dict[Mode, tuple[str, ...]] = {
    "hall": ("hall", "today", "kept"),
    "called": ("hall", "today", "kept"),
    "person": ("person",),
    "intake": ("filling", "materials", "steps", "tracks", "applicant"),
    "case": ("tracks", "materials", "steps", "facts", "history"),
    "receipt": ("receipt",),
}
"""The panels of each mode in the order of Tab; the place in the tuple is the number of the panel."""


def panel_number(mode: Mode, panel: str) -> str:
    """Return the number of a panel in a mode; empty if Tab does not visit it there."""
    panels = PANELS_OF_MODE[mode]
    return str(panels.index(panel) + 1) if panel in panels else ""


SIDE_COLUMNS = 44
WIDE_SIDE_COLUMNS = 50  # with room for the longest names of materials, from ROOMY_COLUMNS on
ROOMY_COLUMNS = 136
IDENTITY_ROWS = 28  # at most, of what the clerk compares; the window has the others
HALL_COLUMNS = 52  # the third column of a huge screen
DAY_COLUMNS = 60  # of the outer columns of a huge screen between two visits
EVENT_COLUMNS = 40
PLOT_ROWS = 40  # from here on there is room for the plot of the day below the steps
STEP_ROWS = 8  # that remain for what can be done now, with the frame, in a hall with many windows


def plan_panels(mode: Mode, size: Size, shown: str, *, has_photo: bool) -> Plan:
    """Return the plan of a mode; `shown` is the panel with the focus, or the one that had it last."""
    if size.width < WIDE_COLUMNS:
        return _narrow_plan(mode, size, shown, has_photo=has_photo)
    code = Cell("codeline", size=3 if size.height >= TALL_ROWS else 1)
    side = WIDE_SIDE_COLUMNS if size.width >= ROOMY_COLUMNS else SIDE_COLUMNS
    plan = _WIDE_PLANS[mode](code, shown, side, height=size.height, has_photo=has_photo)
    if size.width >= HUGE_COLUMNS and size.height >= TALL_ROWS and mode in ("hall", "called"):
        return _huge_hall_plan(code)
    if size.width >= HUGE_COLUMNS and mode in ("intake", "case"):
        return columns(plan, rows(Cell("window", fit=18), Cell("hall", fit=16), Cell("today"), size=HALL_COLUMNS))
    return plan


def _narrow_plan(mode: Mode, size: Size, shown: str, *, has_photo: bool) -> Rows:
    code, steps_rows = Cell("codeline", size=1), 4 if size.height >= TALL_ROWS else 3
    tabs = Cell("tabs", size=1) if len(PANELS_OF_MODE[mode]) > 1 else None
    steps = Cell("steps", fit=steps_rows + 2 * (mode == "called"))
    if mode == "person":
        portrait = Cell("portrait", share=4) if has_photo else None
        return rows(columns(portrait, Cell("person", share=5)), steps, code)
    if mode == "receipt":
        return rows(Cell("printing", fit=7), Cell("receipt"), steps, code)
    if shown == "steps":
        return rows(tabs, Cell("steps"), code)
    if mode == "case" and shown == "tracks":
        return rows(tabs, Cell("facts", fit=5), Cell("tracks"), steps, code)
    return rows(tabs, Cell(shown), steps, code)


def _hall_plan(code: Cell, shown: str, side: int, *, height: int, has_photo: bool) -> Columns:  # noqa: ARG001
    plot = Cell("day", size=8) if height >= PLOT_ROWS else None
    window = rows(Cell("window", fit=20), Cell("steps", least=STEP_ROWS), plot, code, size=side)
    if height < TALL_ROWS:
        return columns(window, Cell(shown))
    last: Cell | Columns = Cell("kept", fit=7)
    if side == WIDE_SIDE_COLUMNS:
        last = columns(Cell("kept"), Cell("events", size=EVENT_COLUMNS), size=7)
    return columns(window, rows(Cell("hall", fit=16), Cell("today"), Cell("things", fit=8), last))


def _huge_hall_plan(code: Cell) -> Columns:
    """Window and all windows of the hall at the left, the lists in the middle, the day at the right."""
    window = rows(Cell("window", fit=46), Cell("steps"), code, size=DAY_COLUMNS)
    day = rows(Cell("day", share=3), Cell("things", fit=14), Cell("kept", fit=9), Cell("events", share=4))
    return columns(window, rows(Cell("hall"), Cell("today")), Rows(day.parts, size=DAY_COLUMNS))


def _person_plan(code: Cell, shown: str, side: int, *, height: int, has_photo: bool) -> Columns:  # noqa: ARG001
    portrait = Cell("portrait") if has_photo else None
    if height < TALL_ROWS:
        return columns(portrait, rows(Cell("person"), Cell("steps", fit=6), code, size=60))
    facts = rows(Cell("person", fit=IDENTITY_ROWS), Cell("steps", fit=6), Cell("window"), code, size=60)
    return columns(portrait, facts)


def _intake_plan(code: Cell, shown: str, side: int, *, height: int, has_photo: bool) -> Columns:  # noqa: ARG001
    left = rows(Cell("applicant", fit=20 if height >= TALL_ROWS else 9), Cell("materials"), code, size=side)
    if height < TALL_ROWS:
        return columns(left, rows(Cell("tracks" if shown == "tracks" else "filling"), Cell("steps", fit=5)))
    return columns(left, rows(Cell("filling"), Cell("tracks", fit=13), Cell("steps", fit=8)))


def _case_plan(code: Cell, shown: str, side: int, *, height: int, has_photo: bool) -> Columns:  # noqa: ARG001
    left = rows(Cell("facts", fit=20 if height >= TALL_ROWS else 9), Cell("materials"), code, size=side)
    if height < TALL_ROWS:
        return columns(left, rows(Cell("history" if shown == "history" else "tracks"), Cell("steps", fit=6)))
    return columns(left, rows(Cell("tracks", fit=19), Cell("steps", fit=8), Cell("history")))


def _receipt_plan(code: Cell, shown: str, side: int, *, height: int, has_photo: bool) -> Columns:  # noqa: ARG001
    window, waiting = (Cell("window", fit=18), Cell("hall")) if height >= TALL_ROWS else (None, None)
    steps = Cell("steps", fit=9) if height >= TALL_ROWS else Cell("steps")
    return columns(Cell("receipt"), rows(Cell("printing", fit=9), steps, window, waiting, code, size=60))


_WIDE_PLANS = {
    "hall": _hall_plan,
    "called": _hall_plan,
    "person": _person_plan,
    "intake": _intake_plan,
    "case": _case_plan,
    "receipt": _receipt_plan,
}

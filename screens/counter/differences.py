"""Reasons for answers that differ from their source."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.counter import CounterView
from clerk_app.views.differences import DifferenceRow
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons


async def explain_difference(screen: CounterFrame, field: str = "") -> None:
    """Ask why an answer differs from its source; without `field`, ask which one first if there are several."""
    rows = _explainable(screen.view) if screen.view is not None else ()
    row = next((row for row in rows if row.field == field), None)
    if row is None and len(rows) == 1:
        row = rows[0]
    elif row is None and rows:
        chosen = await screen.host.show(
            PickDialog(
                _("Answers that differ from their source"),
                [PickRow(row.field, row.label, str(number), row.sentence) for number, row in enumerate(rows, 1)],
            )
        )
        row = next((row for row in rows if row.field == chosen), None)
    if row is not None and screen.view is not None and screen.view.intake is not None:
        key = f"difference {screen.view.intake.draft} {row.field}"
        record = partial(_record, screen, row.field)
        await record_reasons(
            screen, key, row.label, _("{sources}. Why does the form differ?").format(sources=row.sentence), record
        )


async def _record(screen: CounterFrame, field: str, reason: str) -> None:
    await screen.call_and_paint(partial(screen.service.explain_difference, field, reason))


def _explainable(view: CounterView) -> tuple[DifferenceRow, ...]:
    return tuple(row for row in view.intake.differences if not row.must_agree) if view.intake is not None else ()


DIFFERENCE_ITEMS = (
    MenuItem(
        49,
        "difference",
        mark("Why an answer differs from its source"),
        lambda view: bool(_explainable(view)),
        explain_difference,
    ),
)

"""Received cases on the screens of counter and supervisor: their list, and the acts on their period."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from clerk_app.locales import _
from clerk_app.views.received import ReceivedRow, ReceivedTermService
from screens.widgets.paint import join_phrases, level_symbol
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import ReasonScreen, record_reasons, record_stock_reasons

_EXTEND, _CLOSE = "extend", "close"
Perform = Callable[[Callable[[], Any]], Awaitable[bool | None]]
"""Performs an act at the service and paints the view that it returns."""


async def choose_received_case(screen: ReasonScreen, service: ReceivedTermService[Any]) -> ReceivedRow | None:
    """List the received cases of this site that wait; return the chosen one."""
    rows = {row.number: row for row in await screen.host.ask(service.list_received)}
    if not rows:
        screen.host.notify(_("No received case waits here."))
        return None
    choices = [
        PickRow(row.number, join_phrases(row.number, row.one_thing), str(key), _describe_row(row))
        for key, row in enumerate(rows.values(), 1)
    ]
    dialog = PickDialog(_("Received, not accepted yet"), choices, hint=_("shows what can be done"))
    number = await screen.host.show(dialog)
    return rows[number] if number is not None else None


def _describe_row(row: ReceivedRow) -> str:
    missing = _("{count} missing").format(count=len(row.missing)) if row.missing else ""
    return join_phrases(f"{level_symbol(row.level)} {row.term}".strip(), row.applicant, missing, row.opened_by)


async def choose_received_act(
    screen: ReasonScreen,
    service: ReceivedTermService[Any],
    row: ReceivedRow,
    perform: Perform,
    further: Sequence[tuple[str, str]] = (),
) -> str | None:
    """Show a received case and its acts; perform more time or its end. Return the chosen act.

    `further` are acts of the screen itself, as (id, label); they come first, and the caller performs them.
    """
    offered = [*further]
    if row.can_extend:
        offered.append((_EXTEND, _("More time, once, with a reason")))
    if row.is_overdue:
        offered.append((_CLOSE, _("Do not accept it: not completed in time")))
    title = _("Case {number}").format(number=row.number)
    sentence = join_phrases(row.applicant, row.term, *row.missing)
    if not offered:
        screen.host.notify(
            _("Case {number}: nothing is to be done here. {what}").format(number=row.number, what=sentence)
        )
        return None
    acts = [PickRow(act, label, str(key)) for key, (act, label) in enumerate(offered, 1)]
    chosen = await screen.host.show(PickDialog(title, acts, sentence=sentence))
    if chosen == _EXTEND:
        await _extend(screen, service, row, perform, title)
    elif chosen == _CLOSE:
        await _close(screen, service, row, perform, title)
    return chosen


async def _extend(
    screen: ReasonScreen, service: ReceivedTermService[Any], row: ReceivedRow, perform: Perform, title: str
) -> None:
    await record_reasons(
        screen,
        f"extend received {row.number}",
        title,
        _("Why does the citizen get more time? A new notice with the date is printed."),
        lambda reason: perform(partial(service.extend_received, row.number, reason)),
    )


async def _close(
    screen: ReasonScreen, service: ReceivedTermService[Any], row: ReceivedRow, perform: Perform, title: str
) -> None:
    stock = await screen.host.ask(partial(service.list_close_reasons, row.number))
    why = _("{who}: it was not completed in time. Why is it not accepted? The citizen gets this in writing.")
    await record_stock_reasons(
        screen,
        f"close received {row.number}",
        title,
        why.format(who=row.applicant),
        lambda given: perform(partial(service.close_received, row.number, given.text, given.codes)),
        stock=stock,
    )

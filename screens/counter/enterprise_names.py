"""Check of an enterprise name: what the center found, free names, reservation."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, format_list, mark
from clerk_app.views.counter import CounterView
from clerk_app.views.names import CheckedName
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

_SHOWN_FINDINGS = 3  # in the dialog; the gravest ones
_RESERVE, _RELEASE, _KEEP = "reserve", "release", "keep"


async def check_name(screen: CounterFrame) -> None:
    """Check the name of the form, of which the clerk chooses one if there are several; then offer what can be done."""
    intake = screen.view.intake if screen.view is not None else None
    if intake is None or not intake.name_fields:
        return
    field: str | None = intake.name_fields[0].id
    if len(intake.name_fields) > 1:
        rows = [PickRow(option.id, option.name, str(index)) for index, option in enumerate(intake.name_fields, 1)]
        field = await screen.host.show(PickDialog(_("Check a name"), rows))
    if field is not None:
        await check_name_of(screen, field)


async def check_name_of(screen: CounterFrame, field: str) -> None:
    """Check the name in a field, then offer what can be done."""
    checked = await screen.host.ask(partial(screen.service.check_name, field))
    chosen = await screen.host.show(make_name_dialog(checked))
    if chosen is None or chosen == _KEEP:
        return
    if chosen == _RELEASE:
        await screen.call_and_paint(partial(screen.service.release_name, field))
    elif chosen == _RESERVE and checked.severity == "reason":
        await _reserve_near(screen, checked)
    else:
        if chosen != _RESERVE:
            await screen.call_and_paint(partial(screen.service.fill_field, field, chosen))
        await screen.call_and_paint(partial(screen.service.reserve_name, field))


def make_name_dialog(checked: CheckedName) -> PickDialog:
    """Return the dialog with what was found about a name and what can be done."""
    return PickDialog(_("Check a name"), _list_acts(checked), sentence=_describe(checked))


def _describe(checked: CheckedName) -> str:
    shown = checked.findings[:_SHOWN_FINDINGS]
    more = len(checked.findings) - len(shown)
    parts = [format_list((checked.name, checked.verdict), ":"), *shown]
    if more > 0:
        parts.append(_("and {count} more").format(count=more))
    if checked.reserved_until:
        parts.append(_("Reserved for this draft until {date}").format(date=checked.reserved_until))
    return format_list(parts, ";")


def _list_acts(checked: CheckedName) -> list[PickRow]:
    """Return the acts offered for a checked name; only a usable name can be reserved."""
    rows: list[tuple[str, str]] = []
    if checked.reserved_until:
        rows.append((_RELEASE, _("Release the reservation")))
    elif checked.severity == "reason":
        rows.append((_RESERVE, _("Reserve this name with a reason")))
    elif checked.severity != "stop":
        rows.append((_RESERVE, _("Reserve this name")))
    rows += [(name, _("Take and reserve: {name}").format(name=name)) for name in checked.alternatives]
    rows.append((_KEEP, _("Back to the form")))
    return [PickRow(act, name, str(index)) for index, (act, name) in enumerate(rows, 1)]


async def _reserve_near(screen: CounterFrame, checked: CheckedName) -> None:
    sentence = _("Why is this name used although another one is near? For example: the other enterprise consents.")

    async def reserve(reason: str) -> None:
        await screen.call_and_paint(partial(screen.service.reserve_name, checked.field, reason))

    await record_reasons(screen, f"name {checked.field} {checked.name}", checked.name, sentence, reserve)


def _has_name_field(view: CounterView) -> bool:
    return view.intake is not None and bool(view.intake.name_fields)


NAME_ITEMS = (MenuItem(69, "check_name", mark("Check a name"), _has_name_field, check_name),)

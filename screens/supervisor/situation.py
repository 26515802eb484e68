"""The situation of the supervisor screen, as sentences for F1."""

from __future__ import annotations

from clerk_app.locales import _, format_list
from clerk_app.views.supervisor import QueueRow, SupervisorView
from screens.situation import Situation

_SHOWN_ALERTS = 4


def describe_situation(view: SupervisorView | None, organ: QueueRow | None) -> Situation | None:
    """Return the situation of an organ's tasks, or of the overview without one; None before the first view."""
    if view is None:
        return None
    return _describe_overview(view) if organ is None else _describe_organ(organ)


def _describe_overview(view: SupervisorView) -> Situation:
    day = view.day.sentence or (_("The hall is open.") if view.day.is_open else _("The hall is closed."))
    alerts = [alert.text for alert in view.alerts[:_SHOWN_ALERTS]]
    if alerts:
        now = f"{day} " + _("{count} alerts: {alerts}").format(count=len(view.alerts), alerts=format_list(alerts, ";"))
    else:
        now = f"{day} " + _("Nothing needs you now: no queue is late, and no category waits without a window.")
    to_cause = _("n goes to the cause of the worst alert, and again to the next; 1 to 6 select a panel.")
    following = (
        *((to_cause,) if alerts else ()),
        _("Enter opens the marked organ, category or window: what waits there, and what can be done."),
        _("On a window: o opens, c pauses or closes, f changes what it serves, m sends a message."),
        _("On a category: t shows its tickets, which t moves and p puts first; a adds a window."),
        _("F8 opens or closes the hall's day; F5 lets a person sign in again who typed too many wrong PINs."),
        _("i shows the applications from outside that wait, and gives one to a window."),
        _("r shows the figures of a day: waits, services, visits of cases; also as CSV."),
    )
    blocked = (_("A task is released or reassigned from its organ: Enter on the organ first."),)
    undo = (_("A closed day can be opened again with F8."),) if not view.day.is_open else ()
    return Situation(now, following, blocked, undo)


def _describe_organ(organ: QueueRow) -> Situation:
    now = _("The tasks of {organ}: {count} in the queue, {taken} taken, {returned} wait for papers, {overdue} overdue.")
    described = now.format(
        organ=organ.name, count=organ.length, taken=organ.claimed, returned=organ.returned, overdue=organ.overdue
    )
    following = [
        _("Enter or F8 takes the marked task back from its officer, or gives it to another; a reason is asked.")
    ]
    if not organ.length:
        following = [_("Nothing is to be done here: the queue is empty.")]
    return Situation(
        described, tuple(following), (), (_("Esc goes back to the overview; nothing is changed by that."),)
    )

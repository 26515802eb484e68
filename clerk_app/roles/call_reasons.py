"""Why a waiting ticket has its place in the order of calling, as a sentence for clerks and supervisors."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.hall.calling_order import CallPlace
from clerk_app.hall.reasons import describe_reason
from clerk_app.hall.ticket_priority import has_priority, read_priority_reason
from clerk_app.locales import _
from clerk_app.roles.formatting import format_time
from db.engines import Transaction


def class_name(ticket_class: str) -> str:
    """Return the name of a ticket class; empty for an ordinary ticket."""
    return {
        "appointment": _("appointment"),
        "prechecked": _("pre-checked"),
        "return": _("return visit"),
        "elderly": _("elderly"),
        "disabled": _("disabled"),
        "pregnant": _("pregnant"),
        "veteran": _("veteran"),
    }.get(ticket_class, "")


def describe_place(office: Office, tx: Transaction, place: CallPlace) -> str:
    """Return why a ticket has its place: limit of overtaking, head start or order of arrival; and who was before it."""
    ticket = place.ticket
    if place.reason == "overtaken":
        sentence = _(
            "Is called here because by then {limit} tickets taken later were called before it, the most allowed."
        )
        return sentence.format(limit=place.limit)
    if place.reason == "comes_back":
        return _with_count(_("Comes back to this window from another one, which has finished."), place)
    if place.reason == "in_a_row":
        return _("Is called here in turn with tickets that were taken later.")
    if has_priority(ticket):
        code = read_priority_reason(tx, ticket["id"])
        reason = _("A supervisor gave it priority.")
        if code:
            reason = _("A supervisor gave it priority: {reason}.").format(reason=describe_reason("pick", code))
        return _with_count(reason, place)
    time = format_time(office.local_time(ticket["rank"]))
    if ticket["priority"] != "ordinary" and ticket["rank"] != ticket["issued_at"]:
        reason = _("Ranks as if taken at {time} ({name}).").format(time=time, name=class_name(ticket["priority"]))
    elif ticket["rank"] > ticket["issued_at"]:
        reason = _("Waits again, at the end of the queue of {time}.").format(time=time)
    else:
        reason = _("In the order of arrival.")
    return _with_count(reason, place)


def _with_count(reason: str, place: CallPlace) -> str:
    """Return the reason, followed by how many tickets taken later were called before, if there are any."""
    if not place.overtaken:
        return reason
    overtaken = _("Taken later and called before it: {count} of at most {limit}.")
    return f"{reason} {overtaken.format(count=place.overtaken, limit=place.limit)}"

"""The situation of the administrator's screen, as sentences for F1."""

from __future__ import annotations

from clerk_app.locales import _, format_list
from clerk_app.views.admin import AdminView, StaffRow
from screens.situation import Situation


def describe_situation(view: AdminView | None, marked: StaffRow | None) -> Situation | None:
    """Return the situation of the staff list with a marked row; None before the first view."""
    if view is None:
        return None
    now = _("The staff list has {count} persons.").format(count=len(view.staff))
    following = [_("F2 adds a person, who chooses a new PIN at the first sign-in.")]
    following.append(_("F5 opens the registry: searches, corrections and the feeds of other registers."))
    blocked: tuple[str, ...] = ()
    if marked is not None:
        state = marked.state or _("can sign in")
        now += " " + _("Marked: {name}, {facts}.").format(
            name=marked.name, facts=format_list(filter(None, (marked.role_name, marked.organ_name, state)))
        )
        if marked.acts:
            following.append(_("Enter or F8 lists what can be done with the marked person."))
        else:
            blocked = (_("Nothing can be done with the marked person here."),)
    undo = (_("A suspended person can be readmitted with F8; a dismissal cannot be undone."),)
    return Situation(now, tuple(following), blocked, undo)

"""The situation of the reception, as sentences for F1."""

from __future__ import annotations

from clerk_app.locales import _
from clerk_app.views.reception import IssuedRow, ReceptionCategory, ReceptionView
from screens.situation import Situation


def describe_situation(
    view: ReceptionView | None, chosen: ReceptionCategory | None, marked: IssuedRow | None
) -> Situation | None:
    """Return the situation with the chosen category and the marked ticket; None before the first view."""
    if view is None:
        return None
    waiting = sum(category.waiting for category in view.categories)
    now = _("{waiting} tickets wait in the hall; {issued} were issued here last.").format(
        waiting=waiting, issued=len(view.issued)
    )
    if chosen is not None:
        now += " " + _("The category {name} is chosen.").format(name=chosen.name)
        following = [_("The digit of a class issues the ticket and prints its slip. Esc chooses nothing.")]
    else:
        following = [_("The digit of a category, then that of a class, issues a ticket and prints its slip.")]
    following.append(_("+ issues several tickets at once, for a group."))
    if marked is not None and marked.acts:
        following.append(_("Enter lists what can be done with ticket {number}.").format(number=marked.number))
    blocked = (view.trouble,) if view.trouble else ()
    return Situation(
        now, tuple(following), blocked, (_("Ctrl+Z makes void what was issued within two minutes and not called."),)
    )

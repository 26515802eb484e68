"""The acts of an administrator on one person, with their numbers, which never change."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _
from clerk_app.views.admin import StaffActId
from screens.widgets.pick import PickRow


def act_rows(acts: Iterable[StaffActId]) -> list[PickRow]:
    """Return the rows of the acts that are possible."""
    possible = set(acts)
    rows = (
        PickRow("change", _("Change name, role or organ"), "1"),
        PickRow("reset_pin", _("Give a new PIN"), "2", _("to be changed at the next sign-in")),
        PickRow("unlock", _("End the lock-out"), "3"),
        PickRow("set_badge", _("Set or take away the badge"), "4"),
        PickRow("suspend", _("Suspend"), "5", _("until readmitted")),
        PickRow("readmit", _("Readmit"), "6"),
        PickRow("dismiss", _("Dismiss"), "7", _("for good")),
    )
    return [row for row in rows if row.id in possible]

"""The sentence that names what the applicant is also eligible for."""

from __future__ import annotations

from clerk_app.locales import _, format_list
from clerk_app.views.counter import CounterView


def describe_eligible(view: CounterView) -> str:
    """Return what the applicant is also eligible for as one sentence; empty without anything."""
    if not view.also_eligible:
        return ""
    names = (_("{name} ({verdict})").format(name=row.name, verdict=row.verdict) for row in view.also_eligible)
    return _("Also eligible for: {names}").format(names=format_list(names))

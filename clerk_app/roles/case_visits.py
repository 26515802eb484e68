"""Visits of a case in words: how many there were, what this one is for, and what the city promises."""

from __future__ import annotations

from clerk_app.cases.visit_causes import CAUSE_NAMES, PROMISED_VISITS, list_case_visits
from clerk_app.locales import _, translate
from db.engines import Row, Transaction


def describe_visits(tx: Transaction, number: str, visit: Row | None) -> str:
    """Return the number of the visit at this window among those of the case, with its cause.

    Without a visit, the number of visits so far; empty if none is recorded. More than PROMISED_VISITS are marked.
    """
    visits = list_case_visits(tx, number)
    count = len(visits)
    words = _("{count} so far").format(count=count) if count else ""
    if visit is not None:
        numbers = {known.visit: (place, known.cause) for place, known in enumerate(visits, 1)}
        count, cause = numbers.get(visit["id"], (len(visits) + 1, ""))
        words = _("visit {number} of this case").format(number=count)
        if cause:
            words = _("visit {number} of this case: {cause}").format(number=count, cause=translate(CAUSE_NAMES[cause]))
    if count > PROMISED_VISITS:
        promise = _("(the city promises at most {count})").format(count=PROMISED_VISITS)
        words = f"{words} {promise}"
    return words

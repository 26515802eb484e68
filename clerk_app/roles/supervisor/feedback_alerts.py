"""Alert of the supervisor on complaints of the hall that are not answered."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.composition.office import Office
from clerk_app.locales import _, plural_form
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import Alert
from db.engines import Transaction


def feedback_alerts(office: Office, tx: Transaction) -> Iterable[Alert]:
    """Yield an alert with the count of open complaints; it is bad if one is past its date."""
    found = tx.query_one("feedback.count_open_complaints", hall=office.settings.hall, now=office.corrected_now)
    if found is None or not found["many"]:
        return
    words = plural_form(
        found["many"],
        _("{count} complaint of a citizen is not answered, {late} past the date: clerk feedback list"),
        _("{count} complaints of citizens are not answered, {late} past the date: clerk feedback list"),
    )
    level: Level = "bad" if found["overdue"] else "warn"
    yield Alert(level, words.format(count=found["many"], late=found["overdue"]), "day")

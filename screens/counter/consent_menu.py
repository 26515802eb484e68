"""Items of the F8 menu for consents."""

from __future__ import annotations

from clerk_app.locales import mark
from clerk_app.views.counter import CounterView
from screens.counter.consent import withdraw_consent
from screens.counter.menu_item import MenuItem


def awaits_consent(view: CounterView) -> bool:
    """Return whether a consent can be asked for: it was not answered yet, or declined."""
    return view.intake is not None and any(row.consent in ("asked", "declined") for row in view.intake.materials)


def has_unreleased(view: CounterView) -> bool:
    """Return whether something was agreed to and not released yet."""
    return view.intake is not None and view.intake.has_unreleased


def has_unconfirmed_consent(view: CounterView) -> bool:
    """Return whether a consent is stated by the clerk alone."""
    return view.intake is not None and view.intake.has_unconfirmed_consent


def _has_consent(view: CounterView) -> bool:
    return view.intake is not None and any(row.consent == "given" for row in view.intake.materials)


CONSENT_ITEMS = (MenuItem(46, "withdraw_consent", mark("Withdraw a consent"), _has_consent, withdraw_consent),)

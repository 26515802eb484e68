"""Items of the F8 menu for consents, and for acting for somebody."""

from __future__ import annotations

from clerk_app.locales import mark
from clerk_app.views.counter import CounterView
from screens.counter.co_signature import co_sign
from screens.counter.consent import withdraw_case_consent, withdraw_consent
from screens.counter.menu_item import MenuItem
from screens.counter.party_roles import act_by_relation


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
    return view.intake is not None and any(row.can_withdraw for row in view.intake.materials)


def _may_represent(view: CounterView) -> bool:
    return view.intake is not None and view.applicant is not None and not view.applicant.is_organisation


CONSENT_ITEMS = (
    MenuItem(46, "withdraw_consent", mark("Withdraw a consent"), _has_consent, withdraw_consent),
    MenuItem(54, "represent", mark("Act for somebody by a registered relation"), _may_represent, act_by_relation),
    MenuItem(
        48,
        "withdraw_case_consent",
        mark("Withdraw a consent of this case"),
        lambda view: view.case is not None and bool(view.case.withdrawable) and view.serving is not None,
        withdraw_case_consent,
    ),
    MenuItem(
        55,
        "co_sign",
        mark("Co-signature of a further party"),
        lambda view: view.intake is not None and bool(view.intake.unsigned),
        co_sign,
    ),
)

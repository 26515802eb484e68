"""Items of the F8 menu for consents, and for acting for somebody."""

from __future__ import annotations

from clerk_app.locales import mark
from clerk_app.views.counter import CounterView
from screens.counter.absent_list import print_list
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


def _can_print_list(view: CounterView) -> bool:
    """Return whether a party can sign a list: one whose consent the clerk has stated, or an absent one."""
    return has_unconfirmed_consent(view) or (view.intake is not None and bool(view.intake.absent_lists))


def _has_consent(view: CounterView) -> bool:
    return view.intake is not None and any(row.can_withdraw for row in view.intake.materials)


def _has_case_consent(view: CounterView) -> bool:
    case = view.case
    return case is not None and view.serving is not None and bool(case.withdrawable or case.decided_consents)


def _may_represent(view: CounterView) -> bool:
    return view.intake is not None and view.applicant is not None and not view.applicant.is_organisation


PRINT_LIST_ITEM = MenuItem(
    24, "consent_list", mark("Print the list of what was agreed to, for the signature"), _can_print_list, print_list
)
CONSENT_ITEMS = (
    MenuItem(46, "withdraw_consent", mark("Withdraw a consent"), _has_consent, withdraw_consent),
    MenuItem(
        48,
        "withdraw_case_consent",
        mark("Withdraw a consent of this case"),
        _has_case_consent,
        withdraw_case_consent,
    ),
)
PARTY_ITEMS = (
    MenuItem(54, "represent", mark("Act for somebody by a registered relation"), _may_represent, act_by_relation),
    MenuItem(
        55,
        "co_sign",
        mark("Co-signature of a further party"),
        lambda view: view.intake is not None and bool(view.intake.unsigned),
        co_sign,
    ),
)

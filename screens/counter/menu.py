"""The F8 menu of the counter: actions that have no key of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.case import CaseAction
from clerk_app.views.connection import RejectedWork
from clerk_app.views.counter import CounterView
from screens import keys
from screens.connection import settle_rejected_work
from screens.counter import (
    absent_list,
    case_papers,
    consent,
    differences,
    finding,
    hall_acts,
    leaving,
    papers,
    procedures,
    reopening,
    staff_notices,
    supplements,
)
from screens.counter.applications import APPLICATION_ITEMS
from screens.counter.consent_menu import (
    CONSENT_ITEMS,
    PARTY_ITEMS,
    PRINT_LIST_ITEM,
    awaits_consent,
    has_unconfirmed_consent,
    has_unreleased,
)
from screens.counter.frame import CounterFrame
from screens.counter.further_items import FURTHER_ITEMS
from screens.counter.hand_over import hand_over_results
from screens.counter.held_materials import HELD_ITEMS
from screens.counter.identity_check import FACE_ITEMS
from screens.counter.letters import LETTER_ITEMS
from screens.counter.menu_item import MenuItem, has_draft, serves_ticket
from screens.counter.paper_pages import PAPER_ITEMS
from screens.counter.paper_review import REVIEW_ITEMS
from screens.counter.received import RECEIVED_ITEMS
from screens.counter.result_menu import RESULT_ITEMS
from screens.unmasking import ask_unmask_purpose
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons, record_stock_reasons


async def show_menu(screen: CounterFrame) -> None:
    """Show the available items and run the chosen one."""
    view = screen.view
    if view is None:
        return
    items = {item.id: item for item in MENU if item.available(view)}
    rows = [PickRow(item.id, _(item.name), str(item.number)) for item in items.values()]
    chosen = await screen.host.show(PickDialog(_("More"), rows))
    if chosen is not None:
        await items[chosen].run(screen)


async def _with_reason(
    screen: CounterFrame, act: str, title: str, sentence: str, action: Callable[[str], Callable[[], CounterView]]
) -> None:
    """Ask for reasons and pass them to an action. They are kept for the draft or case on the screen."""
    key = f"{act} {_subject(screen)}"
    await record_reasons(screen, key, title, sentence, lambda reason: screen.call_and_paint(action(reason)))


def _subject(screen: CounterFrame) -> str:
    """Return the case or draft on the screen."""
    view = screen.view
    return view.case.number if view and view.case else view.intake.draft if view and view.intake else ""


async def _discard_draft(screen: CounterFrame) -> None:
    sentence = _("Why is this draft not needed any more? It will be deleted.")
    action = screen.service.discard_draft
    await _with_reason(screen, "discard", _("Discard the draft"), sentence, lambda why: partial(action, why))


async def _withdraw(screen: CounterFrame) -> None:
    sentence = _("Why does the citizen withdraw the application?")
    action = screen.service.withdraw_case
    await _with_reason(screen, "withdraw", _("Withdraw"), sentence, lambda why: partial(action, why))


async def _reject_case(screen: CounterFrame) -> None:
    sentence = _("Why can the case not be accepted? The citizen gets this in writing.")
    stock = screen.view.intake.decline_reasons if screen.view and screen.view.intake else ()
    await record_stock_reasons(
        screen,
        f"not_accept {_subject(screen)}",
        _("Do not accept"),
        sentence,
        lambda given: screen.call_and_paint(partial(screen.service.decline_case, given.text, given.codes)),
        stock=stock,
    )


async def _unmask(screen: CounterFrame) -> None:
    purpose = await ask_unmask_purpose(screen.host, screen.service.list_unmask_purposes)
    if purpose is not None:
        await screen.call_and_paint(partial(screen.service.unmask, purpose))


async def _sign_out(screen: CounterFrame) -> None:
    screen.call_later(screen.perform_action, keys.SIGN_OUT)  # an action of the app, begun after this one


def _rejected_work(view: CounterView) -> tuple[RejectedWork, ...]:
    return view.case.rejected if view.case else ()


def _allowed_actions(view: CounterView) -> tuple[CaseAction, ...]:
    return view.case.actions if view.case else ()


async def _settle_rejected_work(screen: CounterFrame) -> None:
    if screen.view is not None:
        await settle_rejected_work(screen, screen.service, _rejected_work(screen.view))


def _can_fetch(view: CounterView) -> bool:
    return view.intake is not None and view.intake.can_fetch_materials


MENU = (
    MenuItem(1, "fetch", mark("Fetch what the city holds"), _can_fetch, procedures.fetch_materials),
    MenuItem(2, "consent", mark("Ask for consent"), awaits_consent, consent.ask_consent_again),
    MenuItem(3, "party", mark("Scan another party's code"), has_draft, procedures.scan),
    MenuItem(4, "document", mark("Identify by a document"), has_draft, procedures.identify_by_document),
    MenuItem(5, "need", mark("Handed in on paper, or dropped (Space)"), has_draft, procedures.toggle_requirement),
    MenuItem(
        6,
        "bring",
        mark("Transfer the case here from its service centre"),
        lambda view: bool(view.remote_case),
        finding.transfer_case,
    ),
    MenuItem(
        7,
        "take_in",
        mark("Take in materials"),
        lambda view: "take_in" in _allowed_actions(view),
        supplements.take_in_materials,
    ),
    MenuItem(
        8,
        "hand_over",
        mark("Hand over the results"),
        lambda view: "hand_over" in _allowed_actions(view),
        hand_over_results,
    ),
    MenuItem(
        9,
        "settle",
        mark("Settle rejected work of this case"),
        lambda view: bool(_rejected_work(view)),
        _settle_rejected_work,
    ),
    MenuItem(
        10,
        "reprint",
        mark("Papers of the case: print again, prints"),
        lambda view: view.receipt is not None or "reprint" in _allowed_actions(view),
        case_papers.open_papers,
    ),
    MenuItem(11, "kept", mark("Print what was not printed; what came out"), papers.has_papers, papers.offer_papers),
    MenuItem(
        12, "withdraw", mark("Withdraw the application"), lambda view: "withdraw" in _allowed_actions(view), _withdraw
    ),
    MenuItem(13, "not_accept", mark("Do not accept the case"), has_draft, _reject_case),
    MenuItem(14, "discard", mark("Discard the draft"), has_draft, _discard_draft),
    MenuItem(15, "drafts", mark("Open a draft again"), lambda view: view.intake is None, reopening.choose_draft),
    MenuItem(16, "held", mark("Take a ticket back"), lambda view: bool(view.held or view.ended), leaving.choose_ticket),
    MenuItem(
        17, "walk_in", mark("Serve someone without a ticket"), lambda view: view.serving is None, hall_acts.walk_in
    ),
    MenuItem(
        18,
        "finish",
        mark("Finish without calling the next"),
        lambda view: view.serving is not None,
        leaving.finish_visit,
    ),
    MenuItem(19, "sign_out", mark("Sign out"), lambda _view: True, _sign_out),
    MenuItem(20, "release", mark("Show what was agreed to"), has_unreleased, consent.release_materials),
    MenuItem(
        21,
        "signed",
        mark("The citizen signed the list of what was agreed to"),
        has_unconfirmed_consent,
        absent_list.confirm_consents,
    ),
    MenuItem(
        22,
        "accesses",
        mark("Who saw this citizen's data"),
        lambda view: view.applicant is not None,
        consent.show_accesses,
    ),
    MenuItem(
        23,
        "unmask",
        mark("Show names and numbers in full"),
        lambda view: view.case is not None and view.case.is_masked,
        _unmask,
    ),
    PRINT_LIST_ITEM,
    MenuItem(25, "own_cases", mark("Today's cases of this window"), lambda _view: True, finding.choose_or_find),
    MenuItem(26, "find", mark("Find a person or a case at the center"), lambda _view: True, finding.find_case),
    MenuItem(27, "pick", mark("Call a certain ticket"), lambda view: bool(view.waiting), hall_acts.pick_ticket),
    MenuItem(28, "transfer", mark("Transfer the ticket"), serves_ticket, hall_acts.transfer_ticket),
    MenuItem(29, "stations", mark("Further windows of the ticket"), serves_ticket, hall_acts.set_stations),
    MenuItem(30, "pause", mark("Pause this window"), lambda _view: True, hall_acts.pause_window),
    MenuItem(31, "functions", mark("What this window serves"), lambda _view: True, hall_acts.set_functions),
    MenuItem(32, "close", mark("Close after this visit"), lambda _view: True, hall_acts.close_after_visit),
    MenuItem(33, "call_help", mark("Call for help (^E twice)"), lambda _view: True, staff_notices.call_help),
    MenuItem(
        34, "read", mark("The message was read (^R)"), lambda view: bool(view.messages), staff_notices.read_message
    ),
    *RESULT_ITEMS,
    *LETTER_ITEMS,
    *CONSENT_ITEMS,
    *differences.DIFFERENCE_ITEMS,
    *APPLICATION_ITEMS,
    *HELD_ITEMS,
    *PARTY_ITEMS,
    *PAPER_ITEMS,
    *FACE_ITEMS,
    *REVIEW_ITEMS,
    *RECEIVED_ITEMS,
    *FURTHER_ITEMS,
)

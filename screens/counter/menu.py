"""F8 at the counter: everything that has no key of its own, offered only where it can be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from clerk_app.locales import _, format_list, mark
from clerk_app.views import CounterView, Paper, RejectedWork
from screens.connection import settle_rejected_work
from screens.widgets.dialogs import ConfirmDialog, TextDialog
from screens.widgets.pick import PickDialog, PickManyDialog, PickRow

if TYPE_CHECKING:
    from screens.counter.screen import CounterScreen


@dataclass(frozen=True)
class MenuItem:
    """An act of the list: when it is offered and what it does. It runs inside the act of F8."""

    id: str
    name: str
    available: Callable[[CounterView], bool]
    run: Callable[[CounterScreen], Awaitable[None]]


async def show_menu(screen: CounterScreen) -> None:
    """Let the clerk choose among what can be done now, and do it."""
    view = screen.view
    if view is None:
        return
    offers = {offer.id: offer for offer in MENU if offer.available(view)}
    rows = [PickRow(offer.id, _(offer.name), str(at + 1)) for at, offer in enumerate(offers.values())]
    chosen = await screen.host.show(PickDialog(_("More"), rows))
    if chosen is not None:
        await offers[chosen].run(screen)


async def ask_consent(screen: CounterScreen) -> None:
    """One question for everything that the citizen must agree to: Enter takes what is ticked."""
    intake = screen.view.intake if screen.view else None
    asked = [row for row in intake.materials if row.consent == "asked"] if intake else []
    if not asked:
        return
    rows = [PickRow(row.id, row.name, hint=row.needed_for) for row in asked]
    sentence = _("Ask the citizen: may these be fetched and used for this case?")
    ticked = await screen.host.show(PickManyDialog(_("Consent"), sentence, rows, hint=_("notes the consent")))
    if ticked:
        await screen.call_and_paint(partial(screen.service.record_consent, ticked))


async def fetch_materials(screen: CounterScreen) -> None:
    """What the city holds, where the center was out of reach when this case was begun."""
    await screen.call_and_paint(screen.service.fetch_materials)
    await ask_consent(screen)


async def take_in_materials(screen: CounterScreen) -> None:
    """The citizen brings what the notice asked for."""
    case = screen.view.case if screen.view else None
    missing = [row for row in case.materials if row.state in ("missing", "expired")] if case else []
    if not missing:
        screen.host.show_message(_("This case waits for no papers."))
        return
    rows = [PickRow(row.id, row.name, hint=row.reason or row.needed_for) for row in missing]
    title, sentence = _("Take in"), _("What did the citizen bring? The clocks go on with it.")
    brought = await screen.host.show(PickManyDialog(title, sentence, rows, hint=_("takes in what is ticked")))
    if brought:
        await screen.call_and_paint(partial(screen.service.receive_supplements, brought))


async def hand_over_results(screen: CounterScreen) -> None:
    """The whole set against a signature."""
    case = screen.view.case if screen.view else None
    if case is None or "hand_over" not in case.actions:
        screen.host.show_message(_("There is nothing to hand over yet."))
        return
    things = format_list(case.results, ";")
    sentence = _("Hand over: {things}. Who signs for it?").format(things=things)
    signature = await screen.host.show(TextDialog(_("Hand over"), sentence))
    if signature:
        await screen.call_and_paint(partial(screen.service.hand_over_results, signature))


async def choose_draft(screen: CounterScreen) -> None:
    """Open a draft again; the only one is opened at once."""
    drafts = await screen.host.ask(screen.service.list_drafts)
    if not drafts:
        screen.host.show_message(_("There is no draft."))
        return
    chosen: str | None = drafts[0].id
    if len(drafts) > 1:
        rows = [PickRow(draft.id, draft.name, str(at + 1), draft.hint) for at, draft in enumerate(drafts)]
        chosen = await screen.host.show(PickDialog(_("Drafts"), rows))
    if chosen is not None:
        await screen.call_and_paint(partial(screen.service.reopen_draft, chosen))


async def choose_held_ticket(screen: CounterScreen) -> None:
    """Take a ticket back from hold; the only one comes at once."""
    held = screen.view.held if screen.view else ()
    if not held:
        screen.host.show_message(_("No ticket is on hold."))
        return
    chosen: str | None = held[0].id
    if len(held) > 1:
        rows = [PickRow(ticket.id, ticket.number, str(at + 1), ticket.category) for at, ticket in enumerate(held)]
        chosen = await screen.host.show(PickDialog(_("On hold"), rows))
    if chosen is not None:
        await screen.call_and_paint(partial(screen.service.resume, chosen))


async def _with_reason(
    screen: CounterScreen, title: str, sentence: str, act: Callable[[str], Callable[[], CounterView]]
) -> None:
    reason = await screen.host.show(TextDialog(title, sentence))
    if reason:
        await screen.call_and_paint(act(reason))


async def _discard_draft(screen: CounterScreen) -> None:
    sentence = _("Why is this draft not needed any more? It will be gone.")
    await _with_reason(screen, _("Discard the draft"), sentence, lambda why: partial(screen.service.discard_draft, why))


async def _bring_case(screen: CounterScreen) -> None:
    number = screen.view.remote_case if screen.view else ""
    sentence = _("Case {number} of another centre will go on here. Last four characters of the applicant's number?")
    last = await screen.host.show(TextDialog(_("Bring a case here"), sentence.format(number=number)))
    if last:
        await screen.call_and_paint(partial(screen.service.transfer_case, last))


async def _withdraw(screen: CounterScreen) -> None:
    sentence = _("Why does the citizen withdraw the application?")
    await _with_reason(screen, _("Withdraw"), sentence, lambda why: partial(screen.service.withdraw_case, why))


async def _reject_case(screen: CounterScreen) -> None:
    sentence = _("Why can the case not be accepted? The citizen gets this in writing.")
    await _with_reason(screen, _("Do not accept"), sentence, lambda why: partial(screen.service.decline_case, why))


async def _reprint(screen: CounterScreen) -> None:
    view = screen.view
    shown = view.receipt.id if view and view.receipt and not view.case else ""
    await screen.call_and_paint(partial(screen.service.reprint_paper, shown))


def print_dialog(paper: Paper) -> ConfirmDialog:
    """A paper that waits to be printed, or that the printer kept back, is offered when the clerk comes."""
    if paper.pending_reason:
        sentence = format_list((paper.title, paper.pending_reason), ":") + " " + _("Print it now?")
        return ConfirmDialog(_("To be printed"), sentence, hint=_("prints it"))
    sentence = _("{title} did not come out of the printer. Print it now?").format(title=paper.title)
    return ConfirmDialog(_("Kept back"), sentence, hint=_("prints it"))


async def _print_unprinted(screen: CounterScreen) -> None:
    for paper in screen.view.unprinted if screen.view else ():
        await screen.call_and_paint(partial(screen.service.reprint_paper, paper.id))


async def _walk_in(screen: CounterScreen) -> None:
    await screen.call_and_paint(screen.service.serve_walk_in)


async def _finish_visit(screen: CounterScreen) -> None:
    await screen.call_and_paint(screen.service.finish_visit)


async def _scan_party(screen: CounterScreen) -> None:
    await screen.scan()


async def _toggle_requirement(screen: CounterScreen) -> None:
    await screen.toggle_requirement()


def _rejected_work(view: CounterView) -> tuple[RejectedWork, ...]:
    return view.case.rejected if view.case else ()


def _allowed_actions(view: CounterView) -> tuple[str, ...]:
    return view.case.actions if view.case else ()


async def _settle_rejected_work(screen: CounterScreen) -> None:
    if screen.view is not None:
        await settle_rejected_work(screen, screen.service, _rejected_work(screen.view))


MENU = (
    MenuItem("fetch", mark("Fetch what the city holds"), lambda view: _fetchable(view), fetch_materials),
    MenuItem("consent", mark("Ask for consent"), lambda view: _consent_open(view), ask_consent),
    MenuItem("party", mark("Scan another party's code"), lambda view: view.intake is not None, _scan_party),
    MenuItem("need", mark("Handed in on paper, or dropped (Space)"), lambda view: view.intake is not None, _toggle_requirement),
    MenuItem("bring", mark("Bring the case here from its centre"), lambda view: bool(view.remote_case), _bring_case),
    MenuItem("take_in", mark("Take in what was asked for"), lambda view: "take_in" in _allowed_actions(view), take_in_materials),
    MenuItem("hand_over", mark("Hand over the results"), lambda view: "hand_over" in _allowed_actions(view), hand_over_results),
    MenuItem("settle", mark("Settle what came back for this case"), lambda view: bool(_rejected_work(view)), _settle_rejected_work),
    MenuItem("reprint", mark("Print again"), lambda view: view.receipt is not None or "reprint" in _allowed_actions(view), _reprint),
    MenuItem("kept", mark("Print what was kept back"), lambda view: bool(view.unprinted), _print_unprinted),
    MenuItem("withdraw", mark("Withdraw the application"), lambda view: "withdraw" in _allowed_actions(view), _withdraw),
    MenuItem("not_accept", mark("Do not accept the case"), lambda view: "not_accept" in _allowed_actions(view), _reject_case),
    MenuItem("discard", mark("Discard the draft"), lambda view: view.intake is not None, _discard_draft),
    MenuItem("drafts", mark("Open a draft again"), lambda view: view.intake is None, choose_draft),
    MenuItem("held", mark("Take a ticket back from hold"), lambda view: bool(view.held), choose_held_ticket),
    MenuItem("walk_in", mark("Serve someone without a ticket"), lambda view: view.serving is None, _walk_in),
    MenuItem("finish", mark("Finish without calling the next"), lambda view: view.serving is not None, _finish_visit),
)  # fmt: skip


def _fetchable(view: CounterView) -> bool:
    return view.intake is not None and view.intake.can_fetch_materials


def _consent_open(view: CounterView) -> bool:
    return view.intake is not None and any(row.consent == "asked" for row in view.intake.materials)

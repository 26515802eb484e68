"""F8 at the counter: everything that has no key of its own, offered only where it can be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from clerk_app.desk import CounterView, Paper, Returned
from clerk_app.locales import _, listed, mark
from screens.line import settle_one
from screens.widgets.dialogs import AskText, Confirm
from screens.widgets.pick import Pick, PickMany, Row

if TYPE_CHECKING:
    from screens.counter import Counter


@dataclass(frozen=True)
class Offer:
    """An act of the list: when it is offered and what it does. It runs inside the act of F8."""

    id: str
    name: str
    when: Callable[[CounterView], bool]
    do: Callable[[Counter], Awaitable[None]]


async def show_more(screen: Counter) -> None:
    """Let the clerk choose among what can be done now, and do it."""
    view = screen.view
    if view is None:
        return
    offers = {offer.id: offer for offer in OFFERS if offer.when(view)}
    rows = [Row(offer.id, _(offer.name), str(at + 1)) for at, offer in enumerate(offers.values())]
    chosen = await screen.desk_app.show(Pick(_("More"), rows))
    if chosen is not None:
        await offers[chosen].do(screen)


async def ask_consent(screen: Counter) -> None:
    """One question for everything that the citizen must agree to: Enter takes what is ticked."""
    intake = screen.view.intake if screen.view else None
    asked = [row for row in intake.materials if row.consent == "asked"] if intake else []
    if not asked:
        return
    rows = [Row(row.id, row.name, hint=row.needed_for) for row in asked]
    sentence = _("Ask the citizen: may these be fetched and used for this case?")
    ticked = await screen.desk_app.show(PickMany(_("Consent"), sentence, rows, hint=_("notes the consent")))
    if ticked:
        await screen.do(partial(screen.desk.consent, ticked))


async def fetch(screen: Counter) -> None:
    """What the city holds, where the center was out of reach when this case was begun."""
    await screen.do(screen.desk.fetch_materials)
    await ask_consent(screen)


async def take_in(screen: Counter) -> None:
    """The citizen brings what the notice asked for."""
    case = screen.view.case if screen.view else None
    missing = [row for row in case.materials if row.state in ("missing", "expired")] if case else []
    if not missing:
        screen.desk_app.say(_("This case waits for no papers."))
        return
    rows = [Row(row.id, row.name, hint=row.why or row.needed_for) for row in missing]
    title, sentence = _("Take in"), _("What did the citizen bring? The clocks go on with it.")
    brought = await screen.desk_app.show(PickMany(title, sentence, rows, hint=_("takes in what is ticked")))
    if brought:
        await screen.do(partial(screen.desk.take_in, brought))


async def hand_over(screen: Counter) -> None:
    """The whole set against a signature."""
    case = screen.view.case if screen.view else None
    if case is None or "hand_over" not in case.acts:
        screen.desk_app.say(_("There is nothing to hand over yet."))
        return
    things = listed(case.results, ";")
    sentence = _("Hand over: {things}. Who signs for it?").format(things=things)
    signature = await screen.desk_app.show(AskText(_("Hand over"), sentence))
    if signature:
        await screen.do(partial(screen.desk.hand_over, signature))


async def choose_draft(screen: Counter) -> None:
    """Open a draft again; the only one is opened at once."""
    drafts = await screen.desk_app.ask(screen.desk.drafts)
    if not drafts:
        screen.desk_app.say(_("There is no draft."))
        return
    chosen: str | None = drafts[0].id
    if len(drafts) > 1:
        rows = [Row(draft.id, draft.name, str(at + 1), draft.hint) for at, draft in enumerate(drafts)]
        chosen = await screen.desk_app.show(Pick(_("Drafts"), rows))
    if chosen is not None:
        await screen.do(partial(screen.desk.reopen, chosen))


async def choose_held(screen: Counter) -> None:
    """Take a ticket back from hold; the only one comes at once."""
    held = screen.view.held if screen.view else ()
    if not held:
        screen.desk_app.say(_("No ticket is on hold."))
        return
    chosen: str | None = held[0].id
    if len(held) > 1:
        rows = [Row(ticket.id, ticket.number, str(at + 1), ticket.category) for at, ticket in enumerate(held)]
        chosen = await screen.desk_app.show(Pick(_("On hold"), rows))
    if chosen is not None:
        await screen.do(partial(screen.desk.resume, chosen))


async def _with_reason(
    screen: Counter, title: str, sentence: str, act: Callable[[str], Callable[[], CounterView]]
) -> None:
    reason = await screen.desk_app.show(AskText(title, sentence))
    if reason:
        await screen.do(act(reason))


async def _discard(screen: Counter) -> None:
    sentence = _("Why is this draft not needed any more? It will be gone.")
    await _with_reason(screen, _("Discard the draft"), sentence, lambda why: partial(screen.desk.discard, why))


async def _bring(screen: Counter) -> None:
    number = screen.view.elsewhere if screen.view else ""
    sentence = _("Case {number} of another centre will go on here. Last four characters of the applicant's number?")
    last = await screen.desk_app.show(AskText(_("Bring a case here"), sentence.format(number=number)))
    if last:
        await screen.do(partial(screen.desk.bring_case, last))


async def _withdraw(screen: Counter) -> None:
    sentence = _("Why does the citizen withdraw the application?")
    await _with_reason(screen, _("Withdraw"), sentence, lambda why: partial(screen.desk.withdraw, why))


async def _not_accept(screen: Counter) -> None:
    sentence = _("Why can the case not be accepted? The citizen gets this in writing.")
    await _with_reason(screen, _("Do not accept"), sentence, lambda why: partial(screen.desk.not_accept, why))


async def _reprint(screen: Counter) -> None:
    view = screen.view
    shown = view.receipt.id if view and view.receipt and not view.case else ""
    await screen.do(partial(screen.desk.reprint, shown))


def ask_to_print(paper: Paper) -> Confirm:
    """A paper that waits to be printed, or that the printer kept back, is offered when the clerk comes."""
    if paper.waits:
        sentence = listed((paper.title, paper.waits), ":") + " " + _("Print it now?")
        return Confirm(_("To be printed"), sentence, hint=_("prints it"))
    sentence = _("{title} did not come out of the printer. Print it now?").format(title=paper.title)
    return Confirm(_("Kept back"), sentence, hint=_("prints it"))


async def _print_kept(screen: Counter) -> None:
    for paper in screen.view.unprinted if screen.view else ():
        await screen.do(partial(screen.desk.reprint, paper.id))


async def _walk_in(screen: Counter) -> None:
    await screen.do(screen.desk.walk_in)


async def _finish(screen: Counter) -> None:
    await screen.do(screen.desk.finish)


async def _scan(screen: Counter) -> None:
    await screen.scan()


async def _toggle_need(screen: Counter) -> None:
    await screen.toggle_need()


def _returned(view: CounterView) -> tuple[Returned, ...]:
    return view.case.returned if view.case else ()


def _acts(view: CounterView) -> tuple[str, ...]:
    return view.case.acts if view.case else ()


async def _settle(screen: Counter) -> None:
    if screen.view is not None:
        await settle_one(screen, screen.desk, _returned(screen.view))


OFFERS = (
    Offer("fetch", mark("Fetch what the city holds"), lambda view: _fetchable(view), fetch),
    Offer("consent", mark("Ask for consent"), lambda view: _consent_open(view), ask_consent),
    Offer("party", mark("Scan another party's code"), lambda view: view.intake is not None, _scan),
    Offer("need", mark("Handed in on paper, or dropped (Space)"), lambda view: view.intake is not None, _toggle_need),
    Offer("bring", mark("Bring the case here from its centre"), lambda view: bool(view.elsewhere), _bring),
    Offer("take_in", mark("Take in what was asked for"), lambda view: "take_in" in _acts(view), take_in),
    Offer("hand_over", mark("Hand over the results"), lambda view: "hand_over" in _acts(view), hand_over),
    Offer("settle", mark("Settle what came back for this case"), lambda view: bool(_returned(view)), _settle),
    Offer("reprint", mark("Print again"), lambda view: view.receipt is not None or "reprint" in _acts(view), _reprint),
    Offer("kept", mark("Print what was kept back"), lambda view: bool(view.unprinted), _print_kept),
    Offer("withdraw", mark("Withdraw the application"), lambda view: "withdraw" in _acts(view), _withdraw),
    Offer("not_accept", mark("Do not accept the case"), lambda view: "not_accept" in _acts(view), _not_accept),
    Offer("discard", mark("Discard the draft"), lambda view: view.intake is not None, _discard),
    Offer("drafts", mark("Open a draft again"), lambda view: view.intake is None, choose_draft),
    Offer("held", mark("Take a ticket back from hold"), lambda view: bool(view.held), choose_held),
    Offer("walk_in", mark("Serve someone without a ticket"), lambda view: view.serving is None, _walk_in),
    Offer("finish", mark("Finish without calling the next"), lambda view: view.serving is not None, _finish),
)  # fmt: skip


def _fetchable(view: CounterView) -> bool:
    return view.intake is not None and view.intake.fetchable


def _consent_open(view: CounterView) -> bool:
    return view.intake is not None and any(row.consent == "asked" for row in view.intake.materials)

"""Asks whose code was shown, and on which basis the person served acts for somebody who is absent."""

from __future__ import annotations

from functools import partial

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.counter import FoundParty
from screens.counter.consent import ask_consent
from screens.counter.frame import CounterFrame
from screens.widgets.pick import PickDialog, PickRow

_ABSENT = "absent "


async def choose_party_roles(screen: CounterFrame) -> None:
    """Let the clerk choose which party has shown a code, and then which one the person served is, if that is open."""
    while screen.view is not None and screen.view.found_party is not None:
        await _choose_party_role(screen, screen.view.found_party)


async def _choose_party_role(screen: CounterFrame, found: FoundParty) -> None:
    title = _("Whose code is this? {name} {number}")
    if found.is_served:
        title = _("Who is the person served? {name} {number}")
    title = title.format(name=found.name, number=found.number)
    rows = [PickRow(role.id, role.name, str(index + 1)) for index, role in enumerate(found.roles)]
    for absent in found.absent_roles:
        name = _("{role}, absent: {served} acts for them").format(role=absent.name, served=found.served)
        rows.append(PickRow(_ABSENT + absent.id, name, str(len(rows) + 1), _("a delegation is needed")))
    role = await screen.host.show(PickDialog(title, rows, hint=_("takes this party")))
    if role is not None and role.startswith(_ABSENT):
        await _ask_delegation(screen, found, role.removeprefix(_ABSENT))
    else:
        await screen.call_and_paint(partial(screen.service.assign_party, role or ""))


async def _ask_delegation(screen: CounterFrame, found: FoundParty, role: str) -> None:
    """Ask how the person served shows that they act for the holder of a code; nothing is changed without it."""
    title = _("{served} acts for {name}").format(served=found.served, name=found.name)
    rows = [
        PickRow("codes", _("By the codes of both"), "1", _("the code of {name} was made now").format(name=found.name)),
        PickRow("paper", _("By a written delegation"), "2", _("checked, and signed by {name}").format(name=found.name)),
    ]
    basis = await screen.host.show(PickDialog(title, rows, hint=_("records the delegation")))
    if basis is None:
        await screen.call_and_paint(partial(screen.service.assign_party, ""))
        return
    try:
        await screen.call_and_paint(partial(screen.service.represent, role, "paper" if basis == "paper" else "codes"))
    except ClerkError as error:
        await screen.call_and_paint(partial(screen.service.assign_party, ""))
        screen.host.notify(str(error), severity="error")


async def act_by_relation(screen: CounterFrame) -> None:
    """Let the person served act for somebody by a relation that the city has registered."""
    options = await screen.host.ask(screen.service.list_principals)
    if not options:
        screen.host.notify(_("The register has nobody for whom this person may apply here."))
        return
    rows = [PickRow(option.id, option.name, str(index), option.hint) for index, option in enumerate(options, 1)]
    sentence = _("For whom does the person served apply? The center found these registered relations.")
    chosen = await screen.host.show(PickDialog(_("Act for somebody"), rows, sentence=sentence))
    if chosen is not None:
        await screen.call_and_paint(partial(screen.service.represent_relation, chosen))
        await ask_consent(screen)

"""Repair of the record of a false promise by two persons, in the administrator's registry."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.registry import RegistryRow, RegistryService
from screens.admin.registry_page import labelled_facts
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import ConfirmDialog, ReadDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

_READ_CELLS = 74  # of a line in a ReadDialog


async def repair_record(screen: RoleScreen, service: RegistryService, row: RegistryRow) -> str:
    """Ask what to do with a record, and do it; return a message, empty if the administrator went back."""
    host, title = screen.host, _("False promise, case {number}").format(number=row.cells[0])
    if not row.acts:
        await host.show(ReadDialog(title, labelled_facts(row.facts, _READ_CELLS)))
        return ""
    names = {
        "propose": PickRow("propose", _("Propose the repair"), "1", _("another person confirms it")),
        "credit": PickRow("credit", _("Propose the repair by a credit repair case"), "2", _("names that case")),
        "confirm": PickRow("confirm", _("Confirm the repair"), "3", _("the record counts no more")),
    }
    sentence = "\n".join(f"{fact.label}: {fact.value}" for fact in row.facts)
    act = await host.show(PickDialog(title, [names[act] for act in row.acts], sentence=sentence))
    if act == "confirm":
        question = _("Repair the record, as was proposed? The applicant may make promises again.")
        if await host.show(ConfirmDialog(_("Confirm the repair"), question, hint=_("repairs"))):
            return await host.ask(partial(service.confirm_repair, row.key))
    if act not in ("propose", "credit"):
        return ""
    key, case = f"repair {row.key}", ""
    if act == "credit":
        sentence = _("The number of the case of this applicant in which the credit was repaired.")
        typed = await ask_text(screen, key, _("Propose the repair"), sentence, hint=_("continues"))
        if typed is None:
            return ""
        case = typed
    return await _propose(screen, service, row, key, case)


async def _propose(screen: RoleScreen, service: RegistryService, row: RegistryRow, key: str, case: str) -> str:
    done: list[str] = []

    async def propose(reason: str) -> None:
        done.append(await screen.host.ask(partial(service.propose_repair, row.key, reason, case)))

    why = _("By what is the repair justified? The reason is stored.")
    if await record_reasons(screen, f"reason {key}", _("Propose the repair"), why, propose):
        drop_texts(screen, key)
    return "".join(done)

"""Asks for the reason for overruling the findings on a portrait photo."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.papers import PaperTakingService, TakenPaper
from screens.host import ScreenHost
from screens.widgets.dialogs import TextDialog
from screens.widgets.pick import PickDialog, PickRow


async def state_photo_reason(host: ScreenHost, taking: PaperTakingService, paper: TakenPaper) -> bool:
    """Ask for the reason if a photo has findings without one, and record it; return whether the paper may be made."""
    if not paper.photo_findings:
        return True
    reasons = await host.ask(taking.list_photo_reasons)
    title = _("Photo with findings")
    sentence = _("The check of the photo found: {findings}. Why is it taken nevertheless?")
    rows = [PickRow(reason.id, reason.name, reason.key, reason.hint) for reason in reasons]
    code = await host.show(PickDialog(title, rows, sentence=sentence.format(findings=paper.photo_findings)))
    if code is None:
        return False
    words = ""
    if any(reason.id == code and reason.hint for reason in reasons):
        words = await host.show(TextDialog(title, _("State the reason in writing. Departments read it."))) or ""
        if not words.strip():
            return False
    await host.ask(partial(taking.overrule_photo, paper.target, code, words))
    return True

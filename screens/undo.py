"""Ctrl+Z at a staff screen: in a field it undoes typing, elsewhere the last act of the last two minutes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.undo import UndoOffer
from screens.host import ScreenHost
from screens.widgets.choice_input import ChoiceInput
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.fields import FormInput

V = TypeVar("V")
View = TypeVar("View", covariant=True)


class UndoService(Protocol[View]):
    """The methods of a service whose acts can be undone."""

    def read_undo(self) -> UndoOffer | None: ...
    def undo(self, offer: int) -> View: ...


def undo_typing(focused: Widget | None) -> bool:
    """Undo the last change of the field with the focus; return whether there was one."""
    if not isinstance(focused, FormInput | ChoiceInput) or not focused.undo_values:
        return False
    before = focused.value
    focused.action_undo()
    return focused.value != before


async def undo_last_act(
    host: ScreenHost, service: UndoService[V], call_and_paint: Callable[[Callable[[], V]], Any]
) -> None:
    """Show what would be undone and whom it concerns, and undo it after Enter; or show why it cannot be undone."""
    offer = await host.ask(service.read_undo)
    if offer is None:
        host.notify(_("Nothing was done in the last two minutes that could be undone."))
    elif not offer.question:
        host.notify(offer.reason, severity="warning")
    elif await host.show(ConfirmDialog(_("Undo"), offer.question, hint=_("undoes it"))):
        await call_and_paint(partial(service.undo, offer.id))

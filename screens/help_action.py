"""F1: opens the help of the present screen or dialog, or closes it. Imported with the first F1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from screens.host import ScreenHost
from screens.keys import KeyAction
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import Dialog
from screens.widgets.help import HelpDialog, describe_dialog


def open_or_close_help(host: ScreenHost, screen: Screen[Any], actions: Sequence[KeyAction]) -> None:
    """Open the help of `screen`, with the `actions` that it offers; close the help if it is on top."""
    if isinstance(screen, HelpDialog):
        screen.close(True)
    elif isinstance(screen, Dialog):
        host.perform(_show(host, HelpDialog((), screen.described_keys(), describe_dialog(screen))))
    elif isinstance(screen, RoleScreen):
        host.perform(_show(host, HelpDialog(actions, screen.other_keys(), screen.situation())))
    else:
        host.perform(_show(host, HelpDialog(actions, (), None)))


async def _show(host: ScreenHost, dialog: HelpDialog) -> None:
    await host.show(dialog)

"""All kinds of dialogs that the program can show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from screens.widgets.dialogs import Dialog
from screens.widgets.list_dialog import ListDialog


def list_dialog_kinds(base: type[Any] = Dialog) -> Iterator[type[Any]]:
    """Yield the imported kinds of dialogs below `base`; the base of those with a list is shown by no screen."""
    for kind in base.__subclasses__():
        if kind is not ListDialog:
            yield kind
        yield from list_dialog_kinds(kind)

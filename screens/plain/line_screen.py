"""`LineScreen`: what the screens of the linear mode have in common."""

from __future__ import annotations

from collections.abc import Iterable

from screens.host import ScreenHost
from screens.keys import KeyAction
from screens.plain.host import LineHost
from screens.role_screen import RoleScreen


class LineScreen(RoleScreen):
    """A screen as lines; `line_host`, which subclasses set, runs its actions. It is never mounted."""

    line_host: LineHost
    _written: frozenset[str] = frozenset()  # sentences on the present state that were written

    @property
    def host(self) -> ScreenHost:
        return self.line_host

    def write_new(self, lines: Iterable[str]) -> None:
        """Write the sentences on the present state that were not written for the state before."""
        shown = list(lines)
        self.line_host.write(*(line for line in shown if line not in self._written))
        self._written = frozenset(shown)

    def clear_written(self) -> None:
        """Have all sentences written again by the next `write_new`."""
        self._written = frozenset()

    async def perform_action(self, action: KeyAction) -> None:
        """Run `action_<id>` of this screen if it exists, otherwise leave the action to the program."""
        method = getattr(self, f"action_{action.id}", None)
        if method is None:
            self.line_host.requested = action.id
        else:
            method()

"""Moving the focus among the buttons of a kiosk with the arrows, and with the keys of a number pad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from screens.kiosk.buttons import BigButton

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.screen import Screen

DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
STEPS = {"tab": 1, "shift+tab": -1, "plus": 1, "minus": -1}  # to the next button and the one before
ENDS = {"home": 0, "end": -1}  # keys 7 and 1 of a number pad without Num Lock


def move_focus(screen: Screen[Any], key: str) -> bool:
    """Move the focus to another button; return False if the key moves nothing."""
    buttons = shown_buttons(screen)
    current = screen.focused if screen.focused in buttons else None
    if not buttons or (key not in DIRECTIONS and key not in STEPS and key not in ENDS):
        return False
    if key in ENDS:
        target: BigButton | None = buttons[ENDS[key]]
    elif not isinstance(current, BigButton):
        target = buttons[-1] if STEPS.get(key) == -1 else buttons[0]
    elif key in STEPS:
        target = buttons[(buttons.index(current) + STEPS[key]) % len(buttons)]
    else:
        target = _neighbour(current, buttons, *DIRECTIONS[key])
    if target is not None:
        screen.set_focus(target)
    return True


def shown_buttons(screen: Screen[Any]) -> list[BigButton]:
    """Return the buttons that are shown, those of the page first."""
    buttons = [button for button in screen.query(BigButton) if button.display and button.region]
    return sorted(buttons, key=lambda button: any(parent.id == "foot" for parent in button.ancestors))


def _neighbour(current: BigButton, buttons: list[BigButton], across: int, down: int) -> BigButton | None:
    """Return the nearest button in a direction: those in the same row or column first."""
    here = current.region
    ahead = [button for button in buttons if _distance(here, button.region, across, down)[1] > 0]
    return min(ahead, key=lambda button: _distance(here, button.region, across, down), default=None)


def _distance(here: Region, there: Region, across: int, down: int) -> tuple[int, int, int]:
    """Return whether `there` is in another row (for a step across), how far ahead it begins, and how far aside."""
    if across:
        is_aside = there.y >= here.bottom or here.y >= there.bottom
        ahead = (there.x - here.right if across > 0 else here.x - there.right) + 1
        return int(is_aside), ahead, abs(there.y + there.bottom - here.y - here.bottom)
    ahead = (there.y - here.bottom if down > 0 else here.y - there.bottom) + 1
    return 0, ahead, abs(there.x + there.right - here.x - here.right)

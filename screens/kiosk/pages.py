"""The pages of the kiosk. Only the page holds what is typed and shown, so removing it removes all personal data."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.kiosk import KioskView
from screens.host import ScreenHost
from screens.kiosk.button_grid import MAX_BUTTONS, ButtonGrid
from screens.kiosk.buttons import ButtonItem, centred
from screens.widgets.containers import Container
from screens.widgets.large_text import LargeText
from screens.widgets.paint import Line, TextBlock, wrap

LOW_ROWS = 28  # rows of a terminal below which gaps are left out
TALL_ROWS = 34  # of a terminal with room for a large sentence above or below the rest
QUESTION_ROWS = 50  # of a terminal with room for a large question above large names
SENTENCE_ROWS = 8  # of a large sentence
FIRST_PAGE_BUTTONS = MAX_BUTTONS - 1  # where the last one shows the next page
CASE_STATE_BUTTON = "state"  # id of the button that asks for a case
GREEN_LANE_BUTTON = "green"  # id of the button that asks for a class of the green lane
APPOINTMENT_BUTTON = "appointment"  # id of the button that asks for the code of an appointment
MATTERS_BUTTON = "matters"  # id of the button that opens a session
FLOW_PREFIX = "flow-"  # of the ids of the buttons that start a flow

Submit = Callable[[tuple[str, ...]], Coroutine[Any, Any, None]]
"""Uses the values that were typed on a page."""


class KioskPage(Container):
    """The part of the screen between head and foot. `press` receives every key that no binding handles."""

    closes_after: float | None = None  # seconds until it closes; None: the idle countdown closes it
    is_home = False
    has_back = True
    """Whether the page has the button that leads back; the menu of a session has the one that ends it."""
    is_personal = True
    """Whether the page may take or show something personal; then the process ends with the citizen."""
    rows_above_reach = 0  # from the top of the screen; no button is placed there

    DEFAULT_CSS = "KioskPage { height: 1fr; }"

    takes_text = False
    """Whether typed characters belong to the page, however fast they arrive."""

    def press(self, key: str, character: str) -> bool:  # noqa: ARG002
        """Handle a key; return whether it had an effect."""
        return False

    def press_button(self, button: str) -> bool:  # noqa: ARG002
        """Handle a button of the page by its id; return whether it is one of its own."""
        return False

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        """Return what shows the page before this one; None for the menu of the session, or the front page."""
        return None

    async def update_view(self, view: KioskView) -> None:
        """Repaint with a newer view, possibly in another language."""

    async def read_again(self, host: ScreenHost) -> None:
        """Read what the page shows in another language."""


class SentencePage(KioskPage):
    """Shows sentences in the middle: a request to wait, or an error and what to do about it."""

    is_personal = False

    def __init__(self, words: Callable[[], str], role: str = "strong") -> None:
        super().__init__()
        self._text = words
        self._style = role

    def compose(self) -> ComposeResult:
        yield TextBlock(self._lines, classes="sentence")

    def _lines(self, width: int) -> Iterable[Line]:
        first, *more = self._text().split("\n\n")
        yield from (centred(line, self._style, width) for line in wrap(first, width))
        for paragraph in more:
            yield []
            yield from (centred(line, "strong", width) for line in wrap(paragraph, width))


class GridPage(KioskPage):
    """Shows a question, and a large button for each answer; arrows, digits and touches choose one."""

    is_personal = False

    def __init__(self, view: KioskView) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        yield TextBlock(self._question_lines, id="asks")
        yield ButtonGrid(self._items(), id="services")

    def on_mount(self) -> None:
        self.call_after_refresh(self._place_grid)

    def on_resize(self) -> None:
        self.call_after_refresh(self._place_grid)

    def _place_grid(self) -> None:
        """Begin the buttons below the rows of the screen that a seated person cannot reach."""
        for question in self.query("#asks"):
            question.styles.min_height = max(2, self.rows_above_reach - question.region.y)

    @property
    def grid(self) -> ButtonGrid:
        """The buttons."""
        return self.query_one(ButtonGrid)

    def press(self, key: str, character: str) -> bool:  # noqa: ARG002
        return self.grid.press(character)

    async def update_view(self, view: KioskView) -> None:
        self._view = view
        for part in self.query(TextBlock):
            part.refresh(layout=True)
        await self.grid.show_items(self._items())

    def _question_lines(self, width: int) -> Iterable[Line]:
        raise NotImplementedError

    def _items(self) -> Sequence[ButtonItem]:
        raise NotImplementedError


class HomePage(GridPage):
    """Shows a button for each category of tickets, and one for the state of a case."""

    is_home = True
    has_back = False

    def __init__(self, view: KioskView, flows: Sequence[ButtonItem] = ()) -> None:
        """`flows` are the buttons of what needs neither ticket nor session."""
        super().__init__(view)
        self._flows = flows

    def compose(self) -> ComposeResult:
        yield LargeText(lambda: _("What do you need?"), lambda: self._sentence_rows(), plain=str, id="large-question")
        yield from super().compose()

    @property
    def in_initial_state(self) -> bool:
        """Whether the grid shows its first buttons."""
        return all(grid.first_item == 0 for grid in self.query(ButtonGrid))  # no grid exists while the page is mounted

    def _sentence_rows(self) -> int:
        usual = self._view.is_open and self._view.is_connected and self._view.can_print
        return SENTENCE_ROWS if usual and self.app.size.height >= QUESTION_ROWS else 0

    def _question_lines(self, width: int) -> Iterable[Line]:
        if self._view.is_open and not self._view.is_connected:
            sentence = _(
                "This machine cannot give out tickets right now. "
                "Please go to a window or to the reception: you will be served without a ticket."
            )
            return [[(line, "warn")] for line in wrap(sentence, width)]
        if self._view.is_open and not self._view.can_print:
            sentence = _(
                "Nothing can be printed here now, so there are no tickets. "
                "Please go to a window or to the reception: you will be served without a ticket."
            )
            return [[(line, "warn")] for line in wrap(sentence, width)]
        if self._view.is_open:
            return [centred(_("What do you need? Touch it, or press its number."), "strong", width)]
        sentence = _("The hall is closed now: there are no tickets. You can still look up your case.")
        return [[(line, "warn")] for line in wrap(sentence, width)]

    def _items(self) -> Sequence[ButtonItem]:
        view = self._view
        items = [
            ButtonItem(
                f"category-{category.id}",
                constant_text(category.name),
                _category_text(view, category.ahead, category.wait),
            )
            for category in view.categories
        ]
        where = (lambda: _("number on the receipt")) if view.is_connected else (lambda: _("at a window"))
        state = ButtonItem(CASE_STATE_BUTTON, lambda: _("Status of my case"), where)
        other = _other_tickets(view)
        matters = ButtonItem(MATTERS_BUTTON, lambda: _("My matters"), lambda: _("with your code or receipt"))
        more = [matters, *self._flows]
        if len(items) + len(other) + len(more) < MAX_BUTTONS:
            return [*items, state, *other, *more]
        first = [*items[: FIRST_PAGE_BUTTONS - max(1, len(other))], *other]
        if len(first) < FIRST_PAGE_BUTTONS:
            first.append(state)
        return [*first, *(item for item in (*items, state, *more) if item not in first)]


def _other_tickets(view: KioskView) -> list[ButtonItem]:
    """Return the buttons of the green lane and of appointments; none while no tickets are given out."""
    if not (view.is_open and view.is_connected):
        return []
    items = []
    if view.green_lane:
        items.append(
            ButtonItem(GREEN_LANE_BUTTON, lambda: _("Green lane"), lambda: _("elderly, disabled, pregnant ..."))
        )
    if view.has_appointments:
        items.append(ButtonItem(APPOINTMENT_BUTTON, lambda: _("I have an appointment"), lambda: _("with its code")))
    return items


def constant_text(words: str) -> Callable[[], str]:
    """Return a function that always returns `words`, for texts that are not translated."""
    return lambda: words


def _category_text(view: KioskView, ahead: int, wait: tuple[int, int]) -> Callable[[], str]:
    if not view.is_open:
        return lambda: _("closed now")
    if not (view.is_connected and view.can_print):
        return lambda: _("at a window")
    return (lambda: wait_text(wait)) if ahead and wait[1] else _ahead_text(ahead)


def _ahead_text(count: int) -> Callable[[], str]:
    return lambda: _("{count} before you").format(count=count) if count else _("nobody before you")


def wait_text(wait: tuple[int, int]) -> str:
    """Return an estimated wait in words; `wait` is in minutes, from and to."""
    low, high = wait
    return (_("about {low} to {high} minutes") if low else _("up to {high} minutes")).format(low=low, high=high)

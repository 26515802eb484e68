"""The app of a board: shows calls one after another, speaks them, and ends with the code of the machine (F12).

No key is needed. All that is shown comes from the store, so a board continues by itself after a power loss.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from time import monotonic

from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.board import BoardCall, BoardService, BoardView
from clerk_app.views.workstation import Workstation
from screens.app import ClerkApp
from screens.board.layout import BoardState, board_lines
from screens.role_screen import RoleScreen
from screens.theme.themes import CITIZEN_THEMES
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.large_text import DrawnText
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.status_lines import MessageLine

TICK_SECONDS = 0.5  # between two changes of the highlight, and two reads of the store
SHOW_SECONDS = 4.0  # that a call is shown large before the next one replaces it
NEW_SECONDS = 10.0  # that a call is highlighted
REOPEN_SECONDS = 5.0  # between attempts to open the store
CODE_SECONDS = 60.0  # after which the question for the code closes, because it covers the calls


class BoardPanel(TextBlock):
    """Paints the whole board."""

    DEFAULT_CSS = "BoardPanel { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__(id="board")
        self.state = BoardState()
        self._drawn = DrawnText(self)

    def show(self, state: BoardState) -> None:
        """Show a state; the same one is not painted again."""
        if state != self.state:
            self.state = state
            self.refresh()

    def lines(self, width: int) -> Iterable[Line]:
        return board_lines(self.state, width, self.size.height, self._drawn.find_dots)

    def on_resize(self) -> None:
        self.refresh()


class BoardScreen(RoleScreen, inherit_bindings=False):
    """The only screen of a board."""

    ALLOW_SELECT = False

    def compose(self) -> ComposeResult:
        yield BoardPanel()
        yield MessageLine(lambda: self.host.message, id="message")

    async def refresh_view(self) -> None:
        """Do nothing: the app reads the view in any case."""

    def adapt_to_size(self, size: Size) -> None:
        """Do nothing: the layout follows the size at each paint."""


class ExitCodeDialog(Dialog[str]):
    """Asks for the code of the machine, or number and PIN of a supervisor; nothing typed is shown."""

    about = mark("The board ends after the right code; otherwise it goes back to the calls after a minute.")

    def dialog_body(self) -> Iterable[Widget]:
        sentence = _("Type the code of this machine, or number and PIN of a supervisor with a space between.")
        yield TextBlock(lambda width: [[(line, "")] for line in wrap(sentence, width)])
        yield FormInput(id="code", password=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.query_one(FormInput))
        self.set_timer(CODE_SECONDS, lambda: self.close(None))

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        self.close(message.input.value)


class BoardApp(ClerkApp, inherit_bindings=False):
    """The app of one board. `connect` opens the store; `clock` is a monotonic clock in seconds."""

    ALLOW_SELECT = False
    themes = CITIZEN_THEMES
    BINDINGS = [Binding("f12", "unlock", show=False, priority=True)]

    def __init__(
        self, connect: Callable[[], Workstation], zone: str = "", *, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__()
        self._connect = connect
        self._zone = zone
        self._clock = clock
        self._workstation: Workstation | None = None
        self._service: BoardService | None = None
        self._view: BoardView | None = None
        self._waiting: deque[BoardCall] = deque()  # calls that have not been shown large yet
        self._call: BoardCall | None = None
        self._shown_at = -NEW_SECONDS
        self._is_lit = False
        self._is_reading = False
        self._retry_at = 0.0
        self._has_failed = False  # the last read

    async def on_mount(self) -> None:
        await self.push_screen(BoardScreen())
        self.call_after_refresh(self.tick)
        self.set_interval(TICK_SECONDS, self.tick)

    @property
    def workstation(self) -> Workstation | None:
        return self._workstation

    def tick(self) -> None:
        """Read the store unless that is going on, show the next call when its time has come, change the highlight."""
        if not self._is_reading and self._clock() >= self._retry_at:
            self._is_reading = True
            self.run_in_background(self._read())
        self._is_lit = not self._is_lit
        self.show_next_call()
        self._paint()

    async def _read(self) -> None:
        try:
            service = self._service
            if service is None:
                service = await self.ask(self._open)
            view = await self.ask(service.read_view)
            failed = await self.ask(service.take_failed_calls)
        except ClerkError:
            self._retry_at, self._has_failed = self._clock() + REOPEN_SECONDS, True
            raise
        finally:
            self._is_reading = False
        if self._service is None:
            self._service, self.theme = service, service.theme
        if self._has_failed:
            self._has_failed = False
            self.clear_message()
        self._take_view(view)
        if failed:
            self.bell()

    def _open(self) -> BoardService:
        """Open the store and the board; runs in the service thread. Raises ClerkError."""
        self._workstation = self._workstation or self._connect()
        return self._workstation.open_board(self._zone)

    def _take_view(self, view: BoardView) -> None:
        self._view = view
        self._waiting.extend(view.new_calls)
        is_listed = self._call is not None and any(call.id == self._call.id for call in view.calls)
        if not view.is_open:
            self._call = None
            self._waiting.clear()
        elif not is_listed and not self._waiting:  # after a start, or on another service day
            self._call = view.calls[0] if view.calls else None
        self.show_next_call()
        self._paint()

    def show_next_call(self) -> None:
        """Show and announce the call that waits longest, if the one before has been shown long enough."""
        if not self._waiting or self._service is None or self._clock() < self._shown_at + SHOW_SECONDS:
            return
        self._call, self._shown_at, self._is_lit = self._waiting.popleft(), self._clock(), True
        self.run_in_background(self._announce(self._service, self._call))

    async def _announce(self, service: BoardService, call: BoardCall) -> None:
        if not await self.ask(partial(service.announce, call)):
            self.bell()

    def _paint(self) -> None:
        is_new = self._call is not None and self._clock() < self._shown_at + NEW_SECONDS
        state = BoardState(self._view, self._call, is_new, is_new and self._is_lit)
        for screen in self.screen_stack:
            for panel in screen.query(BoardPanel):
                panel.show(state)

    def action_unlock(self) -> None:
        """F12: ask for the code of the machine, and end the program."""
        if self._service is not None and self._workstation is not None and isinstance(self.screen, BoardScreen):
            self.perform(self._unlock(self._workstation, self._service))

    async def _unlock(self, workstation: Workstation, service: BoardService) -> None:
        secret = await self.show(ExitCodeDialog(_("End the program")))
        if secret:
            await self.ask(partial(service.unlock, secret))
            await self.ask(service.close)
            await self.ask(workstation.close)
            self.exit()

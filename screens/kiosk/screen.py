"""The kiosk's screen: office and language button at the top, a page, the back button; the countdown covers all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.widget import Widget

from clerk_app.locales import LANGUAGES, _, current_language, is_plain
from screens.kiosk.buttons import BigButton, centred
from screens.kiosk.control_bar import ControlBar
from screens.kiosk.focus import move_focus
from screens.kiosk.host import KioskHost
from screens.kiosk.pages import LOW_ROWS, TALL_ROWS, KioskPage, SentencePage
from screens.kiosk.question_page import QuestionPage
from screens.kiosk.sizes import is_portrait, reachable_rows
from screens.role_screen import RoleScreen
from screens.scan_receiver import FastKeys, Scan
from screens.widgets.containers import Container, Vertical
from screens.widgets.large_text import large_lines
from screens.widgets.paint import Line, TextBlock, cell_width, wrap
from screens.widgets.status_lines import MessageLine

PLAIN_NAMES = {"zh_CN": "简明中文", "en": "Plain English"}  # of the plain words, on the language button


class Countdown(TextBlock):
    """Covers the screen before an idle page is cleared; any key or touch removes it."""

    DEFAULT_CSS = """
    Countdown { layer: cover; dock: top; width: 100%; height: 100%; background: $page; padding: 2; display: none; }
    """
    seconds_left = 0  # seconds; 0: no countdown

    def lines(self, width: int) -> Iterable[Line]:
        asks = wrap(_("Are you still there? Touch the screen or press any key."), width)
        warning = wrap(_("Otherwise everything here is cleared."), width)
        number = large_lines(str(self.seconds_left), width, min(14, self.size.height - 10))
        above = (self.size.height - len(asks) - len(number) - len(warning) - 6) // 2
        yield from ([] for _row in range(above))
        yield from (centred(line, "title", width) for line in asks)
        yield from ([], *number, [])
        yield from (centred(line, "", width) for line in warning)
        yield []
        name = _("I am still here")
        button = f"   {name}   "
        for text in (" " * cell_width([(button, "")]), button, " " * cell_width([(button, "")])):
            yield centred(text, "lit", width)


class KioskScreen(RoleScreen, inherit_bindings=False):
    """Shows the head with the language button, one page, and the foot with the back button."""

    CSS_PATH = "kiosk.tcss"
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._rows_above_reach = 0  # from the top; no button is placed there
        self.page: KioskPage = SentencePage(lambda: _("This machine is getting ready."))
        self.was_personal = False
        """Whether something personal may have been typed, scanned or shown since the start."""

    def compose(self) -> ComposeResult:
        yield Vertical(
            TextBlock(lambda width: self.kiosk_app.head_lines(width), id="office"),
            TextBlock(lambda width: self.kiosk_app.hint_lines(width), id="hint"),
            id="head",
        )
        yield Container(self.page, id="page")
        yield MessageLine(lambda: self.kiosk_app.message, id="message")
        yield ControlBar(
            BigButton("Esc", lambda: _("Back"), id="back"),
            BigButton("*", lambda: next_language(self.kiosk_app.default_language)[2], id="language"),
            BigButton("#", lambda: _("Read aloud"), id="read-aloud", classes="-absent"),
            BigButton("F1", lambda: _("Call staff"), id="call-staff"),
            BigButton("F9", lambda: _("End"), id="end"),
            BigButton("Enter", lambda: _("Go on"), id="go-on"),
            id="foot",
        )
        yield Countdown(id="countdown")

    @property
    def kiosk_app(self) -> KioskHost:
        """The app, which runs the action of a button."""
        return cast(KioskHost, self.app)

    async def show_page(self, page: KioskPage) -> None:
        """Replace the current page; the old page is removed with everything in it."""
        self.page = page
        self.was_personal |= page.is_personal
        page.rows_above_reach = self._rows_above_reach
        if isinstance(page, QuestionPage):
            page.check = self.kiosk_app.check_answer
        self.set_focus(None)
        box = self.query_one("#page", Container)
        await box.remove_children()
        await box.mount(page)
        self.query_one("#back").display = page.has_back
        self.query_one("#end").display = self.kiosk_app.has_session
        self.query_one("#go-on").display = isinstance(page, QuestionPage)
        self.query_one("#hint", TextBlock).refresh(layout=True)

    async def refresh_view(self) -> None:
        await self.kiosk_app.reload_view()

    def adapt_to_size(self, size: Size) -> None:
        # a kiosk has no minimum size: in a small terminal its buttons become rows
        self.set_class(size.height < LOW_ROWS, "-low")
        self.set_class(size.height >= TALL_ROWS, "-tall")
        self.set_class(is_portrait(*size), "-portrait")
        self._rows_above_reach, below = reachable_rows(*size, self.kiosk_app.screen_mount)
        self.page.rows_above_reach = self._rows_above_reach
        self.query_one(ControlBar).fit(below)

    def offer_speech(self, *, is_available: bool) -> None:
        """Show the button that reads aloud, or leave it out."""
        self.query_one("#read-aloud").set_class(not is_available, "-absent")
        self.query_one(ControlBar).refresh(layout=True)
        self.adapt_to_size(self.app.size)

    def show_countdown(self, seconds_left: int) -> None:
        """Show the seconds left; 0 removes the countdown."""
        countdown = self.query_one(Countdown)
        countdown.seconds_left, countdown.display = seconds_left, seconds_left > 0
        countdown.refresh()

    def is_scan(self, keys: FastKeys, field: Widget | None) -> bool:
        return self.page.is_scan(keys) if isinstance(self.page, QuestionPage) else super().is_scan(keys, field)

    @property
    def accepts_text(self) -> bool:
        return isinstance(self.page, QuestionPage) or self.page.takes_text

    def take_scan(self, scan: Scan) -> None:
        self.was_personal = True
        self.kiosk_app.use_scan(scan)

    def on_key(self, event: events.Key) -> None:
        is_separator = event.key == "minus" and self.accepts_text and self.focused is None
        if event.key in ("escape", "ctrl+g", "slash"):
            self.kiosk_app.go_back()
        elif event.key == "f9" and self.query_one("#end").display:
            self.kiosk_app.go_home()
        elif (event.key != "minus" or is_separator) and self.page.press(event.key, event.character or ""):
            if event.is_printable:
                self.set_focus(None)  # Enter continues after typing
        elif not move_focus(self, event.key):
            self.app.bell()

    def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        if message.touched:
            self.set_focus(None)
        if message.button.id == "go-on":
            self.page.press("enter", "")
        elif not self.page.press_button(message.button.id or ""):
            self.kiosk_app.press_button(message.button.id or "")

    def on_question_page_answered(self, message: QuestionPage.Answered) -> None:
        self.kiosk_app.submit_answers(message.page, message.values)


def next_language(default: str) -> tuple[str, bool, str]:
    """Return what the language button chooses next: a language, whether in plain words, and the name of both.

    The order is the usual words of each language, `default` first, then the plain words of each.
    """
    codes = sorted(LANGUAGES, key=lambda code: code != default)
    choices = [(code, plain) for plain in (False, True) for code in codes]
    code, plain = choices[(choices.index((current_language(), is_plain())) + 1) % len(choices)]
    return code, plain, PLAIN_NAMES[code] if plain else LANGUAGES[code]

"""Signed code on paper (证照码凭条) in the session of a person; a clerk confirms it where the city asks for that."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from clerk_app.errors import ClerkError, OutOfReach
from clerk_app.locales import _, mark, translate
from clerk_app.views.kiosk_copies import CodeRequest, CopiesService, OwnLicenceRow, PrintedCode, RequestState
from screens.kiosk.flows.flow import Flow, Needs, show_failure
from screens.kiosk.flows.licence_copy import load_licences, show_no_licence
from screens.kiosk.flows.options_page import Choice, NoticePage, ask_choice
from screens.kiosk.pages import SentencePage

if TYPE_CHECKING:
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

POLL_SECONDS = 3.0  # between two questions whether a clerk has answered


class CodeSlipFlow(Flow):
    """Prints a signed code of a licence."""

    id: ClassVar[str] = "code"
    needs: ClassVar[Needs] = "person"

    def name(self) -> str:
        return _("Code on paper")

    def description(self) -> str:
        return _("for a window, without a phone")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        if host.service is not None:
            await _Code(host, screen, host.service.copies).ask_licence()


class WaitingPage(NoticePage):
    """Shows the short number of a request while a clerk has not answered. Leaving it ends the session.

    The citizen may go to the clerk meanwhile, so nobody else must get to the menu of the session from here.
    """

    def __init__(self, host: KioskHost, request: CodeRequest, ask: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """`ask` asks whether a clerk has answered, and shows the next page if so."""
        super().__init__(lambda: _describe_wait(request), number=request.number)
        self._host = host
        self._ask = ask

    def on_mount(self) -> None:
        self.set_interval(POLL_SECONDS, self.poll)

    def poll(self) -> None:
        """Ask whether a clerk has answered, unless another act is running."""
        if not self._host.gate_closed:
            self._host.restart_idle_time()  # the citizen may be at the clerk's window
            self._host.run_in_background(self._ask())

    def step_back(self) -> Coroutine[Any, Any, None]:
        async def leave() -> None:
            self.app.call_later(self._host.go_home)

        return leave()


class _Code:
    """The steps of one code."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: CopiesService) -> None:
        self._host = host
        self._screen = screen
        self._service = service

    async def ask_licence(self) -> None:
        rows: list[OwnLicenceRow] = []

        async def choose(index: int) -> None:
            await self._ask_use(rows[index])

        load = partial(load_licences, self._service, rows)
        await ask_choice(self._host, self._screen, lambda: _("The code of which licence?"), load, choose)
        if not rows:
            await show_no_licence(self._screen)

    async def _ask_use(self, licence: OwnLicenceRow) -> None:
        """Show what the code may be used for, with a button that requests it."""
        confirms = await self._host.ask(lambda: self._service.confirms_codes)

        def load() -> list[Choice]:
            return [Choice(_("Ask a clerk"), _("with your identity document")) if confirms else Choice(_("Print it"))]

        async def choose(_index: int) -> None:
            await (self._request(licence) if confirms else self._print(licence))

        def question() -> str:
            use = _("The code identifies you at a window or kiosk, with the last digits of your telephone.")
            return use + "\n" + _("Keep it as you keep the card.")

        await ask_choice(self._host, self._screen, question, load, choose, back=self.ask_licence)

    async def _request(self, licence: OwnLicenceRow) -> None:
        request = await self._host.ask(partial(self._service.request_code, licence))
        await self._screen.show_page(WaitingPage(self._host, request, partial(self._poll, licence, request)))
        self._host.restart_idle_time()

    async def _poll(self, licence: OwnLicenceRow, request: CodeRequest) -> None:
        page = self._screen.page
        try:
            state = await self._host.ask(partial(self._service.read_request, request))
        except OutOfReach:
            return  # asked again, until the request or the session ends
        except ClerkError as error:
            if self._screen.page is page:
                await show_failure(self._host, self._screen, error, _("No code was printed."))
            return
        if state != "waiting" and self._screen.page is page and isinstance(page, WaitingPage):
            await self._use_answer(licence, request, state)

    async def _use_answer(self, licence: OwnLicenceRow, request: CodeRequest, state: RequestState) -> None:
        self._host.restart_idle_time()
        if state == "confirmed":

            async def choose(_index: int) -> None:
                await self._print(licence, request)

            await ask_choice(
                self._host,
                self._screen,
                lambda: _("The clerk has confirmed. Print your code now."),
                lambda: [Choice(_("Print it"))],
                choose,
            )
        elif state == "declined":
            sentence = mark("The clerk has declined. No code was printed. Please ask at the window.")
            await self._screen.show_page(NoticePage(lambda: [(translate(sentence), "warn")]))
        else:
            sentence = mark("No clerk has answered in time. No code was printed. You can ask again, or go to a window.")
            await self._screen.show_page(NoticePage(lambda: [(translate(sentence), "warn")]))

    async def _print(self, licence: OwnLicenceRow, request: CodeRequest | None = None) -> None:
        await self._screen.show_page(SentencePage(lambda: _("Your code is being printed ...")))
        try:
            code = await self._host.ask(partial(self._service.print_code, licence, request))
        except ClerkError as error:
            kept = _("No code was printed. Nothing is kept at this machine.")
            await show_failure(self._host, self._screen, error, kept)
        else:
            await self._screen.show_page(NoticePage(lambda: _describe(code)))
            self._host.restart_idle_time()


def _describe_wait(request: CodeRequest) -> list[tuple[str, str]]:
    way = _("Go to the reception or to a window with your identity document, and name this number.")
    until = _("It holds until {time}. This machine waits for the answer.")
    return [(way, "strong"), (until.format(time=f"{request.ends_at:%H:%M}"), ""), (_("Back ends your session."), "dim")]


def _describe(code: PrintedCode) -> list[tuple[str, str]]:
    known = (
        (_("The printer did not confirm the code. If nothing came out, ask our staff."), "warn")
        if code.is_unknown
        else (_("Take your code."), "good")
    )
    until = _("{licence}: usable until {time}, by yourself, with the last digits of your telephone.")
    return [known, (until.format(licence=code.licence, time=f"{code.expires_at:%Y-%m-%d %H:%M}"), "strong")]

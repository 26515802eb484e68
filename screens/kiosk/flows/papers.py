"""The flow in which a citizen brings papers that were asked for: choose, camera, page by page, date, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clerk_app.errors import BadData, ClerkError
from clerk_app.locales import _
from clerk_app.views.kiosk_matters import MatterQuestion
from clerk_app.views.kiosk_papers import HandedInPaper, KioskPapersService, RequestedPaper
from screens.kiosk.flows.answer_pages import PadPage, answer_page
from screens.kiosk.flows.flow import Flow, Needs, show_failure
from screens.kiosk.flows.matter_pages import ChoicePage, FlowActs, TextChoicePage
from screens.kiosk.flows.matter_texts import TextContent
from screens.kiosk.flows.paper_pages import (
    CameraPage,
    PicturePage,
    TakenPage,
    handed_in_content,
    more_content,
    requests_content,
)
from screens.kiosk.pages import SentencePage

if TYPE_CHECKING:
    from clerk_app.views.kiosk import KioskView
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen


class PapersFlow(Flow):
    """Bring papers that a department has asked for."""

    id: ClassVar[str] = "papers"
    needs: ClassVar[Needs] = "session"

    def name(self) -> str:
        return _("Bring papers")

    def description(self) -> str:
        return _("that a department has asked for")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        if host.service is not None and host.view is not None:
            await _PaperSteps(host, screen, host.service.papers, host.view).show_requests()


class _PaperSteps:
    """The steps of one paper; its pages are in the service until they are handed in or discarded."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: KioskPapersService, view: KioskView) -> None:
        self._host, self._screen, self._service, self._view = host, screen, service, view
        self._paper: RequestedPaper | None = None
        self._count = 0
        self._is_taking = False
        self._fact: MatterQuestion | None = None

    async def show_requests(self) -> None:
        """Show the papers that departments have requested."""
        requests = await self._host.ask(self._service.list_requests)
        if not requests:
            await self._screen.show_page(SentencePage(lambda: _("No department waits for a paper of yours.")))
            return
        acts = FlowActs(self._choose, self.show_requests)
        await self._screen.show_page(ChoicePage(self._view, requests_content(requests), acts))

    def _choose(self, button: str) -> None:
        if button != "taken":
            self._host.perform(self._run(button))
        elif not self._is_taking:  # the camera reports the page with each view; no action is dropped for it
            self._is_taking = True
            self._host.run_in_background(self._run(button))

    async def _run(self, button: str) -> None:
        service, kind, name = self._service, *button.partition("-")[::2]
        try:
            if kind == "paper":
                self._paper, self._count = await self._host.ask(lambda: service.choose(name)), 0
                await self._show_camera()
            elif kind == "taken":
                await self._show_taken(by_itself=True)
            elif kind == "now":
                await self._show_taken(by_itself=False)
            elif kind == "keep":
                self._count = await self._host.ask(service.keep_page)
                await self._show_text(more_content(self._required_paper(), self._count))
            elif kind == "again":
                await self._host.ask(service.drop_page)
                await self._show_camera()
            elif kind == "more":
                await self._show_camera()
            elif kind == "finish":
                await self._finish()
            elif kind == "others":
                await self.show_requests()
        except ClerkError as error:
            await self._fail(error)
        finally:
            self._is_taking = self._is_taking and button != "taken"

    async def _show_camera(self) -> None:
        page = CameraPage(self._required_paper(), self._count, self._acts(), self._stop_camera)
        await self._screen.show_page(page)
        await self._host.ask(lambda: self._service.start_camera(page.receive))

    async def _show_taken(self, *, by_itself: bool) -> None:
        page, take = self._screen.page, self._service.take_page if by_itself else self._service.take_now
        taken = await self._host.ask(take)
        if taken is not None and page is self._screen.page:  # else the citizen has left it meanwhile
            await self._host.ask(self._service.stop_camera)
            await self._screen.show_page(TakenPage(taken, self._acts()))

    async def _finish(self) -> None:
        await self._host.ask(self._service.stop_camera)
        self._fact = await self._host.ask(self._service.next_fact)
        if self._fact is not None:
            await self._screen.show_page(answer_page(self._fact, self._submit, FlowActs(self._choose, self._ask_again)))
            return
        await self._screen.show_page(SentencePage(lambda: _("The pages are being sent ...")))
        handed = await self._host.ask(self._service.hand_in)
        await self._show_handed_in(handed, "")
        printed = await self._host.ask(self._service.print_receipt)
        await self._show_handed_in(handed, printed.sentence)

    async def _submit(self, values: tuple[str, ...]) -> None:
        fact, page = self._fact, self._screen.page
        if fact is None:
            return
        try:
            await self._host.ask(lambda: self._service.answer_fact(fact.field, values[0]))
        except BadData as error:
            if isinstance(page, PadPage):
                page.show_error(str(error))
            return
        try:
            await self._finish()
        except ClerkError as error:
            await self._fail(error)

    async def _ask_again(self) -> None:
        """Show the question for a date in the current language."""
        self._fact = await self._host.ask(self._service.next_fact)
        if self._fact is not None and isinstance(page := self._screen.page, PadPage):
            page.show_question(self._fact)

    async def _show_handed_in(self, handed: HandedInPaper, receipt: str) -> None:
        await self._show_text(handed_in_content(handed, receipt))

    async def _show_text(self, content: TextContent) -> None:
        await self._screen.show_page(TextChoicePage(content, self._acts()))

    def _acts(self) -> FlowActs:
        return FlowActs(self._choose, self._repaint)

    async def _repaint(self) -> None:
        page = self._screen.page
        if isinstance(page, PicturePage):
            page.show_again()
        else:
            page.refresh(layout=True)
            for part in page.query("*"):
                part.refresh(layout=True)

    def _stop_camera(self) -> None:
        self._host.run_in_background(self._host.ask(self._service.stop_camera))

    async def _fail(self, error: ClerkError) -> None:
        await self._host.ask(self._service.stop_camera)
        kept = _(
            "No page stays at this machine. If it is not known whether the paper was handed in, look up your case."
        )
        await show_failure(self._host, self._screen, error, kept)

    def _required_paper(self) -> RequestedPaper:
        assert self._paper is not None  # pages follow the choice
        return self._paper

"""The flow in which a citizen applies for a simple single matter: consent, questions, summary, number, receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clerk_app.errors import BadData, ClerkError, OutOfReach
from clerk_app.locales import _
from clerk_app.views.kiosk_matters import AcceptedMatter, MatterOffer, MatterQuestion, MattersService, MatterSummary
from screens.kiosk.flows.answer_pages import PadPage, answer_page
from screens.kiosk.flows.flow import Flow, Needs, show_failure
from screens.kiosk.flows.matter_pages import AcceptedPage, ChoicePage, FlowActs, TextChoicePage
from screens.kiosk.flows.matter_texts import (
    TextContent,
    choice_content,
    declined_content,
    matters_content,
    offer_content,
    summary_content,
    unknown_content,
)
from screens.kiosk.pages import SentencePage

if TYPE_CHECKING:
    from clerk_app.views.kiosk import KioskView
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

_Shown = MatterOffer | MatterQuestion | MatterSummary | AcceptedMatter


class MatterFlow(Flow):
    """Apply for a matter that the catalogue marks."""

    id: ClassVar[str] = "matter"
    needs: ClassVar[Needs] = "person"

    def name(self) -> str:
        return _("Apply for something")

    def description(self) -> str:
        return _("simple matters, to the end")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        if host.service is not None and host.view is not None:
            await _MatterSteps(host, screen, host.service.matters, host.view).show_matters()


class _MatterSteps:
    """The steps of one application; the answers are in the service until it is discarded."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: MattersService, view: KioskView) -> None:
        self._host, self._screen, self._service, self._view = host, screen, service, view
        self._question: MatterQuestion | None = None
        self._receipt = ""

    async def show_matters(self) -> None:
        """Show the matters that can be applied for."""
        await self._host.ask(self._service.discard)
        matters = await self._host.ask(self._service.list_matters)
        if not matters:
            await self._screen.show_page(SentencePage(lambda: _("Nothing can be applied for at this machine.")))
            return
        acts = FlowActs(self._choose, self.show_matters)
        await self._screen.show_page(ChoicePage(self._view, matters_content(matters), acts))

    def _choose(self, button: str) -> None:
        self._host.perform(self._run(button))

    async def _run(self, button: str) -> None:
        service, kind, name = self._service, *button.partition("-")[::2]
        try:
            if kind == "matter":
                await self._show(await self._host.ask(lambda: service.open(name)))
            elif kind == "agree":
                await self._show(await self._host.ask(service.agree))
            elif kind == "decline":
                await self._show_text(declined_content(await self._host.ask(service.decline)))
            elif kind == "answer" and self._question is not None:
                await self._answer(self._question.choices[int(name)].id)
            elif kind == "skip":
                await self._answer("")
            elif kind == "previous":
                await self._go_back()
            elif kind == "accept":
                await self._accept()
        except ClerkError as error:
            await show_failure(self._host, self._screen, error)

    async def _submit(self, values: tuple[str, ...]) -> None:
        try:
            await self._answer(values[0])
        except ClerkError as error:
            await show_failure(self._host, self._screen, error)

    async def _answer(self, value: str) -> None:
        question, page = self._question, self._screen.page
        if question is None:
            return
        try:
            step = await self._host.ask(lambda: self._service.answer(question.field, value))
        except BadData as error:
            if not isinstance(page, PadPage):
                raise
            page.show_error(str(error))
        else:
            await self._show(step)

    async def _go_back(self) -> None:
        before = await self._host.ask(self._service.go_back)
        if before is not None:
            await self._show(before)
        else:
            await self.show_matters()

    async def _accept(self) -> None:
        await self._screen.show_page(SentencePage(lambda: _("Your application is being sent ...")))
        try:
            accepted = await self._host.ask(self._service.accept)
        except OutOfReach as error:
            await self._show_unknown(error)
            return
        await self._show(accepted)
        printed = await self._host.ask(self._service.print_receipt)
        self._receipt = printed.sentence
        if isinstance(page := self._screen.page, AcceptedPage):
            page.show_receipt(printed.sentence)
        self._host.restart_idle_time()

    async def _show_unknown(self, error: OutOfReach) -> None:
        """Offer to send the application again: the center accepts it once."""
        await self._show_text(unknown_content(str(error)))

    async def _show(self, step: _Shown) -> None:
        """Show the page of a step."""
        self._question = step if isinstance(step, MatterQuestion) else None
        if isinstance(step, AcceptedMatter):
            await self._screen.show_page(AcceptedPage(step, FlowActs(self._choose, self._again)))
        elif isinstance(step, MatterOffer):
            await self._show_text(offer_content(step))
        elif isinstance(step, MatterSummary):
            await self._show_text(summary_content(step), can_go_back=True)
        else:
            acts = FlowActs(self._choose, self._again, self._go_back)
            if step.kind == "choice":
                await self._screen.show_page(ChoicePage(self._view, choice_content(step), acts))
            else:
                await self._screen.show_page(answer_page(step, self._submit, acts))

    async def _show_text(self, content: TextContent, *, can_go_back: bool = False) -> None:
        acts = FlowActs(self._choose, self._again, self._go_back if can_go_back else None)
        await self._screen.show_page(TextChoicePage(content, acts))

    async def _again(self) -> None:
        """Show the present step again, in the current language."""
        step, page = await self._host.ask(self._service.read_step), self._screen.page
        if step is None:
            await self.show_matters()
        elif isinstance(page, PadPage) and isinstance(step, MatterQuestion):
            self._question = step
            page.show_question(step)
        else:
            await self._show(step)
            if isinstance(shown := self._screen.page, AcceptedPage) and self._receipt:
                shown.show_receipt(self._receipt)

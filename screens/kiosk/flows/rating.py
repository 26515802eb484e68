"""Rating of a visit (我要评): one to five stars, one reason, and the number of the ticket or case. Without a name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from clerk_app.locales import _, mark, translate
from clerk_app.views.kiosk_feedback import FeedbackService, RatingChoice
from screens.kiosk.flows.flow import Flow, Needs
from screens.kiosk.flows.options_page import Choice, NoticePage, ask_choice
from screens.kiosk.flows.subject import Subject, SubjectSteps

if TYPE_CHECKING:
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

SHOWN_SECONDS = 20.0
STARS = (mark("Very bad"), mark("Bad"), mark("So-so"), mark("Good"), mark("Very good"))
"""Names of the scores from 1 to 5."""


class RatingFlow(Flow):
    """Rates a visit."""

    id: ClassVar[str] = "rating"
    needs: ClassVar[Needs] = "nothing"

    def name(self) -> str:
        return _("Rate your visit")

    def description(self) -> str:
        return _("five buttons, without a name")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        if host.service is not None:
            await _Rating(host, screen, host.service.feedback).ask_score()


class _Rating:
    """The steps of one rating."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: FeedbackService) -> None:
        self._host = host
        self._screen = screen
        self._service = service

    async def ask_score(self) -> None:
        def load() -> Sequence[Choice]:
            return [Choice(translate(name), "* " * score) for score, name in enumerate(STARS, 1)]

        async def choose(index: int) -> None:
            await self._ask_reason(index + 1)

        await ask_choice(self._host, self._screen, lambda: _("How was your visit?"), load, choose)

    async def _ask_reason(self, score: int) -> None:
        def list_fitting() -> list[RatingChoice]:
            return [known for known in self._service.list_reasons() if score in known.scores]

        def load() -> Sequence[Choice]:
            return [*(Choice(known.name) for known in list_fitting()), Choice(_("Without a reason"))]

        reasons = ["" if known is None else known.id for known in (*await self._host.ask(list_fitting), None)]

        async def choose(index: int) -> None:
            await self._ask_subject(score, reasons[index])

        await ask_choice(
            self._host, self._screen, lambda: _("What is the main reason?"), load, choose, back=self.ask_score
        )

    async def _ask_subject(self, score: int, reason: str) -> None:
        async def use(subject: Subject) -> None:
            call = partial(
                self._service.rate,
                score,
                reason,
                ticket=subject.ticket,
                case=subject.case,
                second_factor=subject.second_factor,
            )
            sentence = await self._host.ask(call)
            await self._screen.show_page(
                NoticePage(lambda: [(_thank(score), "good"), (sentence, "strong")], closes_after=SHOWN_SECONDS)
            )

        steps = SubjectSteps(self._host, self._screen, self._service, needs_factor=True)
        await steps.ask(use, partial(self._ask_reason, score))


def _thank(score: int) -> str:
    return _("Thank you. Your rating is stored: {stars}.").format(stars=translate(STARS[score - 1]))

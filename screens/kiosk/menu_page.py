"""The pages of a citizen's session: how it is opened, and what it allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clerk_app.locales import _, mark
from clerk_app.views.kiosk import KioskView
from clerk_app.views.kiosk_session import TELEPHONE_DIGITS, OpenSession
from screens.kiosk.buttons import ButtonItem, centred
from screens.kiosk.flows import FLOWS
from screens.kiosk.flows.flow import Flow
from screens.kiosk.pages import GridPage, HomePage, Submit
from screens.kiosk.question_page import CASE_FIELDS, KioskField, QuestionPage
from screens.widgets.paint import Line, wrap

MATTERS_TITLE = mark("My matters: hold your code or your receipt under the scanner, or type the number of the receipt.")
DIGITS_TITLE = mark("This code may be a print or a copy. For your safety:")
DIGITS_FIELDS = (
    KioskField(
        mark("Last 4 digits of your telephone"),
        mark("Of the number that the city has for you. Without one, use your receipt or go to a window."),
        TELEPHONE_DIGITS,
        digits=True,
        secret=True,
    ),
)


class OpeningPage(QuestionPage):
    """Asks for a code, or for a receipt with its second factor; `submit` opens the session."""

    def __init__(self, submit: Submit, *, scanned: str = "") -> None:
        super().__init__(MATTERS_TITLE, CASE_FIELDS, scanned=scanned, submit=submit)


class DigitsPage(QuestionPage):
    """Asks for the second factor of a code that may be a print."""

    def __init__(self, submit: Submit) -> None:
        super().__init__(DIGITS_TITLE, DIGITS_FIELDS, submit=submit)


class MenuPage(GridPage):
    """Shows a button for each flow that the session allows."""

    is_personal = True
    has_back = False

    def __init__(self, view: KioskView, session: OpenSession) -> None:
        super().__init__(view)
        self._session = session

    def _question_lines(self, width: int) -> Iterable[Line]:
        sentence = _("What would you like to do?")
        if self._session.kind == "receipt":
            sentence = _("Case {number}: what would you like to do?").format(number=self._session.case)
        return [centred(line, "strong", width) for line in wrap(sentence, width)]

    def _items(self) -> Sequence[ButtonItem]:
        return [_button(flow) for flow in FLOWS if flow.is_allowed(self._session)]


def home_page(view: KioskView) -> HomePage:
    """Return the front page, with the flows that need neither ticket nor session."""
    return HomePage(view, [_button(flow) for flow in FLOWS if flow.is_allowed(None)])


def _button(flow: Flow) -> ButtonItem:
    return ButtonItem(flow.button, flow.name, flow.description)

"""The panels of the identity check: the portrait alone, as large as possible, and what is to be compared."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.message import Message

from clerk_app.locales import _
from clerk_app.views.counter import CounterView
from screens.counter.person import CHECK_LEVEL, check_word, comparison_lines, confirmation_request, person_lines
from screens.theme.panels import title_panel
from screens.widgets.paint import Line, TextBlock
from screens.widgets.picture import PictureWidget


class PortraitPanel(PictureWidget):
    """The photo of the licence in a frame."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")

    def show_view(self, view: CounterView) -> None:
        """Show the photo of the applicant."""
        self.show_picture(view.applicant.photo if view.applicant else None)
        title_panel(self, _("Photo of the licence"))


class PersonPanel(VerticalScroll, can_focus=True):
    """Facts of the licence, what the clerk compares, and what each key does; Enter confirms that they match."""

    BINDINGS = [Binding("enter", "confirm", show=False)]

    class IdentityConfirmed(Message):
        """The clerk confirmed that person and photo match."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: CounterView | None = None

    def compose(self) -> ComposeResult:
        yield TextBlock(self._facts, id="facts")

    def show_view(self, view: CounterView) -> None:
        """Show the applicant of a view."""
        self._view = view
        person = view.applicant
        if person is None:
            title_panel(self, _("Identity"), key="1")
        else:
            title_panel(
                self, _("Identity"), key="1", state=check_word(person.check), level=CHECK_LEVEL[person.check.result]
            )
        self.query_one("#facts", TextBlock).refresh(layout=True)

    def action_confirm(self) -> None:
        self.post_message(self.IdentityConfirmed())

    def _facts(self, width: int) -> Iterable[Line]:
        person = self._view.applicant if self._view else None
        if person is None:
            return
        yield from person_lines(person, width)
        if person.needs_confirmation:
            yield []
            yield [(confirmation_request(person), "title")]
            yield from comparison_lines(person, width)

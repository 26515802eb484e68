"""The panels of the identity check: the portrait alone, as large as possible, and what is to be compared."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import Picture
from screens.counter.person import CHECK_LEVEL, check_word, comparison_lines, confirmation_request, person_lines
from screens.theme.panels import title_panel
from screens.widgets.containers import VerticalScroll
from screens.widgets.face_picture import FacePicture
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.panel_area import PanelArea
from screens.widgets.picture import coarse_portrait_sentence


class PortraitPanel(FacePicture):
    """The face on the photo of the licence, in a frame."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.add_class("panel")
        self._photo: Picture | None = None

    @property
    def is_coarse(self) -> bool:
        """Whether a face is too small to be compared: in a small panel, on a small original, or not found."""
        is_card = self._photo is not None and self._photo.width > self._photo.height
        return super().is_coarse or (is_card and not self.shows_face)

    @property
    def rows(self) -> int:
        """Rows for the photo in the layout that is being computed; the facts panel needs them for its hint."""
        parent = self.parent
        return parent.planned_rows(self) if isinstance(parent, PanelArea) else super().rows

    def show_view(self, view: CounterView) -> None:
        """Show the photo of the applicant."""
        self._photo = view.applicant.photo if view.applicant else None
        if self._photo is None:
            self.show_nothing()
        else:
            self.show_face(self._photo)
        title_panel(self, _("Photo of the licence"))


class PersonPanel(VerticalScroll, can_focus=True):
    """Facts of the licence, what the clerk compares, and what each key does; Enter confirms that they match."""

    BINDINGS = [Binding("enter", "confirm", show=False)]

    class IdentityConfirmed(Message):
        """The clerk confirmed that person and photo match."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: CounterView | None = None
        self._was_coarse = False

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

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """Return the number of lines."""
        return len(list(self._facts(width)))

    def on_resize(self) -> None:
        """Update the hint that the portrait is too small, if that has changed."""
        if self._is_portrait_coarse != self._was_coarse:
            self.query_one("#facts", TextBlock).refresh(layout=True)

    def decide_scrollbar(self, size: Size) -> None:
        """Show the scrollbar if the facts have more lines than there are rows."""
        self.set_reactive(Widget.show_vertical_scrollbar, len(list(self._lines(size.width))) > size.height)

    def action_confirm(self) -> None:
        self.post_message(self.IdentityConfirmed())

    @property
    def _is_portrait_coarse(self) -> bool:
        return self.screen.query_one(PortraitPanel).is_coarse

    def _facts(self, width: int) -> Iterable[Line]:
        self._was_coarse = self._is_portrait_coarse
        return self._lines(width)

    def _lines(self, width: int) -> Iterable[Line]:
        person = self._view.applicant if self._view else None
        if person is None:
            return
        yield from person_lines(person, width)
        if person.needs_confirmation:
            yield []
            yield [(confirmation_request(person), "title")]
            if person.photo is not None and self._is_portrait_coarse:
                yield from ([(line, "warn")] for line in wrap(coarse_portrait_sentence(), width))
            yield from comparison_lines(person, width)

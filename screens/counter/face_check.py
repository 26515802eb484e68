"""A dialog with photo and facts of the person identified, to be compared with the person at the window."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.case import Applicant
from screens import keys
from screens.counter.person import confirmation_hint, confirmation_request, person_lines
from screens.widgets.containers import Horizontal
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.picture import PictureWidget, coarse_portrait_sentence


class FaceCheckDialog(Dialog[bool]):
    """Enter confirms that person and photo match; Escape leaves the check open."""

    about = mark("The person at the window is compared with the photo; Esc leaves the check open.")
    BINDINGS = keys.bindings((keys.KeyAction("agree", "enter", "", ""),))
    DEFAULT_CSS = """
    FaceCheckDialog > Vertical { width: 100%; height: 92%; }
    FaceCheckDialog #compared { height: 1fr; }
    FaceCheckDialog #compared PictureWidget { width: 2fr; background: $page; }
    FaceCheckDialog #compared TextBlock { width: 3fr; height: 100%; padding: 0 0 0 2; }
    """

    def __init__(self, person: Applicant) -> None:
        super().__init__(confirmation_request(person), hint=confirmation_hint(person))
        self.person = person

    def dialog_body(self) -> Iterable[Widget]:
        parts: list[Widget] = [TextBlock(self._facts)]
        if self.person.photo is not None:
            picture = PictureWidget()
            picture.show_picture(self.person.photo)
            parts.insert(0, picture)
        yield Horizontal(*parts, id="compared")

    def action_agree(self) -> None:
        self.close(True)

    def _facts(self, width: int) -> Iterable[Line]:
        yield from person_lines(self.person, width)
        if self.person.is_organisation:
            sentence = _(
                "The code is of an organisation: the person at the window is its agent. Check their identity document,"
                " and the delegation or that they represent it by law."
            )
            yield from ([(line, "warn")] for line in wrap(sentence, width))
        elif self.person.photo is None:
            sentence = _("The city has no photo of this person: compare name and number with an identity document.")
            yield from ([(line, "warn")] for line in wrap(sentence, width))
        if any(picture.is_coarse for picture in self.query(PictureWidget)):
            yield []
            yield from ([(line, "warn")] for line in wrap(coarse_portrait_sentence(), width))

"""The dialogs that find a person or a case at the center: what to search for and why, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.text.search_terms import parse_search_terms
from clerk_app.views.case_list import SearchResult
from clerk_app.views.shared import Option
from screens import keys
from screens.counter.case_rows import CaseListDialog, FoundCaseRows
from screens.widgets.columns import Column, ListRow
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.row_list import RowList


@dataclass(frozen=True)
class FindRequest:
    """What was typed, and the id of the purpose."""

    text: str
    purpose: str


class FindDialog(Dialog[FindRequest]):
    """Takes a line by which a person or case is found, and the purpose; no purpose is chosen beforehand.

    `typed` and `error` are those of an attempt that was refused.
    """

    about = mark(
        "The center searches once, for the purpose that you choose. The search is recorded; the line is not kept."
    )
    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        *(Binding(str(digit), f"pick({digit})", show=False) for digit in range(1, 10)),
    ]
    OTHER_KEYS = (
        keys.KeyHelp("up,down", mark("Up / Down"), mark("purpose before / after")),
        keys.KeyHelp("", "1-9", mark("in the list: searches for this purpose")),
    )
    DEFAULT_CSS = """
    FindDialog > Vertical { width: 80; }
    FindDialog #terms { margin: 1 0 0 0; }
    FindDialog #meaning { margin: 0 0 1 0; }
    FindDialog RowList { height: auto; max-height: 9; }
    """

    def __init__(self, purposes: Sequence[Option], *, typed: str = "", error: str = "") -> None:
        super().__init__(_("Find a person or a case"), hint=_("continues"))
        self.purposes = purposes
        self.typed = typed
        self.first_error = error

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(_describe_forms)
        yield FormInput(self.typed, id="terms")
        yield TextBlock(self._describe_meaning, id="meaning")
        yield TextBlock(self._describe_purpose, id="purpose")
        rows = RowList([Column(str, 1), Column(str, 24, grow=1)], id="purposes")
        rows.unselected = True
        yield rows

    def on_mount(self) -> None:
        super().on_mount()
        self._rows.show_rows([ListRow(purpose.id, (purpose.key, purpose.name)) for purpose in self.purposes])
        self._rows.cursor_watchers.append(self._clear_error)
        if self.first_error:
            self.show_error(self.first_error)

    def _clear_error(self, row: ListRow | None) -> None:
        if row is not None and self.error_text:
            self.show_error("")

    @property
    def _rows(self) -> RowList:
        return self.query_one(RowList)

    @property
    def _line(self) -> FormInput:
        return self.query_one("#terms", FormInput)

    def _describe_meaning(self, width: int) -> Iterable[Line]:
        text = self._line.value
        terms = parse_search_terms(text)
        sentences = {
            "number": _("an identity number or credit code"),
            "case": _("the number of a case or receipt"),
            "ticket": _("a ticket of this hall"),
            "application": _("an application from outside"),
            "birth_date": _("{name}, born {date}").format(name=terms.name, date=terms.birth_date),
            "phone": _("{name}, telephone ending in {digits}: cases of the last weeks here").format(
                name=terms.name, digits=terms.phone_end
            ),
            "incomplete": _("A name alone is not enough: add the birth date or the end of the telephone number."),
        }
        if text.strip():
            style = "warn" if terms.kind == "incomplete" else "good"
            yield from ([(line, style)] for line in wrap(sentences[terms.kind], width))

    def _describe_purpose(self, width: int) -> Iterable[Line]:
        if self._rows.has_focus and self._rows.current_row is None:  # Enter in the line leads here
            yield from ([(line, "mark")] for line in wrap(_("What is it for? Choose with Down or a number."), width))
        sentence = _("What for? The search is recorded, and the citizen can read it.")
        yield from ([(line, "dim")] for line in wrap(sentence, width))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#meaning", TextBlock).refresh(layout=True)
        if self.error_text and event.value != self.typed:
            self.show_error("")
        self.typed = event.value

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        if self._check_text():
            self.set_focus(self._rows)
            self.query_one("#purpose", TextBlock).refresh(layout=True)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        self._search(message.row.key)

    def action_move(self, by: int) -> None:
        self.set_focus(self._rows)
        self._rows.action_move(by)

    def action_pick(self, digit: int) -> None:
        purpose = next((purpose for purpose in self.purposes if purpose.key == str(digit)), None)
        if purpose is not None:
            self._search(purpose.id)

    def _check_text(self) -> bool:
        """Return whether something can be searched for; otherwise go to the line and show what is missing."""
        try:
            text = self._line.text
        except ClerkError as error:
            self.show_error(str(error))
            return False
        if parse_search_terms(text).kind != "incomplete":
            return True
        self.set_focus(self._line)
        self.show_error(_("Give an identity number, a name with a birth date, or the number of a paper."))
        return False

    def _search(self, purpose: str) -> None:
        if self._check_text():
            self.close(FindRequest(self._line.text, purpose))


def _describe_forms(width: int) -> Iterable[Line]:
    sentence = _(
        "Identity number; or name and birth date (Wang Fang 1994-03-12); or name and the last four digits of the "
        "telephone; or the number of a case, receipt or ticket."
    )
    yield from ([(line, "")] for line in wrap(sentence, width))


class FoundCasesDialog(CaseListDialog):
    """The cases that the center found; the answer is the number of the one to open."""

    about = mark("The cases that the center found. One of another service centre asks for a second factor.")

    def __init__(self, found: SearchResult) -> None:
        super().__init__(_("Found at the center ({count})").format(count=found.total), found.cases)
        self.found = found

    def dialog_body(self) -> Iterable[Widget]:
        if self.found.total > len(self.found.cases):
            yield TextBlock(self._describe_more)
        yield FoundCaseRows(list_id="foundcases", empty=str, time_title=lambda: _("Accepted"))

    def _describe_more(self, width: int) -> Iterable[Line]:
        sentence = _("The {shown} newest of {total} cases. For another one, give its number.")
        text = sentence.format(shown=len(self.found.cases), total=self.found.total)
        yield from ([(line, "warn")] for line in wrap(text, width))

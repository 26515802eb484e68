"""Small dialogs for the keyboard: Enter answers, Escape or Ctrl+G goes back. The screen beneath keeps its focus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Generic, Protocol, TypeVar

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from screens import keys
from screens.host import Question, ScreenHost, host_of
from screens.widgets.dialog_frame import DialogFrame
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, longest_line, wrap
from screens.widgets.scroll import ScrollingText
from screens.widgets.text_input import TextInput

T = TypeVar("T")


class Dialog(Question[T], Generic[T]):
    """A dialog on top of the screen. `close(value)` sets its answer; the answer None means that the user went back."""

    AUTO_FOCUS = ""
    BINDINGS = keys.bindings((keys.BACK,))
    OTHER_KEYS: ClassVar[tuple[keys.KeyHelp, ...]] = ()  # for the help: keys apart from Enter and Escape
    about: ClassVar[str] = ""  # message id, for the help: what the dialog is for, and what happens to what is typed
    DEFAULT_CSS = """
    Dialog { layers: default filter; align: center middle; background: $page 60%; }
    Dialog.-wide > Vertical { width: 80; }
    Dialog .foot { height: auto; display: none; margin: 1 0 0 0; }
    Dialog FormInput { margin: 0; }
    """

    def __init__(self, title: str, *, hint: str = "") -> None:
        super().__init__()
        self.heading = title
        self.hint = hint
        self.error_text = ""

    @property
    def host(self) -> ScreenHost:
        """The app."""
        return host_of(self)

    def compose(self) -> ComposeResult:
        with DialogFrame():
            yield from self.dialog_body()
            yield TextBlock(self._error_lines, classes="foot")

    def described_keys(self) -> tuple[keys.KeyHelp, ...]:
        """Return the keys that F1 describes."""
        enter = keys.KeyHelp("enter", mark("Enter"), self.hint or mark("answers"))
        return (enter, keys.KeyHelp("escape,ctrl+g", "Esc / ^G", mark("goes back")), *self.OTHER_KEYS)

    def dialog_body(self) -> Iterable[Widget]:
        """Return the widgets between heading and footer."""
        return ()

    def footer_lines(self) -> Iterable[Line]:
        """Return the keys in the lower edge of the frame, as one line."""
        hint = self.hint or _("answers")
        return [[("Enter ", "cap"), (hint, "dim"), ("   Esc ", "cap"), (_("goes back"), "dim")]]

    def title_line(self) -> Line:
        """Return the title in the upper edge of the frame."""
        return [(self.heading, "")]

    def content_cells(self) -> int:
        """Return the cells of the longest line; 0 if the style sheet sets the width."""
        return 0

    def _error_lines(self, width: int) -> Iterable[Line]:
        return [[(line, "bad")] for line in wrap("x " + self.error_text, width)] if self.error_text else ()

    def on_mount(self) -> None:
        self.show_frame()
        for widget in self.query("*"):
            if widget.focusable:
                self.set_focus(widget)
                break

    def show_frame(self) -> None:
        """Write title and keys into the frame, and fit its width."""
        title, footer = self.title_line(), next(iter(self.footer_lines()), ())
        least = 80 if self.has_class("-wide") else 64
        self.query_one(DialogFrame).show_edges(title, footer, cells=self.content_cells(), least=least)
        self.query_one(".foot").display = bool(self.error_text)

    def show_error(self, sentence: str) -> None:
        """Show an error in the dialog, which stays open; an empty sentence removes the error."""
        if sentence != self.error_text:
            self.error_text = sentence
            self.query_one(".foot").refresh(layout=True)
        self.show_frame()
        if sentence:
            self.app.bell()

    def on_text_input_text_refused(self, message: TextInput.TextRefused) -> None:
        message.stop()
        self.show_error(message.sentence)

    def close(self, value: T | None) -> None:
        """Set the answer and dismiss the dialog, and a help on top of it. Calls after the first have no effect.

        Keys are queued until the action that opened the dialog has used the answer.
        """
        if not self.answer.done():
            for above in reversed(self.app.screen_stack[self.app.screen_stack.index(self) + 1 :]):
                if isinstance(above, Dialog):
                    above.close(None)
            self.closing_hold = self.host.hold_keys()
            self.answer.set_result(value)
            self.dismiss()

    def action_step_back(self) -> None:
        self.close(None)


class ConfirmDialog(Dialog[bool]):
    """Shows a sentence; Enter confirms."""

    about = mark("Nothing is done before you confirm.")
    BINDINGS = keys.bindings((keys.KeyAction("agree", "enter", "", ""),))

    def __init__(self, title: str, sentence: str, *, hint: str = "") -> None:
        super().__init__(title, hint=hint or _("agrees"))
        self.sentence = sentence

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda width: [[(line, "")] for line in wrap(self.sentence, width)])

    def action_agree(self) -> None:
        self.close(True)


class TextDialog(Dialog[str]):
    """Takes one line of text, such as a name or a number, which is in `typed`. Empty text is not accepted.

    `kind` is the kind of the value: the number of an identity document has as many digits as a code, and arrives as
    fast from a card reader or over a slow line.
    """

    about = mark("One line of text is asked for; nothing is recorded before Enter.")

    def __init__(
        self,
        title: str,
        sentence: str,
        *,
        value: str = "",
        hint: str = "",
        kind: str = "text",
    ) -> None:
        super().__init__(title, hint=hint)
        self.sentence = sentence
        self.typed = value
        self.kind = kind

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda width: [[(line, "")] for line in wrap(self.sentence, width)])
        line = FormInput(self.typed, id="text")
        line.kind = self.kind
        yield line

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.typed = event.value
        if self.error_text:
            self.show_error("")

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        try:
            text = message.input.text
        except ClerkError as error:
            self.show_error(str(error))
            return
        if text:
            self.close(text)
        else:
            self.show_error(_("Please enter a text."))


class TextScreen(Protocol):
    """A screen that keeps texts which were typed into dialogs and are not used yet."""

    kept_texts: dict[str, str]

    @property
    def host(self) -> ScreenHost:
        """The app."""
        ...


async def ask_text(
    screen: TextScreen,
    key: str,
    title: str,
    sentence: str,
    *,
    value: str = "",
    hint: str = "",
    kind: str = "text",
) -> str | None:
    """Ask for a line of text. What was typed stays under `key` until `drop_texts`, also if the user goes back."""
    dialog = TextDialog(title, sentence, value=screen.kept_texts.get(key, value), hint=hint, kind=kind)
    text = await screen.host.show(dialog)
    if dialog.typed != value:
        screen.kept_texts[key] = dialog.typed
    else:
        screen.kept_texts.pop(key, None)
    return text


def drop_texts(screen: TextScreen, *names: str) -> None:
    """Drop kept texts, because the act that asked for them was recorded."""
    for key in names:
        screen.kept_texts.pop(key, None)


class ReadDialog(Dialog[bool]):
    """Shows lines to read; Page Up and Page Down scroll, Enter or Escape closes."""

    about = mark("This is to be read; nothing is asked.")
    OTHER_KEYS = (keys.KeyHelp("pageup,pagedown", mark("Page Up / Down"), mark("scrolls")),)
    BINDINGS = keys.bindings((keys.KeyAction("agree", "enter", "", ""),))

    def __init__(self, title: str, lines: Iterable[Line] = (), *, sentences: Iterable[str] = ()) -> None:
        """`lines` have at most 74 cells; `sentences` are wrapped to the width of the dialog."""
        super().__init__(title, hint=_("closes"))
        self.add_class("-wide")
        self.read_lines, self.read_sentences = list(lines), list(sentences)

    def dialog_body(self) -> Iterable[Widget]:
        yield ScrollingText(self._wrap)

    def content_cells(self) -> int:
        return longest_line(self.read_lines, self.read_sentences) + 1

    def _wrap(self, width: int) -> Iterable[Line]:
        yield from self.read_lines
        yield from ([(line, "")] for text in self.read_sentences for line in wrap(text, width))

    def action_agree(self) -> None:
        self.close(True)

"""A field of several lines for text in own words: a reason, a note."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from clerk_app.errors import ClerkError
from clerk_app.text.cleaning import clean_input, clean_text
from screens.widgets.text_input import TextInput, painted_character, typed_text


class NoteInput(TextArea):
    """Wraps long text; Enter posts `Completed`. Undo (Ctrl+Z), redo (Ctrl+Y), and the text rules of `TextInput`.

    Lines of a pasted text stay lines. Up in the first line, Page Up and Page Down are
    left to the dialog.
    """

    BINDINGS = [
        Binding("ctrl+z", "undo", show=False),
        Binding("ctrl+y", "redo", show=False),
    ]
    DEFAULT_CSS = """
    NoteInput {
        height: auto; min-height: 1; max-height: 5; border: none; padding: 0; scrollbar-size-vertical: 1;
        background: $field; color: $ink;
        &:focus { border: none; background: $lit; color: $on-lit; }
        &:nocolor { text-style: underline; }
        & > .text-area--cursor, &:dark .text-area--cursor, &:light .text-area--cursor {
            background: $on-lit; color: $lit; text-style: none;
        }
        &:focus:nocolor { background: $field; color: $ink; }
        &:focus:nocolor .text-area--cursor { text-style: reverse; }
        & > .text-area--selection { background: $mark; color: $page; }
    }
    """

    takes_codes = False
    enter_decides = True
    kind = "text"

    @dataclass
    class Completed(Message):
        """Enter was pressed."""

        input: NoteInput

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(text, id=id, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self._before_run = text, self.selection
        self.move_cursor(self.document.end)

    def clean_lines(self) -> tuple[str, ...]:
        """Return the lines as they are stored, without empty ones. Raises ClerkError for a refused character."""
        return tuple(line for part in self.text.splitlines() if (line := clean_text(part)))

    def reset_value(self, text: str) -> None:
        """Set a new text and clear the undo history."""
        if text != self.text:
            self.load_text(text)
            self.move_cursor(self.document.end)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        return bool(typed_text(events.Key(key, character)))

    async def _on_key(self, event: events.Key) -> None:
        """Insert a typed character by the rules for outside text; Enter completes."""
        character = typed_text(event)
        if event.key == "enter":
            self.post_message(self.Completed(self))
        elif character:
            self._insert((character,))
        else:
            return
        event.stop()
        event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        """Insert a pasted text; its lines stay lines."""
        event.stop()
        event.prevent_default()
        self._insert(event.text.splitlines())

    def _insert(self, lines: list[str] | tuple[str, ...]) -> None:
        try:
            text = "\n".join(map(clean_input, lines))
        except ClerkError as error:
            self.post_message(TextInput.TextRefused(str(error)))
            return
        self.replace(text, *self.selection, maintain_selection_offset=False)

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is painted: each character is one that the terminal draws."""
        line = self.document.get_line(line_index)
        return Text(line if line.isascii() else "".join(map(painted_character, line)), end="", no_wrap=True)

    def action_cursor_up(self, select: bool = False) -> None:
        if self.wrapped_document.location_to_offset(self.cursor_location).y == 0:
            raise SkipAction
        super().action_cursor_up(select)

    def action_cursor_page_up(self) -> None:
        raise SkipAction  # the field has no pages: the screen scrolls its own pages

    def action_cursor_page_down(self) -> None:
        raise SkipAction

    def begin_run(self) -> None:
        """Remember text and selection: keys follow that may turn out to be a scan."""
        self._before_run = self.text, self.selection

    def take_out_run(self, text: str) -> None:
        """Restore the text that `begin_run` remembered; undo brings the scanned `text` back."""
        before, selection = self._before_run
        self._replace_all(before)
        self.replace(text, *selection, maintain_selection_offset=False)  # a step that can be undone
        self._replace_all(before)
        self.selection = selection

    def _replace_all(self, text: str) -> None:
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)

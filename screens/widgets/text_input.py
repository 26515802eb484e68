"""A line of text that takes text from outside: typed characters of every script, and pasted text of several lines."""

from __future__ import annotations

import unicodedata

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Input

from clerk_app.errors import ClerkError
from clerk_app.text.characters import is_refused, is_space
from clerk_app.text.cleaning import clean_input, clean_text
from screens.theme.glyphs import terminal_character


class TextInput(Input, inherit_css=False):
    """Inserts typed and pasted text as `clean_input` returns it. What that refuses is not inserted, but reported.

    It has no styles of Textual's Input, whose parsing is a fiftieth of the first paint.
    """

    COMPONENT_CLASSES = Input.COMPONENT_CLASSES
    DEFAULT_CSS = """
    TextInput { overflow: auto hidden; scrollbar-size-horizontal: 0; height: 1; }
    """

    class TextRefused(Message):
        """A typed or pasted text was not inserted; `sentence` is the reason."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    @property
    def text(self) -> str:
        """The value as it is stored (`clean_text`). Raises ClerkError if it contains a character that is refused."""
        return clean_text(self.value)

    @property
    def _value(self) -> Text:
        """The painted value: a password as asterisks, as Textual's bullet is two cells wide in some terminals."""
        if self.password:
            return Text("*" * len(self.value), end="")
        if self.value.isascii():
            return super()._value
        # the cursor counts characters, so each one has exactly one painted character
        return Text("".join(map(painted_character, self.value)), no_wrap=True, overflow="ignore", end="")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return bool(typed_text(events.Key(key, character)))

    async def _on_key(self, event: events.Key) -> None:
        """Insert a character that Textual does not consider printable; Textual inserts all others."""
        character = typed_text(event)
        if character and not event.is_printable:
            event.stop()
            event.prevent_default()
            self.replace(character, *self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        """Insert all lines of a pasted text as one line."""
        event.stop()
        event.prevent_default()
        self.replace(event.text, *self.selection)

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part of the value by outside text; if it is refused, post `TextRefused` and change nothing."""
        try:
            cleaned = clean_input(text)
        except ClerkError as error:
            self.post_message(self.TextRefused(str(error)))
            return
        if cleaned or not text:
            super().replace(cleaned, start, end)


def typed_text(event: events.Key) -> str:
    """Return the character that a key types; empty for a key without one.

    Textual's `is_printable` is false for spaces other than U+0020, variation selectors, and letters that are newer than
    Python's Unicode table.
    """
    character = event.character or ""
    return character if len(character) == 1 and unicodedata.category(character) != "Cc" else ""


def painted_character(character: str) -> str:
    """Return the one character that is painted for `character`."""
    return "?" if is_refused(character) else " " if is_space(character) else terminal_character(character)

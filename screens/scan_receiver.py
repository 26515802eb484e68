"""What a screen does with a scan: `ScanReceiver`, the base of all screens and dialogs.

The key gate recognises a scan, or asks the screen on top (`is_scan`) about keys that arrived as fast as a scan. Then it
calls `take_scan` of the screen on top; none of the keys reaches a field, a binding or a dialog.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Input

from clerk_app.locales import _, mark
from scanners.wedge import KeyboardWedge, looks_scanned
from screens.keys import BACK, takes_escape
from screens.partial_screen import PartialScreen

SIGN_IN_FIRST = mark("A code was scanned and not used. Sign in first.")
NOT_USED = mark("A code was scanned and not used, because nothing here takes a code.")
ANSWER_FIRST = mark("A code was scanned and not used. First answer the question, then scan it again.")
_KEEP_TYPED = mark("If it was typed or pasted: Ctrl+Z puts it into the field.")


class Scan(NamedTuple):
    """A scanned text: `raw` as the scanner typed it, `text` without identifier, `trouble` a message id or empty."""

    raw: str
    text: str
    trouble: str = ""


class FastKeys(NamedTuple):
    """Keys that arrived as fast as a scan: their text, the first key, and whether Enter or Tab followed at once.

    `is_code`: the text is a code of the office (`Workstation.is_code`), not a value of the field with the focus.
    """

    text: str
    first_key: str
    ended: bool
    is_code: bool


@runtime_checkable
class RunField(Protocol):
    """A text field that can give its earlier value back after the keys of a scan were typed into it."""

    takes_codes: bool
    enter_decides: bool
    kind: str

    def begin_run(self) -> None:
        """Remember the value: keys follow that may turn out to be a scan."""
        ...

    def take_out_run(self, text: str) -> None:
        """Restore the value that `begin_run` remembered; `text` was scanned."""
        ...


class ScanReceiver(PartialScreen):
    """A screen that receives scans. By default it reports that a scan was not used."""

    scan_refusal = NOT_USED  # message id
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widget with the focus. Textual's own repaints the whole screen whenever it changes."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Return False for Escape while it first ends the filter of a list."""
        return action != BACK.id or not takes_escape(self.focused)

    def is_scan(self, keys: FastKeys, field: Widget | None) -> bool:
        """Return whether fast keys without an identifier are a scan. `field`: the text field with the focus, or None.

        Typed-ahead text, a paste without brackets and an input method are as fast. In a text field only a text that as
        a whole is a code of the office counts. Elsewhere no text is expected, unless its first key is a command.
        """
        text = keys.text.strip()
        if field is not None:
            return keys.ended and keys.is_code
        if looks_scanned(text) and (keys.ended or len(text) >= 6):
            return True
        if keys.ended and len(text) >= 8 and text.isascii() and " " not in text:
            return True  # letters only, the first of which may be a command
        is_command = keys.first_key != "space" and keys.first_key in self.active_bindings
        return keys.ended and len(text) >= 3 and not is_command

    @property
    def accepts_text(self) -> bool:
        """Whether typed characters are text: a text field has the focus."""
        return text_field(self.focused) is not None

    def take_scan(self, scan: Scan) -> None:
        """Use a scan. The default reports it as not used."""
        refusal = scan.trouble or self.scan_refusal
        self.app.bell()
        self.app.notify(f"{_(refusal)} {describe_undo(scan, self.focused)}".rstrip(), severity="warning")


def describe_undo(scan: Scan, field: Widget | None) -> str:
    """Return how a number that was taken out of a field comes back; empty if it was no number, or nothing has it.

    One in ten numbers with as many digits as a case number has the form of one, and it may have been pasted.
    """
    is_bare = scan.text.isdecimal() and scan.raw.strip() == scan.text
    return _(_KEEP_TYPED) if is_bare and text_field(field) and not getattr(field, "password", False) else ""


def read_scan(wedge: KeyboardWedge, raw: str) -> Scan:
    """Return the scan that a scanner typed as `raw`."""
    line = wedge.parse_line(raw)
    if line is None:
        return Scan(raw, wedge.strip_identifier(raw))
    return Scan(raw, line.text, line.trouble.sentence if line.trouble else "")


def text_field(widget: Widget | None) -> Widget | None:
    """Return the widget if it takes text, else None."""
    return widget if isinstance(widget, Input | RunField) else None

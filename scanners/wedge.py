"""Keyboard-wedge scanners: devices that type what they read and press Enter.

A scan is recognised by the characters with which it begins: the AIM symbology identifier (ISO/IEC 15424: `]`, a letter
for the symbology, a modifier), which scanners can be set to send, a prefix that the office has configured, or the first
characters of a signed code. `parse_line` interprets a line after Enter; `match_start` decides while keys arrive whether
they begin a scan (see typed_scan.py, which adds the timing of the keys).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from scanners.errors import ScanError

if TYPE_CHECKING:
    from scanners.codes import Symbology

TEXT_LIMIT = 8192
"""Maximum length of a scan in characters. The largest QR code holds 7 089 digits."""

# Patterns are compiled at their first use, because together they would take 2 ms before the first screen is painted.
_AIM_PREFIX = r"\][A-Zabd-pr-z][0-9A-Za-z]"  # without lower-case c and q, which occur with Caps Lock
_AIM_SYMBOLOGY: dict[str, Symbology] = {"]Q": "QRCode", "]C": "Code128"}

# A line of a scanner set to US English, typed on a machine with another keyboard layout. The classes match what these
# layouts produce for `]`, for Q or C (French: A for Q; Russian letters) and for the digit (French: with Shift). At
# least 7 more characters must follow.
_OTHER_LAYOUT = r"""[+*$£¨^´~ъЪ»ç][QqCcAaЙйСс][0-9&é"'(\-è_çà!@#$%^&*].{7,}"""

_AIM_IDENTIFIER = r"\][A-Za-z][0-9A-Za-z]"
_AIM_PART = r"\][A-Za-z]?"
_OTHER_LAYOUT_START = r"""[+*$£¨^´~ъЪ»ç](?:[QqCcAaЙйСс](?:[0-9&é"'(\-è_çà!@#$%^&*]\S*)?)?"""
_OTHER_LAYOUT_LENGTH = 10
_SIGNED_STARTS = ("EL1:", "EL2:", "HC1:", "shc:/", "mdoc:", "openid4vp://")
# `EL1:` typed with a German, Spanish, Italian, Nordic or Russian layout, or with a French one
_SIGNED_OTHER_LAYOUT = r"""(?:EL|УД)(?:[12!@"][>ÖöÑñçÇÆæØøЖж°]|[&é][Mm:])\S*"""
_SIGNED_OTHER_LAYOUT_PART = r"""(?:EL|УД|У)[12!@"&é]?"""
_SIGNED_LENGTH = 8  # characters of a signed code from which its start is recognised without an identifier
LEAD_CHARACTERS = "\ufeff\x02"
"""Characters that some scanners type before a code: a byte order mark, STX."""

Start = Literal["yes", "maybe", "no"]

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH |= {
    ord(wide): ord(narrow) for wide, narrow in zip("\u3000【】。、￥《》‘’“”", " [].\\$<>''\"\"", strict=True)
}


class WedgeScan(NamedTuple):
    """A line that a scanner typed: the text without its prefix, or the problem with the line in `trouble`.

    `symbology` is taken from the AIM prefix: `QRCode`, `Code128`, or "" for other symbologies and prefixes.
    """

    text: str
    symbology: Symbology | str = ""
    prefix: str = ""
    trouble: ScanError | None = None


class KeyboardWedge(NamedTuple):
    """Recognises the lines that the scanner of a window types, by the settings of the window.

    `prefix` is accepted in addition to AIM prefixes ("" for none). `shapes` are regular expressions: a line that
    matches one of them completely is a scan even without a prefix.
    """

    prefix: str = ""
    shapes: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def from_settings(cls, prefix: str = "", shapes: Iterable[str] = ()) -> KeyboardWedge:
        """Return a KeyboardWedge from configured texts. Raises re.error if a shape is not a regular expression."""
        return cls(prefix, tuple(re.compile(shape) for shape in shapes))

    def parse_line(self, line: str) -> WedgeScan | None:
        """Return `line` (the text before Enter) as a scan; None if a person typed it.

        A scan that was changed by an input method, Caps Lock or another keyboard layout is reported in `trouble`. Its
        text is not repaired, since characters may be missing.
        """
        line = line.strip("\r\n\t" + LEAD_CHARACTERS + "\x00\x03\x04")
        if typed := self._match_scan(line):
            return typed
        if (narrow := to_half_width(line)) != line and (typed := self._match_scan(narrow)):
            return WedgeScan(
                "",
                typed.symbology,
                typed.prefix,
                ScanError(
                    "The scanner's text came through an input method. Switch it to English letters and scan again."
                ),
            )
        if typed := self._match_prefix(line.swapcase()):
            return WedgeScan(
                "", typed.symbology, typed.prefix, ScanError("Caps Lock is on. Switch it off and scan again.")
            )
        if (re.fullmatch(_OTHER_LAYOUT, line) and " " not in line.strip()) or _is_signed_in_other_layout(line):
            return WedgeScan(
                "",
                trouble=ScanError(
                    "The scanner and this computer have different keyboard layouts. Set both to US English, scan again."
                ),
            )
        return None

    def match_start(self, text: str) -> Start:
        """Return whether keys that a device typed without a pause begin a scan: `maybe` until enough of them are known.

        A scan through Caps Lock, an input method or another keyboard layout is a scan too; `parse_line` reports it.
        Text with ideographs or other letters without case is not a scan.
        """
        text = text.lstrip(LEAD_CHARACTERS)
        if not text:
            return "maybe"
        if any(_is_uncased_letter(character) for character in text):
            return "no"
        narrow = to_half_width(text)
        found = {self._match_start(form) for form in (text, narrow, text.swapcase(), narrow.swapcase())}
        if re.fullmatch(_OTHER_LAYOUT_START, text):
            found.add("yes" if len(text) >= _OTHER_LAYOUT_LENGTH else "maybe")
        if re.fullmatch(_SIGNED_OTHER_LAYOUT, text):
            found.add("yes" if len(text) >= _OTHER_LAYOUT_LENGTH else "maybe")
        if re.fullmatch(_SIGNED_OTHER_LAYOUT_PART, text):
            found.add("maybe")
        return "yes" if "yes" in found else "maybe" if "maybe" in found else "no"

    def _match_start(self, text: str) -> Start:
        if self.prefix and text.startswith(self.prefix):
            return "yes"
        if re.match(_AIM_IDENTIFIER, text):
            return "yes"
        if any(text.startswith(start) for start in _SIGNED_STARTS):
            return "yes" if len(text) >= _SIGNED_LENGTH else "maybe"
        begins = (self.prefix.startswith(text), re.fullmatch(_AIM_PART, text) is not None)
        return "maybe" if any(begins) or any(start.startswith(text) for start in _SIGNED_STARTS) else "no"

    def strip_identifier(self, line: str) -> str:
        """Return `line` without lead characters, identifier and prefix."""
        line = line.lstrip(LEAD_CHARACTERS)
        typed = self._match_prefix(line)
        return typed.text if typed else line

    def find_pasted_code(self, text: str, is_code: Callable[[str], bool]) -> str:
        """Return the code that a pasted text is as a whole, as a scanner types it; empty if the paste is text.

        A paste in one line that begins with an identifier or the prefix is a code. Without them it is one if `is_code`
        accepts it. Characters around it, the width of letters and the case that Caps Lock changed do not count.
        """
        line = _strip_invisible(text)
        narrow = to_half_width(line)
        if is_code(line) or is_code(narrow):
            return line if is_code(line) else narrow
        if self.prefix and narrow.startswith(self.prefix):
            content = narrow.removeprefix(self.prefix)
        elif re.match(_AIM_IDENTIFIER, narrow):
            content = narrow[3:]
        else:
            return ""
        content = _strip_invisible(content)
        codes = [code for code in (content, content.swapcase()) if is_code(code)]
        is_one_line = len(line.splitlines()) == 1 and not any(map(_is_uncased_letter, line))
        return codes[0] if codes else line if content and is_one_line else ""

    def _match_scan(self, line: str) -> WedgeScan | None:
        typed = self._match_prefix(line)
        if typed is None and any(shape.fullmatch(line) for shape in self.shapes):
            typed = WedgeScan(line)
        if typed and len(typed.text) > TEXT_LIMIT:
            return WedgeScan("", typed.symbology, typed.prefix, ScanError("The scanned text is too long to be a code."))
        return typed

    def _match_prefix(self, line: str) -> WedgeScan | None:
        if self.prefix and line.startswith(self.prefix):
            return WedgeScan(line.removeprefix(self.prefix), prefix=self.prefix)
        if re.match(_AIM_PREFIX, line):
            return WedgeScan(line[3:], _AIM_SYMBOLOGY.get(line[:2], ""), line[:3])
        return None


def looks_scanned(text: str) -> bool:
    """Return whether keys that arrived without a pause look like a code, not like words: no space, and a digit."""
    return len(text) >= 3 and text.isascii() and " " not in text and any(map(str.isdigit, text))


def _is_signed_in_other_layout(line: str) -> bool:
    return len(line) >= _OTHER_LAYOUT_LENGTH and re.fullmatch(_SIGNED_OTHER_LAYOUT, line) is not None


def _strip_invisible(text: str) -> str:
    """Remove spaces, control and format characters around a text, such as a byte order mark."""
    seen = [index for index, c in enumerate(text) if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")]
    return text[seen[0] : seen[-1] + 1] if seen else ""


def _is_uncased_letter(character: str) -> bool:
    return unicodedata.category(character) == "Lo"


def to_half_width(text: str) -> str:
    """Replace the full-width letters, digits and signs that Chinese input methods type by their ASCII equivalents."""
    return text.translate(_HALF_WIDTH)

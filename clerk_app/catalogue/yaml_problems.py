"""Explains what is wrong with a file that is no proper YAML, for authors who do not know YAML."""

from __future__ import annotations

import re
import unicodedata

from clerk_app.locales import _

FULL_WIDTH_SIGNS = "：，｛｝［］＂＇＃－　"
_OTHER_ENCODINGS = (("utf-16", (b"\xff\xfe", b"\xfe\xff")), ("gb18030", ()))
_SEARCHED_LINES = 2  # the parser notices a missing sign on the line after it


def describe_yaml_problem(problem: str, lines: list[str], line: int) -> str:
    """Return the sentence for a parser's `problem` at `line` (from 1), with what probably caused it."""
    near = lines[max(0, line - _SEARCHED_LINES) : line + 1]
    sentence = _("This is not proper YAML: {why}.").format(why=_explain(problem))
    if any(re.match(r" *\t", text) for text in near):
        return sentence + " " + _("A line is indented with a tab: use spaces.")
    signs = "".join(sign for sign in FULL_WIDTH_SIGNS if any(sign in _structure(text) for text in near))
    if signs:
        plain = " ".join(_to_half_width(sign).strip() or _("a space") for sign in signs)
        hint = _("There are full-width signs ({signs}): type the half-width ones ({plain}).")
        return sentence + " " + hint.format(signs=" ".join(signs), plain=plain)
    if any(re.match(r"[ -]*[a-z_]+:[^ ]", text) for text in near):
        return sentence + " " + _("After the colon of a field there must be a space.")
    if any(re.match(r" *-[^ -]", text) for text in near):
        return sentence + " " + _("After the hyphen of a list there must be a space.")
    return sentence


def describe_encoding(content: bytes) -> str:
    """Return the sentence for a file that is no UTF-8 text, with the encoding that it probably has."""
    sentence = _("The file is not UTF-8 text.")
    for name, marks in _OTHER_ENCODINGS:
        if marks and not content.startswith(marks):
            continue
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return sentence + " " + _("It seems to be {encoding}: save it as UTF-8.").format(encoding=name.upper())
    return sentence


def suggest_half_width(text: str) -> str:
    """Return " Did you mean ...?" for a text with full-width letters, digits or signs; otherwise ""."""
    plain = _to_half_width(text)
    return " " + _("Did you mean {name}?").format(name=plain) if plain != text else ""


def _to_half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _structure(line: str) -> str:
    """Return a line without what is in quotes or after a comment sign."""
    return re.sub(r"\"[^\"]*\"|'[^']*'|(^| )#.*", "", line)


def _explain(problem: str) -> str:
    """Return a parser's problem in the current language; unknown ones as they are."""
    known = {
        "found character that cannot start any token": _("a value begins with a character that has to be quoted"),
        "could not find expected ':'": _("a field has no colon"),
        "mapping values are not allowed in this context": _("there is a second colon, or a field is indented too far"),
        "did not find expected ',' or '}'": _("a brace is not closed, or a comma is missing"),
        "did not find expected ',' or ']'": _("a bracket is not closed, or a comma is missing"),
        "did not find expected '-' indicator": _("a line is indented less than those above it"),
        "did not find expected key": _("a line is indented differently from those above it"),
        "found unexpected end of stream": _("a quotation mark or a bracket is not closed"),
        "did not find expected node content": _("a value is missing"),
        "block sequence entries are not allowed in this context": _("a list must begin on a line of its own"),
    }
    return known.get(problem, problem)

"""Findings about an enterprise name in words, for clerks, officers and the command line."""

from __future__ import annotations

from clerk_app.locales import _, mark, translate
from clerk_app.similarity.names.comparison import NameFinding

SENTENCES = {
    "same": mark("the same core and trade at the same place: {other} ({state})"),
    "same_sound": mark("the core sounds the same: {other} ({state})"),
    "near": mark("the core is near: {other} ({state})"),
    "elsewhere": mark("the same core and trade at a place above or below: {other} ({state})"),
    "forbidden": mark("contains {word}: {reason} ({article})"),
    "no_core": mark("needs a core of at least two Chinese characters that is neither a place nor a trade (article 8)"),
    "no_form": mark("needs the form of organisation at its end (article 6)"),
    "characters": mark("contains characters that a name cannot have, or is longer than 100 (article 5)"),
}
"""Sentence of each kind of finding."""
SEVERITIES = {
    "stop": mark("cannot be used"),
    "reason": mark("needs a reason or the consent of the other"),
    "note": mark("for information"),
    "": mark("free"),
}
"""What a severity means; the empty one is that of a name without findings."""
STATES = {
    "in_use": mark("in use"),
    "reserved": mark("reserved"),
    "revoked": mark("licence revoked"),
    "cancelled": mark("cancelled"),
    "protected": mark("protected"),
}
"""States of names."""


def describe_finding(finding: NameFinding, language: str) -> str:
    """Return the sentence of a finding."""
    index = 1 if language == "en" else 0
    sentence = translate(SENTENCES.get(finding.kind, "{other}"))
    return sentence.format(
        other=finding.other,
        state=translate(STATES[finding.state]) if finding.state in STATES else finding.state,
        word=finding.word,
        reason=finding.reason[index],
        article=finding.article[index],
    )


def describe_severity(severity: str) -> str:
    """Return what a severity means."""
    return translate(SEVERITIES.get(severity, "")) if severity in SEVERITIES else _("for information")


def mark_characters(name: str, marks: tuple[int, ...]) -> str:
    """Return a name whose marked characters are in brackets: 海州市[华联]科技."""
    inside, parts = False, []
    for index, character in enumerate(name):
        if (index in marks) != inside:
            inside = not inside
            parts.append("[" if inside else "]")
        parts.append(character)
    return "".join(parts) + ("]" if inside else "")

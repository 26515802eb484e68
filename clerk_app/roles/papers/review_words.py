"""Findings of the pre-review in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from clerk_app.locales import _, format_list, mark, translate
from clerk_app.pre_review.comparison import Finding, FindingCode, KnownValue
from clerk_app.pre_review.kinds import load_kinds
from clerk_app.roles.formatting import localize
from clerk_app.views.shared import Level

if TYPE_CHECKING:
    from datetime import date

_SENTENCES: Mapping[FindingCode, str] = {
    FindingCode.UNREADABLE: mark("Not enough of its text can be read: look at the paper, or take it in once more."),
    FindingCode.WRONG_KIND: mark("This looks like another paper: {read}. Needed here: {expected}."),
    FindingCode.EXPIRED: mark("{label}: {day} is over."),
    FindingCode.NOT_YET_VALID: mark("{label}: {day} has not come yet."),
    FindingCode.ENDS_EARLY: mark("{label}: {day} is before the promised date {promised}."),
    FindingCode.OTHER_NUMBER: mark("{label}: the paper has another number, {read}. {known}."),
    FindingCode.OTHER_NAME: mark("{label}: the paper has another name, {read}. {known}."),
    FindingCode.DIFFERS: mark("{label}: the paper has {read}. {known}."),
    FindingCode.CHECK_CHARACTER: mark("{label} {read}: the check digit is wrong. Compare it with the paper, and ask."),
    FindingCode.DOUBLE: mark("The number {read} is also on another paper: {other}. It may be the same paper."),
    FindingCode.UNKNOWN_KIND: mark("It is none of the kinds of papers that are recognised. Look at it."),
    FindingCode.UNSURE: mark("{label}: {read} is unsure. Compare it with the paper."),
}
_STATES: Mapping[FindingCode, str] = {
    FindingCode.EXPIRED: mark("expired?"),
    FindingCode.NOT_YET_VALID: mark("not yet valid?"),
    FindingCode.ENDS_EARLY: mark("ends early?"),
    FindingCode.OTHER_NUMBER: mark("other number?"),
    FindingCode.OTHER_NAME: mark("other name?"),
    FindingCode.DIFFERS: mark("differs?"),
    FindingCode.CHECK_CHARACTER: mark("check digit?"),
    FindingCode.UNREADABLE: mark("unreadable?"),
    FindingCode.WRONG_KIND: mark("wrong paper?"),
    FindingCode.DOUBLE: mark("double?"),
}
_LEVELS: Mapping[FindingCode, Level] = {
    FindingCode.UNREADABLE: "bad",
    FindingCode.WRONG_KIND: "bad",
    FindingCode.EXPIRED: "bad",
    FindingCode.UNKNOWN_KIND: "plain",
    FindingCode.UNSURE: "plain",
}


def level_of(finding: Finding) -> Level:
    """Return the severity of a finding; what was read without certainty is never more than a hint."""
    return _LEVELS.get(finding.code, "warn") if finding.is_sure else "plain"


def name_finding(finding: Finding) -> str:
    """Return a finding in one or two words, for a list; empty for one that is only shown in full."""
    return translate(_STATES[finding.code]) if finding.code in _STATES else ""


def name_stored_finding(finding_id: str) -> str:
    """Return a finding that a case has, by its id, in one or two words with the value concerned.

    The values of papers of a city's own kinds are not named; a finding of a newer program is its id.
    """
    code, _colon, rest = finding_id.partition(":")
    if code not in _STATES:
        return finding_id
    name = translate(_STATES[FindingCode(code)])
    labels = {field.id: localize(field.name) for kind in load_kinds() for field in kind.fields}
    label = labels.get(rest, "")
    return _("{field}, {finding}").format(field=label, finding=name) if label else name


def describe_finding(
    finding: Finding,
    *,
    label: Callable[[str], str],
    name_kind: Callable[[str], str],
    name_known: Callable[[KnownValue], str],
    name_paper: Callable[[str], str],
    expected: str,
    promised: date | None,
) -> str:
    """Return a finding as a sentence. The functions return the names of values, kinds, sources and papers."""
    is_kind = finding.code == FindingCode.WRONG_KIND
    return translate(_SENTENCES[finding.code]).format(
        label=label(finding.fact) if finding.fact else "",
        read=name_kind(finding.read) if is_kind else finding.read,
        expected=expected,
        day=finding.day,
        promised=promised.isoformat() if promised is not None else "",
        known=describe_known(finding.known, name_known),
        other=name_paper(finding.other) if finding.other else "",
    )


def describe_known(known: tuple[KnownValue, ...], name: Callable[[KnownValue], str]) -> str:
    """Return what the form and other sources have, each value once, with the name of its first source."""
    found = {value.value: value for value in reversed(known)}
    sentence = _("{value} ({source})")
    return format_list((sentence.format(source=name(value), value=value.value) for value in found.values()), ";")

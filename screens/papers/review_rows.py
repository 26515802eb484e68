"""Findings and values of a pre-review as rows of a list, and the facts about a value."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _, format_list
from clerk_app.views.case import MaterialRow
from clerk_app.views.paper_review import PaperReview, ReviewFinding, ReviewValue
from screens.widgets.columns import ListRow
from screens.widgets.paint import level_style


def waiting_review(row: MaterialRow) -> PaperReview:
    """Return what is shown of a paper of a case until it was read."""
    headline = _("It is being read; this takes some seconds a page.")
    return PaperReview(row.id, row.name, "waiting", "plain", headline, can_act=False)


def value_facts(value: ReviewValue) -> Iterable[tuple[str, str]]:
    """Yield what is known of a value, with labels; without what is empty."""
    facts = (
        (_("Read from the paper"), value.value),
        (_("State"), format_list((value.state, _("page {number}").format(number=value.page)), ";")),
        (_("Known"), value.known),
        (_("Reason"), value.reason),
    )
    return ((label, text) for label, text in facts if text)


def describe_finding_state(finding: ReviewFinding) -> str:
    """Return whether a finding is set aside, or needs a reason; empty for a hint that is open."""
    if finding.is_ignored:
        return _("set aside")
    return _("reason?") if finding.needs_reason else ""


def finding_lines(finding: ReviewFinding) -> Iterable[str]:
    """Yield a finding and the reason with which it was set aside."""
    yield finding.sentence
    if finding.reason:
        yield format_list((_("Reason"), finding.reason), ":")


def review_rows(review: PaperReview) -> Iterable[ListRow]:
    """Yield the findings that concern the whole paper or a value, then the values."""
    for finding in review.findings:
        state = describe_finding_state(finding)
        yield ListRow(
            f"finding:{finding.id}",
            (_("Finding"), finding.sentence, state, ""),
            "plain" if finding.is_ignored else finding.level,
            dim=finding.is_ignored,
        )
    for value in review.values:
        cells = (value.label, value.value, value.state, value.known)
        styles = ("dim", "", level_style(value.level), "dim")
        yield ListRow(f"value:{value.id}", cells, value.level, styles=styles)

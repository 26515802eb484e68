"""The pre-review of a paper line by line: findings and values with numbers, and an act on one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Literal

from clerk_app.locales import _, format_list
from clerk_app.views.paper_review import PaperReview
from screens.papers.review import PaperReviewDialog, ReviewAnswer
from screens.papers.review_rows import describe_finding_state, review_rows, value_facts
from screens.plain.host import LineHost
from screens.plain.reading import with_level

_ACTS: dict[str, Literal["take", "reason", "ignore"]] = {"t": "take", "r": "reason", "i": "ignore"}


async def review_paper(host: LineHost, dialog: PaperReviewDialog) -> ReviewAnswer | None:
    if dialog.read is not None:
        host.write(dialog.heading, dialog.review.headline)
        dialog.review = await asyncio.to_thread(dialog.read)
    review = dialog.review
    if not (review.values or review.findings):
        host.write(dialog.heading, with_level(review.level, review.headline))
        return None
    how = _(
        "t and a number takes a value into the form, r and a number writes down why it differs, i and a number sets a"
        " finding aside, a reads the paper again; < goes back."
    )
    keys = [row.key for row in review_rows(review)]
    head = filter(None, (dialog.heading, with_level(review.level, review.headline), review.compared))
    question: Iterable[str] = (*head, *_row_lines(review), how)
    while True:
        text = await host.read_text(_("Act and number:"), question=question, how=how)
        if not text:
            return None
        if text.casefold() == "a" and review.can_read:
            return ReviewAnswer("again")
        word, _space, number = text.casefold().partition(" ")
        key = keys[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(keys) else ""
        answer = dialog.answer_for(_ACTS[word], key) if word in _ACTS else None
        if answer is not None:
            return answer
        question = (_("This is not possible for this row.") if key else how,)


def _row_lines(review: PaperReview) -> Iterable[str]:
    """Yield a line for each row, in the order of `review_rows`."""
    for number, finding in enumerate(review.findings, 1):
        words = (with_level(finding.level, finding.sentence), describe_finding_state(finding), finding.reason)
        yield f"{number}. " + format_list(filter(None, words))
    for number, value in enumerate(review.values, len(review.findings) + 1):
        facts = (format_list(fact, ":") for fact in value_facts(value))
        yield f"{number}. {value.label}: " + format_list(facts)

"""Titles of the papers of a case, by kind."""

from __future__ import annotations

from clerk_app.cases.notices import TAKEN_IN
from clerk_app.locales import mark, translate

NOTICE_TITLES: dict[str, str] = {
    "receipt": mark("Receipt"),
    TAKEN_IN: mark("Receipt for papers handed in later"),
    "supplement": mark("Supplement notice"),
    "not_accepted": mark("Notice of non-acceptance"),
    "hand_over": mark("Hand-over list"),
}


def title_paper(kind: str) -> str:
    """Return the title of a kind of paper in the current language; the kind itself if it has none here."""
    return translate(NOTICE_TITLES.get(kind, kind))

"""What a page lacks, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clerk_app.locales import _, format_list, mark, plural_form, translate
from db.engines import Row

FINDINGS = {
    "blank": mark("The page is blank."),
    "unsharp": mark("The page is not sharp."),
    "dark": mark("The page is dark."),
    "small": mark("The page has few pixels: small letters cannot be read."),
    "cut_off": mark("The page is cut off at an edge."),
    "covered": mark("A part of the page is covered."),
    "two_pages": mark("Two pages are in one picture."),
    "no_page": mark("No page was found; the whole picture was taken."),
}
"""Sentences by the codes of findings."""


def describe_findings(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the findings of a page as sentences, in the current language; unknown codes are left out."""
    return tuple(translate(FINDINGS[code]) for code in codes if code in FINDINGS)


def describe_pages(count: int) -> str:
    """Return how many pages a paper has."""
    return plural_form(count, _("{count} page"), _("{count} pages")).format(count=count)


def describe_open_pages(count: int) -> str:
    """Return how many pages of a paper were taken that is not handed over to its draft or case yet."""
    return plural_form(count, _("{count} page, open"), _("{count} pages, open")).format(count=count)


def describe_paper_findings(findings: Sequence[Sequence[str]]) -> str:
    """Return what the pages of a paper lack, each with its number; empty for a good paper."""
    found = [
        _("page {number}: {findings}").format(number=number, findings=" ".join(describe_findings(codes)))
        for number, codes in enumerate(findings, 1)
        if codes
    ]
    return format_list(found, ";")


def name_held(row: Row) -> str:
    """Return the state of a material that a case has: the pages of its paper, on paper, or held."""
    if row["pages"]:
        return describe_pages(row["pages"])
    return _("on paper") if row["how"] == "paper" else _("held")

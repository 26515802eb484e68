"""Findings of the pre-review that were set aside with a reason, in words, as departments read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from clerk_app.cases.overruled_findings import FINDING_REASONS, decode_overruled
from clerk_app.locales import _, format_list, translate


def describe_finding_reason(code: str, reason: str) -> str:
    """Return why a finding was set aside; of a code of a newer program, the words only."""
    return format_list(filter(None, (translate(FINDING_REASONS.get(code, "")), reason)), ":")


def list_overruled(text: str) -> Iterator[str]:
    """Yield the findings that a row of `materials` has in `overruled`, each with its reason."""
    return describe_overruled(msgspec.to_builtins(decode_overruled(text)))


def describe_overruled(overruled: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Yield each finding of a material of an acceptance, as the stored command has it, with its reason."""
    for given in overruled:
        from clerk_app.roles.papers.review_words import name_stored_finding  # kinds of papers: only if there is one

        why = describe_finding_reason(given["code"], given.get("reason", ""))
        yield _("pre-review, {finding}: {why}").format(finding=name_stored_finding(given["finding"]), why=why)

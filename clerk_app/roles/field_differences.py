"""Values of a form that differ from their source, in words: for clerks, officers and supervisors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from clerk_app.cases.paper_readings import is_paper_source, parse_paper_source
from clerk_app.catalogue.derived_answers import find_rule, is_rule_source
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


def name_source(catalogue: Catalogue, source: str) -> str:
    """Return the name of a source of the form `licence:...`, `party:...`, `paper:...` or `rule:...`."""
    if is_rule_source(source):
        return name_rule(catalogue, source)
    if is_paper_source(source):
        return name_paper_source(catalogue, source)
    kind, _colon, rest = source.partition(":")
    if kind == "names":
        return _("the register of names")
    if kind == "licence":
        return localize(catalogue.material(rest.partition(".")[0]).name)
    return _("the code or document shown")


def name_paper_source(catalogue: Catalogue, source: str) -> str:
    """Return from which page of which paper a value was read."""
    material, page = parse_paper_source(source)
    name = localize(catalogue.material(material).name)
    return _("read from: {paper}, page {page}").format(paper=name, page=page or 1)


def name_rule(catalogue: Catalogue, source: str) -> str:
    """Return the rule from which an answer follows."""
    rule = find_rule(catalogue, source)
    return _("by rule: {reason}").format(reason=localize(rule.reason)) if rule is not None else _("by rule")


def format_difference(source: str, known: str) -> str:
    """Return the name of a source with its value; without a value, that it differs."""
    if not known:
        return _("differs from: {source}").format(source=source)
    return _("{value} ({source})").format(source=source, value=known)


def describe_differences(
    rows: Iterable[tuple[str, str, str]], name: Callable[[str], str], mask: Callable[[str], str]
) -> str:
    """Return what the sources of one field have, and the reason for the difference; empty without rows.

    `rows` have source, value and reason; `mask` returns a value as it may be shown.
    """
    found = list(rows)
    if not found:
        return ""
    sources = format_list((format_difference(name(source), mask(known)) for source, known, _reason in found), ";")
    reason = next((reason for _source, _known, reason in found if reason), "")
    return format_list((sources, _("Reason: {reason}").format(reason=reason)), ";") if reason else sources

"""Rules across fields in words."""

from __future__ import annotations

from clerk_app.catalogue.broken_rules import RuleFinding
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize


def describe_broken_rule(finding: RuleFinding) -> str:
    """Return why a rule is broken or not decided, with its legal basis."""
    rule = finding.rule
    reason = localize(rule.reason)
    text = _("{reason} ({basis})").format(reason=reason, basis=localize(rule.basis)) if rule.basis else reason
    return _("The answers do not decide this yet: {rule}").format(rule=text) if finding.is_open else text


def join_sentences(*sentences: str) -> str:
    """Return sentences in one line; empty ones are left out."""
    return format_list(filter(None, sentences), ";")

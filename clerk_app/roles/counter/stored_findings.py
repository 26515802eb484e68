"""Encodes findings about a code for storage in a visit, and describes them later in the language of the reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from clerk_app.licences.reasons import Finding, Reason


def encode_finding(finding: Finding) -> str:
    """Encode the reason and the facts of a finding as one line of JSON."""
    facts = {name: _encode_fact(fact) for name, fact in finding.facts.items()}
    return json.dumps({"reason": finding.reason.value} | facts)


def describe_stored_finding(line: str) -> str:
    """Return the sentence of a stored finding in the current language.

    A line that this version cannot read, or that an older version stored as a sentence, is returned unchanged.
    """
    try:
        facts = json.loads(line)
        reason = Reason(facts.pop("reason"))
        return Finding(reason, {name: _decode_fact(fact) for name, fact in facts.items()}).sentence()
    except (ValueError, KeyError, TypeError, AttributeError):
        return line


def _encode_fact(fact: object) -> object:
    if isinstance(fact, timedelta):
        return {"seconds": fact.total_seconds()}
    if isinstance(fact, datetime):
        return {"at": fact.isoformat()}
    return {"names": dict(fact)} if isinstance(fact, Mapping) else fact


def _decode_fact(stored: object) -> object:
    match stored:
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"at": moment}:
            return datetime.fromisoformat(moment)
        case {"names": names}:
            return names
    return stored

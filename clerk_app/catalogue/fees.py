"""Fees of a plan: each line once, with the matters for which it is due, and whether that is certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from clerk_app.catalogue.conditions import evaluate_condition

if TYPE_CHECKING:
    from clerk_app.catalogue.implementing_list import FeeLine
    from clerk_app.catalogue.matters import MatterDefinition


class PlannedFee(msgspec.Struct, frozen=True):
    """A fee that is due, or may be due while a fact is unknown (`certain` is false). Amounts are in fen."""

    line: FeeLine
    matters: tuple[str, ...]
    certain: bool


def plan_fees(matters: Iterable[tuple[MatterDefinition, bool]], facts: Mapping[str, str]) -> tuple[PlannedFee, ...]:
    """Return the fees of matters, each with whether it certainly applies; those that name one fee id share one line."""
    found: dict[tuple[str, str], PlannedFee] = {}
    for matter, applies in matters:
        for line in matter.fee_lines:
            holds = evaluate_condition(line.when, facts) if line.when else "yes"
            if holds == "no":
                continue
            # the single amount of older catalogues has no id of its own
            key = ("", line.id) if line in matter.fees else (matter.id, line.id)
            known = found.get(key)
            users = (*known.matters, matter.id) if known else (matter.id,)
            certain = (holds == "yes" and applies) or (known is not None and known.certain)
            found[key] = PlannedFee(line, users, certain)
    return tuple(found.values())


def sum_fees(fees: Iterable[PlannedFee]) -> tuple[int, int]:
    """Return the sum of the fees that are certain, and of those that may be due in addition, in fen."""
    certain = possible = 0
    for fee in fees:
        if fee.certain:
            certain += fee.line.amount
        else:
            possible += fee.line.amount
    return certain, possible

"""Fees of a plan in words: lines with amount and legal basis, and their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.catalogue.fees import PlannedFee, sum_fees
from clerk_app.catalogue.plan import Plan
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize
from clerk_app.views.fees import FeeList, FeeRow

if TYPE_CHECKING:
    from clerk_app.paper.documents.shared_facts import PrintedFee

_FEN_PER_YUAN = 100


def format_yuan(fen: int) -> str:
    """Return an amount in yuan, without a unit; with two decimals if it has any."""
    yuan, rest = divmod(fen, _FEN_PER_YUAN)
    return f"{yuan}.{rest:02d}" if rest else str(yuan)


def build_fees(plan: Plan) -> FeeList:
    """Return the fees of a plan for a screen; without rows if it is free of charge."""
    if not plan.fees:
        return FeeList()
    return FeeList(tuple(_build_row(plan, fee) for fee in plan.fees), describe_total(plan))


def describe_total(plan: Plan) -> str:
    """Return the sum of the fees; what may be due in addition is named. Empty without fees."""
    if not plan.fees:
        return ""
    certain, possible = map(format_yuan, sum_fees(plan.fees))
    if all(fee.certain for fee in plan.fees):
        return _("{amount} yuan").format(amount=certain)
    return _("{amount} yuan; up to {possible} yuan more may be due").format(amount=certain, possible=possible)


def print_fees(plan: Plan) -> tuple[PrintedFee, ...]:
    """Return the fees of a plan as facts of a paper."""
    from clerk_app.paper.documents.shared_facts import PrintedFee  # papers: not before the first one

    return tuple(
        PrintedFee(name=row.name, amount=format_yuan(fee.line.amount), basis=row.basis, may_be_due=not fee.certain)
        for fee, row in ((fee, _build_row(plan, fee)) for fee in plan.fees)
    )


def describe_fees(plan: Plan) -> str:
    """Return all fees in one sentence: the sum, then each line with its basis. Empty if it is free of charge."""
    fees = build_fees(plan)
    lines = (describe_row(row) for row in fees.rows)
    return format_list((fees.total, format_list(lines, ";")), ":") if fees.rows else ""


def describe_row(row: FeeRow) -> str:
    """Return a fee with its amount, whether it may be due only, and its legal basis."""
    amount = row.amount if row.certain else _("{amount}, may be due").format(amount=row.amount)
    return f"{row.name} {amount} ({row.basis})" if row.basis else f"{row.name} {amount}"


def _build_row(plan: Plan, fee: PlannedFee) -> FeeRow:
    names = {planned.id: localize(planned.matter.name) for planned in plan.matters}
    return FeeRow(
        name=localize(fee.line.name),
        amount=_("{amount} yuan").format(amount=format_yuan(fee.line.amount)),
        basis=localize(fee.line.basis) if fee.line.basis is not None else "",
        matters=format_list(names[matter] for matter in fee.matters),
        certain=fee.certain,
    )

"""Matters of a draft that exclude each other: the choices in words."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.catalogue.admissible_choice import AdmissibleChoice, list_choices
from clerk_app.catalogue.plan import Plan
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize
from clerk_app.views.matter_choice import MatterChoice


def build_choices(plan: Plan) -> tuple[MatterChoice, ...]:
    """Return the choices that resolve the exclusions of a plan, the proposed one first."""
    names = {planned.id: localize(planned.matter.name) for planned in plan.matters}
    choices = list_choices(plan)
    return tuple(
        MatterChoice(
            drop=choice.drop,
            name=_("Leave out: {matters}").format(matters=format_list(names[name] for name in choice.drop)),
            reason=_describe_rank(choices, choice, len(plan.active_matters)),
        )
        for choice in choices
    )


def _describe_rank(choices: Sequence[AdmissibleChoice], choice: AdmissibleChoice, count: int) -> str:
    """Return how many matters remain, and what decides between choices that leave as many."""
    parts = [_("{count} matters remain").format(count=count - len(choice.drop))]
    same = [other for other in choices if len(other.drop) == len(choice.drop)]
    if choice.preferred and len({other.preferred for other in same}) > 1:
        parts.append(_("preferred by the catalogue"))
    if choice.amount and len({other.amount for other in same}) > 1:
        parts.append(_("pays {amount} yuan").format(amount=f"{choice.amount // 100}.{choice.amount % 100:02}"))
    return format_list(parts)

"""Items of the implementing list as sentences of the service guide, the same on the screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clerk_app.catalogue.base_model import Condition, Text
from clerk_app.catalogue.implementing_list import FeeLine, ProcessStep, ServiceCondition, SpecialStep
from clerk_app.locales import _, format_list, mark
from clerk_app.roles.condition_words import ConditionWords
from clerk_app.roles.formatting import format_working_days, localize

if TYPE_CHECKING:
    from clerk_app.catalogue.one_things import OneThing
    from clerk_app.catalogue.plan import Plan, PlannedMatter

SCOPES = {
    "street": mark("windows of the street"),
    "district": mark("windows of the district"),
    "city": mark("all windows of the city"),
    "province": mark("all windows of the province"),
    "country": mark("windows in the whole country"),
}
"""Whose windows accept a matter (通办范围)."""
_FEN_PER_YUAN = 100


def format_fee(fen: int) -> str:
    """Return an amount in yuan; empty for nothing."""
    yuan, rest = divmod(fen, _FEN_PER_YUAN)
    return "" if not fen else f"{yuan}.{rest:02d}" if rest else str(yuan)


def add_basis(text: str, basis: Text | None) -> str:
    """Return a text with its legal basis, if it has one."""
    return text if basis is None else _("{text} ({basis})").format(text=text, basis=localize(basis))


def describe_step(step: ProcessStep) -> str:
    """Return a step of the process with its days, if the list states them."""
    days = "" if step.days is None else format_working_days(step.days)
    return format_list(filter(None, (localize(step.name), days)))


def describe_special_step(step: SpecialStep) -> str:
    """Return a special step with its days, and whether they count in the term."""
    counted = _("counted in the term") if step.counted else _("not counted in the term")
    return format_list((localize(step.name), format_working_days(step.days), counted))


def describe_fee_line(line: FeeLine, words: ConditionWords) -> str:
    """Return a fee with its amount and basis, and the answers for which it is due."""
    amount = _("{amount} yuan").format(amount=format_fee(line.amount) or "0")
    fee = add_basis(_("{name}: {amount}").format(name=localize(line.name), amount=amount), line.basis)
    return add_condition(fee, line.when, words)


def describe_condition(condition: ServiceCondition, words: ConditionWords) -> str:
    """Return a condition of acceptance with its basis, and the answers for which it holds."""
    return add_condition(add_basis(localize(condition.text), condition.basis), condition.when, words)


def add_condition(text: str, when: Condition | None, words: ConditionWords) -> str:
    """Return a text with the answers for which it holds; alone if it always does."""
    if when is None:
        return text
    return _("{text}; only if {condition}").format(text=text, condition=words.describe(when))


def describe_variants(planned: PlannedMatter, words: ConditionWords) -> Iterator[str]:
    """Yield the circumstances of a matter with condition, number and what is different; none if one was chosen."""
    for variant in planned.matter.variants if planned.variant is None else ():
        days = planned.matter.promised_days if variant.promised_days is None else variant.promised_days
        term = format_working_days(days) if days else _("on the spot")
        name = localize(variant.name) + (f" ({variant.number})" if variant.number else "")
        kind = _("by commitment") if variant.by_commitment else ""
        yield add_condition(format_list(filter(None, (name, term, kind))), variant.when, words)


def name_parties(thing: OneThing) -> Iterator[str]:
    """Yield the names of the parties; one who need not be there is marked."""
    for role in thing.parties:
        name = localize(role.name)
        yield name if role.required else _("{party}, if there is one").format(party=name)


def describe_days(plan: Plan) -> str:
    """Return the promised days of a plan, and those that the one thing promises at most if these are more."""
    days = format_working_days(plan.promised_days)
    most = plan.one_thing.promised_days
    return _("{days}, at most {most}").format(days=days, most=most) if most > plan.promised_days else days

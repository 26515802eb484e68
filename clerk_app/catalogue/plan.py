"""The plan of one application: graph of matters, one form, one list of materials, terms.

The plan is a pure function of catalogue, choice and facts, so a case does not store it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from clerk_app.catalogue.competence import find_deciding_organ
from clerk_app.catalogue.conditions import evaluate_condition
from clerk_app.catalogue.deadlines import JOINT_DAYS
from clerk_app.catalogue.fees import PlannedFee, plan_fees
from clerk_app.errors import BadData

NO_COMMITMENT = "_no_commitment"
"""Key among the facts. With any value, variants by commitment are not used, because the applicant makes no
commitment. No field of a catalogue can have this id."""

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import (
        Catalogue,
        Dependency,
        MaterialDefinition,
        MatterDefinition,
        OneThing,
        Reduction,
        Text,
        Variant,
    )


class PlannedMatter(msgspec.Struct, frozen=True):
    """A chosen matter as it will be handled.

    `after` contains only dependencies on matters of this plan. `inapplicable_reason` is why the matter does not apply,
    None if it applies or may apply; `applicability_unknown` is true while the facts do not decide it. `decided_by`
    is the organ that decides it, empty while the facts do not decide that.
    """

    matter: MatterDefinition
    variant: Variant | None
    after: tuple[Dependency, ...]
    inapplicable_reason: Text | None
    applicability_unknown: bool
    decided_by: str

    @property
    def organ(self) -> str:
        """The organ that decides the matter; while that is unknown, the one that the catalogue gives for all places."""
        return self.decided_by or self.matter.organ

    @property
    def id(self) -> str:
        """The matter's id."""
        return self.matter.id

    @property
    def waits_for(self) -> tuple[Dependency, ...]:
        """The dependencies that delay the start: all except those for which its organ decides itself (`lead`)."""
        return tuple(dependency for dependency in self.after if dependency.join != "lead")

    @property
    def promised_days(self) -> int:
        """Working days from the start to the decision, in this variant."""
        changed = self.variant.promised_days if self.variant else None
        return self.matter.promised_days if changed is None else changed

    @property
    def materials(self) -> tuple[str, ...]:
        """The ids of the materials that the matter needs, in this variant."""
        changed = self.variant.materials if self.variant else None
        return self.matter.materials if changed is None else changed

    @property
    def by_commitment(self) -> bool:
        """Whether a signed commitment replaces the review (告知承诺)."""
        return self.variant is not None and self.variant.by_commitment


class PlannedMaterial(msgspec.Struct, frozen=True):
    """A material, required once, and the matters that need it."""

    material: MaterialDefinition
    needed_by: tuple[str, ...]


class PlannedField(msgspec.Struct, frozen=True):
    """A field, asked once, and the matters whose tasks use the answer or whose applicability depends on it."""

    field: Field
    needed_by: tuple[str, ...]


class PlannedExclusion(msgspec.Struct, frozen=True):
    """Chosen matters that exclude each other, and why. `certain` is false while a deciding fact is unknown."""

    matters: tuple[str, ...]
    reason: Text
    certain: bool


class Reductions(msgspec.Struct, frozen=True):
    """The four reductions (四减).

    `before` counts the matters of the plan handled one by one, `after` the plan; `published` are the figures of the one
    thing in the catalogue.
    """

    before: Reduction
    after: Reduction
    published: Reduction


@dataclass(frozen=True)
class Plan:
    """The plan of one application. `matters` includes inapplicable ones; all other values use `active_matters`.

    `promised_days` is the length of `critical_path` in working days, from acceptance to the last issued document;
    `statutory_days` is the statutory term for all decisions.
    """

    one_thing: OneThing
    matters: tuple[PlannedMatter, ...]
    exclusions: tuple[PlannedExclusion, ...]
    materials: tuple[PlannedMaterial, ...]
    fields: tuple[PlannedField, ...]
    critical_path: tuple[str, ...]
    promised_days: int
    statutory_days: int
    reductions: Reductions
    fees: tuple[PlannedFee, ...]

    @cached_property
    def active_matters(self) -> tuple[PlannedMatter, ...]:
        """The matters that apply or may apply."""
        return tuple(planned for planned in self.matters if planned.inapplicable_reason is None)


def make_plan(catalogue: Catalogue, one_thing_id: str, chosen: frozenset[str] | None, facts: Mapping[str, str]) -> Plan:
    """Return the plan for the `chosen` matters of a one thing; None chooses all but those on request.

    `facts` are values by field id, as `normalize_value` returns them.
    Raises BadData for an unknown one thing, or a matter that is not part of it.
    """
    one_thing, matters = plan_matters(catalogue, one_thing_id, chosen, facts)
    active = [planned for planned in matters if planned.inapplicable_reason is None]
    materials = _plan_materials(catalogue, active)
    path, promised = _find_longest_chain(
        active, lambda planned: planned.promised_days, lambda planned: planned.matter.issue_days
    )
    _path, statutory = _find_longest_chain(active, lambda planned: planned.matter.statutory_days, lambda _: 0)
    return Plan(
        one_thing=one_thing,
        matters=matters,
        exclusions=_plan_exclusions(one_thing, active, facts),
        materials=materials,
        fields=_plan_fields(catalogue, one_thing, matters),
        critical_path=path,
        promised_days=promised,
        # 行政许可法 art. 42: joint handling takes at most 45 working days in all
        statutory_days=min(statutory, JOINT_DAYS) if one_thing.handling == "joint" else statutory,
        reductions=_compute_reductions(one_thing, active, materials, promised),
        fees=plan_fees(((planned.matter, not planned.applicability_unknown) for planned in active), facts),
    )


def plan_matters(
    catalogue: Catalogue, one_thing_id: str, chosen: frozenset[str] | None, facts: Mapping[str, str]
) -> tuple[OneThing, tuple[PlannedMatter, ...]]:
    """Return the one thing and the matters of its plan; much faster than `make_plan`, which raises the same errors."""
    one_thing = find_one_thing(catalogue, one_thing_id)
    wanted = _chosen_matter_ids(one_thing, chosen)
    defined = {matter.id: matter for matter in catalogue.matters}
    return one_thing, tuple(_plan_matters([defined[matter_id] for matter_id in wanted], facts))


def find_one_thing(catalogue: Catalogue, one_thing_id: str) -> OneThing:
    """Return a one thing of the catalogue. Raises BadData if it has none with this id."""
    try:
        return catalogue.one_thing(one_thing_id)
    except KeyError:
        raise BadData("The catalogue has no one thing {name}.", name=one_thing_id) from None


def _chosen_matter_ids(one_thing: OneThing, chosen: frozenset[str] | None) -> list[str]:
    if chosen is None:
        return [name for name in one_thing.matters if name not in one_thing.on_request]
    for unknown in sorted(chosen - set(one_thing.matters)):
        raise BadData("{matter} is not one of the matters of {name}.", matter=unknown, name=one_thing.id)
    return [name for name in one_thing.matters if name in chosen]


def _plan_matters(wanted: list[MatterDefinition], facts: Mapping[str, str]) -> list[PlannedMatter]:
    applies = {
        matter.id: evaluate_condition(matter.applies.when, facts) if matter.applies else "yes" for matter in wanted
    }
    return [
        PlannedMatter(
            matter=matter,
            # while the condition is unknown, the ordinary, stricter procedure is used
            variant=_find_variant(matter, facts) if matter.variants else None,
            after=tuple(dependency for dependency in matter.after if applies.get(dependency.matter, "no") != "no"),
            inapplicable_reason=matter.applies.reason if matter.applies and applies[matter.id] == "no" else None,
            applicability_unknown=applies[matter.id] == "unknown",
            decided_by=find_deciding_organ(matter, facts) if matter.decides else matter.organ,
        )
        for matter in wanted
    ]


def _find_variant(matter: MatterDefinition, facts: Mapping[str, str]) -> Variant | None:
    is_declined = bool(facts.get(NO_COMMITMENT))
    return next(
        (
            variant
            for variant in matter.variants
            if not (variant.by_commitment and is_declined) and evaluate_condition(variant.when, facts) == "yes"
        ),
        None,
    )


def _plan_materials(catalogue: Catalogue, active: list[PlannedMatter]) -> tuple[PlannedMaterial, ...]:
    needed_by: dict[str, list[str]] = {}
    supplied = find_supplied_materials(active)
    for planned in active:
        for material_id in planned.materials:
            if material_id not in supplied[planned.id]:
                needed_by.setdefault(material_id, []).append(planned.id)
    return tuple(
        PlannedMaterial(material, tuple(needed_by[material.id]))
        for material in catalogue.materials
        if material.id in needed_by
    )


def find_supplied_materials(active: Sequence[PlannedMatter]) -> dict[str, set[str]]:
    """Return for each matter the materials that certainly exist when it starts.

    Only dependencies that wait for the decision and lapse with it count; otherwise the material may not exist.
    """
    by_id = {planned.id: planned for planned in active}
    supplied: dict[str, set[str]] = {}
    for matter_id in topological_order(active):
        supplied[matter_id] = set()
        for dependency in by_id[matter_id].after:
            if (dependency.join, dependency.if_refused) == ("finished", "lapse"):
                produced = {result.material for result in by_id[dependency.matter].matter.produces if result.material}
                supplied[matter_id] |= supplied[dependency.matter] | produced
    return supplied


def topological_order(active: Sequence[PlannedMatter]) -> Iterable[str]:
    """Return the matter ids in an order in which each follows those it depends on; a checked catalogue has no cycle."""
    return TopologicalSorter(
        {planned.id: [dependency.matter for dependency in planned.after] for planned in active}
    ).static_order()


def _find_longest_chain(
    active: list[PlannedMatter], days: Callable[[PlannedMatter], int], issue: Callable[[PlannedMatter], int]
) -> tuple[tuple[str, ...], int]:
    """Return the chain that ends last, and its length in days.

    Waiting for a commitment counts like waiting for the decision, because a commitment may be given as late. A matter
    whose organ decides itself whether to wait is not delayed. `issue` days follow a decision and delay no matter.
    """
    by_id = {planned.id: planned for planned in active}
    chains: dict[str, tuple[int, tuple[str, ...]]] = {}
    for matter_id in topological_order(active):
        before = [chains[dependency.matter] for dependency in by_id[matter_id].waits_for]
        start, chain = max(before, key=itemgetter(0), default=(0, ()))
        chains[matter_id] = (start + days(by_id[matter_id]), (*chain, matter_id))
    ends = [(chains[planned.id][0] + issue(planned), chains[planned.id][1]) for planned in active]
    end, longest = max(ends, key=itemgetter(0), default=(0, ()))
    return longest, end


def _plan_fields(
    catalogue: Catalogue, one_thing: OneThing, matters: Sequence[PlannedMatter]
) -> tuple[PlannedField, ...]:
    needed_by: dict[str, list[str]] = {}

    def add_needed(matter_id: str, field_ids: Iterable[str]) -> None:
        for field_id in field_ids:
            users = needed_by.setdefault(field_id, [])
            if matter_id not in users:
                users.append(matter_id)

    for planned in matters:
        # fields that made a matter inapplicable stay on the form, so that the answer can be corrected
        add_needed(planned.id, planned.matter.applies.when.field_ids() if planned.matter.applies else ())
        if planned.inapplicable_reason is None:
            add_needed(planned.id, (name for variant in planned.matter.variants for name in variant.when.field_ids()))
            add_needed(planned.id, (name for place in planned.matter.decides for name in place.when.field_ids()))
            add_needed(planned.id, (name for fee in planned.matter.fees if fee.when for name in fee.when.field_ids()))
            add_needed(planned.id, planned.matter.fields)
    active = {planned.id for planned in matters if planned.inapplicable_reason is None}
    for exclusion in one_thing.exclusions:
        rivals = [name for name in exclusion.matters if name in active]
        for name in rivals if exclusion.when and len(rivals) > 1 else ():
            add_needed(name, exclusion.when.field_ids() if exclusion.when else ())
    _add_deciding_fields(catalogue, needed_by)
    return tuple(PlannedField(field, tuple(needed_by[field.id])) for field in catalogue.fields if field.id in needed_by)


def _add_deciding_fields(catalogue: Catalogue, needed_by: dict[str, list[str]]) -> None:
    """Add the fields from which an answer follows to the matters that need the answer, also through other rules."""
    derived = {field.id: field for field in catalogue.fields if field.derive}
    open_ids = [name for name in needed_by if name in derived]
    while open_ids:
        name = open_ids.pop()
        for decider in derived[name].deciding_fields():
            users = needed_by.setdefault(decider, [])
            added = [matter for matter in needed_by[name] if matter not in users]
            users += added
            if added and decider in derived:
                open_ids.append(decider)


def _plan_exclusions(
    one_thing: OneThing, active: list[PlannedMatter], facts: Mapping[str, str]
) -> tuple[PlannedExclusion, ...]:
    found = []
    for exclusion in one_thing.exclusions:
        rivals = [planned for planned in active if planned.id in exclusion.matters]
        holds = evaluate_condition(exclusion.when, facts) if exclusion.when else "yes"
        if len(rivals) > 1 and holds != "no":
            two_apply = sum(not planned.applicability_unknown for planned in rivals) > 1
            names = tuple(planned.id for planned in rivals)
            found.append(PlannedExclusion(names, exclusion.reason, certain=two_apply and holds == "yes"))
    return tuple(found)


def _compute_reductions(
    one_thing: OneThing, active: list[PlannedMatter], materials: tuple[PlannedMaterial, ...], promised: int
) -> Reductions:
    """Compute the four reductions.

    Steps are actions of the applicant: to apply, and to collect what is not issued on the spot. In one plan each
    happens once, papers are those that the city does not hold, and there is at most one visit (最多跑一次).
    """
    from clerk_app.catalogue.model import Reduction  # imported already, with the catalogue that is planned

    steps = [1 if planned.promised_days + planned.matter.issue_days == 0 else 2 for planned in active]
    visits = sum(planned.matter.visits for planned in active)
    brought = [
        planned.material
        for planned in materials
        if planned.material.origin == "applicant" and not planned.material.licence_type
    ]
    return Reductions(
        before=Reduction(
            steps=sum(steps),
            days=sum(planned.promised_days + planned.matter.issue_days for planned in active),
            papers=sum(len(planned.materials) for planned in active),
            visits=visits,
        ),
        after=Reduction(steps=max(steps, default=0), days=promised, papers=len(brought), visits=min(visits, 1)),
        published=one_thing.before,
    )

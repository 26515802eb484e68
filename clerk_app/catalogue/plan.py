"""What one acceptance asks for and sets going: the graph, the one form, the one list of materials, the dates.

Pure: the same catalogue, choice and facts always give the same plan, so a case need not store it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

from clerk_app.catalogue.conditions import evaluate_condition
from clerk_app.catalogue.deadlines import JOINT_DAYS
from clerk_app.catalogue.model import (
    Catalogue,
    Dependency,
    Field,
    MaterialDefinition,
    MatterDefinition,
    OneThing,
    Reduction,
    Text,
    Variant,
)
from clerk_app.errors import BadData


@dataclass(frozen=True)
class PlannedMatter:
    """A chosen matter as it will be handled.

    `after` holds only arrows from matters that are done in this plan too. `dropped` says why it does not apply;
    `doubtful` that the facts do not tell yet whether it does.
    """

    matter: MatterDefinition
    variant: Variant | None
    after: tuple[Dependency, ...]
    inapplicable_reason: Text | None
    applicability_unknown: bool

    @property
    def id(self) -> str:
        """The matter's id."""
        return self.matter.id

    @property
    def promised_days(self) -> int:
        """Working days from its start to its decision, in this variant."""
        changed = self.variant.promised_days if self.variant else None
        return self.matter.promised_days if changed is None else changed

    @property
    def materials(self) -> tuple[str, ...]:
        """The ids of the materials it needs, in this variant."""
        changed = self.variant.materials if self.variant else None
        return self.matter.materials if changed is None else changed

    @property
    def by_commitment(self) -> bool:
        """Whether a signed commitment takes the place of the review (告知承诺)."""
        return self.variant is not None and self.variant.by_commitment


@dataclass(frozen=True)
class PlannedMaterial:
    """A material to be had once, and the matters that look at it."""

    material: MaterialDefinition
    needed_by: tuple[str, ...]


@dataclass(frozen=True)
class PlannedField:
    """A question asked once, and the matters whose task sees the answer or that it decides about."""

    field: Field
    needed_by: tuple[str, ...]


@dataclass(frozen=True)
class PlannedExclusion:
    """Chosen matters that cannot go together, and why; not `certain` while a fact that decides it is unknown."""

    matters: tuple[str, ...]
    reason: Text
    certain: bool


@dataclass(frozen=True)
class Reductions:
    """The four reductions (四减): these matters one by one, the same in one plan, and the published old numbers."""

    before: Reduction
    after: Reduction
    published: Reduction


@dataclass(frozen=True)
class Plan:
    """The whole of one acceptance. `matters` includes the dropped ones; all else rests on `active`.

    `promised_days` is the length of `critical_path`, in working days from acceptance to the last paper;
    `statutory_days` the longest that the law leaves for all decisions.
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

    @cached_property
    def active_matters(self) -> tuple[PlannedMatter, ...]:
        """The matters that are not dropped."""
        return tuple(planned for planned in self.matters if planned.inapplicable_reason is None)


def make_plan(catalogue: Catalogue, one_thing_id: str, chosen: frozenset[str] | None, facts: Mapping[str, str]) -> Plan:
    """The plan for the `chosen` matters of a one thing (None: all but those on request) when `facts` are known.

    `facts` are field ids with values as `check_value` gives them.
    Raises BadData for a one thing or a matter that the catalogue does not have there.
    """
    one_thing = _find_one_thing(catalogue, one_thing_id)
    wanted = _chosen_matter_ids(one_thing, chosen)
    matters = _plan_matters([catalogue.matter(matter_id) for matter_id in wanted], facts)
    active = [planned for planned in matters if planned.inapplicable_reason is None]
    materials = _plan_materials(catalogue, active)
    path, promised = _find_longest_chain(active, lambda one: one.promised_days, lambda one: one.matter.issue_days)
    _path, statutory = _find_longest_chain(active, lambda one: one.matter.statutory_days, lambda _one: 0)
    return Plan(
        one_thing=one_thing,
        matters=tuple(matters),
        exclusions=_plan_exclusions(one_thing, active, facts),
        materials=materials,
        fields=_plan_fields(catalogue, one_thing, matters),
        critical_path=path,
        promised_days=promised,
        # 行政许可法 art. 42: organs that handle an application together have 45 working days for all of it
        statutory_days=min(statutory, JOINT_DAYS) if one_thing.handling == "joint" else statutory,
        reductions=_compute_reductions(one_thing, active, materials, promised),
    )


def _find_one_thing(catalogue: Catalogue, one_thing_id: str) -> OneThing:
    try:
        return catalogue.one_thing(one_thing_id)
    except KeyError:
        raise BadData("The catalogue has no one thing {name}.", name=one_thing_id) from None


def _chosen_matter_ids(one_thing: OneThing, chosen: frozenset[str] | None) -> list[str]:
    if chosen is None:
        return [name for name in one_thing.matters if name not in one_thing.on_request]
    for stranger in sorted(chosen - set(one_thing.matters)):
        raise BadData("{matter} is not one of the matters of {name}.", matter=stranger, name=one_thing.id)
    return [name for name in one_thing.matters if name in chosen]


def _plan_matters(wanted: list[MatterDefinition], facts: Mapping[str, str]) -> list[PlannedMatter]:
    applies = {
        matter.id: evaluate_condition(matter.applies.when, facts) if matter.applies else "yes" for matter in wanted
    }
    return [
        PlannedMatter(
            matter=matter,
            # an unknown circumstance is never assumed: the ordinary way is the stricter one
            variant=next((one for one in matter.variants if evaluate_condition(one.when, facts) == "yes"), None),
            after=tuple(arrow for arrow in matter.after if applies.get(arrow.matter, "no") != "no"),
            inapplicable_reason=matter.applies.reason if matter.applies and applies[matter.id] == "no" else None,
            applicability_unknown=applies[matter.id] == "unknown",
        )
        for matter in wanted
    ]


def _plan_materials(catalogue: Catalogue, active: list[PlannedMatter]) -> tuple[PlannedMaterial, ...]:
    needed_by: dict[str, list[str]] = {}
    supplied = _supplied_materials(active)
    for planned in active:
        for material_id in planned.materials:
            if material_id not in supplied[planned.id]:
                needed_by.setdefault(material_id, []).append(planned.id)
    return tuple(
        PlannedMaterial(material, tuple(needed_by[material.id]))
        for material in catalogue.materials
        if material.id in needed_by
    )


def _supplied_materials(active: list[PlannedMatter]) -> dict[str, set[str]]:
    """For each matter the materials that are certain to have been made when it starts.

    Only over arrows that wait for the decision and lapse with it: past any other the paper may not exist.
    """
    by_id = {planned.id: planned for planned in active}
    supplied: dict[str, set[str]] = {}
    for matter_id in _topological_order(active):
        supplied[matter_id] = set()
        for arrow in by_id[matter_id].after:
            if (arrow.join, arrow.if_refused) == ("finished", "lapse"):
                made = {one.material for one in by_id[arrow.matter].matter.produces if one.material}
                supplied[matter_id] |= supplied[arrow.matter] | made
    return supplied


def _topological_order(active: list[PlannedMatter]) -> Iterable[str]:
    """Every matter after all that it waits for; the checked catalogue has no cycle."""
    return TopologicalSorter({one.id: [arrow.matter for arrow in one.after] for one in active}).static_order()


def _find_longest_chain(
    active: list[PlannedMatter], days: Callable[[PlannedMatter], int], issue: Callable[[PlannedMatter], int]
) -> tuple[tuple[str, ...], int]:
    """The chain that ends last, and when. A commitment may come as late as the decision, so it counts the same.

    `issue` days follow a decision without holding up the next matter.
    """
    by_id = {planned.id: planned for planned in active}
    chains: dict[str, tuple[int, tuple[str, ...]]] = {}
    for matter_id in _topological_order(active):
        before = [chains[arrow.matter] for arrow in by_id[matter_id].after]
        start, chain = max(before, key=lambda one: one[0], default=(0, ()))
        chains[matter_id] = (start + days(by_id[matter_id]), (*chain, matter_id))
    ends = [(chains[one.id][0] + issue(one), chains[one.id][1]) for one in active]
    end, longest = max(ends, key=lambda one: one[0], default=(0, ()))
    return longest, end


def _plan_fields(catalogue: Catalogue, one_thing: OneThing, matters: list[PlannedMatter]) -> tuple[PlannedField, ...]:
    needed_by: dict[str, list[str]] = {}

    def need(matter_id: str, field_ids: Iterable[str]) -> None:
        for field_id in field_ids:
            users = needed_by.setdefault(field_id, [])
            if matter_id not in users:
                users.append(matter_id)

    for planned in matters:
        # what dropped a matter stays on the form: else the answer could never be corrected
        need(planned.id, planned.matter.applies.when.field_ids() if planned.matter.applies else ())
        if planned.inapplicable_reason is None:
            need(planned.id, (name for one in planned.matter.variants for name in one.when.field_ids()))
            need(planned.id, planned.matter.fields)
    active = {planned.id for planned in matters if planned.inapplicable_reason is None}
    for exclusion in one_thing.exclusions:
        rivals = [name for name in exclusion.matters if name in active]
        for name in rivals if exclusion.when and len(rivals) > 1 else ():
            need(name, exclusion.when.field_ids() if exclusion.when else ())
    return tuple(PlannedField(field, tuple(needed_by[field.id])) for field in catalogue.fields if field.id in needed_by)


def _plan_exclusions(
    one_thing: OneThing, active: list[PlannedMatter], facts: Mapping[str, str]
) -> tuple[PlannedExclusion, ...]:
    found = []
    for exclusion in one_thing.exclusions:
        rivals = [planned for planned in active if planned.id in exclusion.matters]
        said = evaluate_condition(exclusion.when, facts) if exclusion.when else "yes"
        if len(rivals) > 1 and said != "no":
            sure = sum(not planned.applicability_unknown for planned in rivals) > 1
            names = tuple(planned.id for planned in rivals)
            found.append(PlannedExclusion(names, exclusion.reason, certain=sure and said == "yes"))
    return tuple(found)


def _compute_reductions(
    one_thing: OneThing, active: list[PlannedMatter], materials: tuple[PlannedMaterial, ...], promised: int
) -> Reductions:
    """Steps are what the applicant does: hand in, and collect what is not ready on the spot.

    In one plan both happen once; the papers left are those that the city does not hold; one visit (最多跑一次) at most.
    """
    steps = [1 if planned.promised_days + planned.matter.issue_days == 0 else 2 for planned in active]
    visits = sum(planned.matter.visits for planned in active)
    brought = [one for one in materials if one.material.origin == "applicant" and not one.material.licence_type]
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

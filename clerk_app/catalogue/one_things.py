"""One things (一件事): bundles of matters with one application, their parties and exclusions."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key

from clerk_app.catalogue.base_model import (
    CatalogueModel,
    Condition,
    Count,
    Days,
    ExtendedModel,
    Id,
    Initials,
    LaterFieldsModel,
    Text,
)
from clerk_app.catalogue.field_rules import FieldRule
from clerk_app.catalogue.offer_conditions import OfferCondition


class PartyRole(CatalogueModel):
    """A party of a one thing. Exactly one role of each one thing is the applicant."""

    id: Id
    name: Text
    required: bool = True
    kind: Literal["person", "organisation"] = "person"
    applicant: bool = False


class Reduction(CatalogueModel):
    """The figures of the four reductions (四减): steps, working days, papers, visits."""

    steps: Count
    days: Count
    papers: Count
    visits: Count


class Exclusion(LaterFieldsModel):
    """Matters that exclude each other (互斥), always or under a condition.

    `prefer` names those to keep first, the best one first, where nothing else decides which matter is left out.
    """

    later_fields: ClassVar[frozenset[str]] = frozenset({"prefer"})

    matters: tuple[Id, ...] = Key(min_length=2)
    reason: Text
    when: Condition | None = None
    prefer: tuple[Id, ...] = ()


class OneThing(ExtendedModel):
    """A bundle of matters for one event in the life of a person or an enterprise (一件事).

    `before` has the published or assumed figures from the time before the matters were bundled. Matters in `on_request`
    are left out unless the applicant asks for them. `offer`: to whom it is offered who came for something else.
    """

    later_fields: ClassVar[frozenset[str]] = frozenset({"themes", "life_events", "rules", "offer"})

    id: Id
    name: Text
    initials: Initials
    lead: Id  # 牵头单位
    handling: Literal["immediate", "promised", "joint"]  # 即办件, 承诺件, 联办件
    parties: tuple[PartyRole, ...] = Key(min_length=1)
    matters: tuple[Id, ...] = Key(min_length=1, max_length=99)  # the number of a task within its case has two digits
    on_request: tuple[Id, ...] = ()
    promised_days: Days
    before: Reduction
    exclusions: tuple[Exclusion, ...] = ()
    unified_issue: bool = True  # 统一发证
    themes: tuple[Id, ...] = ()
    life_events: tuple[Id, ...] = ()
    rules: tuple[FieldRule, ...] = ()
    offer: OfferCondition | None = None

    def applicant_role(self) -> PartyRole:
        """Return the role of the applicant."""
        return next(role for role in self.parties if role.applicant)

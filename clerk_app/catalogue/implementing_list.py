"""Implementing list (实施清单): what a matter states to the public besides its name, organ and legal basis.

Source: GB/T 39554.1-2020 names the items; the older name of the page is 十公开. Days are working days, amounts fen.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field as Key
from pydantic import SerializerFunctionWrapHandler, StringConstraints, model_serializer

from clerk_app.catalogue.base_model import (
    CatalogueModel,
    Condition,
    Days,
    ExtendedModel,
    Id,
    Initials,
    PlainText,
    SourcedModel,
    Text,
)

MatterNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$")]
Scope = Literal["street", "district", "city", "province", "country"]
ApplicantKind = Literal["person", "organisation", "both"]
SpecialStepKind = Literal[
    "hearing",
    "bidding",
    "auction",
    "inspection",
    "testing",
    "quarantine",
    "appraisal",
    "expert_review",
    "external_wait",  # a document of another office, such as a personnel file
]
"""The procedures of 行政许可法 art. 45, and the wait for another office."""


class Theme(SourcedModel):
    """A theme under which matters are found (主题)."""

    id: Id
    name: Text
    initials: Initials | None = None


class LifeEvent(SourcedModel):
    """An event in the life of a person or an enterprise (生命周期) under which matters are found."""

    id: Id
    name: Text
    initials: Initials | None = None


class ServiceCondition(CatalogueModel):
    """A condition of acceptance (受理条件), its legal basis, and the facts under which it holds; None: always."""

    text: Text
    basis: Text | None = None
    when: Condition | None = None


class ProcessStep(CatalogueModel):
    """A step of the process (办理流程), and the working days it takes; None if the list does not state them."""

    name: Text
    days: Days | None = None


class SpecialStep(CatalogueModel):
    """A special step (特殊环节): its kind, its usual length, and whether its days count in the term.

    `office` and `document` are of a wait for another office: who is asked, and for what.
    """

    kind: SpecialStepKind
    name: Text
    days: Days
    counted: bool = False
    office: Text | None = None
    document: Text | None = None

    @model_serializer(mode="wrap")
    def _leave_out_unset(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what a step does not name: catalogues published before these fields keep their digest."""
        return {name: value for name, value in serialize(self).items() if value is not None}


class FeeLine(CatalogueModel):
    """A fee (收费项目) in fen, its legal basis, and the facts under which it is due; None: always."""

    id: Id
    name: Text
    amount: Annotated[int, Key(ge=0)]
    basis: Text | None = None
    when: Condition | None = None


class ImplementingList(ExtendedModel):
    """The items of the implementing list that are not needed to handle a case.

    `number` is the code of the matter in the list. `scope` is the area whose windows accept it (通办范围); `alone`
    allows it to be chosen without a one thing. `value_sources` has the source of single values, by name of the field.
    """

    number: MatterNumber | None = None
    themes: tuple[Id, ...] = ()
    life_events: tuple[Id, ...] = ()
    conditions: tuple[ServiceCondition, ...] = ()
    process: tuple[ProcessStep, ...] = ()
    special_steps: tuple[SpecialStep, ...] = ()
    fees: tuple[FeeLine, ...] = ()
    scope: Scope | None = None
    consultation_phone: PlainText | None = None
    complaint_phone: PlainText | None = None
    applicant_kind: ApplicantKind | None = None
    alone: bool = False
    value_sources: dict[Id, PlainText] = {}


LIST_FIELDS = frozenset(ImplementingList.model_fields) - frozenset(SourcedModel.model_fields)
"""Names of the fields of `ImplementingList` itself."""

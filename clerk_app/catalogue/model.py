"""The catalogue of a city as frozen data: organs, materials, fields, matters, one things and calendars.

A *matter* (事项) is decided by one organ; a *one thing* (一件事) bundles matters of several organs; a *material*
(申请材料) is evidence that an organ examines; a *field* is a question of the single form. Days are working days.

Data without a published source is marked `sample: true`; `source` names the source of the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field as Key
from pydantic import ValidationError

from clerk_app.catalogue.base_model import (
    CatalogueModel,
    ExtendedModel,
    Id,
    LicenceCode,
    PlainText,
    SourcedModel,
)
from clerk_app.catalogue.base_model import Condition as Condition
from clerk_app.catalogue.base_model import Level as Level
from clerk_app.catalogue.base_model import Text as Text
from clerk_app.catalogue.calendars import Calendar, OrganCalendar
from clerk_app.catalogue.data_lists import DataExclusion, DataRequirement, DataResponsibility
from clerk_app.catalogue.form_fields import ON_DIFFERENCE, Field
from clerk_app.catalogue.hall import HallConfiguration
from clerk_app.catalogue.implementing_list import LifeEvent as LifeEvent
from clerk_app.catalogue.implementing_list import Theme as Theme
from clerk_app.catalogue.matters import Dependency as Dependency
from clerk_app.catalogue.matters import MatterDefinition as MatterDefinition
from clerk_app.catalogue.matters import Variant as Variant
from clerk_app.catalogue.one_things import Exclusion as Exclusion
from clerk_app.catalogue.one_things import OneThing as OneThing
from clerk_app.catalogue.one_things import PartyRole as PartyRole
from clerk_app.catalogue.one_things import Reduction as Reduction
from clerk_app.catalogue.papers import CityPapers
from clerk_app.catalogue.places import ServiceSite as ServiceSite
from clerk_app.catalogue.policy import DEFAULT_POLICY, CityPolicy
from clerk_app.catalogue.single_matters import derive_one_thing
from clerk_app.catalogue.terms import SINGLE_PREFIX
from clerk_app.errors import BadData

_Entry = TypeVar("_Entry")


class ClaimDefinition(CatalogueModel):
    """A fact stated by a licence: `id` is its name in the signed code, `name` its label."""

    id: Id
    name: Text


class LicenceType(SourcedModel):
    """A type of e-licence (电子证照目录)."""

    code: LicenceCode
    name: Text
    claims: tuple[ClaimDefinition, ...] = ()


class OrganDefinition(SourcedModel):
    """An organ (a department); `parent` is the organ to which it belongs.

    `calendar` is the organ calendar by which its periods end; None for the calendar of the city.
    """

    id: Id
    name: Text
    level: Level
    parent: Id | None = None
    calendar: Id | None = None


class MaterialDefinition(ExtendedModel):
    """A material that an organ must examine (申请材料).

    `licence_type` is the e-licence that satisfies it; `holder` is the role to which it belongs. By `origin`, a `shared`
    material is held by the city already, and a `produced` one is a result of another matter. `not_shared` is the
    reason, given in the negative list, why the applicant must bring it. `reuse_days`: how long one that was given for
    a case may be used again for another, 0 for never; None for the period of the policy. `expires`: its paper states
    the last day on which it is valid. `valid_days`: how long it is valid from its date of issue; None without such a
    period. What a clerk has to type of a paper follows from these two. `paper_pictures`: whether the pages of its paper
    are taken in as pictures; `offered` also takes the paper without them. `decides_without`: a secondary material
    without which its matters may be decided, so that nobody has to promise it. `gap_days`: working days in which one
    that is promised is brought; None for those of the policy. `own_commitment`: whether its paper is itself a written
    commitment of the applicant, which has to be checked later, and not a proof that a commitment may replace; None in
    catalogues before this field: what the applicant makes, may be promised and is no licence.
    """

    later_fields: ClassVar[frozenset[str]] = frozenset(
        {"reuse_days", "expires", "valid_days", "paper_pictures", "decides_without", "gap_days", "own_commitment"}
    )

    id: Id
    name: Text
    main: bool = True  # 必要; materials that are not main may be submitted later if gap_allowed
    form: Literal["original", "copy", "electronic"]
    origin: Literal["applicant", "shared", "produced"]
    licence_type: LicenceCode | None = None
    holder: Id | None = None
    gap_allowed: bool = False  # 可容缺
    promise_allowed: bool = False  # 可承诺
    not_shared: Text | None = None  # 负面清单
    reuse_days: Annotated[int, Key(ge=0, le=36500)] | None = None
    expires: bool = False
    valid_days: Annotated[int, Key(ge=1, le=36500)] | None = None
    paper_pictures: Literal["none", "offered", "required"] = "offered"
    decides_without: bool = False
    gap_days: Annotated[int, Key(ge=1, le=90)] | None = None
    own_commitment: bool | None = None


ReasonAct = Literal["refuse", "return", "not_accept"]


class StockReason(SourcedModel):
    """A reason that an officer or clerk may take over: to refuse or return a task, or not to accept a case.

    With `matters`, it is offered only for these.
    """

    id: Id
    text: Text
    acts: tuple[ReasonAct, ...] = Key(min_length=1)
    matters: tuple[Id, ...] = ()


class Catalogue(CatalogueModel):
    """One version of everything that a city offers in its service centres."""

    format: Literal[1] = 1  # version of the stored bytes; increased when older programs could misread them
    id: Id
    version: Annotated[int, Key(ge=1)]
    name: Text
    city: Text
    time_zone: PlainText
    valid_from: date
    licence_types: tuple[LicenceType, ...] = ()
    organs: tuple[OrganDefinition, ...]
    materials: tuple[MaterialDefinition, ...] = ()
    fields: tuple[Field, ...] = ()
    matters: tuple[MatterDefinition, ...]
    one_things: tuple[OneThing, ...]
    themes: tuple[Theme, ...] = ()
    life_events: tuple[LifeEvent, ...] = ()
    sites: tuple[ServiceSite, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    organ_calendars: tuple[OrganCalendar, ...] = ()
    stock_reasons: tuple[StockReason, ...] = ()
    data_requirements: tuple[DataRequirement, ...] = ()
    data_responsibilities: tuple[DataResponsibility, ...] = ()
    data_exclusions: tuple[DataExclusion, ...] = ()
    hall: HallConfiguration | None = None
    papers: CityPapers | None = None
    policy: CityPolicy | None = None  # None if not given; `city_policy` has the values in force

    def __hash__(self) -> int:
        return hash((self.id, self.version))  # hashing the whole content takes long, and caches hash often

    def to_bytes(self) -> bytes:
        """Return canonical JSON: UTF-8, sorted keys, no spaces. Equal catalogues give equal bytes."""
        # catalogues published before these sections and fields existed must keep their digest
        exclude = {name for name in (*_LATER_SECTIONS, *_LATER_LISTS) if not getattr(self, name)}
        data = self.model_dump(mode="json", by_alias=True, exclude=exclude)
        for organ in data["organs"]:
            if organ["calendar"] is None:
                del organ["calendar"]
        for field in data["fields"]:
            if field["on_difference"] == ON_DIFFERENCE:
                del field["on_difference"]
            if field["check"] is None:
                del field["check"]
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Catalogue:
        """Return the catalogue that `to_bytes` encoded.

        Raises BadData if the bytes are something else, or were written by a newer program.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            if any(details["loc"] == ("format",) for details in error.errors()):
                raise BadData("This catalogue was written by a newer version of the program.") from error
            raise BadData("These bytes are not a catalogue of this program.") from error

    @property
    def city_policy(self) -> CityPolicy:
        """The policy of the catalogue, or the default one if the section was not given."""
        return self.policy or DEFAULT_POLICY

    def licence_type(self, code: str) -> LicenceType:
        """Return the licence type with this code. Raises KeyError."""
        return _first((entry for entry in self.licence_types if entry.code == code), code)

    def organ(self, organ_id: str) -> OrganDefinition:
        """Return the organ with this id. Raises KeyError."""
        return _first((entry for entry in self.organs if entry.id == organ_id), organ_id)

    def material(self, material_id: str) -> MaterialDefinition:
        """Return the material with this id. Raises KeyError."""
        return _first((entry for entry in self.materials if entry.id == material_id), material_id)

    def field(self, field_id: str) -> Field:
        """Return the field with this id. Raises KeyError."""
        return _first((entry for entry in self.fields if entry.id == field_id), field_id)

    def matter(self, matter_id: str) -> MatterDefinition:
        """Return the matter with this id. Raises KeyError."""
        return _first((entry for entry in self.matters if entry.id == matter_id), matter_id)

    def one_thing(self, one_thing_id: str) -> OneThing:
        """Return the one thing with this id, or the derived one of a single matter (`single_matters`). Raises KeyError.

        Only a matter that can be chosen alone has a derived one.
        """
        if one_thing_id.startswith(SINGLE_PREFIX):
            return self._derive_one_thing(one_thing_id)
        return _first((entry for entry in self.one_things if entry.id == one_thing_id), one_thing_id)

    def _derive_one_thing(self, one_thing_id: str) -> OneThing:
        matter = self.matter(one_thing_id.removeprefix(SINGLE_PREFIX))
        if not matter.alone:
            raise KeyError(one_thing_id)
        owners: dict[tuple[str, str], str | None] = {
            ("materials", material.id): material.holder for material in self.materials
        }
        owners |= {("fields", field.id): field.party for field in self.fields}
        return derive_one_thing(matter, self.one_things, owners)


_LATER_SECTIONS = ("policy", "hall", "papers", "stock_reasons", "organ_calendars")
_LATER_LISTS = ("data_requirements", "data_responsibilities", "data_exclusions", "themes", "life_events", "sites")


def _first(entries: Iterator[_Entry], key: str) -> _Entry:
    for entry in entries:
        return entry
    raise KeyError(key)

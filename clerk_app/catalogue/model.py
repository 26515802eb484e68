"""The catalogue of a city as frozen data: organs, materials, fields, matters, one things and calendars.

A *matter* (事项) is decided by one organ; a *one thing* (一件事) bundles matters of several organs; a *material*
(申请材料) is evidence that an organ examines; a *field* is a question of the single form. Days are working days.

Data without a published source is marked `sample: true`; `source` names the source of the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field as Key
from pydantic import (
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from clerk_app.catalogue.base_model import CatalogueModel, Id, LicenceCode, PlainText, SourcedModel
from clerk_app.catalogue.base_model import Text as Text
from clerk_app.catalogue.calendars import Calendar, OrganCalendar
from clerk_app.catalogue.data_lists import DataExclusion, DataRequirement, DataResponsibility
from clerk_app.catalogue.form_fields import ON_DIFFERENCE, Field
from clerk_app.catalogue.hall import HallConfiguration
from clerk_app.catalogue.matter_result import MatterResult
from clerk_app.catalogue.papers import CityPapers
from clerk_app.catalogue.policy import DEFAULT_POLICY, CityPolicy
from clerk_app.errors import BadData

_Entry = TypeVar("_Entry")

Initials = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,30}$")]
Days = Annotated[int, Key(ge=0, le=1000)]
Count = Annotated[int, Key(ge=0, le=10_000)]
Level = Literal["city", "district", "street"]


class Condition(CatalogueModel):
    """A three-valued condition on the facts: exactly one of a test of one field, `all`, `any` or `not`.

    A test is `{field, is}`, `{field, in}`, `{field, not_in}` or `{field, known: true}`.
    `clerk_app.catalogue.conditions.evaluate_condition` evaluates it.
    """

    field: Id | None = None
    is_: PlainText | None = Key(None, alias="is")
    in_: tuple[PlainText, ...] | None = Key(None, alias="in", min_length=1)
    not_in: tuple[PlainText, ...] | None = Key(None, min_length=1)
    known: Literal[True] | None = None
    all_: tuple[Condition, ...] | None = Key(None, alias="all", min_length=1)
    any_: tuple[Condition, ...] | None = Key(None, alias="any", min_length=1)
    not_: Condition | None = Key(None, alias="not")

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        tests = sum(part is not None for part in (self.is_, self.in_, self.not_in, self.known))
        joins = sum(part is not None for part in (self.all_, self.any_, self.not_))
        if (self.field is not None and (tests, joins) == (1, 0)) or (self.field is None and (tests, joins) == (0, 1)):
            return self
        raise PydanticCustomError("condition_shape", "a condition is one test of a field, or all, any, not")

    def field_ids(self) -> tuple[str, ...]:
        """Return the ids of the fields in the condition, in order, without duplicates."""
        inner = [*(self.all_ or ()), *(self.any_ or ()), *((self.not_,) if self.not_ else ())]
        found = [self.field] if self.field else [name for part in inner for name in part.field_ids()]
        return tuple(dict.fromkeys(found))


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


class MaterialDefinition(SourcedModel):
    """A material that an organ must examine (申请材料).

    `licence_type` is the e-licence that satisfies it; `holder` is the role to which it belongs. By `origin`, a `shared`
    material is held by the city already, and a `produced` one is a result of another matter. `not_shared` is the
    reason, given in the negative list, why the applicant must bring it. `reuse_days`: how long one that was given for
    a case may be used again for another, 0 for never; None for the period of the policy. `expires`: its paper states
    the last day on which it is valid. `valid_days`: how long it is valid from its date of issue; None without such a
    period. What a clerk has to type of a paper follows from these two. `paper_pictures`: whether the pages of its paper
    are taken in as pictures; `offered` also takes the paper without them.
    """

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

    @model_serializer(mode="wrap")
    def _leave_out_defaults(self, serialize: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out later fields without a value: catalogues published before it existed keep their digest."""
        content: dict[str, object] = serialize(self)
        later = {name for name in _LATER_FACTS if content[name] is None or content[name] is False}
        later |= {"paper_pictures"} if content["paper_pictures"] == "offered" else set()
        return {name: value for name, value in content.items() if name not in later}


_LATER_FACTS = frozenset({"reuse_days", "expires", "valid_days"})


class Dependency(CatalogueModel):
    """A dependency of the graph: this matter waits for `matter`.

    `join` is `finished` to wait for the decision on `matter` (一般联办件), or `committed` to wait only for the written
    commitment of its organ (前置联办件). If `matter` is refused, is withdrawn or lapses, this matter lapses too
    (`lapse`) or continues without it (`go_on`).
    """

    matter: Id
    join: Literal["finished", "committed"] = "finished"
    if_refused: Literal["lapse", "go_on"] = "lapse"


class Applicability(CatalogueModel):
    """The condition under which a matter is part of the one thing, and the reason shown if it is not."""

    when: Condition
    reason: Text


class Variant(SourcedModel):
    """Handling of a matter in a circumstance (情形), such as a risk class; fields that are None are not changed."""

    id: Id
    name: Text
    when: Condition
    promised_days: Days | None = None
    materials: tuple[Id, ...] | None = None
    by_commitment: bool = False  # 告知承诺


MatterKind = Literal["permit", "benefit", "confirmation", "ruling", "reward", "other_power", "public_service"]


class MatterDefinition(SourcedModel):
    """A matter that one organ decides, with the items of its implementing list (实施清单).

    `promised_days` and `statutory_days` run from acceptance to decision, 0 means on the spot; `issue_days` run from the
    decision to the issue of the document (行政许可法 art. 44: at most 10).
    """

    id: Id
    name: Text
    initials: Initials | None = None
    organ: Id
    kind: MatterKind
    materials: tuple[Id, ...] = ()
    fields: tuple[Id, ...] = ()
    after: tuple[Dependency, ...] = ()
    statutory_days: Days
    promised_days: Days
    issue_days: Annotated[int, Key(ge=0, le=10)] = 0
    produces: tuple[MatterResult, ...] = ()
    applies: Applicability | None = None
    variants: tuple[Variant, ...] = ()
    fee: Annotated[int, Key(ge=0)] = 0  # in fen
    visits: Count = 1  # 到现场次数 if the matter is handled alone
    level: Level = "district"  # the lowest level that may accept it
    commitment_allowed: bool = False
    co_signature: Id | None = None  # role of a further party who has to sign the application
    in_person: tuple[Id, ...] = ()  # roles for whom nobody may act
    legal_basis: Text | None = None

    def material_places(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield each material that the matter or one of its variants needs, after its place in the definition."""
        for number, name in enumerate(self.materials):
            yield ("materials", number), name
        for position, variant in enumerate(self.variants):
            for number, name in enumerate(variant.materials or ()):
                yield ("variants", position, "materials", number), name


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


class Exclusion(CatalogueModel):
    """Matters that exclude each other (互斥), always or under a condition."""

    matters: tuple[Id, ...] = Key(min_length=2)
    reason: Text
    when: Condition | None = None


class OneThing(SourcedModel):
    """A bundle of matters for one event in the life of a person or an enterprise (一件事).

    `before` has the published or assumed figures from the time before the matters were bundled. Matters in `on_request`
    are left out unless the applicant asks for them.
    """

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

    def applicant_role(self) -> PartyRole:
        """Return the role of the applicant."""
        return next(role for role in self.parties if role.applicant)


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
        for matter in data["matters"]:
            if matter["co_signature"] is None:
                del matter["co_signature"]
            if not matter["in_person"]:
                del matter["in_person"]
        for field in data["fields"]:
            if field["on_difference"] == ON_DIFFERENCE:
                del field["on_difference"]
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
        """Return the one thing with this id. Raises KeyError."""
        return _first((entry for entry in self.one_things if entry.id == one_thing_id), one_thing_id)


_LATER_SECTIONS = ("policy", "hall", "papers", "stock_reasons", "organ_calendars")
_LATER_LISTS = ("data_requirements", "data_responsibilities", "data_exclusions")


def _first(entries: Iterator[_Entry], key: str) -> _Entry:
    for entry in entries:
        return entry
    raise KeyError(key)

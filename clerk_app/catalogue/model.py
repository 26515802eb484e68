"""What a city's catalogue says: organs, materials, fields, matters, one things and calendars, as frozen data.

Words: a *matter* (事项) is what one organ decides; a *one thing* (一件事) bundles matters of several organs;
a *material* (申请材料) is what they look at; a *field* is a question of the one form. Days are working days.

Data that nobody published is marked `sample: true`; `source` says where the rest is from.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from pydantic import Field as Key
from pydantic_core import PydanticCustomError

from clerk_app.errors import BadData

_Entry = TypeVar("_Entry")

PARTY_FACTS = ("name", "id_number", "credit_code", "phone", "address", "birth_date", "sex")


def _reject_control_characters(words: str) -> str:
    # Catalogue words reach terminals and printers: an escape sequence or a hidden direction mark must not.
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") for sign in words):
        raise PydanticCustomError("control_characters", "control characters are not allowed")
    return words


PlainText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=400, strip_whitespace=True),
    AfterValidator(_reject_control_characters),
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]
LicenceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,8}$")]
Initials = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,30}$")]
Days = Annotated[int, Key(ge=0, le=1000)]
Count = Annotated[int, Key(ge=0, le=10_000)]
Level = Literal["city", "district", "street"]


class _CatalogueModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _SourcedModel(_CatalogueModel):
    source: PlainText | None = None  # "S1" (a seed article), "law: ...", "sample"; for a mixture, a sentence
    sample: bool = False  # something in this object is invented


class Text(_CatalogueModel):
    """The same words in both languages."""

    zh: PlainText
    en: PlainText

    def in_language(self, language: str) -> str:
        """The words in `language`: "en", or anything else for Chinese."""
        return self.en if language == "en" else self.zh


class Condition(_CatalogueModel):
    """A three-valued question about the facts: exactly one of a test of one field, `all`, `any`, `not`.

    A test is `{field, is}`, `{field, in}`, `{field, not_in}` or `{field, known: true}`.
    `clerk_app.catalogue.conditions.answer` answers it.
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
        """Every field it asks about, in reading order, each once."""
        inner = [*(self.all_ or ()), *(self.any_ or ()), *((self.not_,) if self.not_ else ())]
        found = [self.field] if self.field else [name for part in inner for name in part.field_ids()]
        return tuple(dict.fromkeys(found))


class ClaimDefinition(_CatalogueModel):
    """One fact that a licence states, by the name it has in the code, with the label people read."""

    id: Id
    name: Text


class LicenceType(_SourcedModel):
    """A kind of e-licence (电子证照目录)."""

    code: LicenceCode
    name: Text
    claims: tuple[ClaimDefinition, ...] = ()


class OrganDefinition(_SourcedModel):
    """A department, with the organ it belongs to."""

    id: Id
    name: Text
    level: Level
    parent: Id | None = None


class MaterialDefinition(_SourcedModel):
    """Something an organ must see (申请材料).

    `licence_type` is the e-licence that satisfies it; `holder` the role whose it is. What is `shared` the city holds
    already, what is `produced` another matter makes; `not_shared` is the negative list's reason why it must be brought.
    """

    id: Id
    name: Text
    main: bool = True  # 必要: a secondary one may be left for later where gap_allowed
    form: Literal["original", "copy", "electronic"]
    origin: Literal["applicant", "shared", "produced"]
    licence_type: LicenceCode | None = None
    holder: Id | None = None
    gap_allowed: bool = False  # 可容缺
    promise_allowed: bool = False  # 可承诺
    not_shared: Text | None = None  # 负面清单


class FieldChoice(_CatalogueModel):
    """One answer of a field of kind `choice`."""

    id: Id
    name: Text


FieldKind = Literal[
    "text",
    "date",
    "number",
    "money",
    "choice",
    "yes_no",
    "id_number",
    "credit_code",
    "phone",
    "bank_account",
]


class Field(_SourcedModel):
    """A question of the one form (一表申请), asked once however many matters need it.

    `prefill` names sources, best first: `licence:MATERIAL_ID.claim` or `party:ROLE.fact` (one of PARTY_FACTS).
    """

    id: Id
    name: Text
    kind: FieldKind
    party: Id | None = None
    required: bool = True
    choices: tuple[FieldChoice, ...] = ()
    prefill: tuple[Annotated[str, StringConstraints(pattern=r"^(licence|party):[a-z0-9_-]+\.[a-z0-9_]+$")], ...] = ()
    hint: Text | None = None

    def fixed_answers(self) -> tuple[str, ...]:
        """The values it can take when it is a question with fixed answers; else nothing."""
        return ("yes", "no") if self.kind == "yes_no" else tuple(choice.id for choice in self.choices)


class Dependency(_CatalogueModel):
    """An arrow of the graph: this matter waits for `matter`.

    `finished` waits for its decision (一般联办件), `committed` only until its organ has said in writing that it will
    (前置联办件). When it is refused, withdrawn or lapses, this one lapses too, or goes on without it.
    """

    matter: Id
    join: Literal["finished", "committed"] = "finished"
    if_refused: Literal["lapse", "go_on"] = "lapse"


class MatterResult(_CatalogueModel):
    """What a matter leaves behind: a material that later matters need, a licence, or a paper with a name only."""

    name: Text
    material: Id | None = None
    licence_type: LicenceCode | None = None
    holder: Id | None = None  # the role it is made out to


class Applicability(_CatalogueModel):
    """When a matter is part of the one thing at all, and what is said when it is not."""

    when: Condition
    reason: Text


class Variant(_SourcedModel):
    """How a matter is handled in a circumstance (情形), such as a risk class: what it changes, the rest stays."""

    id: Id
    name: Text
    when: Condition
    promised_days: Days | None = None
    materials: tuple[Id, ...] | None = None
    by_commitment: bool = False  # 告知承诺


MatterKind = Literal["permit", "benefit", "confirmation", "ruling", "reward", "other_power", "public_service"]
MATTER_KINDS: dict[MatterKind, Text] = {
    "permit": Text(zh="行政许可", en="Permit"),
    "benefit": Text(zh="行政给付", en="Benefit"),
    "confirmation": Text(zh="行政确认", en="Confirmation"),
    "ruling": Text(zh="行政裁决", en="Ruling"),
    "reward": Text(zh="行政奖励", en="Reward"),
    "other_power": Text(zh="其他行政权力", en="Other power"),
    "public_service": Text(zh="公共服务", en="Public service"),
}


class MatterDefinition(_SourcedModel):
    """What one organ decides by itself, with the items of its implementing list (实施清单).

    `promised_days` and `statutory_days` run from acceptance to decision, 0 is on the spot; `issue_days` from the
    decision to the paper (行政许可法 art. 44: at most 10).
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
    fee: Annotated[int, Key(ge=0)] = 0  # fen
    visits: Count = 1  # 到现场次数 when the matter is done by itself
    level: Level = "district"  # the lowest level that may accept it
    commitment_allowed: bool = False
    legal_basis: Text | None = None


class PartyRole(_CatalogueModel):
    """Who takes part in a one thing. Exactly one role is the applicant's."""

    id: Id
    name: Text
    required: bool = True
    kind: Literal["person", "organisation"] = "person"
    applicant: bool = False


class Reduction(_CatalogueModel):
    """The four that are to become fewer (四减): steps, working days, papers, visits."""

    steps: Count
    days: Count
    papers: Count
    visits: Count


class Exclusion(_CatalogueModel):
    """Matters of which at most one can be had (互斥), always or when a condition holds."""

    matters: tuple[Id, ...] = Key(min_length=2)
    reason: Text
    when: Condition | None = None


class OneThing(_SourcedModel):
    """A bundle that a person asks for in one word (一件事).

    `before` is what was published, or is assumed, of the time before the bundle. Matters in `on_request` are left out
    until the applicant asks for them.
    """

    id: Id
    name: Text
    initials: Initials
    lead: Id  # 牵头单位
    handling: Literal["immediate", "promised", "joint"]  # 即办件, 承诺件, 联办件
    parties: tuple[PartyRole, ...] = Key(min_length=1)
    matters: tuple[Id, ...] = Key(min_length=1, max_length=99)  # a task's number has two digits
    on_request: tuple[Id, ...] = ()
    promised_days: Days
    before: Reduction
    exclusions: tuple[Exclusion, ...] = ()
    unified_issue: bool = True  # 统一发证

    def applicant_role(self) -> PartyRole:
        """The role that applies."""
        return next(role for role in self.parties if role.applicant)


class Calendar(_SourcedModel):
    """One year's public holidays and the weekend days worked instead (调休)."""

    year: Annotated[int, Key(ge=1990, le=2200)]
    holidays: tuple[date, ...] = ()
    working_weekends: tuple[date, ...] = ()
    published: bool = True


class Catalogue(_CatalogueModel):
    """One version of everything that a city offers at its windows."""

    format: Literal[1] = 1  # of the stored bytes; raised when an older program could misread them
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

    def __hash__(self) -> int:
        return hash((self.id, self.version))  # caches ask often, and the whole content is long

    def to_bytes(self) -> bytes:
        """Canonical JSON: UTF-8, keys sorted, no spaces. Equal catalogues give equal bytes."""
        data = self.model_dump(mode="json", by_alias=True)
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Catalogue:
        """The catalogue that `to_bytes` wrote.

        Raises BadData when the bytes are something else, or were written by a newer program.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError as wrong:
            if any(error["loc"] == ("format",) for error in wrong.errors()):
                raise BadData("This catalogue was written by a newer version of the program.") from wrong
            raise BadData("These bytes are not a catalogue of this program.") from wrong

    def licence_type(self, code: str) -> LicenceType:
        """The licence type with this code. Raises KeyError."""
        return _find_by(self.licence_types, "code", code)

    def organ(self, organ_id: str) -> OrganDefinition:
        """The organ with this id. Raises KeyError."""
        return _find_by(self.organs, "id", organ_id)

    def material(self, material_id: str) -> MaterialDefinition:
        """The material with this id. Raises KeyError."""
        return _find_by(self.materials, "id", material_id)

    def field(self, field_id: str) -> Field:
        """The field with this id. Raises KeyError."""
        return _find_by(self.fields, "id", field_id)

    def matter(self, matter_id: str) -> MatterDefinition:
        """The matter with this id. Raises KeyError."""
        return _find_by(self.matters, "id", matter_id)

    def one_thing(self, one_thing_id: str) -> OneThing:
        """The one thing with this id. Raises KeyError."""
        return _find_by(self.one_things, "id", one_thing_id)


def _find_by(items: tuple[_Entry, ...], key: str, value: str) -> _Entry:
    for item in items:
        if getattr(item, key) == value:
            return item
    raise KeyError(value)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a whole catalogue."""
    return Catalogue.model_json_schema(by_alias=True)

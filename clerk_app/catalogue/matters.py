"""Matters (事项): what one organ decides, in which order, and in which circumstances differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field as Key

from clerk_app.catalogue.base_model import (
    CatalogueModel,
    Condition,
    Count,
    Days,
    ExtendedModel,
    Id,
    Initials,
    Level,
    Text,
)
from clerk_app.catalogue.field_rules import FieldRule
from clerk_app.catalogue.implementing_list import LIST_FIELDS, FeeLine, ImplementingList, MatterNumber
from clerk_app.catalogue.matter_result import MatterResult
from clerk_app.catalogue.offer_conditions import OfferCondition
from clerk_app.catalogue.places import DecidingOrgan


class Dependency(CatalogueModel):
    """A dependency of the graph: this matter waits for `matter`.

    `join` is `finished` to wait for the decision on `matter` (一般联办件), or `committed` to wait only for the written
    commitment of its organ (前置联办件). With `lead` the organ of this matter does not wait: its task starts at once,
    and a decision before the one on `matter` needs a recorded reason. If `matter` is refused, is withdrawn or lapses,
    this matter lapses too (`lapse`) or continues without it (`go_on`).
    """

    matter: Id
    join: Literal["finished", "committed", "lead"] = "finished"
    if_refused: Literal["lapse", "go_on"] = "lapse"


class Applicability(CatalogueModel):
    """The condition under which a matter is part of the one thing, and the reason shown if it is not."""

    when: Condition
    reason: Text


class Variant(ExtendedModel):
    """Handling of a matter in a circumstance (情形), such as a risk class; fields that are None are not changed.

    With a `number` it is a handling item (业务办理项) of the implementing list, found and chosen like a matter.
    """

    later_fields: ClassVar[frozenset[str]] = frozenset({"number", "initials"})

    id: Id
    name: Text
    when: Condition
    promised_days: Days | None = None
    materials: tuple[Id, ...] | None = None
    by_commitment: bool = False  # 告知承诺
    number: MatterNumber | None = None
    initials: Initials | None = None


CommitmentExclusion = Literal["public_safety", "ecology", "health"]
"""Grounds on which a matter is excluded from commitments (沪府发〔2017〕82号)."""

MatterKind = Literal["permit", "benefit", "confirmation", "ruling", "reward", "other_power", "public_service"]


class MatterDefinition(ImplementingList):
    """A matter that one organ decides, with the items of its implementing list (实施清单).

    `promised_days` and `statutory_days` run from acceptance to decision, 0 means on the spot; `issue_days` run from the
    decision to the issue of the document (行政许可法 art. 44: at most 10). `decides` are organs that decide it
    instead of `organ`, by the place or another fact; the first whose condition holds.
    """

    later_fields: ClassVar[frozenset[str]] = LIST_FIELDS | {
        "co_signature",
        "in_person",
        "commitment_excluded",
        "check_days",
        "refers_to",
        "deemed_approval",
        "rules",
        "amount",
        "decides",
        "offer",
        "identified_by",
        "bulk",
        "kiosk",
    }

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
    commitment_excluded: CommitmentExclusion | None = None  # why no commitment replaces a review or a proof
    check_days: Annotated[int, Key(ge=1, le=365)] | None = None  # until a commitment is checked; None: policy
    co_signature: Id | None = None  # role of a further party who has to sign the application
    in_person: tuple[Id, ...] = ()  # roles for whom nobody may act
    legal_basis: Text | None = None
    deemed_approval: bool = False  # 超时默认: approved if it is not decided by the statutory date
    decides: tuple[DecidingOrgan, ...] = ()
    refers_to: Id | None = None  # organ that decides what this one agrees to and refers (转报); None: its parent
    rules: tuple[FieldRule, ...] = ()
    identified_by: tuple[Id, ...] = ()  # fields that identify the object of the matter: a vehicle, a ship, a child
    bulk: bool = False  # its applications may be accepted, and its tasks approved, several at once (批量)
    kiosk: bool = False  # a kiosk may accept it alone, if the city holds its materials (自助办理)
    offer: OfferCondition | None = None  # to whom it is offered who came for something else; of one chosen alone
    amount: Annotated[int, Key(ge=0)] | None = None  # that a benefit pays, in fen; None if it is not fixed

    @property
    def fee_lines(self) -> tuple[FeeLine, ...]:
        """All fees of the matter: the lines of the list, after the single amount of older catalogues."""
        single = (FeeLine(id="fee", name=self.name, amount=self.fee),) if self.fee else ()
        return single + self.fees

    def material_places(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield each material that the matter or one of its variants needs, after its place in the definition."""
        for number, name in enumerate(self.materials):
            yield ("materials", number), name
        for position, variant in enumerate(self.variants):
            for number, name in enumerate(variant.materials or ()):
                yield ("variants", position, "materials", number), name

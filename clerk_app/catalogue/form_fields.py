"""Fields: the questions of the single form (一表申请)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import StringConstraints

from clerk_app.catalogue.base_model import CatalogueModel, Condition, ExtendedModel, Id, PlainText, Text
from clerk_app.text.identity_documents import DOCUMENT_KINDS

PARTY_FACTS = ("name", "id_number", "credit_code", "phone", "address", "birth_date", "sex")
OnDifference = Literal["reason", "stop", "note"]
ON_DIFFERENCE: Final = "reason"
"""What a difference from a source needs by default."""


class FieldChoice(CatalogueModel):
    """One of the answers of a field of kind `choice`."""

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
    "birth_date",  # not in the future
    "document_kind",  # kind of an identity document; not answered: a resident identity card
    "document_number",  # of the kind that the `document_kind` field of the same party has
]


class DerivedAnswer(CatalogueModel):
    """An answer that follows from other answers, and why: "deeper than 3 metres"."""

    when: Condition
    value: PlainText
    reason: Text


class Field(ExtendedModel):
    """A question of the single form (一表申请), asked once, even if several matters need it.

    `prefill` names sources, best first: `licence:MATERIAL_ID.claim` or `party:ROLE.fact` (one of PARTY_FACTS). By
    `on_difference`, a value that differs from one of them needs a written `reason`, or stops the acceptance (`stop`),
    or is only shown (`note`). `check`: the answer is an enterprise name, which the center
    checks against its register, or a long text, which it compares with those of earlier cases. `derive` are rules
    from which the answer follows; the first that holds counts, and one that may still hold leaves the answer open.
    """

    later_fields: ClassVar[frozenset[str]] = frozenset({"derive"})

    id: Id
    name: Text
    kind: FieldKind
    party: Id | None = None
    required: bool = True
    choices: tuple[FieldChoice, ...] = ()
    prefill: tuple[Annotated[str, StringConstraints(pattern=r"^(licence|party):[a-z0-9_-]+\.[a-z0-9_]+$")], ...] = ()
    hint: Text | None = None
    check: Literal["enterprise_name", "similar_text"] | None = None
    on_difference: OnDifference = ON_DIFFERENCE
    derive: tuple[DerivedAnswer, ...] = ()

    def deciding_fields(self) -> tuple[str, ...]:
        """Return the ids of the fields on which the rules of the answer depend, in order, without duplicates."""
        return tuple(dict.fromkeys(name for rule in self.derive for name in rule.when.field_ids()))

    def fixed_answers(self) -> tuple[str, ...]:
        """Return the possible values of a field with fixed answers; empty for other fields."""
        if self.kind == "document_kind":
            return tuple(DOCUMENT_KINDS)
        return ("yes", "no") if self.kind == "yes_no" else tuple(choice.id for choice in self.choices)

"""What the city holds of the parties of a draft, as the counter shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.case import FieldRow
from clerk_app.views.shared import Level, Option

View_co = TypeVar("View_co", covariant=True)


@dataclass(frozen=True)
class HeldMaterial:
    """A licence, or a material of an earlier case, that the city holds of a party of the draft (我的材料, 我的证照)."""

    id: str
    name: str
    holder: str  # name of the party
    kind: str  # licence, earlier paper or result, in words
    state_name: str  # that it can be used, or why not, and whether its use was agreed to
    level: Level
    issuer: str
    issued_on: str  # ISO date; empty if it is not known
    valid_to: str
    learnt: str  # when it was learnt, and how old that is
    grade: str
    used_for: str  # name of the material of the draft that it provides; empty if it is not used
    used_as: str  # id of that material


class HeldMaterialService(Protocol[View_co]):
    """Acts of the counter on papers, and on materials that the city holds. Acts return the view after them."""

    def list_held_materials(self) -> tuple[HeldMaterial, ...]:
        """Return all that was listed of the parties of the draft, used or not. Raises Refused without a draft."""
        ...

    def list_paper_reasons(self) -> tuple[Option, ...]:
        """Return why paper may be taken; a reason with a `hint` needs the clerk's own words."""
        ...

    def toggle_paper(self, material: str, code: str = "", reason: str = "") -> View_co:
        """Mark a material as handed in on paper, or remove this mark.

        `code` and `reason` are why paper is taken although the city holds it.
        """
        ...

    def list_paper_fields(
        self, materials: Sequence[str], typed: Mapping[str, str] | None = None
    ) -> tuple[FieldRow, ...]:
        """Return the fields of issuer and validity of papers of the draft or the open case; ids `material/fact`.

        They have what is stored; with `typed`, what was typed, as it is stored, and what is wrong with it.
        """
        ...

    def describe_paper(self, material: str, typed: Mapping[str, str]) -> View_co:
        """Record issuer and validity of a paper of the draft; `typed` as for `list_paper_fields`. Raises Refused."""
        ...

    def list_held_supplements(self) -> tuple[Option, ...]:
        """Fetch and return what the city holds of the person served for requested materials of the open case.

        Empty if the person has shown no code, is no party of the case, or the center is out of reach.
        """
        ...

    def use_held_supplements(self, materials: Sequence[str], phone: str = "") -> View_co:
        """Record the consent of the person served, fetch these materials and take them in for the open case.

        `phone`: the last four digits of the telephone, for a printed code. Raises Refused, OutOfReach.
        """
        ...

    def receive_supplements(
        self,
        materials: Sequence[str],
        typed: Mapping[str, str] | None = None,
        reasons: Mapping[str, tuple[str, str]] | None = None,
    ) -> View_co:
        """Take in papers for the open case; `typed` are issuer and validity as for `list_paper_fields`.

        `reasons` are code and words why paper is taken for what the city holds, by material.
        """
        ...

    def confirm_material(self, material: str) -> View_co:
        """Record that the original of an earlier material was seen, or its promise made again."""
        ...

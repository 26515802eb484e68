"""Contract of taking in, at a department, the papers that it has asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.case import FieldRow
from clerk_app.views.papers import PaperTakingService, PaperTarget
from clerk_app.views.shared import Option


@dataclass(frozen=True)
class RequestedPapers:
    """A task of the organ that waits for papers, and those that are lacking."""

    task: str  # id
    case: str  # number
    number: str
    matter: str
    applicant: str  # masked
    asked_on: str  # ISO date
    materials: tuple[Option, ...]


class RequestedPapersService(Protocol):
    """Takes in papers for the tasks of an organ. Methods raise ClerkError."""

    @property
    def paper_taking(self) -> PaperTakingService:
        """Takes the pages of papers in."""
        ...

    def list_requested(self) -> tuple[RequestedPapers, ...]:
        """Return the tasks that wait for papers, the one that has waited longest first."""
        ...

    def find_target(self, case: str, material: str) -> PaperTarget:
        """Return the paper of a material. Raises Refused where the catalogue wants no pictures of it."""
        ...

    def list_fields(
        self, case: str, materials: Sequence[str], typed: Mapping[str, str] | None = None
    ) -> tuple[FieldRow, ...]:
        """Return the fields in which issuer and validity of papers are typed, with what is wrong with typed ones."""
        ...

    def take_in(self, case: str, materials: Sequence[str], typed: Mapping[str, str]) -> str:
        """Take in papers, with the pages that were taken; return what follows in words."""
        ...

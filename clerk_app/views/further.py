"""Contract of the counter for further persons: the same for many persons of one organisation, each with a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.case import FieldRow

ViewT_co = TypeVar("ViewT_co", covariant=True)


@dataclass(frozen=True)
class FurtherRow:
    """A person on the list; `faults` are sentences, each with the field that it concerns."""

    id: str
    number: int  # on the list, from 1
    name: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class FurtherList:
    """The further persons of the draft on the screen. `papers` are what each of them hands in on paper."""

    first: str  # name of the first person, whom the form is about
    role: str
    organisation: str
    fields: tuple[FieldRow, ...]  # the columns, without values
    rows: tuple[FurtherRow, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True)
class FurtherImport:
    """Persons read from a file. With `mistakes`, nobody was added; each names row, column and what is wrong."""

    added: int
    mistakes: tuple[str, ...] = ()


class FurtherService(Protocol[ViewT_co]):
    """Acts on the further persons of the draft on the screen. All raise Refused if it cannot be accepted in bulk."""

    def read_further(self) -> FurtherList:
        """Return the list, each person checked. Raises Refused while the draft of the first person is incomplete."""
        ...

    def read_further_answers(self, person: str) -> Mapping[str, str]:
        """Return the answers about a person by field."""
        ...

    def check_further(self, person: str, values: Mapping[str, str]) -> tuple[FieldRow, ...]:
        """Return the fields with the answers as they are stored and their mistakes; empty `person`: a new one."""
        ...

    def save_further(self, person: str, values: Mapping[str, str]) -> None:
        """Add a person, or change the answers about one."""
        ...

    def remove_further(self, persons: Sequence[str]) -> None:
        """Take persons off the list."""
        ...

    def import_further(self, path: str) -> FurtherImport:
        """Add the persons of a CSV or XLSX file. Raises BadData for a file that cannot be read."""
        ...

    def write_further_form(self, path: str) -> str:
        """Write an empty list with its headings to a new CSV or XLSX file; return where, in words."""
        ...

    def accept_further(self) -> ViewT_co:
        """Accept each person of the list and then the first one, each as a case, and print the list of receipts.

        Who cannot be accepted is named and stays on the list.
        """
        ...

    def print_receipt_list(self) -> ViewT_co:
        """Print one list of the receipts of this visit that were not printed. Raises Refused, OutOfReach."""
        ...

"""Facts that several papers share: dates, matters and parties of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PrintedDates:
    """Promised and statutory date of a matter or a case; each may depend on a calendar that is not published yet.

    Both dates of a matter are those of its decision. The promised date of a case is that of its last result: it
    includes the working days in which results are issued after the decision.
    """

    promised: date | None = None
    statutory: date | None = None
    expected: bool = False
    statutory_expected: bool = False


@dataclass(frozen=True, slots=True)
class PrintedMatter:
    """A matter of a case, with organ and due dates. Without dates, the term starts when earlier matters are decided.

    `suspended`: the term is suspended until the requested materials are handed in, so there are no dates either.
    `ended`: how it ended, or when it was decided; printed in place of dates. `checked_again`: the decision in force
    of a matter that is checked again.
    """

    name: str
    organ: str
    dates: PrintedDates = PrintedDates()
    suspended: bool = False
    ended: str = ""
    checked_again: str = ""


@dataclass(frozen=True, slots=True)
class PrintedFee:
    """A fee with its amount in yuan and its legal basis; `may_be_due`: an answer that is not known decides it."""

    name: str
    amount: str
    basis: str = ""
    may_be_due: bool = False


@dataclass(frozen=True, slots=True)
class PrintedParty:
    """A party besides the applicant, such as an agent, with the name of the role."""

    role: str
    name: str


def has_date(dates: PrintedDates | None) -> bool:
    """Return whether a promised or a statutory date is known."""
    return dates is not None and (dates.promised is not None or dates.statutory is not None)


def is_after_decisions(dates: PrintedDates | None, matters: tuple[PrintedMatter, ...]) -> bool:
    """Return whether the promised date of a case includes working days for issuing results, after every decision."""
    promised = dates.promised if dates is not None else None
    decided = [matter.dates.promised for matter in matters if matter.dates.promised is not None]
    if promised is None or len(decided) < len(matters):
        return False
    return max(decided, default=promised) < promised


class DatedCase:
    """The dates that a paper about a whole case states; base class of the facts of such a paper."""

    __slots__ = ()

    matters: tuple[PrintedMatter, ...]
    dates: PrintedDates | None
    first_promised: date | None
    results_by: date | None
    suspended: bool
    withdrawn: bool

    @property
    def has_dates(self) -> bool:
        """Whether the paper states when all results are ready, or that the date is set again."""
        other = self.suspended or self.results_by or self.first_promised
        return not self.withdrawn and bool(other or has_date(self.dates))

    @property
    def includes_issue_days(self) -> bool:
        """Whether the promised date includes working days for issuing results, after that of every decision."""
        return is_after_decisions(self.dates, self.matters)

"""Contract of the set-up navigator of the counter (设立导航)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.shared import Level, Option

StateT_co = TypeVar("StateT_co", covariant=True)


@dataclass(frozen=True)
class Judgement:
    """A matter, in words whether it applies (yes, no, needs a person), and the rule that decides it."""

    name: str
    verdict: str
    rule: str
    level: Level


@dataclass(frozen=True)
class EligibleRow:
    """Something that the applicant is also eligible for: yes or may be, with the rule and what is not known."""

    id: str
    name: str
    verdict: str
    rule: str
    missing: str  # empty if it applies
    level: Level
    is_matter: bool = False  # a single matter, no one thing


@dataclass(frozen=True)
class Navigation:
    """The next question, None if the answers suffice or no further one helps, and what they mean for each matter."""

    one_thing: str  # its name
    field: str
    question: str  # empty without a next question
    options: tuple[Option, ...]
    judgements: tuple[Judgement, ...]


class NavigationService(Protocol[StateT_co]):
    """From a situation to a one thing with its matters."""

    def navigate(self, offer: str, answers: Mapping[str, str], skipped: Collection[str]) -> Navigation:
        """Return the next question for something that can be accepted; `skipped` are fields that nobody can answer."""
        ...

    def begin_navigated(self, offer: str, answers: Mapping[str, str]) -> StateT_co:
        """Begin a draft with the answers."""
        ...

    def begin_also_eligible(self, offer: str) -> StateT_co:
        """Begin a draft of something that is offered further, with the applicant and answers of the present draft.

        The present draft stays among the drafts.
        """
        ...

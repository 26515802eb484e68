"""The program's own errors: each carries one sentence fit for the person at the screen.

    ClerkError
    ├── Refused          a rule says no: nothing was changed, the sentence says what to do
    ├── BadData          something handed to us (file, code, message) is not what it should be
    └── OutOfReach       the authority, a printer or a camera cannot be reached right now

Sentences are English message ids with named places (`{name}`) that gettext translates before the facts are filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from clerk_app.locales import _, translate


@runtime_checkable
class ErrorFacts(Protocol):
    """An error with a sentence for a person: ClerkError, and the errors of `db` and `scanners`."""

    sentence: str
    facts: Mapping[str, object]


class ClerkError(Exception):
    """A failure that a person can act on."""

    def __init__(self, sentence: str, /, **facts: object) -> None:
        super().__init__(sentence, facts)
        self.sentence = sentence
        self.facts = facts

    def __str__(self) -> str:
        """The sentence in the language the program speaks now; a fact that is a word of ours is translated too."""
        facts = {name: translate(fact) if isinstance(fact, str) else fact for name, fact in self.facts.items()}
        return translate(self.sentence).format(**facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """From process to process whole: Exception alone would make it anew from `args`, and fail."""
        return restore_error, (type(self), self.args, self.__dict__)


def restore_error(error_type: type[ClerkError], arguments: tuple[Any, ...], state: dict[str, Any]) -> ClerkError:
    error = error_type.__new__(error_type, *arguments)
    error.__dict__.update(state)
    return error


class Refused(ClerkError):
    """A rule says no. `reason` is the stable word that tests and other nodes read."""

    def __init__(self, reason: str, sentence: str, /, **facts: object) -> None:
        super().__init__(sentence, **facts)
        self.reason = reason


class BadData(ClerkError):
    """Something handed to the program is not what it should be."""


class OutOfReach(ClerkError):
    """The authority or a device cannot be reached right now."""


def describe_error(error: Exception) -> str | None:
    """Return the sentence of an expected error in the current language; None for an unexpected one."""
    if isinstance(error, ClerkError):
        return str(error)
    if isinstance(error, ErrorFacts):
        return translate(error.sentence).format(**error.facts)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        if error.filename is None:
            return _("The system refused: {why}.").format(why=reason)
        return _("{path} cannot be used: {why}.").format(path=error.filename, why=reason)
    return None

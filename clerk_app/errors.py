"""Errors of the program, each with a sentence for the person at the screen.

    ClerkError
    ├── Refused          a rule refused a command: nothing was changed, the sentence says what to do
    ├── BadData          input (a file, a code, a message) is invalid
    └── OutOfReach       the authority, a printer or a camera cannot be reached now

Sentences are English message ids with placeholders (`{name}`); gettext translates them before `facts` are filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, overload, runtime_checkable

from clerk_app.locales import _, localize_name, translate


@runtime_checkable
class ErrorFacts(Protocol):
    """An error with a sentence for a person: ClerkError, and the errors of `db` and `scanners`."""

    @property
    def sentence(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, object]: ...


class ClerkError(Exception):
    """An error that a person can act on. `sentence` is an English message id with placeholders for `facts`."""

    def __init__(self, sentence: str, /, **facts: object) -> None:
        super().__init__(sentence, facts)
        self.sentence = sentence
        self.facts = facts

    @property
    def text_facts(self) -> dict[str, str]:
        """The facts as text, as they are stored and sent."""
        return {name: str(fact) for name, fact in self.facts.items()}

    def __str__(self) -> str:
        """Return the sentence in the current language; facts that are message ids or bilingual names are translated."""
        facts = {
            name: localize_name(translate(fact)) if isinstance(fact, str) else fact for name, fact in self.facts.items()
        }
        return translate(self.sentence).format(**facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with all attributes: Exception alone would call the constructor with `args`, and fail."""
        return restore_error, (type(self), self.args, self.__dict__)


def restore_error(error_type: type[ClerkError], arguments: tuple[Any, ...], state: dict[str, Any]) -> ClerkError:
    """Create an error from its pickled parts."""
    error = error_type.__new__(error_type, *arguments)
    error.__dict__.update(state)
    return error


class Refused(ClerkError):
    """A rule refused a command. `reason` is a stable identifier for programs."""

    def __init__(self, reason: str, sentence: str, /, **facts: object) -> None:
        super().__init__(sentence, **facts)
        self.reason = reason


class BadData(ClerkError):
    """Input of the program is invalid."""


class OutOfReach(ClerkError):
    """The authority or a device cannot be reached now."""


class CenterOutOfReach(OutOfReach):
    """The center cannot be reached now. The sentence is for staff, whose other work continues."""


def out_of_reach(error: ErrorFacts) -> OutOfReach:
    """Return OutOfReach with the sentence and the facts of an error of `db` or `scanners`."""
    return OutOfReach(error.sentence, **error.facts)


def format_sentence(sentence: str, facts: Mapping[str, object]) -> str:
    """Translate a sentence and fill in its facts, as ClerkError does: of a device, a stored rejection, another node.

    The facts may lack a place if a newer version wrote the sentence; it is returned untranslated then.
    """
    try:
        return str(ClerkError(sentence, **facts))
    except (KeyError, IndexError, ValueError, AttributeError):
        return sentence


@overload
def describe_error(error: ErrorFacts) -> str: ...


@overload
def describe_error(error: Exception) -> str | None: ...


def describe_error(error: ErrorFacts | Exception) -> str | None:
    """Return the sentence of an expected error in the current language; None for an unexpected one."""
    if isinstance(error, ClerkError):  # may add to its sentence
        return str(error)
    if isinstance(error, ErrorFacts):
        return format_sentence(error.sentence, error.facts)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        if error.filename is None:
            return _("The system refused: {why}.").format(why=reason)
        return _("{path} cannot be used: {why}.").format(path=error.filename, why=reason)
    return None

"""Errors of cameras, pictures and scanners."""

from __future__ import annotations


class ScanError(Exception):
    """A problem with a camera, a picture or a scanner that a person can act on.

    `sentence` is an English message id with named placeholders, `facts` are their values. The program translates the
    sentence and then fills in the facts. The `trouble` of a View is a ScanError that was not raised.
    """

    def __init__(self, sentence: str, /, **facts: str | int) -> None:
        super().__init__(sentence, facts)
        self.sentence = sentence
        self.facts = facts

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ScanError) and (self.sentence, self.facts) == (other.sentence, other.facts)

    def __hash__(self) -> int:
        return hash((self.sentence, tuple(sorted(self.facts.items()))))


class TornFrame(ScanError):
    """One frame could not be decoded; further frames can still be read."""

    @classmethod
    def from_error(cls, error: ScanError) -> TornFrame:
        """Return a TornFrame with the sentence and facts of `error`.

        The extraction of message ids finds only direct calls of ScanError.
        """
        return cls(error.sentence, **error.facts)


def hide_credentials(text: str) -> str:
    """Return the source text `text`; from an address, user name and password are removed."""
    scheme, separator, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    return scheme + separator + authority.rpartition("@")[2] + slash + path

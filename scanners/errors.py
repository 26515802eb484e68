"""Errors of cameras, pictures and scanners."""

from __future__ import annotations


class ScanError(Exception):
    """A problem with a camera, a picture or a scanner that a person can act on.

    `sentence` is an English message id with named placeholders, `facts` are their values; the program translates the
    sentence before it fills in the facts. A View carries one that was not raised as its `trouble`.
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
    """One frame could not be decoded; the source continues."""

    @classmethod
    def from_error(cls, error: ScanError) -> TornFrame:
        """Return `error` as a TornFrame. Message ids are extracted where a ScanError is made, hence this detour."""
        return cls(error.sentence, **error.facts)


def hide_credentials(text: str) -> str:
    """Return the source `text` without the user name and password of an address."""
    scheme, separator, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    return scheme + separator + authority.rpartition("@")[2] + slash + path

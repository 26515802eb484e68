"""What can go wrong between the light and the text, one sentence each."""

from __future__ import annotations


class ScanError(Exception):
    """A trouble with a camera, a picture or a scanner that a person can act on.

    `sentence` is an English message id with named places, `facts` fill them: the program translates the one and then
    fills in the other. Also carried by a View, unraised, as the trouble of the moment.
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
    """One frame could not be decoded; the source goes on."""

    @classmethod
    def from_error(cls, trouble: ScanError) -> TornFrame:
        """`trouble` as one that ends nothing. (Sentences are collected for translation where a ScanError is made.)"""
        return cls(trouble.sentence, **trouble.facts)


def hide_credentials(text: str) -> str:
    """The source `text` as it may be shown: an address without its user name and password."""
    scheme, separator, rest = text.partition("://")
    place, slash, path = rest.partition("/")
    return scheme + separator + place.rpartition("@")[2] + slash + path

"""Contract of the speech of the kiosk."""

from __future__ import annotations

from typing import Protocol


class SpeechService(Protocol):
    """Speaks one sentence at a time, in the current language."""

    is_available: bool
    """Whether the machine has a synthesiser that works and its settings allow it."""
    reads_personal: bool
    """Whether personal data may be spoken: the output is headphones."""

    @property
    def is_speaking(self) -> bool: ...
    def speak(self, sentence: str) -> None:
        """Begin to speak a sentence, and end the one before. A failure makes the speech unavailable."""
        ...

    def stop(self) -> None:
        """End at once."""
        ...
